import { catalogReader } from "../catalog/catalog.js";
import type { Charge, ChargeInput } from "../catalog/charge.js";
import {
  includedBy,
  isRated,
  isUsageCharge,
  pricesUsage,
  type RatedCharge,
} from "../catalog/charge-kinds.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  policyRounding,
  readPolicy,
} from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, issuesUnder, PricingError, type PricingIssue } from "../errors.js";
import type { LooseLine } from "../invoice/document/line.js";
import type { LineTerms } from "../invoice/document/line-terms.js";
import { writeLine } from "../invoice/document/priced-line.js";
import type { PricingWarning } from "../invoice/document/warning.js";
import type { MeteredSegment } from "../invoice/rating/metered-segment.js";
import { nothingUsed } from "../invoice/rating/rate-segment.js";
import { pricePart } from "../invoice/steps/index.js";
import { limitBreach } from "../invoice/steps/limits.js";
import { negativeUsage, unbilledEvents } from "../invoice/write/warnings.js";
import { type AmountRounding, formatAmount, roundAmount } from "../money/amount-rounding.js";
import { decimalIssue } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import { type Fraction, sum } from "../money/fraction.js";
import { compileTerms, exactAmount, rateExactly } from "../pricing/rate-exactly.js";
import { valueOrReport } from "../schema/parse.js";
import { UTC } from "../time/zone.js";
import { quantityGiven } from "../usage/given-quantities.js";
import { nothingMetered } from "../usage/meter/metered.js";
import type { UsageSegment } from "../usage/meter/scope.js";
import { resolveUsage } from "../usage/read-usage.js";
import type { UsageSummary } from "../usage/summary/summary.js";
import { ONE_CYCLE, oneCycle } from "./one-cycle.js";

