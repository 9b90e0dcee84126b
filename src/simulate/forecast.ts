import { isUsageCharge, pricesUsage } from "../catalog/charge-kinds.js";
import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicyInput, DEFAULT_POLICY } from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { isPlainRecord, ownFields } from "../data/foreign.js";
import { issueAt, PricingError, type PricingIssue, throwIssues } from "../errors.js";
import { type DecimalInput, isDecimalLike } from "../money/decimal.js";
import { readOptions, readWholeNumber } from "../schema/options.js";
import { isRecord } from "../schema/unknown-record.js";
import { customerBills } from "./forecast/customer-bills.js";
import { drawRun, type Portfolio, type RunTask } from "./forecast/portfolio.js";
import { readDistribution, readNumber } from "./forecast/read-distribution.js";
import { type Forecast, forecastTally } from "./forecast/tally.js";
import type { UsageDistribution } from "./forecast/usage-distribution.js";
import { readPercentiles } from "./percentiles.js";
import { checkPeriodByPeriod } from "./period-by-period.js";
import { readQuantities } from "./quantities.js";
import { readCosts } from "./series/costs.js";
import { readRates } from "./series/exchange.js";
import type { SeriesCost } from "./series/types.js";
import { type PricedPlan, readRounding, readTarget, type SimulationTarget } from "./target.js";

/** Who the customers of a {@link forecast} are. */
export interface ForecastCustomers {
  /** How many there are in the first period; 0 to 1,000,000, default 1. */
  readonly start?: number | null | undefined;
  /** How many join with each period, the first included: a distribution; default none. */
  readonly joining?: UsageDistribution | null | undefined;
  /** How likely each customer is to leave after a period: a share from 0 to 1, default 0. */
  readonly churn?: DecimalInput | null | undefined;
}

