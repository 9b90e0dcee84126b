import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { elementsIn, issueAt, issueUnder, PricingError, type PricingIssue } from "../errors.js";
import { exact } from "../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  isNegative,
  isZero,
  ZERO,
} from "../money/fraction.js";
import { id } from "../schema/entity-fields.js";
import { decimal } from "../schema/fields.js";
import { parseWith, valueOrReport } from "../schema/parse.js";
import { CONFIGURATION, type DataForm, STORED_DATA } from "../schema/plain-data.js";
import {
  balanceOf,
  type CreditGrant,
  type CreditGrantInput,
  creditGrantSchema,
  GRANT_LIST,
} from "./credit-grant.js";
import { readList } from "./read-list.js";

/** What a document does to a credit grant: an entry for your ledger. */
export interface Posting {
  /** The grant. */
  readonly grantId: string;
  /**
   * `"drawdown"`: it paid for something. `"return"`: what it paid for is due no longer. `"expiry"`: what was left of it when it
   * expired. `"grant"`: it is new, the rest of a document that came to less than nothing (`policy.negativeTotal`).
   */
  readonly kind: "drawdown" | "return" | "expiry" | "grant";
  /** What the grant is counted in. */
  readonly unit: string;
  /** What its balance changes by, signed. */
  readonly amount: string;
  /** The balance before; `null` where the request did not hold the grant. */
  readonly balanceBefore: string | null;
  /** The balance after; `null` where the request did not hold the grant. */
  readonly balanceAfter: string | null;
  /** The idempotency key of the document. */
  readonly document: string;
  /** The grant itself, where it is new. */
  readonly grant?: CreditGrant;
}

const postingSchema = onFirstUse(() =>
  z.looseObject({
    grantId: id(),
    kind: z.enum(["drawdown", "return", "expiry", "grant"]),
    unit: id(),
    amount: decimal(),
    balanceBefore: z.nullable(decimal()),
    balanceAfter: z.nullable(decimal()),
    document: z.string(),
    grant: z.exactOptional(creditGrantSchema()),
  }),
);

const MOST_POSTINGS = 100_000;
/** There are many, so that each is no larger than a grant may be. */
const { longestList, mostValues, mostCharacters } = CONFIGURATION;
const ONE_POSTING: DataForm = { ...STORED_DATA, longestList, mostValues, mostCharacters };

/**
 * The grants after some postings: each with its new balance, new ones at the end. The postings of several documents are applied in
 * the order in which the documents were written.
 *
 * @throws {PricingError} with every issue: `posting_mismatch` for a posting that begins with another balance than the grant
 * has (it was applied before, or one is missing), would take more than there is, is in another unit than its grant, has an
 * amount with the sign of another kind (a drawdown and an expiry are 0 or less, a return and a new grant 0 or more), or
 * balances that do not differ by its amount; `unknown_grant` for one of a grant that is not among them.
 *
 * @example
 * ```ts
 * import { applyPostings, type Posting } from "rateplan";
 *
 * const grant = { id: "g1", unit: "USD", amount: "10", grantedAt: "2026-01-01" };
 * const posting: Posting = {
 *   grantId: "g1", kind: "drawdown", unit: "USD", amount: "-4.00",
 *   balanceBefore: "10.00", balanceAfter: "6.00", document: "period:s1@2026-01-01/2026-02-01",
 * };
 * applyPostings([grant], [posting])[0]?.balance; // => "6"
 * ```
 */
export function applyPostings(
  grants: readonly (CreditGrantInput | CreditGrant)[],
  postings: readonly Posting[],
): readonly CreditGrant[] {
  const issues: PricingIssue[] = [];
  const given = readList<CreditGrant>(grants, ["grants"], GRANT_LIST, () => {}, issues);
  const list = elementsIn(postings, ["postings"], "a list of postings", issues, MOST_POSTINGS);
  const read = (list ?? []).map((each, index) =>
    valueOrReport(
      parseWith<Posting>("posting", postingSchema(), each, ["postings", index], ONE_POSTING),
      issues,
    ),
  );
  const byId = new Map(given.map((grant) => [grant.id, grant]));
  for (const [index, posting] of read.entries()) {
    if (posting === undefined) continue;
    const { after, issues: own } = posted(byId.get(posting.grantId), posting);
    issues.push(...own.map((issue) => issueUnder(["postings", index], issue)));
    if (after !== undefined) byId.set(after.id, after);
  }
  if (issues.length > 0) throw new PricingError(issues);
  return Object.freeze([...byId.values()].map((grant) => Object.freeze(grant)));
}

