import { catalogReader } from "../catalog/catalog.js";
import type { Charge, ChargeInput } from "../catalog/charge.js";
import { isDiscount, isRated } from "../catalog/charge-kinds.js";
import { valueOrReport } from "../catalog/parse.js";
import { reportUnknownKeys } from "../catalog/plain-data.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  policyRounding,
  safeParsePolicy,
} from "../catalog/policy.js";
import type { Product, ProductInput } from "../catalog/product.js";
import type { RatePlan, RatePlanInput } from "../catalog/rate-plan.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import { meterServices, type ServiceFacts } from "../invoice/job.js";
import type { Line, PricingWarning } from "../invoice/line.js";
import { type PricingJob, priceJob, timelessJob, warningsOf } from "../invoice/pipeline.js";
import { formatAmount, roundAmount } from "../money/amount-rounding.js";
import { type DecimalInput, exact } from "../money/decimal.js";
import { sum } from "../money/fraction.js";
import type { UsageReport } from "../usage/report.js";
import type { UsageInput } from "../usage/usage-input.js";
import { readQuantities } from "./quantities.js";

/** What may be simulated: a charge, a rate plan, or a product, parsed or as written. */
export type SimulationTarget =
  | ChargeInput
  | RatePlanInput
  | ProductInput
  | Charge
  | RatePlan
  | Product;

/** Options of {@link simulate}. */
export interface SimulateOptions {
  /** Which rate plan of a product; needed when it has several. */
  readonly ratePlanId?: string;
  /** Quantities of recurring charges (seats) by charge id, as on a subscription. A record of usage may hold them instead. */
  readonly quantities?: Readonly<Record<string, DecimalInput>>;
  /** The options in force; default {@link BillingPolicy}'s defaults. */
  readonly policy?: BillingPolicyInput;
}

