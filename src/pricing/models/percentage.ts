import { issueAt } from "../../errors.js";
import { type DecimalInput, exact } from "../../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  fraction,
  isNegative,
  minimumOf,
  multiply,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { excludes, needs, oneRequired } from "../../schema/json-rules.js";
import { checkBounds, type Report, type UnknownRecord } from "../../schema/unknown-record.js";
import { type Breakdown, bySteps } from "../breakdown.js";
import {
  addTotals,
  defineChargeModel,
  type ModelInputs,
  NO_VALUES,
  type PricingSchema,
  type Rater,
  type ValueTotals,
} from "../model.js";
import { amountStep, isNonZero } from "../step.js";
import { graduatedKnots, graduatedRater } from "../tier-raters.js";
import { readTiers, tierFields } from "../tier-schema.js";
import type { Tier, TierList } from "../tiers.js";
import { asFactor, asUnitTier, eventCurve } from "./percentage-curve.js";

/** A tier of the total value: each part of it at the percentage of its own tier. */
export interface PercentTier<D = string> {
  /** Upper bound of the total value, inclusive; absent on the last tier. */
  readonly upTo?: D;
  /** Percent of the value in this tier, 0 or more. */
  readonly percent: D;
  /** Fee for the tier as a whole, billed once the tier holds more than 0. */
  readonly flatFee?: D;
}

/** A percent tier as the rows of a form show it. */
export interface PercentTierRow<D = DecimalInput> {
  /** Value at which the tier starts. */
  readonly start: D;
  /** Value at which it ends; absent on the last row. */
  readonly end?: D;
  /** Percent of the value in this tier. */
  readonly percent: D;
  /** Fee for the tier as a whole. */
  readonly flatFee?: D;
}

/** A percent tier as it may be written. */
export type PercentTierInput = PercentTier<DecimalInput> | PercentTierRow;

/**
 * A percentage of the money that each event is about (its `value`), with what card fees and success fees have besides.
 *
 * Events are priced in the order of their timestamps. Free ones come first: `freeEvents` and `freeAmount` both count
 * down, and whichever is exhausted first ends the free part. An event that is free in part pays the percentage on the
 * rest, and the whole fixed part. A negative value takes back its percentage, and nothing else.
 */
export interface PercentagePricing<D = string, T = PercentTier> extends Partial<TierList<T>> {
  /** The charge model. */
  readonly model: "percentage";
  /** Percent of each event's value, 0 or more. Either this or `tiers`. */
  readonly percent?: D;
  /** Fixed amount for each event that is not free. */
  readonly fixedPerEvent?: D;
  /** The least that an event pays, its fixed part included; not beside tiers. */
  readonly minPerEvent?: D;
  /** The most that an event pays, its fixed part included; not beside tiers. */
  readonly maxPerEvent?: D;
  /** How many events of a billing cycle are free. */
  readonly freeEvents?: D;
  /** How much value of a billing cycle is free. */
  readonly freeAmount?: D;
}

/** Limits of what an event pays: not beside tiers. */
const EVENT_LIMITS = ["minPerEvent", "maxPerEvent"];
/** What decides the part of an event that limits add or take off. */
const EVENT_PRICES = ["percent", "fixedPerEvent", "minPerEvent", "maxPerEvent"] as const;
/** Options of tiers: only beside them. */
const TIER_OPTIONS = ["overflow", "flatFeeAtZero"];

export const percentage = defineChargeModel({
  model: "percentage",
  schema: (
    kit,
  ): PricingSchema<PercentagePricing, PercentagePricing<DecimalInput, PercentTierInput>> => {
    const { tiers, ...options } = tierFields(kit, {
      percent: kit.nonNegativeDecimal,
      flatFee: kit.optional(kit.price),
    });
    return kit
      .object({
        model: kit.literal("percentage"),
        percent: kit.optional(kit.nonNegativeDecimal),
        tiers: kit.optional(tiers),
        ...options,
        fixedPerEvent: kit.optional(kit.price),
        minPerEvent: kit.optional(kit.price),
        maxPerEvent: kit.optional(kit.price),
        freeEvents: kit.optional(kit.nonNegativeDecimal),
        freeAmount: kit.optional(kit.nonNegativeDecimal),
      })
      .check(kit.rewrite(readTiers), kit.rule(checkPercentage))
      .meta({
        allOf: [
          oneRequired(["percent", "tiers"]),
          ...TIER_OPTIONS.map((name) => needs(name, "tiers")),
          ...EVENT_LIMITS.map((name) => excludes(name, "tiers")),
        ],
      });
  },
  chargeTypes: ["usage"],
  needs: "values",
  facts: { monotone: false, additive: false },
  perEvent(pricing) {
    const { minPerEvent, maxPerEvent, freeEvents, freeAmount } = pricing;
    // Which events are free depends on those before them.
    if (freeEvents !== undefined || freeAmount !== undefined) return undefined;
    if (minPerEvent === undefined && maxPerEvent === undefined) {
      return { terms: {}, limitedOf: () => ZERO };
    }
    const terms = compileTerms(pricing);
    const given = EVENT_PRICES.flatMap((name) => {
      const price = pricing[name];
      return price === undefined ? [] : [[name, price] as const];
    });
    return {
      terms: Object.fromEntries(given),
      limitedOf: (value) => limitedOf(terms, { value, isCharge: !isNegative(value) }),
    };
  },
  compile(pricing) {
    const terms = compileTerms(pricing);
    return {
      amount: (values) => amountOf(terms, totalsOf(terms, values)),
      explain: (values) => explain(terms, totalsOf(terms, values)),
    };
  },
  curve(pricing) {
    const list = tierList(pricing);
    return eventCurve({ ...compileTerms(pricing), tiers: list && graduatedKnots(list) });
  },
  unitPrices: () => [],
});

