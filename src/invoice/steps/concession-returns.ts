import { groupBy } from "../../data/group-by.js";
import { allocate } from "../../money/allocation.js";
import {
  type Fraction,
  isNegative,
  isZero,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import { type Interval, overlap } from "../../time/interval.js";
import { gridOf } from "../history/account-parts.js";
import type { BilledLine } from "../history/history.js";
import type { LineKind } from "../line.js";
import { amountLine, keyText, type LineKey, type PricedLine } from "../priced-line.js";
import { type DocumentLines, type DocumentPricing, netByKey } from "./document-step.js";

/** What was credited by choice under a key, net of coupons, and what of it was taken back since. */
interface Conceded {
  readonly key: LineKey;
  readonly period: Interval;
  readonly amount: Fraction;
  readonly returned: Fraction;
}

/** What was credited of a charge by choice, over a stretch of time. */
interface Stretch {
  readonly period: Interval;
  readonly own: readonly Conceded[];
}

/**
 * A correction gives back no more than was paid: where a charge has come to less than what was credited of it by choice, the rest of
 * that credit is in the correction, and is taken off it here. Else what was credited by choice stays, whatever comes after it.
 */
export function concessionReturns(
  pricing: DocumentPricing,
  lines: readonly PricedLine[],
): DocumentLines {
  const { history } = pricing;
  const conceded = concededByCharge(history.settled, pricing);
  if (conceded.size === 0) return { lines: [] };
  const touched = new Set([...netByKey(lines).values()].map(({ key }) => key.chargeId));
  const charges = [...conceded].filter(([chargeId]) => touched.has(chargeId));
  if (charges.length === 0) return { lines: [] };
  const dueOf = dueFinder(pricing, lines);
  return {
    lines: charges.flatMap(([chargeId, own]) =>
      stretchesOf(own).flatMap((each) => returnLine(chargeId, each, dueOf, pricing) ?? []),
    ),
  };
}

const CREDITED: ReadonlySet<LineKind> = new Set<LineKind>(["concession", "coupon-return"]);

function concededByCharge(
  settled: readonly BilledLine[],
  { history, period }: DocumentPricing,
): ReadonlyMap<string | null, readonly Conceded[]> {
  const shares = settled
    .filter(({ line: { kind } }) => CREDITED.has(kind) || kind === "concession-return")
    .flatMap(({ line, shares: own }) => own.map((share) => ({ ...share, kind: line.kind })));
  const conceded = [...groupBy(shares, ({ key }) => keyText(key))].flatMap(([name, own]) => {
    const [first] = own;
    const sumOf = (isOwn: boolean) =>
      sum(own.filter(({ kind }) => CREDITED.has(kind) === isOwn).map(({ amount }) => amount));
    if (first === undefined) return [];
    return {
      key: first.key,
      period: history.billed.get(name)?.lines[0]?.period ?? period,
      amount: negate(sumOf(true)),
      returned: sumOf(false),
    };
  });
  return groupBy(conceded, ({ key }) => key.chargeId);
}

/** Groups what was credited of a charge by time: what overlaps belongs together. */
function stretchesOf(conceded: readonly Conceded[]): readonly Stretch[] {
  const ordered = conceded.toSorted((a, b) => a.period.start - b.period.start);
  const stretches: Stretch[] = [];
  for (const each of ordered) {
    const last = stretches.at(-1);
    if (last === undefined || overlap(last.period, each.period) === undefined) {
      stretches.push({ period: each.period, own: [each] });
      continue;
    }
    const period = { ...last.period, end: Math.max(last.period.end, each.period.end) };
    stretches[stretches.length - 1] = { period, own: [...last.own, each] };
  }
  return stretches;
}

/** What is due of a charge over a stretch of time, by all documents and this one, net of discounts and coupons. */
function dueFinder({ history }: DocumentPricing, lines: readonly PricedLine[]) {
  const billed = [...history.billed.values()].flatMap((each) => each.lines);
  const earlier = billed.map(({ key, amount, shares }) => ({ key, amount, appliedTo: shares }));
  const periods = new Map(lines.map(({ key, period }) => [keyText(key), period]));
  for (const { key, period } of billed.toReversed()) periods.set(keyText(key), period);
  const byCharge = groupBy(netByKey([...earlier, ...lines]), ([, { key }]) => key.chargeId);
  return (chargeId: string | null, { period, own }: Stretch): Fraction => {
    const names = new Set(own.map(({ key }) => keyText(key)));
    const nets = (byCharge.get(chargeId) ?? []).filter(([name]) => {
      const at = periods.get(name);
      return names.has(name) || (at !== undefined && overlap(at, period) !== undefined);
    });
    return sum(nets.map(([, { amount }]) => amount));
  };
}

function returnLine(
  chargeId: string | null,
  stretch: Stretch,
  dueOf: (chargeId: string | null, stretch: Stretch) => Fraction,
  { rounding }: DocumentPricing,
): PricedLine | undefined {
  const { own } = stretch;
  const due = dueOf(chargeId, stretch);
  const over = subtract(sum(own.map(({ amount }) => amount)), isNegative(due) ? ZERO : due);
  const amount = subtract(isNegative(over) ? ZERO : over, sum(own.map(({ returned }) => returned)));
  if (isZero(amount)) return undefined;
  const rooms = own.map((each) =>
    isNegative(amount) ? each.returned : subtract(each.amount, each.returned),
  );
  const { increment } = gridOf([amount, ...rooms], rounding);
  const shares = allocate(amount, rooms, increment, rooms);
  return amountLine({
    key: { kind: "concession-return", chargeId, start: stretch.period.start, group: null },
    description: "Credited before",
    period: stretch.period,
    exactAmount: amount,
    amount,
    appliedTo: own
      .map(({ key }, index) => ({ key, amount: shares[index] ?? ZERO }))
      .filter((share) => !isZero(share.amount)),
    steps: [amountStep("concession", amount, "what the correction takes back was credited before")],
  });
}
