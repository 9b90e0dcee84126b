import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  fraction,
  isZero,
  minimumOf,
  multiply,
  subtract,
  sum,
  ZERO,
} from "../../../money/fraction.js";
import type { Breakdown, ChargeModel, Rater } from "../../model.js";
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
  compile(pricing) {
    const terms = compileTerms(pricing);
    return {
      amount: (values) => amountOf(terms, payable(terms, values)),
      explain: (values) => explain(terms, payable(terms, values)),
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

function amountOf(terms: Terms, events: readonly Payable[]): Fraction {
  const { factor, tiers } = terms;
  if (factor !== undefined) return sum(events.map((event) => eventFee(terms, factor, event)));
  const variable = tiers === undefined ? ZERO : tiers.amount(totalValue(events));
  return add(variable, fixedFees(terms, events));
}

/** Percentage and fixed part of one event, held between its limits. */
function eventFee({ fixed, least, most }: Terms, factor: Fraction, event: Payable): Fraction {
  const share = multiply(event.value, factor);
  if (!event.isCharge) return share;
  const fee = add(share, fixed);
  if (least !== undefined && compare(fee, least) < 0) return least;
  return most !== undefined && compare(fee, most) > 0 ? most : fee;
}

function fixedFees({ fixed }: Terms, events: readonly Payable[]): Fraction {
  return multiply(fixed, fraction(BigInt(events.filter((event) => event.isCharge).length)));
}

/** The value that tiers price: what takes back counts, but a total below zero is nothing. */
function totalValue(events: readonly Payable[]): Fraction {
  const total = sum(events.map((event) => event.value));
  return total.numerator < 0n ? ZERO : total;
}

function explain(terms: Terms, events: readonly Payable[]): Breakdown {
  const { factor, tiers } = terms;
  const charged = events.filter((event) => event.isCharge).length;
  const fixed = fixedFees(terms, events);
  const perEvent = step("per-event", fixed, `${charged} × ${formatExact(terms.fixed)} per event`);
  if (tiers !== undefined) {
    const breakdown = tiers.explain(totalValue(events));
    return { ...breakdown, unitPrice: null, steps: [...breakdown.steps, ...perEvent] };
  }
  if (factor === undefined) return { unitPrice: null, tiers: [], steps: [] };
  const total = sum(events.map((event) => event.value));
  const share = multiply(total, factor);
  const percent = formatExact(multiply(factor, fraction(100n)));
  const limited = subtract(amountOf(terms, events), add(share, fixed));
  return {
    unitPrice: null,
    tiers: [],
    steps: [
      ...step("percentage", share, `${percent} % of ${formatExact(total)}`),
      ...perEvent,
      ...step("per-event", limited, "minimum and maximum per event"),
    ],
  };
}

function step(kind: Step["kind"], value: Fraction, text: string): readonly Step[] {
  return isZero(value) ? [] : [{ of: "amount", kind, value: formatExact(value), text }];
}
