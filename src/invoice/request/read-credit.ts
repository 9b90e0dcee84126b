import { isList, ownFields } from "../../data/foreign.js";
import { elementsIn, issueAt, type PricingIssue } from "../../errors.js";
import { allocate } from "../../money/allocation.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import type { DecimalInput } from "../../money/decimal.js";
import { compare, isZero, sum, ZERO } from "../../money/fraction.js";
import { readOptions, type Unread } from "../../schema/options.js";
import { isRecord } from "../../schema/unknown-record.js";
import { type AmountBasis, gridOf } from "../history/account-parts.js";
import { reportMissing } from "../history/document-keys.js";
import type { History } from "../history/history.js";
import {
  type Concession,
  creditable,
  isExhausted,
  type LineAccount,
  lineAccounts,
} from "../history/line-accounts.js";
import {
  type CreditReading,
  partsOf,
  readAmount,
  reportNothingLeft,
  reportUnknown,
} from "./credit-amount.js";
import { readLine, readReason } from "./read-credited-line.js";

/** A line of an earlier document that is credited by choice, and how much of it: without `amount` and `quantity`, all that is left. */
export interface CreditedLine {
  /** The idempotency key of the document that billed it. */
  readonly invoice: string;
  /** The line's key. */
  readonly line: string;
  /** So much of it, more than 0. */
  readonly amount?: DecimalInput | null | undefined;
  /** So many of its units, each at what is left of the line for a unit that is left; more than 0. */
  readonly quantity?: DecimalInput | null | undefined;
  /** Why; stands on the line. */
  readonly reason?: string | null | undefined;
}

/** What is said of any credit by choice. */
interface CreditTerms {
  /**
   * What amounts are: `"gross"` with taxes, what the customer and their credit grants get back together (default), or `"net"`,
   * without taxes. Both are after discounts and coupons.
   */
  readonly amounts?: AmountBasis | null | undefined;
  /** Why; stands on the lines that do not say it themselves. */
  readonly reason?: string | null | undefined;
}

/** Lines that are credited by choice. */
export interface CreditedLines extends CreditTerms {
  /** The lines, each key once. */
  readonly lines: readonly CreditedLine[];
}

/** An amount of a document that is credited by choice, spread over its lines in proportion to what is left of them. */
export interface CreditedDocument extends CreditTerms {
  /** The document's idempotency key. */
  readonly invoice: string;
  /** How much, more than 0; default all that is left of it. */
  readonly amount?: DecimalInput | null | undefined;
}

const TERMS = ["amounts", "reason"] as const;
const OF_LINES = ["lines", ...TERMS] as const;
const OF_DOCUMENT = ["invoice", "amount", ...TERMS] as const;
type CreditKey = (typeof OF_LINES | typeof OF_DOCUMENT)[number];
const MOST_LINES = 100_000;

/** Reads what is credited by choice: never more than is left of a line. */
export function readCredit(
  input: unknown,
  history: History,
  rounding: AmountRounding,
  issues: PricingIssue[],
): readonly Concession[] {
  const path = ["credit"];
  // Looked at once, as what is credited decides what else there is.
  const fields = isRecord(input) ? ownFields(input) : undefined;
  const isOfLines = fields?.["lines"] != null;
  const known: readonly CreditKey[] = isOfLines ? OF_LINES : OF_DOCUMENT;
  const given = readOptions(fields ?? input, known, issues, { path });
  const basis = readBasis(given.amounts, issues);
  const reason = readReason(given.reason, [...path, "reason"], issues);
  if (history.isBroken) return [];
  const accounts = lineAccounts(history, rounding);
  const limits = creditable(accounts, basis);
  const reading: CreditReading = { history, rounding, basis, accounts, limits, issues };
  const found = isOfLines
    ? readLines(given.lines, reading)
    : creditDocument(given, fields === undefined, reading);
  reportGaps(found, reading);
  // In the order in which they were billed: that of the request means nothing.
  const places = new Map(accounts.map((account, index) => [account, index]));
  const placeOf = ({ account }: Concession) => places.get(account) ?? 0;
  return found
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .map((each) => ({ ...each, reason: each.reason ?? reason }));
}

function readBasis(input: unknown, issues: PricingIssue[]): AmountBasis {
  if (input === undefined || input === "gross" || input === "net") return input ?? "gross";
  const expected = 'one of "gross", "net"';
  issues.push(issueAt("invalid_value", ["credit", "amounts"], { expected, received: input }));
  return "gross";
}

function readLines(input: unknown, reading: CreditReading): readonly Concession[] {
  const { issues } = reading;
  const path = ["credit", "lines"];
  if (input === undefined) return [];
  const list = elementsIn(input, path, "a list of lines", issues, MOST_LINES) ?? [];
  if (isList(input) && list.length === 0) {
    const expected = "at least one line";
    issues.push(issueAt("missing", path, { expected, received: input }));
  }
  const seen = new Set<string>();
  return list.flatMap((each, index) => readLine(each, [...path, index], seen, reading) ?? []);
}

/** An amount of a document, shared out over its lines by what is left of them; all of them, where it is all that is left. */
function creditDocument(
  given: Unread<"invoice" | "amount">,
  isNothing: boolean,
  reading: CreditReading,
): readonly Concession[] {
  const { accounts, history, limits, rounding, issues } = reading;
  const { invoice } = given;
  if (isNothing) return [];
  if (invoice === undefined) {
    const expected = "the document of which an amount is credited, or lines";
    issues.push(issueAt("missing", ["credit", "invoice"], { expected, received: invoice }));
    return [];
  }
  const document = history.documents.find((each) => each.document.idempotencyKey === invoice);
  if (document === undefined) {
    reportUnknown(invoice, ["credit", "invoice"], issues);
    return [];
  }
  const limitOf = (account: LineAccount) => limits.get(account) ?? ZERO;
  const own = accounts.filter(
    (each) => each.document === document.document && !isExhausted(each, limitOf(each)),
  );
  if (own.length === 0 && given.amount === undefined) {
    reportNothingLeft("document", ["credit", "invoice"], invoice, issues);
    return [];
  }
  const most = own.map(limitOf);
  const whole = sum(most);
  const name = document.document.idempotencyKey;
  const amount = readAmount(
    given.amount,
    whole,
    name,
    own.length === 0,
    ["credit", "amount"],
    reading,
  );
  if (amount === undefined) return [];
  const { increment } = gridOf([amount, ...most], rounding);
  const shares = compare(amount, whole) === 0 ? most : allocate(amount, most, increment, most);
  return own.flatMap((account, index) => {
    const share = shares[index] ?? ZERO;
    if (isZero(share) && compare(amount, whole) !== 0) return [];
    const parts = partsOf(account, share, reading);
    return [{ account, parts, quantity: undefined, reason: undefined }];
  });
}

/** What was credited or corrected since stands in the documents after the one that is credited: they are all needed. */
function reportGaps(found: readonly Concession[], { history, issues }: CreditReading): void {
  const named = new Set(found.map(({ account }) => account.document));
  const first = history.documents.findIndex(({ document }) => named.has(document));
  if (first < 0) return;
  for (const [index, { document }] of history.documents.entries()) {
    const before = history.documents[index - 1]?.document;
    if (index <= first || before === undefined) continue;
    const { previous } = document.basis;
    if (before.sequence + 1 < document.sequence && previous !== null)
      reportMissing(previous.idempotencyKey, issues);
  }
}