interface Terms {
  /** Percent as a factor; nothing where tiers price the total. */
  readonly factor: Fraction | undefined;
  readonly tiers: Rater<"quantity"> | undefined;
  readonly fixed: Fraction;
  readonly least: Fraction | undefined;
  readonly most: Fraction | undefined;
  readonly freeEvents: Fraction | undefined;
  readonly freeAmount: Fraction | undefined;
}

/** The part of an event that is not free. */
interface Payable {
  readonly value: Fraction;
  /** Whether the fixed part and the limits per event apply: not to what takes back. */
  readonly isCharge: boolean;
}

function compileTerms(pricing: PercentagePricing): Terms {
  const { percent } = pricing;
  const list = tierList(pricing);
  const optional = (decimal: string | undefined) =>
    decimal === undefined ? undefined : exact(decimal);
  return {
    factor: percent === undefined ? undefined : asFactor(percent),
    tiers: list && graduatedRater(list),
    fixed: exact(pricing.fixedPerEvent ?? "0"),
    least: optional(pricing.minPerEvent),
    most: optional(pricing.maxPerEvent),
    freeEvents: optional(pricing.freeEvents),
    freeAmount: optional(pricing.freeAmount),
  };
}

function tierList({ tiers, ...options }: PercentagePricing): TierList<Tier> | undefined {
  return tiers && { ...options, tiers: tiers.map(asUnitTier) };
}

/** Takes the free events and the free amount off, in the order of the events. */
function payable(terms: Terms, values: readonly Fraction[]): readonly Payable[] {
  const { freeEvents, freeAmount } = terms;
  let free = freeEvents !== undefined || freeAmount !== undefined;
  let events = 0n;
  let used = ZERO;
  const paying: Payable[] = [];
  for (const value of values) {
    if (value.numerator < 0n) {
      paying.push({ value, isCharge: false });
      continue;
    }
    if (freeEvents !== undefined && compare(fraction(events), freeEvents) >= 0) free = false;
    if (freeAmount !== undefined && compare(used, freeAmount) >= 0) free = false;
    const left = freeAmount === undefined ? value : subtract(freeAmount, used);
    const freePart = free ? minimumOf(value, left) : ZERO;
    events += 1n;
    used = add(used, freePart);
    // A free event uses up a place also when it is about nothing.
    if (free && compare(freePart, value) === 0) continue;
    free = false;
    paying.push({ value: subtract(value, freePart), isCharge: true });
  }
  return paying;
}

/** What decides the amount: each event for itself, but for those that are free. */
function totalsOf(terms: Terms, values: ModelInputs["values"]): ValueTotals {
  if ("events" in values) return values;
  return payable(terms, values)
    .map((event) => ({
      events: 1,
      charged: event.isCharge ? 1 : 0,
      value: event.value,
      limited: limitedOf(terms, event),
    }))
    .reduce(addTotals, NO_VALUES);
}

function amountOf(terms: Terms, totals: ValueTotals): Fraction {
  const { factor, tiers } = terms;
  const fixed = fixedFees(terms, totals);
  if (factor === undefined) {
    return add(tiers === undefined ? ZERO : tiers.amount(positiveValue(totals)), fixed);
  }
  return sum([multiply(totals.value, factor), fixed, totals.limited]);
}

/** What minimum and maximum add to the percentage and fixed part of one event. */
function limitedOf({ factor, fixed, least, most }: Terms, event: Payable): Fraction {
  if (!event.isCharge || factor === undefined) return ZERO;
  const fee = add(multiply(event.value, factor), fixed);
  if (least !== undefined && compare(fee, least) < 0) return subtract(least, fee);
  return most !== undefined && compare(fee, most) > 0 ? subtract(most, fee) : ZERO;
}

function fixedFees({ fixed }: Terms, { charged }: ValueTotals): Fraction {
  return multiply(fixed, fraction(BigInt(charged)));
}

/** The value that tiers price: what takes back counts, but a total below zero is nothing. */
function positiveValue({ value }: ValueTotals): Fraction {
  return isNegative(value) ? ZERO : value;
}

function explain(terms: Terms, totals: ValueTotals): Breakdown {
  const { factor, tiers } = terms;
  const { charged, value, limited } = totals;
  const text = `${charged} × ${formatExact(terms.fixed)} per event`;
  const fixed = amountStep("per-event", fixedFees(terms, totals), text);
  if (tiers !== undefined) {
    const breakdown = tiers.explain(positiveValue(totals));
    return { ...breakdown, steps: [...breakdown.steps, ...[fixed].filter(isNonZero)] };
  }
  if (factor === undefined) return bySteps([]);
  const percent = formatExact(multiply(factor, fraction(100n)));
  const steps = [
    amountStep("percentage", multiply(value, factor), `${percent} % of ${formatExact(value)}`),
    fixed,
    amountStep("per-event", limited, "minimum and maximum per event"),
  ];
  return bySteps(steps.filter(isNonZero));
}

function checkPercentage(pricing: UnknownRecord, report: Report): void {
  if ("percent" in pricing === "tiers" in pricing) {
    const expected = "either percent or tiers";
    const found = "percent" in pricing ? "both" : "neither";
    report(issueAt("missing_price", [], { expected, found }));
  }
  for (const name of "tiers" in pricing ? EVENT_LIMITS : TIER_OPTIONS) {
    if (!(name in pricing)) continue;
    const expected = "tiers" in pricing ? "only without tiers" : "only beside tiers";
    report(issueAt("field_not_allowed", [name], { expected, received: pricing[name] }));
  }
  checkBounds(pricing, ["minPerEvent", "maxPerEvent"], report);
}
