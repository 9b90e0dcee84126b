import { isDiscount } from "../../catalog/charge-kinds.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import { type PricingIssue, throwIssues } from "../../errors.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import {
  type Fraction,
  formatExact,
  fraction,
  multiply,
  powerOfTen,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { countUsage, priceSegments } from "../price-usage.js";
import { type SeparablePrices, separablePrices } from "../separable.js";
import type { Costs } from "../series/costs.js";
import { unitsOf } from "../sweep-amounts.js";
import type { PricedPlan } from "../target.js";

/** What a customer brings in a period: revenue in minor units, and cost as so many of the smallest part that costs come in. */
export interface Bill {
  readonly revenue: bigint;
  readonly cost: bigint;
}

/** A key of usage, and how many decimals what is drawn for it has. */
export interface UsageKey {
  readonly name: string;
  readonly decimals: number;
}

/** What customers are billed by. */
export interface BillingTask {
  readonly plan: PricedPlan;
  readonly quantities: ReadonlyMap<string, Fraction>;
  readonly keys: readonly UsageKey[];
  readonly costs: Costs;
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
}

/** Bills customers for what was drawn for each key, in units of its last decimal. */
export interface CustomerBills {
  /** Into how many parts a unit of the currency is divided for costs. */
  readonly costParts: bigint;
  readonly of: (ticks: readonly number[], isFirst: boolean) => Bill;
}

/** How many different usages are kept in mind, with what they bill. */
const MOST_KNOWN = 100_000;

/** Reads what a plan bills customers for usage under these keys; what is wrong with them is added to the issues. */
export function customerBills(
  task: BillingTask,
  issues: PricingIssue[],
): CustomerBills | undefined {
  const { plan, quantities, keys, policy, rounding } = task;
  const ones = Object.fromEntries(keys.map(({ name }) => [name, "1"]));
  const before = issues.length;
  countUsage({ plan, usage: ones, path: ["usage"], quantities, policy }, issues);
  if (issues.length > before) return undefined;
  const costParts = partsOf(task);
  const prices = separablePrices(plan, quantities, { policy, rounding });
  const bill = (ticks: readonly number[], isFirst: boolean) =>
    wholeBill(ticks, isFirst, task, costParts);
  const quick = prices && quickBills(prices, task, { costParts, bill });
  return { costParts, of: quick ?? remembered(bill) };
}

/** Into how many parts a unit of the currency is divided, so that every cost is a whole number of them. */
function partsOf({ plan, quantities, keys, costs, rounding }: BillingTask): bigint {
  const decimals = Math.max(0, ...keys.map((key) => key.decimals));
  const held = [...quantities.values()].map(({ denominator }) => denominator);
  return plan.charges.reduce((parts, charge) => {
    const cost = costs.ofCharge(charge);
    if (cost === undefined) return parts;
    const counted =
      cost.of === "revenue" ? [powerOfTen(rounding.decimals)] : [powerOfTen(decimals), ...held];
    return counted.reduce(
      (all, denominator) => leastCommonMultiple(all, cost.each.denominator * denominator),
      parts,
    );
  }, 1n);
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}

function inParts({ numerator, denominator }: Fraction, parts: bigint): bigint {
  return (numerator * parts) / denominator;
}

/** A customer's bill by all the steps of a billing period. */
function wholeBill(
  ticks: readonly number[],
  isFirst: boolean,
  { plan, quantities, keys, costs, policy, rounding }: BillingTask,
  costParts: bigint,
): Bill {
  const charges = isFirst
    ? plan.charges
    : plan.charges.filter(({ chargeType }) => chargeType !== "one-time");
  const usage = Object.fromEntries(
    keys.map(({ name, decimals }, index) => [
      name,
      formatExact(quantityOf(ticks[index], decimals)),
    ]),
  );
  const issues: PricingIssue[] = [];
  const own = { ...plan, charges };
  const { segments } = countUsage(
    { plan: own, usage, path: ["usage"], quantities, policy },
    issues,
  );
  throwIssues(issues);
  const lines = priceSegments(own, segments, { policy, rounding });
  const spent = charges.flatMap((charge) => {
    const cost = costs.ofCharge(charge);
    if (cost === undefined || isDiscount(charge)) return [];
    const counted =
      cost.of === "revenue"
        ? lines.flatMap(({ key, amount }) => (key.chargeId === charge.id ? [amount] : []))
        : segments.flatMap((segment) =>
            segment.charge.id === charge.id ? segment.metered.map(({ quantity }) => quantity) : [],
          );
    return [multiply(sum(counted), cost.each)];
  });
  return {
    revenue: unitsOf(sum(lines.map(({ amount }) => amount)), rounding),
    cost: inParts(sum(spent), costParts),
  };
}

function quantityOf(ticks: number | undefined, decimals: number): Fraction {
  return fraction(BigInt(ticks ?? 0), powerOfTen(decimals));
}

/** Bills of a plan whose charges do not depend on each other: of each key, what its quantity adds. */
function quickBills(
  { byKey }: SeparablePrices,
  task: BillingTask,
  { costParts, bill }: { readonly costParts: bigint; readonly bill: CustomerBills["of"] },
): CustomerBills["of"] | undefined {
  const { keys, costs, rounding } = task;
  const priced = keys.map(({ name }) => byKey.get(name));
  if (priced.includes(undefined)) return undefined;
  const none = { ...task, keys: [] };
  const first = wholeBill([], true, none, costParts);
  const later = wholeBill([], false, none, costParts);
  const added = keys.map(({ decimals }, index) => {
    const key = priced[index];
    const cost = key && costs.ofCharge(key.charge);
    return remembering((ticks: number): Bill | undefined => {
      const quantity = quantityOf(ticks, decimals);
      const amount = key?.price(quantity);
      if (key === undefined || amount === undefined) return undefined;
      const more = subtract(amount, key.base);
      const spent =
        cost === undefined ? ZERO : multiply(cost.each, cost.of === "revenue" ? more : quantity);
      return { revenue: unitsOf(more, rounding), cost: inParts(spent, costParts) };
    });
  });
  return (ticks, isFirst) => {
    let { revenue, cost } = isFirst ? first : later;
    for (const [index, count] of ticks.entries()) {
      const more = added[index]?.(count);
      // What has no price is refused by all the steps, in their words.
      if (more === undefined) return bill(ticks, isFirst);
      revenue += more.revenue;
      cost += more.cost;
    }
    return { revenue, cost };
  };
}

/** Bills of whole usages, each made once. */
function remembered(bill: CustomerBills["of"]): CustomerBills["of"] {
  const known = remembering((key: string) => {
    const [isFirst, ...ticks] = key.split(" ").map(Number);
    return bill(ticks, isFirst === 1);
  });
  return (ticks, isFirst) => known([Number(isFirst), ...ticks].join(" "));
}

/** A function that keeps in mind what it returned. */
function remembering<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = compute(key);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, value);
    return value;
  };
}
