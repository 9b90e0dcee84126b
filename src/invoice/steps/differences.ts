import { formatAmount } from "../../money/amount-rounding.js";
import { add, type Fraction, isZero, negate, subtract, sum, ZERO } from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import { statesWithin, type Timeline } from "../../subscription/timeline.js";
import { formatDate } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import type { AdjustmentCause } from "../document/line-details.js";
import {
  type AppliedShare,
  amountLine,
  keyText,
  type LineKey,
  type PricedLine,
  segmentKeyText,
} from "../document/priced-line.js";
import type { BilledKey } from "../history/history.js";
import type { DocumentLines, DocumentPricing } from "./document-step.js";

/**
 * Due − billed: lines that were never billed as they are, and one adjustment for each key under which another amount was
 * billed than is due, or taken off other lines. Once adjusted, nothing is adjusted again.
 */
export function differences(pricing: DocumentPricing): DocumentLines {
  const { due, history, mayBeOver } = pricing;
  const byKey = new Map<string, PricedLine[]>();
  for (const line of due) {
    const name = keyText(line.key);
    const own = byKey.get(name);
    if (own === undefined) byKey.set(name, [line]);
    else own.push(line);
  }
  for (const name of mayBeOver) if (!byKey.has(name)) byKey.set(name, []);
  const lines = [...byKey].flatMap(([name, own]) => {
    const billed = history.billed.get(name);
    return billed === undefined ? own : (adjustmentLine(own, billed, pricing) ?? []);
  });
  return { lines };
}

function adjustmentLine(
  lines: readonly PricedLine[],
  billed: BilledKey,
  pricing: DocumentPricing,
): PricedLine | undefined {
  const { rounding } = pricing;
  const due = sum(lines.map(({ amount }) => amount));
  const difference = subtract(due, billed.amount);
  const appliedTo = movedShares(lines, billed);
  if (isZero(difference) && appliedTo.length === 0) return undefined;
  const [original] = billed.lines;
  const [last] = lines;
  if (original === undefined) throw new Error("unreachable: a key without lines");
  const { key } = billed;
  const period = adjustedPeriod(key, last?.period, original.period);
  const before = original.line.kind === "adjustment" ? "" : ": adjustment";
  const name = last?.description ?? original.line.description;
  return amountLine({
    key,
    kind: "adjustment",
    description: `${name}${last === undefined ? before : ": adjustment"}`,
    period,
    exactAmount: difference,
    amount: difference,
    terms: last?.terms ?? null,
    appliedTo,
    adjustment: {
      billed: billed.amount,
      due,
      invoices: [...new Set(billed.lines.map(({ document }) => document.idempotencyKey))],
      causes: causesOf(key, original.period, last !== undefined, pricing),
    },
    steps: [
      amountStep(
        "due",
        due,
        [`due: ${formatAmount(due, rounding)}`, ...reversalsIn(lines)].join("; "),
      ),
      amountStep(
        "billed",
        isZero(billed.amount) ? ZERO : negate(billed.amount),
        `billed before: ${formatAmount(billed.amount, rounding)}`,
      ),
    ],
  });
}

/** Units that were taken back at the price at which they were billed, for people. */
function reversalsIn(lines: readonly PricedLine[]): readonly string[] {
  return lines
    .flatMap(({ steps }) => steps)
    .filter(({ of, kind }) => of === "amount" && kind === "reversal")
    .map(({ text }) => text);
}

/** What a discount takes off each line now, less what it was billed to take off it. */
function movedShares(due: readonly PricedLine[], { lines }: BilledKey): readonly AppliedShare[] {
  const shares = new Map<string, { readonly key: LineKey; readonly amount: Fraction }>();
  const put = (key: LineKey, amount: Fraction) => {
    const name = keyText(key);
    shares.set(name, { key, amount: add(shares.get(name)?.amount ?? ZERO, amount) });
  };
  for (const { key, amount } of due.flatMap(({ appliedTo }) => appliedTo)) put(key, amount);
  for (const { key, amount } of lines.flatMap(({ shares }) => shares)) put(key, negate(amount));
  return [...shares.values()].filter(({ amount }) => !isZero(amount));
}

/** The part of a fee that was billed and is not due, where it was cut short or made longer; else all of it. */
function adjustedPeriod(key: LineKey, due: Interval | undefined, billed: Interval): Interval {
  if (due === undefined) return billed;
  if (key.kind === "usage") return due;
  if (due.end === billed.end) return due;
  return { start: Math.min(due.end, billed.end), end: Math.max(due.end, billed.end) };
}

/** Why what is due under a key differs from what was billed. */
function causesOf(
  key: LineKey,
  period: Interval,
  isDue: boolean,
  { timeline, lateEventIds }: DocumentPricing,
): readonly AdjustmentCause[] {
  const inside = (at: Instant) => contains(period, at) && !(isDue && at === period.start);
  // What a line begins with has not changed it, unless it is due no longer.
  const { span, zone } = timeline;
  const starts = statesWithin(timeline, period).map((state) => state.span.start);
  const dates = [...starts.filter((at) => at > span.start), span.end].filter(inside);
  const changes = [...new Set(dates)].map(
    (at): AdjustmentCause => ({ kind: "change", date: formatDate(at, zone), eventIds: [] }),
  );
  if (key.kind === "usage") {
    const eventIds = lateEventIds.get(segmentKeyText(key)) ?? [];
    const isOfChange = eventIds.length === 0 && changes.length > 0;
    return isOfChange ? changes : [{ kind: "usage", date: null, eventIds }];
  }
  if (changes.length > 0) return changes;
  // A fee is what it was until the life changes: then by what had come before it.
  const isFee = key.kind === "recurring" || key.kind === "one-time";
  const before = isFee ? changeBefore(period.start, timeline) : undefined;
  return [
    before === undefined
      ? { kind: "re-rating", date: null, eventIds: [] }
      : { kind: "change", date: formatDate(before, zone), eventIds: [] },
  ];
}

/** The last change of a subscription's life at an instant or before it; nothing where there is none but the start. */
function changeBefore(at: Instant, { states, span }: Timeline): Instant | undefined {
  if (span.end <= at) return span.end;
  return states.findLast((state) => state.span.start > span.start && state.span.start <= at)?.span
    .start;
}
