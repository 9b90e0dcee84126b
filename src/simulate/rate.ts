import type { Charge, ChargeInput } from "../catalog/charge.js";
import type { BillingPolicy, BillingPolicyInput } from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import type { LooseLine } from "../invoice/document/line.js";
import type { LineTerms } from "../invoice/document/line-terms.js";
import { writeLine } from "../invoice/document/priced-line.js";
import type { PricingWarning } from "../invoice/document/warning.js";
import type { MeteredSegment } from "../invoice/rating/metered-segment.js";
import { nothingUsed } from "../invoice/rating/rate-segment.js";
import { pricePart } from "../invoice/steps/index.js";
import { negativeUsage, unbilledEvents } from "../invoice/write/warnings.js";
import { formatAmount } from "../money/amount-rounding.js";
import type { DecimalInput } from "../money/decimal.js";
import { sum } from "../money/fraction.js";
import { UTC } from "../time/zone.js";
import type { UsageSegment } from "../usage/meter/scope.js";
import { resolveUsage } from "../usage/read-usage.js";
import type { UsageSummary } from "../usage/summary/summary.js";
import { ONE_CYCLE, oneCycle } from "./one-cycle.js";
import { readRateable } from "./rate-amount.js";

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
  const { charge: own, currency, rounding, policy: inForce } = readRateable(charge, policy);
  const issues: PricingIssue[] = [];
  const usageSegment: UsageSegment = { charge: own };
  const context = { segments: [usageSegment], scope: {}, policy: inForce };
  const { metered, report, summarized } = resolveUsage(usage, context, ["usage"], issues);
  if (issues.length > 0) throw new PricingError(issues);
  // What is spread stands last: V8 takes forty times as long to add many fields to a copy.
  const segment: MeteredSegment = {
    levels: undefined,
    metered: metered.get(usageSegment) ?? nothingUsed({ charge: own }),
    before: undefined,
    outcomes: undefined,
    lateEventIds: [],
    origin: undefined,
    path: ["usage"],
    billed: undefined,
    ...oneCycle(own, { ratePlanId: null, agentType: undefined, quantity: undefined }),
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
    policy: withZeroLines(inForce),
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

/** Policies under which lines of nothing are kept. */
const keeping = new WeakMap<BillingPolicy, BillingPolicy>();

function withZeroLines(policy: BillingPolicy): BillingPolicy {
  const kept = keeping.get(policy) ?? { ...policy, zeroLines: true };
  keeping.set(policy, kept);
  return kept;
}
