import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicy, type BillingPolicyInput, DEFAULT_POLICY } from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import {
  distinctIssues,
  elementsIn,
  issueAt,
  PricingError,
  type PricingIssue,
  throwIssues,
} from "../errors.js";
import { formatAmount } from "../money/amount-rounding.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import {
  compare as compareFractions,
  type Fraction,
  formatExact,
  minimumOf,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import { readOptions, readText } from "../schema/options.js";
import type { UsageInput } from "../usage/read-usage.js";
import {
  anotherName,
  type NamedTarget,
  readNamedTargets,
  sharedKeys,
  usageOfTargets,
} from "./named-targets.js";
import { billedForUsage } from "./price-usage.js";
import { readQuantities } from "./quantities.js";
import type { SimulationTarget } from "./target.js";

/** Options of {@link compare}. */
export interface CompareOptions {
  /** The name of the target that the others are compared with; default the first. */
  readonly baseline?: string | null | undefined;
  /** Quantities of recurring charges (seats) by charge id; each target takes those that it prices. */
  readonly quantities?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** The options in force; default `BillingPolicy`'s defaults. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/** What each of several targets bills for the same usage. Plain JSON data. */
export interface Comparison {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** Currency of all amounts. */
  readonly currency: string;
  /** The name of the target that differences are against. */
  readonly baseline: string;
  /** The targets, in their order. */
  readonly targets: readonly ComparedTarget[];
  /** For each usage, in the order given. */
  readonly rows: readonly ComparedRow[];
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

/** A target of a {@link Comparison}, over all its rows. */
export interface ComparedTarget {
  /** Its name; of a product with several plans, the name, a slash and the id of the plan. */
  readonly name: string;
  /** The rate plan; `null` of a charge by itself. */
  readonly ratePlanId: string | null;
  /** The sum of its amounts. */
  readonly amount: string;
  /** That sum less the baseline's. */
  readonly difference: string;
  /** Keys of usage and quantities that others price and it does not: for these it bills nothing. */
  readonly notPriced: readonly string[];
}

/** What the targets bill for one usage. */
export interface ComparedRow {
  /** The usage, where it was given as one quantity; else `null`. */
  readonly quantity: string | null;
  /** The amount of each target, by name: what `simulate` makes of it. */
  readonly amounts: Readonly<Record<string, string>>;
  /** Each amount less the baseline's: below zero where the target is cheaper. */
  readonly differences: Readonly<Record<string, string>>;
  /** The names of the targets that bill least: several where they bill the same. */
  readonly cheapest: readonly string[];
}

const OPTIONS = [
  "baseline",
  "quantities",
  "policy",
] as const satisfies readonly (keyof CompareOptions)[];

/**
 * What several designs of a price would bill for the same usage, row by row: charges, rate plans or products, by names of yours. A
 * product with several plans stands for each of them.
 *
 * A row of usage is anything that `simulate` takes: a quantity, a record of quantities by charge id or unit, summaries, events. A
 * key of a record must be priced by one target at least; a target that does not price it bills nothing for it and says so in
 * `notPriced`. Amounts are rounded as `simulate` rounds them, and compared so.
 *
 * @throws {PricingError} with every issue: of each target, by its name, and each row, by its index; `currency_mismatch` where
 * the targets differ in currency; `unknown_charge` for a key that none prices; at most 100 targets and 100,000 rows.
 *
 * @example
 * ```ts
 * import { compare } from "rateplan";
 *
 * const charge = { id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD" } as const;
 * const each = { ...charge, pricing: { model: "per-unit", unitPrice: 5 } } as const;
 * const packs = { ...charge, pricing: { model: "package", size: 100, price: 400 } } as const;
 * const { rows } = compare({ each, packs }, [50, 100]);
 * rows[0]; // => { quantity: "50", amounts: { each: "250.00", packs: "400.00" }, differences: { each: "0.00", packs: "150.00" }, cheapest: ["each"] }
 * rows[1]?.cheapest; // => ["packs"]
 * ```
 */
export function compare(
  targets: Readonly<Record<string, SimulationTarget>>,
  usage: readonly UsageInput[],
  options: CompareOptions = {},
): Comparison {
  const issues: PricingIssue[] = [];
  const given = readOptions(options, OPTIONS, issues);
  const policy = readPolicy(given.policy, issues);
  const named = readNamedTargets(targets, policy ?? DEFAULT_POLICY, issues);
  const [first] = named;
  const baseline = readText(given.baseline, ["baseline"], issues) ?? first?.name ?? "";
  const base = named.find(({ name }) => name === baseline);
  if (first !== undefined && base === undefined) {
    const expected = anotherName(named, baseline);
    issues.push(issueAt("invalid_value", ["baseline"], { expected, received: baseline }));
  }
  const rows = elementsIn(usage, ["usage"], "a list of usage, one for each row", issues, MOST_ROWS);
  if (issues.length > 0 || !policy || !rows || !base) throw new PricingError(issues);
  const columns = columnsOf(named, rows, { policy, quantities: given.quantities }, issues);
  throwIssues(issues);
  const write = (amount: Fraction) => formatAmount(amount, base.rounding);
  const baseColumn = columns.get(base)?.amounts ?? [];
  const all = [...columns.values()];
  return deepFreeze({
    schemaVersion: 1,
    currency: base.plan.currency,
    baseline,
    targets: all.map(({ target: { name, plan }, amounts, notPriced }) => ({
      name,
      ratePlanId: plan.ratePlanId,
      amount: write(sum(amounts)),
      difference: write(subtract(sum(amounts), sum(baseColumn))),
      notPriced: [...notPriced],
    })),
    rows: rows.map((usage, index) => {
      const quantity = readDecimal(usage);
      const row = all.map(({ target, amounts }) => [target.name, amounts[index] ?? ZERO] as const);
      const amounts = row.map(([, amount]) => amount);
      const least = amounts.reduce(minimumOf);
      const against = baseColumn[index] ?? ZERO;
      return {
        quantity: isProblem(quantity) ? null : formatExact(quantity),
        amounts: Object.fromEntries(row.map(([name, amount]) => [name, write(amount)])),
        differences: Object.fromEntries(
          row.map(([name, amount]) => [name, write(subtract(amount, against))]),
        ),
        cheapest: row.flatMap(([name, amount]) =>
          compareFractions(amount, least) === 0 ? [name] : [],
        ),
      };
    }),
    policy,
  });
}

/** The most rows of usage. */
const MOST_ROWS = 100_000;

/** What one target bills, row by row. */
interface Column {
  readonly target: NamedTarget;
  readonly amounts: Fraction[];
  readonly notPriced: Set<string>;
}

function columnsOf(
  targets: readonly NamedTarget[],
  rows: readonly unknown[],
  { policy, quantities }: { readonly policy: BillingPolicy; readonly quantities: unknown },
  issues: PricingIssue[],
): ReadonlyMap<NamedTarget, Column> {
  const keys = sharedKeys(targets);
  const isNew = distinctIssues(issues);
  const seatsOf = usageOfTargets(
    quantities ?? {},
    ["quantities"],
    targets,
    keys.quantities,
    issues,
  );
  const seats = new Map(
    targets.map((target) => {
      const found: PricingIssue[] = [];
      const own = seatsOf(target).usage;
      const read = readQuantities(own, target.plan.charges, ["quantities"], found);
      found.forEach(isNew);
      return [target, read];
    }),
  );
  const columns = new Map(
    targets.map((target): [NamedTarget, Column] => {
      const notPriced = new Set(seatsOf(target).notPriced);
      return [target, { target, amounts: [], notPriced }];
    }),
  );
  for (const [index, row] of rows.entries()) {
    const path = ["usage", index];
    const usageOf = usageOfTargets(row, path, targets, keys.usage, issues);
    for (const column of columns.values()) {
      const { usage, notPriced } = usageOf(column.target);
      for (const key of notPriced) column.notPriced.add(key);
      const own = seats.get(column.target) ?? new Map<string, Fraction>();
      const { plan, rounding } = column.target;
      const task = { plan, usage, path, quantities: own, policy };
      column.amounts.push(billedForUsage(task, rounding, isNew) ?? ZERO);
    }
  }
  return columns;
}
