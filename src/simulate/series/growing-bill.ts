import { firstIndex } from "../../data/first-index.js";
import type { PricedLine } from "../../invoice/document/priced-line.js";
import type { PricedPart } from "../../invoice/price/price-period.js";
import type { MeteredSegment } from "../../invoice/rating/metered-segment.js";
import { bareLine, type GroupAmount } from "../../invoice/rating/rate-segment.js";
import { priceRated } from "../../invoice/steps/index.js";
import { add, type Fraction, isZero, powerOfTen, subtract, ZERO } from "../../money/fraction.js";
import type { Interval } from "../../time/interval.js";
import { type GrowthRules, remembering, type Source, sourceOf } from "./growing-source.js";

/** What amounts and quantities grow by in each bucket, by charge id; `null` for what concerns a plan as a whole. */
export interface Growth {
  /** In minor units. */
  readonly amounts: Map<string | null, bigint[]>;
  readonly quantities: Map<string | null, Fraction[]>;
}

/** Amounts in minor units by charge id. */
type Sums = ReadonlyMap<string | null, bigint>;

/**
 * Adds what a part of a billing period bills to the buckets in which it comes about: in each, what it comes to up to the end of the
 * bucket less what it came to before. In the end it comes to the lines of its document, whatever the model, the steps and the
 * rounding; before, to what the same steps make of the usage so far, as on an interim document.
 */
export function addGrowth(part: PricedPart, rules: GrowthRules, growth: Growth): void {
  const { pricing, lines } = part;
  const scale = powerOfTen(pricing.rounding.decimals);
  const linesOf = linesBySegment(lines);
  const isAdjusted = isAdjustedBefore(part);
  const sources = pricing.segments.map((each) => {
    const source = sourceOf(each, part, linesOf(each), rules);
    return isAdjusted ? remembering(source) : source;
  });
  for (const source of sources) growAlone(source, { rules, growth, scale, isAdjusted });
  const context = { rules, growth, scale };
  if (isAdjusted) growAdjusted(part, sources, context);
  else growAtEnd(part, sources, context);
}

interface GrowthContext {
  readonly rules: GrowthRules;
  readonly growth: Growth;
  readonly scale: bigint;
}

/** Whether anything but rating makes the bill before the period is over: what is owed at least, or promised, waits for its end. */
function isAdjustedBefore({ pricing }: PricedPart): boolean {
  const { discounts, drawdowns, maximumSpend, segments } = pricing;
  return (
    discounts.length > 0 ||
    drawdowns.length > 0 ||
    maximumSpend !== undefined ||
    segments.some(({ charge }) => charge.maximum !== undefined)
  );
}

/** The quantity of a segment, and what it bills where nothing else decides that. */
function growAlone(
  { segment: { charge }, grows, at, lines, quantity }: Source,
  { rules: { edges }, growth, scale, isAdjusted }: GrowthContext & { readonly isAdjusted: boolean },
): void {
  const buckets = edges.length - 1;
  let [amountBefore, quantityBefore] = [0n, ZERO];
  const step = (bucket: number, amount: bigint, counted: Fraction) => {
    if (bucket >= 0 && bucket < buckets) {
      if (!isAdjusted) addAmount(growth, charge.id, bucket, amount - amountBefore, buckets);
      addQuantity(growth, charge.id, bucket, subtract(counted, quantityBefore), buckets);
    }
    [amountBefore, quantityBefore] = [amount, counted];
  };
  let place = firstIndex(edges, (edge) => edge > grows.start);
  for (; (edges[place] ?? grows.end) < grows.end; place += 1) {
    const { amounts, quantity: counted } = at(edges[place] ?? grows.end);
    step(place - 1, isAdjusted ? 0n : minorSum(amounts, scale), counted);
  }
  step(place - 1, minorSum(lines, scale), quantity);
}

/** What a period owes at least, and gives back, stands at its end. */
function growAtEnd(
  part: PricedPart,
  sources: readonly Source[],
  { rules: { edges }, growth, scale }: GrowthContext,
): void {
  const others = part.lines.filter(({ terms }) => terms === null);
  if (others.length === 0) return;
  const { end } = wholeOf(part, sources);
  const bucket = firstIndex(edges, (edge) => edge >= end) - 1;
  if (bucket < 0 || bucket >= edges.length - 1) return;
  for (const [id, amount] of byCharge(others, scale)) {
    addAmount(growth, id, bucket, amount, edges.length - 1);
  }
}

