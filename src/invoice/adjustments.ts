import { type AmountRounding, formatAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import {
  add,
  type Fraction,
  formatExact,
  isZero,
  negate,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import type { Timeline } from "../subscription/timeline.js";
import { formatPeriod } from "../time/billing-period.js";
import { contains, type Interval } from "../time/cycle-grid.js";
import { formatDate } from "../time/date.js";
import { originalOf } from "./billed-period.js";
import {
  type AdjustmentCause,
  amountLine,
  type DiscountShare,
  type InvoiceLine,
  keyWithoutGroup,
  type Line,
} from "./line.js";
import type { TimedLine } from "./pipeline.js";
import { type Billed, type BilledLine, billedUnder } from "./previous.js";

/** What is compared: lines that are due, with what was billed under their keys and under some others. */
export interface Comparison {
  readonly due: readonly TimedLine[];
  readonly billed: Billed;
  /** Keys that were billed and may be due no longer. */
  readonly keys: readonly string[];
  readonly timeline: Timeline;
  readonly rounding: AmountRounding;
  /** Ids of the events and signals that became known since a service was billed, by its key without group. */
  readonly arrivals: ReadonlyMap<string, readonly string[]>;
}

/**
 * Due − billed: lines that were never billed as they are, and one adjustment line for each key under which another
 * amount was billed than is due. Once adjusted, nothing is adjusted again.
 */
export function dueMinusBilled(comparison: Comparison): readonly InvoiceLine[] {
  const { due, billed, keys } = comparison;
  const byKey = new Map<string, TimedLine[]>();
  for (const each of due) byKey.set(each.line.key, [...(byKey.get(each.line.key) ?? []), each]);
  for (const key of keys) if (!byKey.has(key)) byKey.set(key, []);
  return [...byKey].flatMap(([key, lines]) => {
    const before = billed.lines.get(key) ?? [];
    const amount = billedUnder(billed, key);
    if (amount === undefined) return lines.flatMap(withServicePeriod);
    return adjustmentLine(key, lines, before, amount, comparison) ?? [];
  });
}

/** A line as an invoice shows it: with its service period. */
export function withServicePeriod({ line, servicePeriod }: TimedLine): readonly InvoiceLine[] {
  return servicePeriod === undefined ? [] : [{ ...line, servicePeriod }];
}

function adjustmentLine(
  key: string,
  lines: readonly TimedLine[],
  before: readonly BilledLine[],
  billed: Fraction,
  { timeline, rounding, arrivals }: Comparison,
): InvoiceLine | undefined {
  const due = sum(lines.map(({ line }) => exact(line.amount)));
  const difference = subtract(due, billed);
  const [last] = lines;
  const first = originalOf(before);
  const subject: Line | undefined = last?.line ?? first?.line;
  const period = adjustedPeriod(last?.period, first?.period);
  const appliedTo = movedShares(lines, before, rounding);
  const isSettled = isZero(difference) && appliedTo.length === 0;
  if (isSettled || subject === undefined || period === undefined) return undefined;
  const value = (amount: Fraction) => formatExact(amount);
  const line = amountLine({
    key,
    kind: "adjustment",
    chargeId: subject.chargeId,
    group: subject.group,
    description: `${subject.description}: adjustment`,
    exactAmount: value(difference),
    amount: formatAmount(difference, rounding),
    terms: last?.line.terms ?? first?.line.terms ?? null,
    appliedTo,
    adjustment: {
      billed: formatAmount(billed, rounding),
      due: formatAmount(due, rounding),
      invoices: [...new Set(before.map(({ invoice }) => invoice.idempotencyKey))],
      causes: causesOf(
        key,
        first?.period ?? period,
        last !== undefined,
        timeline,
        arrivals.get(keyWithoutGroup(key, subject.group)) ?? [],
      ),
    },
    steps: [
      {
        of: "amount",
        kind: "due",
        value: value(due),
        text: [`due: ${formatAmount(due, rounding)}`, ...reversalsIn(lines)].join("; "),
      },
      {
        of: "amount",
        kind: "billed",
        value: value(isZero(billed) ? ZERO : negate(billed)),
        text: `billed before: ${formatAmount(billed, rounding)}`,
      },
    ],
  });
  return { ...line, servicePeriod: formatPeriod(period, timeline.zone) };
}

/** Units that were taken back at the price at which they were billed, for people. */
function reversalsIn(lines: readonly TimedLine[]): readonly string[] {
  return lines
    .flatMap(({ line }) => line.steps)
    .filter(({ of, kind }) => of === "amount" && kind === "reversal")
    .map(({ text }) => text);
}

/** What a discount takes off each line now, less what it was billed to take off it. */
function movedShares(
  due: readonly TimedLine[],
  before: readonly BilledLine[],
  rounding: AmountRounding,
): readonly DiscountShare[] {
  const shares = new Map<string, Fraction>();
  const put = (key: string, amount: Fraction) =>
    shares.set(key, add(shares.get(key) ?? ZERO, amount));
  for (const { key, amount } of due.flatMap(({ line }) => line.appliedTo)) put(key, exact(amount));
  for (const { key, amount } of before.flatMap(({ line }) => line.appliedTo)) {
    put(key, negate(exact(amount)));
  }
  return [...shares]
    .filter(([, amount]) => !isZero(amount))
    .map(([key, amount]) => ({ key, amount: formatAmount(amount, rounding) }));
}

/** The part of what was billed for that is not due, where it was cut short or made longer; else all of it. */
function adjustedPeriod(
  due: Interval | undefined,
  billed: Interval | undefined,
): Interval | undefined {
  if (due === undefined || billed === undefined) return due ?? billed;
  if (due.end === billed.end) return due;
  return { start: Math.min(due.end, billed.end), end: Math.max(due.end, billed.end) };
}

/** Why what is due under a key differs from what was billed. */
function causesOf(
  key: string,
  period: Interval,
  isDue: boolean,
  { states, span, zone }: Timeline,
  eventIds: readonly string[],
): readonly AdjustmentCause[] {
  const [kind] = key.split(":");
  const dates = [...states.map(({ span: { start } }) => start).slice(1), span.end];
  const changes = [...new Set(dates)]
    // What a line begins with has not changed it, unless it is due no longer.
    .filter((at) => contains(period, at) && !(isDue && at === period.start))
    .map((at): AdjustmentCause => ({ kind: "change", date: formatDate(at, zone), eventIds: [] }));
  if (kind === "usage") return [{ kind: "usage", date: null, eventIds }, ...changes];
  return changes.length > 0 ? changes : [{ kind: "re-rating", date: null, eventIds: [] }];
}
