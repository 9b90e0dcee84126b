import { deepFreeze } from "../data/deep-freeze.js";
import { isList, ownFields } from "../data/foreign.js";
import {
  elementsIn,
  issueAt,
  type PathSegment,
  PricingError,
  type PricingIssue,
} from "../errors.js";
import { formatAmount } from "../money/amount-rounding.js";
import { decimalIssue } from "../money/amounts.js";
import { type DecimalInput, exact, isProblem, readDecimal } from "../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  isNegative,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import { roundToIncrement } from "../money/rounding.js";
import { readOptions } from "../schema/options.js";
import { isRecord } from "../schema/unknown-record.js";
import { billDocument } from "./bill-document.js";
import type { Invoice } from "./document/document.js";
import { type InvoiceRequest, readRequest } from "./request/read-request.js";

/** The amounts at which a document is wanted before the period is over. */
export interface Thresholds {
  /** Amounts of usage of one billing period, more than 0. */
  readonly amounts: readonly DecimalInput[];
  /** After the largest of them, another each time that so much more is used. */
  readonly every?: DecimalInput | null | undefined;
}

/** A threshold that the usage of a billing period has reached since it was last billed. */
export interface CrossedThreshold {
  /** The largest threshold that was reached. */
  readonly threshold: string;
  /** What the usage so far comes to, after discounts and coupons, before credits and tax. */
  readonly reached: string;
  /** How much of that interim documents have billed before. */
  readonly billed: string;
  /** The interim document that bills the rest of it. */
  readonly document: Invoice;
}

/**
 * Whether the usage of a running billing period has reached a threshold that no interim document has billed yet; `null` where it
 * has not. The request is that of an interim document, with `asOf`; `scope` need not be given. Store the document and pass it
 * in `previous` from then on, and the same threshold is not reported again. A moment has one interim document: asked again at
 * that moment, with the document in `previous`, it is `null`, and what has become known since is reported at a later one.
 *
 * The document is that of `invoice` for the request with `scope: "interim"`: keep the request so for `verify`. Without
 * `scope` it asks for the period's own document, which may have an `asOf` within the period, too.
 *
 * @throws {PricingError} with every issue of the request and of the thresholds.
 *
 * @example
 * ```ts
 * import { crossedThreshold, verify } from "rateplan";
 *
 * const request = {
 *   catalog: {
 *     id: "p", name: "Support agent", agentType: "support", effectiveDate: "2026-01-01",
 *     ratePlans: [{
 *       id: "basic", name: "Basic", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *       charges: [{
 *         id: "resolved", name: "Resolved", chargeType: "usage", unitOfMeasure: "@outcome",
 *         pricing: { model: "per-unit", unitPrice: "0.99" },
 *       }],
 *     }],
 *   },
 *   subscription: { id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" },
 *   period: { start: "2026-01-01", end: "2026-02-01" },
 *   usage: { resolved: 600 },
 *   asOf: "2026-01-15",
 * } as const;
 * const crossed = crossedThreshold(request, [100, 500, 1000]);
 * [crossed?.threshold, crossed?.reached, crossed?.document.total]; // => ["500", "594.00", "594.00"]
 * crossed && verify(crossed.document, { ...request, scope: "interim" }).ok; // => true
 * ```
 */
export function crossedThreshold(
  request: InvoiceRequest,
  thresholds: readonly DecimalInput[] | Thresholds,
): CrossedThreshold | null {
  const issues: PricingIssue[] = [];
  const steps = readThresholds(thresholds, issues);
  const fields = isRecord(request) ? ownFields(request) : undefined;
  const interim = fields && { ...fields, scope: fields["scope"] ?? "interim" };
  const read = readRequest(interim ?? request, issues);
  const document = read && billDocument(read, issues);
  // A job that runs again on a moment that has its document is no mistake.
  const wrong = issues.filter(({ code }) => code !== "already_invoiced");
  if (wrong.length === 0 && issues.length > 0) return null;
  if (read === undefined || document === undefined || wrong.length > 0) {
    throw new PricingError(wrong);
  }
  const { history, rounding } = read;
  const billed = sum(history.documents.map((each) => usageOf(each.document, document)));
  const reached = add(billed, usageOf(document, document));
  const threshold = largestBetween(billed, reached, steps);
  if (threshold === undefined) return null;
  return deepFreeze({
    threshold: formatExact(threshold),
    reached: formatAmount(reached, rounding),
    billed: formatAmount(billed, rounding),
    document,
  });
}

/** What a document bills of the usage of the period that another is for, as far as interim documents do. */
function usageOf({ lines, basis, scope }: Invoice, { period }: Invoice): Fraction {
  if (scope !== "interim") return ZERO;
  const own = lines.filter(({ part }) => {
    const recorded = part === null ? undefined : basis.parts[part];
    return recorded?.until !== undefined && recorded.period.start === period.start;
  });
  return sum(own.map(({ amount }) => exact(amount)));
}

/** Thresholds as they were read: some, and a distance at which others follow the largest. */
interface ReadThresholds {
  readonly amounts: readonly Fraction[];
  readonly every: Fraction | undefined;
}

/** The largest threshold above one amount and not above another. */
function largestBetween(
  above: Fraction,
  upTo: Fraction,
  { amounts, every }: ReadThresholds,
): Fraction | undefined {
  const last = amounts.reduce((a, b) => (compare(a, b) < 0 ? b : a), ZERO);
  const beyond = subtract(upTo, last);
  const repeated =
    every === undefined || isNegative(beyond)
      ? []
      : [add(last, roundToIncrement(beyond, every, "down"))];
  const within = [...amounts, ...repeated].filter(
    (each) => each.numerator > 0n && compare(each, above) > 0 && compare(each, upTo) <= 0,
  );
  return within.length === 0 ? undefined : within.reduce((a, b) => (compare(a, b) < 0 ? b : a));
}

const KEYS = ["amounts", "every"] as const satisfies readonly (keyof Thresholds)[];
const MOST_THRESHOLDS = 1_000;

function readThresholds(input: unknown, issues: PricingIssue[]): ReadThresholds {
  const path = ["thresholds"];
  const { amounts, every } = isList(input)
    ? { amounts: input, every: undefined }
    : readOptions(input, KEYS, issues, { path, required: ["amounts"] });
  const at = isList(input) ? path : [...path, "amounts"];
  const list =
    amounts === undefined
      ? []
      : elementsIn(amounts, at, "a list of amounts", issues, MOST_THRESHOLDS);
  return {
    amounts: (list ?? []).flatMap((each, index) => readAmount(each, [...at, index], issues) ?? []),
    every: every === undefined ? undefined : readAmount(every, [...path, "every"], issues),
  };
}

function readAmount(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Fraction | undefined {
  const value = readDecimal(input);
  if (isProblem(value)) {
    issues.push(decimalIssue(value, path, input));
    return undefined;
  }
  if (value.numerator > 0n) return value;
  issues.push(issueAt("out_of_range", path, { expected: "more than 0", received: input }));
  return undefined;
}
