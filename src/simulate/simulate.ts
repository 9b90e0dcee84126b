import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicy, type BillingPolicyInput, DEFAULT_POLICY } from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { ownFields } from "../data/foreign.js";
import { PricingError, type PricingIssue } from "../errors.js";
import { lineOfItsKind, type SimulationLine } from "../invoice/document/line.js";
import { writeLine } from "../invoice/document/priced-line.js";
import type { PricingWarning } from "../invoice/document/warning.js";
import { negativeUsage, unbilledEvents } from "../invoice/write/warnings.js";
import { formatAmount } from "../money/amount-rounding.js";
import type { DecimalInput } from "../money/decimal.js";
import { sum } from "../money/fraction.js";
import { readOptions } from "../schema/options.js";
import { isRecord } from "../schema/unknown-record.js";
import type { UsageReport } from "../usage/events/report.js";
import type { UsageInput } from "../usage/read-usage.js";
import { countUsage, priceSegments } from "./price-usage.js";
import { readQuantities } from "./quantities.js";
import { simulateSeries } from "./series/series.js";
import type { SeriesOptions, SeriesUsage, SimulationSeries } from "./series/types.js";
import { readRounding, readTarget, type SimulationTarget } from "./target.js";

/** Options of {@link simulate}. */
export interface SimulateOptions {
  /** Which rate plan of a product; needed when it has several. */
  readonly ratePlanId?: string | null | undefined;
  /** Quantities of recurring charges (seats) by charge id, as on a subscription. A record of usage may hold them instead. */
  readonly quantities?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** The options in force; default {@link BillingPolicy}'s defaults. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/** What a price would bill. Plain JSON data. */
export interface Simulation {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** The rate plan that was simulated; `null` for a charge by itself. */
  readonly ratePlanId: string | null;
  /** Currency of all amounts. */
  readonly currency: string;
  /** What it comes to: the sum of the lines, and all that is billed for a first full period with this usage. */
  readonly amount: string;
  /** The lines as an invoice would hold them. */
  readonly lines: readonly SimulationLine[];
  /** What became of the events, where usage came as events; all counts are 0 otherwise. */
  readonly usage: UsageReport;
  /** What was billed otherwise than it was given. */
  readonly warnings: readonly PricingWarning[];
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

const OPTIONS = [
  "ratePlanId",
  "quantities",
  "policy",
] as const satisfies readonly (keyof SimulateOptions)[];

/**
 * What a charge, a rate plan or a product, or several of them side by side, would bill and earn over a range of dates, bucket by
 * bucket. A bucket's revenue is what the bill grows by in it: tiers, included units and limits add up within their cycle and
 * start again after it; what is owed at least, and what a guarantee gives back, stands at the end of the billing period. Under volume
 * prices, a bucket in which a bound is passed may earn less than nothing. All buckets of a billing period come to what
 * the documents bill for that period with the same usage, to the last cent and charge by charge, before coupons, credits and taxes.
 *
 * Usage is a total for the only usage charge, a record by charge id or unit ({@link SeriesQuantities}), or raw events, whoever's
 * they are. Whatever their effective dates, products and plans are taken to be on sale; charges keep theirs.
 *
 * Costs are rounded as they add up, to the minor unit of the currency, half away from zero unless the policy says otherwise.
 *
 * @throws {PricingError} with every issue: `end_before_start` for an empty range, `too_large` beyond 10,000 buckets or billing
 * periods, or 40,000 days; `unknown_charge`, `ambiguous_usage`, `usage_mismatch`, `out_of_range` of the usage; `unknown_unit` and
 * `currency_mismatch` of the costs.
 *
 * @example
 * ```ts
 * import { simulate } from "rateplan";
 *
 * const charge = {
 *   id: "outcome", name: "Outcomes", currency: "USD", chargeType: "usage", unitOfMeasure: "@outcome",
 *   pricing: { model: "tiered", tiers: [{ upTo: 100, unitPrice: 50 }, { unitPrice: 40 }] },
 * } as const;
 * const { buckets, total } = simulate(charge, { outcome: { profile: "constant", perDay: 60 } }, {
 *   range: { from: "2026-01-01", through: "2026-01-03" }, costs: { "@outcome": 15 },
 * });
 * buckets.map(({ revenue }) => revenue); // => ["3000.00", "2800.00", "2400.00"]
 * total; // => { revenue: "8200.00", cost: "2700.00", margin: "5500.00", marginRate: "0.670732" }
 * ```
 */
export function simulate(
  target: SimulationTarget | readonly SimulationTarget[],
  usage: SeriesUsage,
  options: SeriesOptions,
): SimulationSeries;
/**
 * What a charge, a rate plan or a product would bill for this usage, in a first full period: one-time, recurring and
 * usage charges, discounts, minimums and maximums: one whole cycle of each. Runs the same steps as {@link invoice}, so that
 * a preview is the bill: with the same usage, `amount` is what all documents bill for that period.
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
  options?: SimulateOptions,
): Simulation;
export function simulate(
  target: SimulationTarget | readonly SimulationTarget[],
  usage: UsageInput | SeriesUsage,
  options: SimulateOptions | SeriesOptions = {},
): Simulation | SimulationSeries {
  const fields = isRecord(options) ? ownFields(options) : undefined;
  return fields?.["range"] != null
    ? simulateSeries(target, usage, fields)
    : simulateCycle(target, usage, fields ?? options);
}

function simulateCycle(target: unknown, usage: unknown, options: unknown): Simulation {
  const issues: PricingIssue[] = [];
  const given = readOptions(options, OPTIONS, issues);
  const policy = readPolicy(given.policy, issues);
  const plan = readTarget(target, given.ratePlanId, policy ?? DEFAULT_POLICY, issues);
  const rounding = policy && plan && readRounding(plan, policy, issues);
  if (policy === undefined || plan === undefined || rounding === undefined) {
    throw new PricingError(issues);
  }
  const { currency, ratePlanId } = plan;
  const quantities = readQuantities(given.quantities, plan.charges, ["quantities"], issues);
  const task = { plan, usage, path: ["usage"], quantities, policy };
  const { segments, report, summarized } = countUsage(task, issues);
  if (issues.length > 0) throw new PricingError(issues);
  const lines = priceSegments(plan, segments, { policy, rounding });
  return deepFreeze({
    schemaVersion: 1,
    ratePlanId,
    currency,
    amount: formatAmount(sum(lines.map((line) => line.amount)), rounding),
    lines: lines.map((line) =>
      lineOfItsKind(writeLine(line, { rounding, zone: undefined }, { terms: line.terms })),
    ),
    usage: report,
    warnings: [...negativeUsage(segments, { policy }), ...unbilledEvents({ report, summarized })],
    policy,
  });
}
