import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { elementsIn, issueAt, issueUnder, PricingError, type PricingIssue } from "../errors.js";
import { exact } from "../money/decimal.js";
import { add, compare, formatExact, isNegative, ZERO } from "../money/fraction.js";
import { id } from "../schema/entity-fields.js";
import { decimal } from "../schema/fields.js";
import { parseWith, valueOrReport } from "../schema/parse.js";
import { STORED_DATA } from "../schema/plain-data.js";
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

/**
 * The grants after some postings: each with its new balance, new ones at the end. The postings of several documents are applied in
 * the order in which the documents were written.
 *
 * @throws {PricingError} with every issue: `posting_mismatch` for a posting that begins with another balance than the grant
 * has (it was applied before, or one is missing) or would take more than there is; `unknown_grant` for one of a grant that is
 * not among them.
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
      parseWith<Posting>("posting", postingSchema(), each, ["postings", index], STORED_DATA),
      issues,
    ),
  );
  const byId = new Map(given.map((grant) => [grant.id, grant]));
  for (const [index, posting] of read.entries()) {
    if (posting === undefined) continue;
    const after = posted(byId.get(posting.grantId), posting);
    if ("code" in after) issues.push(issueUnder(["postings", index], after));
    else byId.set(after.id, after);
  }
  if (issues.length > 0) throw new PricingError(issues);
  return Object.freeze([...byId.values()].map((grant) => Object.freeze(grant)));
}

/** A grant after a posting; or what is wrong with it. */
function posted(grant: CreditGrant | undefined, posting: Posting): CreditGrant | PricingIssue {
  const { grantId, kind, amount, balanceBefore, grant: added } = posting;
  if (kind === "grant") {
    const expected = "a grant that is not there yet";
    if (grant !== undefined)
      return issueAt("duplicate_id", ["grantId"], { expected, received: grantId });
    if (added === undefined) {
      return issueAt("missing", ["grant"], { expected: "the new grant", received: added });
    }
    return added;
  }
  if (grant === undefined) {
    const expected = "the id of one of the grants";
    return issueAt("unknown_grant", ["grantId"], { expected, received: grantId });
  }
  const before = balanceOf(grant);
  if (balanceBefore !== null && compare(exact(balanceBefore), before) !== 0) {
    const expected = `${formatExact(before)}, the balance of ${grantId}`;
    return issueAt("posting_mismatch", ["balanceBefore"], { expected, received: balanceBefore });
  }
  const after = add(before, exact(amount));
  if (isNegative(after) || compare(after, exact(grant.amount)) > 0) {
    const expected = `an amount that leaves a balance from ${formatExact(ZERO)} to ${grant.amount}`;
    return issueAt("posting_mismatch", ["amount"], { expected, received: amount });
  }
  return { ...grant, balance: formatExact(after) };
}
