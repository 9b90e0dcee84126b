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
import type { LineKind } from "../document/line.js";
import { amountLine, keyText, type LineKey, type PricedLine } from "../document/priced-line.js";
import { gridOf } from "../history/account-parts.js";
import { segmentName } from "../history/history.js";
import { type DocumentLines, type DocumentPricing, netByKey } from "./document-step.js";

/** What was credited by choice under a key, net of coupons, and what of it was taken back since. */
interface Conceded {
  readonly key: LineKey;
  readonly period: Interval;
  readonly amount: Fraction;
  readonly returned: Fraction;
}

/** All of it of a charge from one start on: its groups. */
type ConcededSegment = readonly [Conceded, ...Conceded[]];

/**
 * A correction gives back no more than was paid: where a charge has come to less than what was credited of it by choice, the rest of
 * that credit is in the correction, and is taken off it here. Else what was credited by choice stays, whatever comes after it.
 */
export function concessionReturns(
  pricing: DocumentPricing,
  lines: readonly PricedLine[],
): DocumentLines {
  const conceded = concededBySegment(pricing);
  if (conceded.size === 0) return { lines: [] };
  const touched = new Set([...netByKey(lines).values()].map(({ key }) => key.chargeId));
  const segments = [...conceded.values()].filter(([{ key }]) => touched.has(key.chargeId));
  if (segments.length === 0) return { lines: [] };
  const dueOf = dueFinder(pricing, lines);
  return { lines: segments.flatMap((own) => returnLine(own, dueOf(own), pricing) ?? []) };
}

const CREDITED: ReadonlySet<LineKind> = new Set<LineKind>(["concession", "coupon-return"]);

function concededBySegment({
  history,
  period,
}: DocumentPricing): ReadonlyMap<string, ConcededSegment> {
  const shares = history.settled
    .filter(({ line: { kind } }) => CREDITED.has(kind) || kind === "concession-return")
    .flatMap(({ line, shares: own }) => own.map((share) => ({ ...share, kind: line.kind })));
  const conceded = [...groupBy(shares, ({ key }) => keyText(key))].map(([name, own]) => {
    const [{ key }] = own;
    const sumOf = (isOwn: boolean) =>
      sum(own.filter(({ kind }) => CREDITED.has(kind) === isOwn).map(({ amount }) => amount));
    return {
      key,
      period: history.billed.get(name)?.lines[0]?.period ?? period,
      amount: negate(sumOf(true)),
      returned: sumOf(false),
    };
  });
  return groupBy(conceded, ({ key }) => segmentName(key.chargeId, key.start));
}

const LIMITS: ReadonlySet<LineKind> = new Set<LineKind>(["minimum", "maximum", "guarantee"]);

/**
 * What is due of a charge over a stretch of time, by all documents and this one, net of discounts and coupons: its groups together,
 * and with its limits and guarantees, as one may come to less because another has come to more.
 */
function dueFinder({ history }: DocumentPricing, lines: readonly PricedLine[]) {
  const billed = [...history.billed.values()].flatMap((each) => each.lines);
  const earlier = billed.map(({ key, amount, shares }) => ({ key, amount, appliedTo: shares }));
  const periods = new Map(lines.map(({ key, period }) => [keyText(key), period]));
  for (const { key, period } of billed.toReversed()) periods.set(keyText(key), period);
  const byCharge = groupBy(netByKey([...earlier, ...lines]), ([, { key }]) => key.chargeId);
  return ([first]: ConcededSegment): Fraction => {
    const nets = (byCharge.get(first.key.chargeId) ?? []).filter(([name, { key }]) => {
      if (key.start === first.key.start) return true;
      const at = periods.get(name);
      return LIMITS.has(key.kind) && at !== undefined && overlap(at, first.period) !== undefined;
    });
    return sum(nets.map(([, { amount }]) => amount));
  };
}

function returnLine(
  own: ConcededSegment,
  due: Fraction,
  { rounding }: DocumentPricing,
): PricedLine | undefined {
  const [first] = own;
  const given = sum(own.map(({ amount }) => amount));
  const returned = sum(own.map((each) => each.returned));
  const over = subtract(given, isNegative(due) ? ZERO : due);
  const amount = subtract(isNegative(over) ? ZERO : over, returned);
  if (isZero(amount)) return undefined;
  const rooms = own.map((each) =>
    isNegative(amount) ? each.returned : subtract(each.amount, each.returned),
  );
  const { increment } = gridOf([amount, ...rooms], rounding);
  const shares = allocate(amount, rooms, increment, rooms);
  const { chargeId, start } = first.key;
  return amountLine({
    key: { kind: "concession-return", chargeId, start, group: null },
    description: "Credited before",
    period: first.period,
    exactAmount: amount,
    amount,
    appliedTo: own
      .map(({ key }, index) => ({ key, amount: shares[index] ?? ZERO }))
      .filter((share) => !isZero(share.amount)),
    steps: [amountStep("concession", amount, "what the correction takes back was credited before")],
  });
}