/** A grant after a posting, as far as that can be carried out, and what is wrong with it. */
interface Posted {
  readonly after: CreditGrant | undefined;
  readonly issues: readonly PricingIssue[];
}

function posted(grant: CreditGrant | undefined, posting: Posting): Posted {
  if (posting.kind === "grant") return added(grant, posting);
  const { grantId, kind, amount, balanceBefore } = posting;
  if (grant === undefined) {
    return refused("unknown_grant", "grantId", "the id of one of the grants", grantId);
  }
  const issues = [...otherUnit(grant, posting)];
  const before = balanceOf(grant);
  const change = exact(amount);
  const isReturn = kind === "return";
  const isOfItsKind = isReturn ? !isNegative(change) : compare(change, ZERO) <= 0;
  if (!isOfItsKind) {
    const expected = `0 or ${isReturn ? "more" : "less"}, as that of any ${kind}`;
    issues.push(mismatch("amount", expected, amount));
  }
  if (balanceBefore !== null && compare(exact(balanceBefore), before) !== 0) {
    const expected = `${formatExact(before)}, the balance of ${grantId}`;
    issues.push(mismatch("balanceBefore", expected, balanceBefore));
    issues.push(...wrongSum(exact(balanceBefore), posting));
    return { after: undefined, issues };
  }
  const after = add(before, change);
  if (isNegative(after) || compare(after, exact(grant.amount)) > 0) {
    const expected = `an amount that leaves a balance from 0 to ${grant.amount}`;
    if (isOfItsKind) issues.push(mismatch("amount", expected, amount));
    return { after: undefined, issues };
  }
  issues.push(...wrongSum(before, posting));
  return { after: { ...grant, balance: formatExact(after) }, issues };
}

/** A new grant, of which the posting says what the grant says itself. */
function added(known: CreditGrant | undefined, posting: Posting): Posted {
  const { grantId, amount, balanceBefore, grant } = posting;
  if (known !== undefined) {
    return refused("duplicate_id", "grantId", "a grant that is not there yet", grantId);
  }
  if (grant === undefined) return refused("missing", "grant", "the new grant", grant);
  const issues: PricingIssue[] = [];
  if (grantId !== grant.id) {
    issues.push(
      mismatch("grantId", `${JSON.stringify(grant.id)}, the id of the new grant`, grantId),
    );
  }
  issues.push(...otherUnit(grant, posting));
  const balance = balanceOf(grant);
  if (compare(exact(amount), balance) !== 0) {
    issues.push(
      mismatch("amount", `${formatExact(balance)}, the balance of the new grant`, amount),
    );
  }
  if (balanceBefore !== null && !isZero(exact(balanceBefore))) {
    issues.push(mismatch("balanceBefore", "0, as the grant is new", balanceBefore));
  }
  issues.push(...wrongSum(ZERO, { ...posting, amount: formatExact(balance) }));
  return { after: grant, issues };
}

function otherUnit({ id: grantId, unit }: CreditGrant, posting: Posting): readonly PricingIssue[] {
  if (posting.unit === unit) return [];
  return [mismatch("unit", `${JSON.stringify(unit)}, that of ${grantId}`, posting.unit)];
}

function wrongSum(
  before: Fraction,
  { amount, balanceAfter }: Pick<Posting, "amount" | "balanceAfter">,
): readonly PricingIssue[] {
  const after = add(before, exact(amount));
  if (balanceAfter === null || compare(exact(balanceAfter), after) === 0) return [];
  const expected = `${formatExact(after)}, the sum of ${formatExact(before)} and ${amount}`;
  return [mismatch("balanceAfter", expected, balanceAfter)];
}

function mismatch(field: keyof Posting, expected: string, received: unknown): PricingIssue {
  return issueAt("posting_mismatch", [field], { expected, received });
}

function refused(
  code: PricingIssue["code"],
  field: keyof Posting,
  expected: string,
  received: unknown,
): Posted {
  return { after: undefined, issues: [issueAt(code, [field], { expected, received })] };
}
