import { catalogReader } from "../catalog/catalog.js";
import type { Charge, ChargeInput } from "../catalog/charge.js";
import { isRated, pricesUsage, type RatedCharge } from "../catalog/charge-kinds.js";
import { valueOrReport } from "../catalog/parse.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  policyRounding,
  safeParsePolicy,
} from "../catalog/policy.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { issueAt, issuesUnder, PricingError, type PricingIssue } from "../errors.js";
import { type AmountRounding, formatAmount, roundAmount } from "../money/amount-rounding.js";
import { decimalIssue, sumAmounts } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import type { Fraction } from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import { compileTerms, exactAmount, rateExactly } from "../pricing/rate.js";
import { quantityGiven } from "../usage/given-quantities.js";
import type { UsageService } from "../usage/match.js";
import { nothingMetered } from "../usage/metered.js";
import type { UsageSummary } from "../usage/summary.js";
import { resolveUsage } from "../usage/usage-input.js";
import { limitBeyond } from "./limits.js";
import type { Line, PricingWarning } from "./line.js";
import { priceJob, timelessJob, warningsOf } from "./pipeline.js";

/** What one charge costs for one quantity, with everything that led to it. */
export interface Rating
  extends Pick<
    Line,
    "quantity" | "unitOfMeasure" | "unitPrice" | "tiers" | "exactAmount" | "amount" | "steps"
  > {
  /** The charge. */
  readonly chargeId: string;
  /** Currency of all amounts. */
  readonly currency: string;
  /** The terms as rated. */
  readonly terms: NonNullable<Line["terms"]>;
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
 * and maximum. The function behind `simulate` and `invoice`; discounts are theirs to apply.
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
  const subject = readCharge(charge, policy);
  const issues: PricingIssue[] = [];
  const { charge: own, policy: inForce, rounding } = subject;
  const service: UsageService = { charge: own };
  const { metered } = resolveUsage(
    usage,
    { services: [service], scope: {}, policy: inForce },
    ["usage"],
    issues,
  );
  if (issues.length > 0) throw new PricingError(issues);
  const job = timelessJob({
    services: [
      {
        charge: own,
        metered: metered.get(service) ?? [nothingMetered(modelOf(own.pricing).needs)],
        before: undefined,
        outcomes: undefined,
        arrivals: [],
        time: undefined,
        origin: undefined,
        path: ["usage"],
      },
    ],
    discounts: [],
    policy: { ...inForce, zeroLines: true },
    rounding,
  });
  const [line, ...others] = priceJob(job).map((each) => each.line);
  if (
    line === undefined ||
    line.terms === null ||
    others.some(({ terms: rated }) => rated !== null)
  ) {
    const expected = "usage of one group; simulate shows a line for each";
    throw new PricingError([
      issueAt("usage_mismatch", ["usage"], `must be ${expected}`, { expected, received: usage }),
    ]);
  }
  const { quantity, unitOfMeasure, unitPrice, tiers, exactAmount, steps, terms } = line;
  return deepFreeze({
    chargeId: subject.charge.id,
    currency: subject.currency,
    quantity,
    unitOfMeasure,
    unitPrice,
    tiers,
    exactAmount,
    amount: sumAmounts([line, ...others].map(({ amount }) => amount)),
    terms,
    steps: [...steps, ...others.flatMap((limit) => limit.steps)],
    warnings: warningsOf(job),
    policy: subject.policy,
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
  return formatAmount(limitBeyond(subject.charge, amount, onGrid)?.bound ?? amount, rounding);
}

function exactAmountOf({ charge, policy }: RateableCharge, quantity: DecimalInput): Fraction {
  const compiled = compileTerms(charge);
  const read = readDecimal(quantity);
  if (compiled.needs === "quantity" && !isProblem(read)) {
    return exactAmount(compiled, read, policy.negativeUsage);
  }
  if (isProblem(read)) throw new PricingError([decimalIssue(read, [], quantity)]);
  if (compiled.needs === "nothing") return compiled.rater.amount(undefined);
  const issues: PricingIssue[] = [];
  const service: UsageService = { charge };
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
  const policy = valueOrReport(safeParsePolicy(policyInput ?? DEFAULT_POLICY, ["policy"]), issues);
  const charge = valueOrReport(catalogReader(policy ?? DEFAULT_POLICY).charge(input), issues);
  if (policy === undefined || charge === undefined) throw new PricingError(issues);
  const subject = rateableCharge(charge, policy);
  if (policy === DEFAULT_POLICY) rateable.set(charge, subject);
  return subject;
}

function rateableCharge(charge: Charge, policy: BillingPolicy): RateableCharge {
  if (!isRated(charge)) {
    const expected =
      "a charge that a model prices; simulate a rate plan to see what a discount does";
    const received = charge.pricing.model;
    throw new PricingError([
      issueAt("invalid_value", ["pricing", "model"], `must be of ${expected}`, {
        expected,
        received,
      }),
    ]);
  }
  const { currency } = charge;
  if (currency === undefined) {
    const expected = "a currency code on the charge";
    throw new PricingError([
      issueAt("missing_currency", ["currency"], "is required", { expected, received: currency }),
    ]);
  }
  const rounding = policyRounding(policy, currency);
  if ("code" in rounding) throw new PricingError([rounding]);
  return { charge, currency, rounding, policy };
}
