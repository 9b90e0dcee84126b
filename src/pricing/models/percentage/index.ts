import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  fraction,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  subtract,
  sum,
  ZERO,
} from "../../../money/fraction.js";
import {
  addTotals,
  type Breakdown,
  type ChargeModel,
  type ModelInputs,
  NO_VALUES,
  type Rater,
  type ValueTotals,
} from "../../model.js";
import type { Step } from "../../step.js";
import { fillingRater } from "../../tier-raters.js";
import { type PercentagePricing, type PercentTierInput, percentageSchema } from "./schema.js";

/** Percentage pricing: a share of what each event is worth. */
export const percentage: ChargeModel<
  PercentagePricing,
  PercentagePricing<DecimalInput, PercentTierInput>,
  "values",
  "usage"
> = {
  model: "percentage",
  schema: percentageSchema,
  chargeTypes: ["usage"],
  needs: "values",
  facts: { monotone: false, additive: false },
  perEvent(pricing) {
    const { percent, fixedPerEvent, minPerEvent, maxPerEvent, freeEvents, freeAmount } = pricing;
    // Which events are free depends on those before them.
    if (freeEvents !== undefined || freeAmount !== undefined) return undefined;
    if (minPerEvent === undefined && maxPerEvent === undefined) {
      return { terms: {}, limitedOf: () => ZERO };
    }
    const terms = compileTerms(pricing);
    return {
      terms: {
        ...(percent === undefined ? {} : { percent }),
        ...(fixedPerEvent === undefined ? {} : { fixedPerEvent }),
        ...(minPerEvent === undefined ? {} : { minPerEvent }),
        ...(maxPerEvent === undefined ? {} : { maxPerEvent }),
      },
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
};

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

/** What of an event pays. */
interface Payable {
  readonly value: Fraction;
  /** Whether the fixed part and the limits per event apply: not to what takes back. */
  readonly isCharge: boolean;
}

function compileTerms(pricing: PercentagePricing): Terms {
  const { percent, tiers, overflow, flatFeeAtZero } = pricing;
  const optional = (decimal: string | undefined) =>
    decimal === undefined ? undefined : exact(decimal);
  return {
    factor: percent === undefined ? undefined : asFactor(percent),
    tiers:
      tiers &&
      fillingRater({
        tiers: tiers.map(({ percent: rate, ...tier }) => ({
          ...tier,
          unitPrice: formatExact(asFactor(rate)),
        })),
        ...(overflow === undefined ? {} : { overflow }),
        ...(flatFeeAtZero === undefined ? {} : { flatFeeAtZero }),
      }),
    fixed: exact(pricing.fixedPerEvent ?? "0"),
    least: optional(pricing.minPerEvent),
    most: optional(pricing.maxPerEvent),
    freeEvents: optional(pricing.freeEvents),
    freeAmount: optional(pricing.freeAmount),
  };
}

function asFactor(percent: string): Fraction {
  return multiply(exact(percent), fraction(1n, 100n));
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
  const perEvent = step("per-event", fixedFees(terms, totals), text);
  if (tiers !== undefined) {
    const breakdown = tiers.explain(positiveValue(totals));
    return { ...breakdown, unitPrice: null, steps: [...breakdown.steps, ...perEvent] };
  }
  if (factor === undefined) return { unitPrice: null, tiers: [], steps: [] };
  const percent = formatExact(multiply(factor, fraction(100n)));
  return {
    unitPrice: null,
    tiers: [],
    steps: [
      ...step("percentage", multiply(value, factor), `${percent} % of ${formatExact(value)}`),
      ...perEvent,
      ...step("per-event", limited, "minimum and maximum per event"),
    ],
  };
}

function step(kind: Step["kind"], value: Fraction, text: string): readonly Step[] {
  return isZero(value) ? [] : [{ of: "amount", kind, value: formatExact(value), text }];
}