/** What one charge costs for one quantity, with everything that led to it. */
export interface Rating
  extends Pick<
    LooseLine<LineTerms>,
    "quantity" | "unitOfMeasure" | "unitPrice" | "tiers" | "exactAmount" | "amount" | "steps"
  > {
  /** The charge. */
  readonly chargeId: string;
  /** Currency of all amounts. */
  readonly currency: string;
  /** The terms as rated. */
  readonly terms: LineTerms;
  /** What was billed otherwise than it was given. */
  readonly warnings: readonly PricingWarning[];
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

/** A charge that can be rated by itself: one that a model prices, in a known currency. */
interface RateableCharge {
  readonly charge: RatedCharge;
  readonly currency: string;
  readonly rounding: AmountRounding;
  readonly policy: BillingPolicy;
}

/**
 * What one charge costs for a quantity or a usage summary: its model's amount, rounded once, held between its minimum
 * and maximum. Discounts are for `simulate` and `invoice` to apply, which run the same steps.
 *
 * `exactAmount` is the model's amount before rounding and limits; the steps `of: "amount"` add up to `amount`.
 *
 * @throws {PricingError} with every issue: of the charge, the usage, the policy; `missing_currency` when the charge
 * names none; `quantity_above_last_tier` under `overflow: "error"`.
 *
 * @example
 * ```ts
 * import { rate } from "rateplan";
 *
 * const rating = rate({
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }] },
 * }, 501);
 * rating.amount; // => "15030.00"
 * rating.tiers; // => [{ from: "500", upTo: null, quantity: "501", unitPrice: "30", flatFee: null, amount: "15030" }]
 * ```
 */
export function rate(
  charge: ChargeInput | Charge,
  usage: DecimalInput | UsageSummary,
  policy?: BillingPolicyInput,
): Rating {
  const { charge: own, currency, rounding, policy: inForce } = readCharge(charge, policy);
  const issues: PricingIssue[] = [];
  const usageSegment: UsageSegment = { charge: own };
  const context = { segments: [usageSegment], scope: {}, policy: inForce };
  const { metered, report, summarized } = resolveUsage(usage, context, ["usage"], issues);
  if (issues.length > 0) throw new PricingError(issues);
  const segment: MeteredSegment = {
    ...oneCycle(own, { ratePlanId: null, agentType: undefined, quantity: undefined }),
    levels: undefined,
    metered: metered.get(usageSegment) ?? nothingUsed({ charge: own }),
    before: undefined,
    outcomes: undefined,
    lateEventIds: [],
    origin: undefined,
    path: ["usage"],
    billed: undefined,
  };
  const [line, ...others] = pricePart({
    period: ONE_CYCLE,
    segments: [segment],
    elsewhere: [],
    before: [],
    earlier: [],
    discounts: [],
    coupons: [],
    commitment: undefined,
    maximumSpend: undefined,
    terms: [],
    drawdowns: [],
    isAhead: false,
    isInterim: false,
    policy: { ...inForce, zeroLines: true },
    rounding,
    zone: UTC,
  });
  if (line === undefined || line.terms === null || others.some(({ terms }) => terms !== null)) {
    const expected = "usage of one group; simulate shows a line for each";
    throw new PricingError([issueAt("usage_mismatch", ["usage"], { expected, received: usage })]);
  }
  const form = { rounding, zone: undefined };
  const { quantity, unitOfMeasure, unitPrice, tiers, exactAmount, steps } = writeLine(
    line,
    form,
    {},
  );
  return deepFreeze({
    chargeId: own.id,
    currency,
    quantity,
    unitOfMeasure,
    unitPrice,
    tiers,
    exactAmount,
    amount: formatAmount(sum([line, ...others].map(({ amount }) => amount)), rounding),
    terms: line.terms,
    steps: [...steps, ...others.flatMap((limit) => writeLine(limit, form, {}).steps)],
    warnings: [
      ...negativeUsage([segment], { policy: inForce }),
      ...unbilledEvents({ report, summarized }),
    ],
    policy: inForce,
  });
}

/**
 * The amount of {@link rate} alone, for loops over many quantities: nothing but the amount is computed. Parse the
 * charge (and a policy) once before the loop.
 *
 * @throws {PricingError} as {@link rate}.
 *
 * @example
 * ```ts
 * import { parseCharge, rateAmount } from "rateplan";
 *
 * const charge = parseCharge({
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }] },
 * });
 * [500, 501].map((quantity) => rateAmount(charge, quantity)); // => ["20000.00", "15030.00"]
 * ```
 */
export function rateAmount(
  charge: ChargeInput | Charge,
  quantity: DecimalInput,
  policy?: BillingPolicyInput,
): string {
  const subject = readCharge(charge, policy);
  const { rounding } = subject;
  const amount = roundAmount(
    issuesUnder(["usage"], () => exactAmountOf(subject, quantity)),
    rounding,
  );
  const onGrid = (limit: Fraction) => roundAmount(limit, rounding);
  const net = { minimum: amount, maximum: amount };
  return formatAmount(limitBreach(subject.charge, net, onGrid)?.bound ?? amount, rounding);
}

function exactAmountOf({ charge, policy }: RateableCharge, quantity: DecimalInput): Fraction {
  const compiled = compileTerms(charge);
  const read = readDecimal(quantity);
  if (quantity === undefined || quantity === null) {
    const expected = "a decimal number";
    throw new PricingError([issueAt("missing", [], { expected, received: undefined })]);
  }
  if (compiled.needs === "quantity" && !isProblem(read)) {
    return exactAmount(compiled, read, policy.negativeUsage);
  }
  if (isProblem(read)) throw new PricingError([decimalIssue(read, [], quantity)]);
  if (compiled.needs === "nothing") return compiled.rater.amount(undefined);
  const issues: PricingIssue[] = [];
  const service: UsageSegment = { charge };
  const given = quantityGiven(quantity, pricesUsage(charge) ? [service] : [], [], issues);
  if (issues.length > 0) throw new PricingError(issues);
  const [metered = nothingMetered(compiled.needs)] = given.get(service) ?? [];
  return rateExactly(compiled, metered, policy.negativeUsage).amount;
}

/** Charges that were rated before under the default policy; only parsed ones, which are frozen. */
const rateable = new WeakMap<object, RateableCharge>();

function readCharge(
  input: ChargeInput | Charge,
  policyInput: BillingPolicyInput | undefined,
): RateableCharge {
  const known = policyInput === undefined ? rateable.get(input) : undefined;
  if (known !== undefined) return known;
  const issues: PricingIssue[] = [];
  const policy = readPolicy(policyInput, issues);
  const charge = valueOrReport(catalogReader(policy ?? DEFAULT_POLICY).charge(input), issues);
  if (policy === undefined || charge === undefined) throw new PricingError(issues);
  const subject = rateableCharge(charge, policy);
  if (policy === DEFAULT_POLICY) rateable.set(charge, subject);
  return subject;
}

function rateableCharge(charge: Charge, policy: BillingPolicy): RateableCharge {
  if (!isRated(charge)) {
    const expected = "other than discount (simulate a rate plan to see what a discount does)";
    const received = charge.pricing.model;
    throw new PricingError([
      issueAt("invalid_value", ["pricing", "model"], {
        expected,
        received,
      }),
    ]);
  }
  const { per } = isUsageCharge(charge) ? includedBy(charge) : {};
  if (per !== undefined) {
    const expected =
      "a number of included units (simulate a plan with so many for each of what it holds)";
    const path = ["includedUnits", "per"];
    throw new PricingError([issueAt("missing_quantity", path, { expected, received: per })]);
  }
  const { currency } = charge;
  if (currency === undefined) {
    const expected = "a currency code on the charge";
    throw new PricingError([
      issueAt("missing_currency", ["currency"], { expected, received: currency }),
    ]);
  }
  const rounding = policyRounding(policy, currency);
  if ("code" in rounding) throw new PricingError([rounding]);
  return { charge, currency, rounding, policy };
}