/** Options of {@link forecast}. */
export interface ForecastOptions {
  /** How many billing periods; 1 to 1,200. */
  readonly periods: number;
  /**
   * Makes the generator of each run, by its number from 0 on: numbers from 0 up to 1, without 1. The same numbers make the same forecast. The
   * library has no chance of its own; `(run) => randomLcg(run / 1000)` of d3-random is such a function.
   */
  readonly random: (run: number) => () => number;
  /** How many futures are drawn; 1 to 1,000,000, default 1,000. */
  readonly runs?: number | null | undefined;
  /** Who the customers are; default one, who stays. */
  readonly customers?: ForecastCustomers | null | undefined;
  /** Which rate plan of a product; needed when it has several. */
  readonly ratePlanId?: string | null | undefined;
  /** What each customer holds of recurring charges (seats), by charge id. */
  readonly quantities?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** What the work costs, by unit of measure or charge id: of each unit used, or per cent of what the charge bills. */
  readonly costs?: Readonly<Record<string, SeriesCost>> | null | undefined;
  /** What one unit of another currency is worth in that of the target, by its code: for costs. */
  readonly exchangeRates?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** Which percentiles: numbers from 0 to 100, at most 101 of them; default 5, 25, 50, 75, 95. */
  readonly percentiles?: readonly number[] | null | undefined;
  /** The options in force; default `BillingPolicy`'s defaults. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

const OPTIONS = [
  "periods",
  "random",
  "runs",
  "customers",
  "ratePlanId",
  "quantities",
  "costs",
  "exchangeRates",
  "percentiles",
  "policy",
] as const satisfies readonly (keyof ForecastOptions)[];

const MOST_PERIODS = 1_200;
const MOST_RUNS = 1_000_000;
const USUAL_RUNS = 1_000;
const MOST_CUSTOMERS = 1_000_000;
/** The most numbers that are kept, and drawn. */
const MOST_KEPT = 5_000_000;
const MOST_DRAWS = 100_000_000;

/**
 * What a price may bring when usage is not known, only how it is distributed: many futures are drawn (Monte Carlo), each customer's usage in
 * each billing period is priced as `simulate` prices it, and the percentiles of revenue, cost and margin are told, period by period and in all.
 *
 * Every customer draws anew in every period, by himself. Usage is a distribution for the only usage charge, or a record of them by charge id or
 * unit of measure. Amounts are exact, and so are percentiles: they are amounts of futures that were drawn, not estimates between them.
 * Charges that are billed once are billed with a customer's first period. Costs are rounded to the minor unit for each period of a run.
 *
 * Each number of the generator decides one thing: Poisson, negative-binomial and empirical numbers are drawn by inversion, so that two prices
 * with the same generator see the same usage, in every engine; a log-normal number takes two, and may differ in its last digit between
 * engines. What is not decided by each period by itself (allowances of a year, units carried forward, commitments over a term) is refused:
 * `replay` and `simulate` over a range take it.
 *
 * @throws {PricingError} with every issue: of the target, the usage and the options; `out_of_range` for distributions that cannot be, draws
 * below 0 and means that grow beyond 1,000,000; `too_large` for more than 5,000,000 periods of all runs together, or 100,000,000 draws;
 * `invalid_value` for a generator that gives something else than numbers from 0 up to 1.
 *
 * @example
 * ```ts
 * import { forecast } from "rateplan";
 *
 * const charge = {
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "overage", baseFee: 99, includedUnits: 100, unitPrice: "0.60" },
 * } as const;
 * // Park and Miller's generator; take one of a library.
 * const random = (run: number) => {
 *   let state = run + 1;
 *   return () => {
 *     state = (state * 48_271) % 2_147_483_647;
 *     return state / 2_147_483_647;
 *   };
 * };
 * const usage = { distribution: "negative-binomial", mean: 120, dispersion: 5 } as const;
 * const { periods } = forecast(charge, usage, { periods: 12, customers: { start: 20, churn: "0.02" }, random, runs: 200 });
 * periods.length; // => 12
 * // Nobody pays less than the base fee.
 * periods[0]?.revenue.percentiles.every(({ value }) => Number(value) >= 20 * 99); // => true
 * ```
 */
export function forecast(
  target: SimulationTarget,
  usage: UsageDistribution | Readonly<Record<string, UsageDistribution>>,
  options: ForecastOptions,
): Forecast {
  const issues: PricingIssue[] = [];
  const given = readOptions(options, OPTIONS, issues, { required: ["periods", "random"] });
  const policy = readPolicy(given.policy, issues) ?? DEFAULT_POLICY;
  const plan = readTarget(target, given.ratePlanId, policy, issues, ["target"]);
  const rounding = plan && readRounding(plan, policy, issues, ["target"]);
  const periods = readWholeNumber(given.periods, ["periods"], [1, MOST_PERIODS], issues);
  const runs = readWholeNumber(given.runs, ["runs"], [1, MOST_RUNS], issues) ?? USUAL_RUNS;
  const percentiles = readPercentiles(given.percentiles, ["percentiles"], issues);
  const portfolio = readPortfolio(given.customers, periods ?? 1, issues);
  const { random } = given;
  if (random !== undefined && typeof random !== "function") {
    const expected = "a function that makes the generator of a run";
    issues.push(issueAt("invalid_type", ["random"], { expected, received: random }));
  }
  if (periods !== undefined && periods * runs > MOST_KEPT) {
    const facts = { expected: `at most ${MOST_KEPT} periods of runs`, found: `${periods * runs}` };
    issues.push(issueAt("too_large", ["runs"], facts));
  }
  if (plan === undefined || rounding === undefined) throw new PricingError(issues);
  checkPeriodByPeriod([{ plan, path: ["target"] }], issues);
  const quantities = readQuantities(given.quantities, plan.charges, ["quantities"], issues);
  const { charges, currency } = plan;
  const rates = readRates(given.exchangeRates, currency, issues);
  const costs = readCosts(given.costs, { charges, rates, isEvents: false, issues });
  const keys = readUsage(usage, plan, periods ?? 1, issues);
  throwIssues(issues);
  const bills = customerBills({ plan, quantities, keys, costs, policy, rounding }, issues);
  throwIssues(issues);
  if (bills === undefined || periods === undefined) throw new Error("unreachable: no issue");
  const tally = forecastTally(periods);
  const task = { periods, portfolio, keys, bills, rounding, count: counter() };
  for (let run = 0; run < runs; run += 1) tally.add(drawRun(task, generatorOf(random, run)));
  return deepFreeze({
    schemaVersion: 1,
    ratePlanId: plan.ratePlanId,
    currency,
    runs,
    ...tally.write({ percentiles, decimals: rounding.decimals }),
    policy,
  });
}

/** The generator of a run. */
function generatorOf(random: unknown, run: number): () => number {
  const made: unknown =
    typeof random === "function" ? Reflect.apply(random, undefined, [run]) : undefined;
  if (typeof made === "function") return () => Reflect.apply(made, undefined, []);
  const expected = "a function that makes a generator: a function of no arguments";
  throw new PricingError([issueAt("invalid_type", ["random"], { expected, received: made })]);
}

/** Counts what is drawn, and ends what takes too long. */
function counter(): (draws: number) => void {
  let count = 0;
  return (draws) => {
    count += draws;
    if (count <= MOST_DRAWS) return;
    const facts = { expected: `at most ${MOST_DRAWS} draws of all runs`, found: "more" };
    throw new PricingError([issueAt("too_large", ["runs"], facts)]);
  };
}

function readPortfolio(input: unknown, periods: number, issues: PricingIssue[]): Portfolio {
  const path = ["customers"];
  const fields = readOptions(input ?? {}, ["start", "joining", "churn"], issues, { path });
  const start = readWholeNumber(fields.start, [...path, "start"], [0, MOST_CUSTOMERS], issues);
  const { joining } = fields;
  return {
    start: start ?? 1,
    joining:
      joining === undefined
        ? undefined
        : readDistribution(joining, [...path, "joining"], periods, issues),
    churn: readNumber({ fields, path, issues }, "churn", 0, 1) ?? 0,
  };
}

/** Reads usage by charge id or unit of measure; a distribution by itself is for the only usage charge. */
function readUsage(
  input: unknown,
  { charges }: PricedPlan,
  periods: number,
  issues: PricingIssue[],
): RunTask["keys"] {
  const fields =
    isRecord(input) && isPlainRecord(input) && !isDecimalLike(input) ? ownFields(input) : undefined;
  if (fields === undefined) {
    const expected = "a distribution, or distributions by charge id or unit of measure";
    issues.push(issueAt("invalid_type", ["usage"], { expected, received: input }));
    return [];
  }
  const read = (distribution: unknown, name: string, path: readonly string[]) => {
    const draw = readDistribution(distribution, path, periods, issues);
    return draw === undefined ? [] : [{ name, ...draw }];
  };
  if (typeof fields["distribution"] !== "string") {
    return Object.entries(fields).flatMap(([name, each]) => read(each, name, ["usage", name]));
  }
  const [only, ...others] = charges.filter(
    (charge) => isUsageCharge(charge) && pricesUsage(charge),
  );
  if (only !== undefined && others.length === 0) return read(fields, only.id, ["usage"]);
  // A fee by itself bills whatever the usage.
  if (only === undefined && charges.length === 1) return read(fields, "", ["usage"]).slice(1);
  const expected = "a record of distributions by charge id, unless exactly one charge prices usage";
  const found = `a distribution for ${others.length + Number(only !== undefined)} charges`;
  issues.push(issueAt("ambiguous_usage", ["usage"], { expected, found }));
  return [];
}