/** What a price would bill. Plain JSON data. */
export interface Simulation {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** The rate plan that was simulated; `null` for a charge by itself. */
  readonly ratePlanId: string | null;
  /** Currency of all amounts. */
  readonly currency: string;
  /** What it comes to: the sum of the lines, and the subtotal of the invoice of a first full period with this usage. */
  readonly amount: string;
  /** The lines as an invoice would hold them. */
  readonly lines: readonly Line[];
  /** What became of the events, where usage came as events; all counts are 0 otherwise. */
  readonly usage: UsageReport;
  /** What was billed otherwise than it was given. */
  readonly warnings: readonly PricingWarning[];
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

const OPTIONS = ["ratePlanId", "quantities", "policy"];

/** What any target comes down to. */
interface PricedPlan {
  readonly ratePlanId: string | null;
  readonly charges: readonly Charge[];
  readonly currency: string;
  readonly minimumCommitment: string | undefined;
  readonly agentType: string | undefined;
}

/**
 * What a charge, a rate plan or a product would bill for this usage, in a first full period: one-time, recurring and
 * usage charges, discounts, minimums and maximums. Runs the same pipeline as {@link invoice}, so that a preview is
 * the invoice: with the same usage, `amount` is the subtotal of the invoice.
 *
 * Usage may be a quantity (where one usage charge prices one), a record of quantities by charge id or unit, summaries,
 * or events. Events are taken whoever's they are and whenever they happened; only another agent type is left out.
 *
 * @throws {PricingError} with every issue of the target, the usage, the quantities and the policy.
 *
 * @example
 * ```ts
 * import { simulate } from "rateplan";
 *
 * const charge = {
 *   id: "outcome", name: "outcome charge", currency: "USD", chargeType: "usage", unitOfMeasure: "@outcome",
 *   pricing: { model: "tiered", tiers: [
 *     { upTo: 100, unitPrice: "50" }, { upTo: 500, unitPrice: "40" }, { unitPrice: "30" } ] },
 * } as const;
 * simulate(charge, 650).amount; // => "25500.00"
 * simulate(charge, 650).lines[0]?.tiers.map((tier) => tier.amount); // => ["5000", "16000", "4500"]
 * ```
 */
export function simulate(
  target: SimulationTarget,
  usage: UsageInput,
  options: SimulateOptions = {},
): Simulation {
  const issues: PricingIssue[] = [];
  reportUnknownKeys(options, OPTIONS, [], issues);
  const policy = valueOrReport(
    safeParsePolicy(options.policy ?? DEFAULT_POLICY, ["policy"]),
    issues,
  );
  const plan = readTarget(target, options.ratePlanId, policy ?? DEFAULT_POLICY, issues);
  const priced = policy && plan && priceTarget(plan, usage, options, policy, issues);
  if (policy === undefined || plan === undefined || priced === undefined || issues.length > 0) {
    throw new PricingError(issues);
  }
  const { job, report } = priced;
  const lines = priceJob(job).map(({ line }) => line);
  const amount = formatAmount(sum(lines.map((line) => exact(line.amount))), job.rounding);
  return deepFreeze({
    schemaVersion: 1,
    ratePlanId: plan.ratePlanId,
    currency: plan.currency,
    amount,
    lines,
    usage: report,
    warnings: warningsOf(job),
    policy,
  });
}

interface PricedTarget {
  readonly job: PricingJob;
  readonly report: UsageReport;
}

function priceTarget(
  { charges, currency, minimumCommitment, agentType, ratePlanId }: PricedPlan,
  usage: unknown,
  options: SimulateOptions,
  policy: BillingPolicy,
  issues: PricingIssue[],
): PricedTarget | undefined {
  const rounding = policyRounding(policy, currency);
  if ("code" in rounding) {
    issues.push(rounding);
    return undefined;
  }
  const quantities = readQuantities(options.quantities ?? {}, charges, ["quantities"], issues);
  const facts = charges.filter(isRated).map((charge): ServiceFacts => {
    const quantity = quantities.get(charge.id);
    const origin = ratePlanId === null ? undefined : { ratePlanId, overridden: false };
    const quantityPath = ["quantities", charge.id];
    return { charge, agentType, time: undefined, origin, quantity, quantityPath };
  });
  const given = { usage: usage ?? null, path: ["usage"], scope: {}, saysQuantities: true };
  const { services, report } = meterServices(facts, given, policy, issues);
  const commitment =
    minimumCommitment === undefined ? undefined : roundAmount(exact(minimumCommitment), rounding);
  const discounts = charges.filter(isDiscount).map((charge) => {
    const { amount } = charge.pricing;
    const fixed = amount === undefined ? undefined : exact(amount);
    return { charge, period: undefined, servicePeriod: undefined, amount: fixed };
  });
  return { job: timelessJob({ services, discounts, commitment, policy, rounding }), report };
}

function readTarget(
  target: unknown,
  ratePlanId: string | undefined,
  policy: BillingPolicy,
  issues: PricingIssue[],
): PricedPlan | undefined {
  const read = catalogReader(policy);
  if (has(target, "ratePlans")) {
    const product = valueOrReport(read.product(target), issues);
    const plan = product && choosePlan(product, ratePlanId, issues);
    return plan && ofPlan(plan, product.agentType);
  }
  if (has(target, "charges")) {
    const plan = valueOrReport(read.ratePlan(target), issues);
    return plan && ofPlan(plan, undefined);
  }
  const charge = valueOrReport(read.charge(target), issues);
  if (charge === undefined) return undefined;
  const { currency } = charge;
  if (currency !== undefined) {
    return {
      ratePlanId: null,
      charges: [charge],
      currency,
      minimumCommitment: undefined,
      agentType: undefined,
    };
  }
  const expected = "a currency code on the charge";
  issues.push(
    issueAt("missing_currency", ["currency"], "is required", { expected, received: undefined }),
  );
  return undefined;
}

function has(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && key in value;
}

function ofPlan(plan: RatePlan, agentType: string | undefined): PricedPlan {
  const { id, charges, currency, minimumCommitment } = plan;
  return { ratePlanId: id, charges, currency, minimumCommitment, agentType };
}

function choosePlan(
  product: Product,
  ratePlanId: string | undefined,
  issues: PricingIssue[],
): RatePlan | undefined {
  const ids = product.ratePlans.map((plan) => plan.id).join(", ");
  if (ratePlanId === undefined) {
    const [only, ...others] = product.ratePlans;
    if (only !== undefined && others.length === 0) return only;
    const expected = `options.ratePlanId, one of ${ids}`;
    issues.push(
      issueAt("ambiguous_rate_plan", ["ratePlans"], `must be one, or chosen by ${expected}`, {
        expected,
        found: `${product.ratePlans.length}`,
      }),
    );
    return undefined;
  }
  const plan = product.ratePlans.find(({ id }) => id === ratePlanId);
  if (plan === undefined) {
    const expected = `a rate plan of the product (${ids})`;
    issues.push(
      issueAt("unknown_rate_plan", ["ratePlanId"], `must be ${expected}`, {
        expected,
        received: ratePlanId,
      }),
    );
  }
  return plan;
}