/** Where discounts and limits see all of a part together, they are applied to what it comes to at each edge. */
function growAdjusted(
  part: PricedPart,
  sources: readonly Source[],
  { rules: { edges }, growth, scale }: GrowthContext,
): void {
  const { pricing, lines } = part;
  const buckets = edges.length - 1;
  const grows = wholeOf(part, sources);
  let before: Sums = new Map();
  const step = (bucket: number, now: Sums) => {
    if (bucket >= 0 && bucket < buckets) {
      for (const id of new Set([...now.keys(), ...before.keys()])) {
        const own = (now.get(id) ?? 0n) - (before.get(id) ?? 0n);
        addAmount(growth, id, bucket, own, buckets);
      }
    }
    before = now;
  };
  let place = firstIndex(edges, (edge) => edge > grows.start);
  for (; (edges[place] ?? grows.end) < grows.end; place += 1) {
    const until = edges[place] ?? grows.end;
    const rated = new Map(
      sources.flatMap(({ segment, grows: own, at, lines: final }) => {
        if (until <= own.start) return [];
        const amounts: readonly GroupAmount[] =
          until >= own.end
            ? final.map(({ key: { group }, amount }) => ({ group, amount }))
            : at(until).amounts;
        return amounts.map((each) => [bareLine(segment, each), segment] as const);
      }),
    );
    step(place - 1, byCharge(priceRated({ ...pricing, isInterim: true }, rated), scale));
  }
  step(place - 1, byCharge(lines, scale));
}

/** The time in which a part of a billing period comes about. */
function wholeOf(
  { part, scheduled: { period } }: PricedPart,
  sources: readonly Source[],
): Interval {
  const own = sources.map(({ grows }) => grows);
  const all = part === "in-advance" && own.length > 0 ? own : [period, ...own];
  return {
    start: all.map(({ start }) => start).reduce((a, b) => Math.min(a, b)),
    end: all.map(({ end }) => end).reduce((a, b) => Math.max(a, b)),
  };
}

/** The lines that segments were rated to. */
function linesBySegment(
  lines: readonly PricedLine[],
): (segment: MeteredSegment) => readonly PricedLine[] {
  const found = new Map<string, PricedLine[]>();
  for (const line of lines) {
    const { kind, chargeId, start, mark } = line.key;
    if (line.terms === null) continue;
    const name = `${start} ${mark} ${kind} ${chargeId}`;
    const own = found.get(name);
    if (own === undefined) found.set(name, [line]);
    else own.push(line);
  }
  return ({ charge, period, occurredFrom }) =>
    found.get(`${period.start} ${occurredFrom} ${charge.chargeType} ${charge.id}`) ?? [];
}

function addAmount(
  { amounts }: Growth,
  id: string | null,
  bucket: number,
  amount: bigint,
  buckets: number,
): void {
  if (amount === 0n) return;
  const row = amounts.get(id) ?? new Array<bigint>(buckets).fill(0n);
  amounts.set(id, row);
  row[bucket] = (row[bucket] ?? 0n) + amount;
}

function addQuantity(
  { quantities }: Growth,
  id: string | null,
  bucket: number,
  quantity: Fraction,
  buckets: number,
): void {
  if (isZero(quantity)) return;
  const row = quantities.get(id) ?? new Array<Fraction>(buckets).fill(ZERO);
  quantities.set(id, row);
  const before = row[bucket];
  row[bucket] = before === undefined || before === ZERO ? quantity : add(before, quantity);
}

function byCharge(lines: readonly PricedLine[], scale: bigint): Sums {
  const sums = new Map<string | null, bigint>();
  for (const { key, amount } of lines) {
    sums.set(key.chargeId, (sums.get(key.chargeId) ?? 0n) + minorOf(amount, scale));
  }
  return sums;
}

function minorSum(amounts: readonly { readonly amount: Fraction }[], scale: bigint): bigint {
  let all = 0n;
  for (const { amount } of amounts) all += minorOf(amount, scale);
  return all;
}

/** An amount on the currency's grid in minor units. */
function minorOf({ numerator, denominator }: Fraction, scale: bigint): bigint {
  return denominator === scale ? numerator : (numerator * scale) / denominator;
}
