import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  compare,
  divide,
  formatExact,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  subtract,
  ZERO,
} from "../../money/fraction.js";
import { readOptions, readText, type Unread } from "../../schema/options.js";
import { isRecord } from "../../schema/unknown-record.js";
import type { Invoice } from "../document/document.js";
import type { InvoiceLine } from "../document/line.js";
import { type Concession, isExhausted, type LineAccount } from "../history/line-accounts.js";
import {
  type CreditReading,
  partsOf,
  readAmount,
  readPositive,
  reportNothingLeft,
  reportUnknown,
} from "./credit-amount.js";

const OF_LINE = ["invoice", "line", "amount", "quantity", "reason"] as const;
const LONGEST_REASON = 1_000;

export function readLine(
  input: unknown,
  path: readonly PathSegment[],
  seen: Set<string>,
  reading: CreditReading,
): Concession | undefined {
  const { issues, limits } = reading;
  const given = readOptions(input, OF_LINE, issues, {
    path,
    required: isRecord(input) ? ["invoice", "line"] : [],
  });
  const reason = readReason(given.reason, [...path, "reason"], issues);
  const account = findAccount(given, path, reading);
  if (account === undefined) return undefined;
  if (seen.has(account.name)) {
    const expected =
      "another line than those before it: one of an earlier document has its own note";
    issues.push(issueAt("duplicate_id", [...path, "line"], { expected, received: given.line }));
    return undefined;
  }
  seen.add(account.name);
  if (given.amount !== undefined && given.quantity !== undefined) {
    const expected = "absent, as there is an amount";
    const at = [...path, "quantity"];
    issues.push(issueAt("field_not_allowed", at, { expected, received: given.quantity }));
    return undefined;
  }
  if (given.quantity !== undefined) return ofUnits(given.quantity, account, reason, path, reading);
  const most = limits.get(account) ?? ZERO;
  const isOver = isExhausted(account, most);
  if (isOver && given.amount === undefined) {
    reportNothingLeft("line", [...path, "line"], given.line, issues);
    return undefined;
  }
  const { key } = account.line;
  const amount = readAmount(given.amount, most, key, isOver, [...path, "amount"], reading);
  if (amount === undefined) return undefined;
  return { account, parts: partsOf(account, amount, reading), quantity: undefined, reason };
}

export function readReason(input: unknown, path: readonly PathSegment[], issues: PricingIssue[]) {
  const text = readText(input, path, issues);
  if (text === undefined || text.length <= LONGEST_REASON) return text;
  const expected = `at most ${LONGEST_REASON} characters`;
  issues.push(issueAt("too_large", path, { expected, received: text }));
  return undefined;
}

/** A line that is in a document, and bills something; reports what is none. */
function findAccount(
  { invoice, line }: Unread<"invoice" | "line">,
  path: readonly PathSegment[],
  { accounts, history, issues }: CreditReading,
): LineAccount | undefined {
  if (invoice === undefined || line === undefined) return undefined;
  const document = history.documents.find((each) => each.document.idempotencyKey === invoice);
  if (document === undefined) {
    reportUnknown(invoice, [...path, "invoice"], issues);
    return undefined;
  }
  const account = accounts.find(
    (each) => each.document === document.document && each.line.key === line,
  );
  if (account !== undefined) return account;
  const own = document.document.lines.find(({ key }) => key === line);
  const at = [...path, "line"];
  if (own === undefined) {
    const expected = `the key of a line of ${document.document.idempotencyKey}`;
    issues.push(issueAt("unknown_line", at, { expected, received: line }));
  } else if (own.appliedTo.length > 0 || own.part === null || isNegative(exact(own.amount))) {
    issues.push(
      issueAt("invalid_value", at, {
        expected: billingLine(own, document.document),
        received: line,
      }),
    );
  } else reportNothingLeft("line", at, line, issues);
  return undefined;
}

/** What a line would have to be, of one that is not credited by itself. */
function billingLine({ appliedTo }: InvoiceLine, { lines }: Invoice): string {
  if (appliedTo.length === 0 || lines.some(({ kind }) => kind === "concession")) {
    return "a line that bills something: discounts, taxes and credits go with it";
  }
  const keys = appliedTo.slice(0, MOST_NAMED).map(({ key }) => key);
  const all = appliedTo.length > keys.length ? [...keys, "…"] : keys;
  return `a line by itself: this one is credited with what it is of (${all.join(", ")})`;
}

const MOST_NAMED = 3;

/** Units cost what is left of their line, each so much of it as of the units that are left. */
function ofUnits(
  input: unknown,
  account: LineAccount,
  reason: string | undefined,
  path: readonly PathSegment[],
  reading: CreditReading,
): Concession | undefined {
  const { limits, issues, rounding } = reading;
  const { line, givenUnits } = account;
  const at = [...path, "quantity"];
  if (line.unitOfMeasure === null || isZero(exact(line.quantity))) {
    const expected = `absent, as ${line.key} counts nothing`;
    issues.push(issueAt("field_not_allowed", at, { expected, received: input }));
    return undefined;
  }
  const quantity = readPositive(input, at, issues);
  if (quantity === undefined) return undefined;
  const units = subtract(exact(line.quantity), givenUnits);
  const most = limits.get(account) ?? ZERO;
  const isOver = isExhausted(account, most);
  if (isOver || compare(quantity, units) > 0) {
    const left = isOver ? ZERO : units;
    const expected = `at most ${formatExact(left)}, as so many are left of ${line.key}`;
    issues.push(issueAt("out_of_range", at, { expected, received: input }));
    return undefined;
  }
  const amount =
    compare(quantity, units) === 0
      ? most
      : minimumOf(roundAmount(divide(multiply(most, quantity), units), rounding), most);
  return { account, parts: partsOf(account, amount, reading), quantity, reason };
}
