import type { BillingPolicy } from "../../catalog/policy.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { isPlainRecord, ownFields } from "../../data/foreign.js";
import {
  distinctIssues,
  elementsIn,
  issueAt,
  type PathSegment,
  type PricingIssue,
} from "../../errors.js";
import { decimalIssue } from "../../money/amounts.js";
import { type DecimalInput, isDecimalLike, isProblem, readDecimal } from "../../money/decimal.js";
import { add, type Fraction, isNegative, ZERO } from "../../money/fraction.js";
import { readOptions, readText } from "../../schema/options.js";
import { isRecord } from "../../schema/unknown-record.js";
import type { UsageInput } from "../../usage/read-usage.js";
import { type NamedTarget, type SharedKeys, usageOfTargets } from "../named-targets.js";
import { goesOn } from "../period-by-period.js";
import { billedForUsage } from "../price-usage.js";
import { readQuantities } from "../quantities.js";
import {
  billedSeparately,
  type PlainUsage,
  type SeparablePrices,
  separablePrices,
} from "../separable.js";
import { billedOverPeriods, type PeriodUsage } from "./over-periods.js";

/** A customer of a portfolio, with what was used. */
export interface ReplayCustomer {
  /** Who it is. */
  readonly id: string;
  /** The usage of each billing period, in order: anything that `simulate` takes. One-time charges are billed with the first. */
  readonly usage: readonly UsageInput[];
  /** Quantities of recurring charges (seats) by charge id, in all of these periods. */
  readonly quantities?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** Which of the candidates the customer is on at present; default `options.baseline`. */
  readonly plan?: string | null | undefined;
  /** What was billed in fact for these periods, before credits and taxes; default what that candidate bills. */
  readonly billed?: DecimalInput | null | undefined;
  /** What else is known, for `options.by`. */
  readonly properties?: Readonly<Record<string, unknown>> | null | undefined;
}

const KEYS = [
  "id",
  "usage",
  "quantities",
  "plan",
  "billed",
  "properties",
] as const satisfies readonly (keyof ReplayCustomer)[];

/** A customer as it was read, with what each candidate bills. */
export interface ReplayedCustomer {
  readonly id: string;
  readonly periods: number;
  /** What each candidate bills, in their order. */
  readonly amounts: readonly Fraction[];
  /** The candidate that is the present one; nothing where it is the baseline. */
  readonly plan: string | undefined;
  readonly billed: Fraction | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What customers are priced by. */
export interface ReplayTask {
  readonly targets: readonly NamedTarget[];
  readonly keys: SharedKeys;
  readonly policy: BillingPolicy;
  /** Keys of usage and quantities that a candidate does not price, added as they are met. */
  readonly notPriced: ReadonlyMap<NamedTarget, Set<string>>;
}

const MOST_PERIODS = 10_000;
/** How many different holdings of seats are kept in mind. */
const MOST_HELD = 1_000;

/** What is held under one candidate, and the plan as a sum, where it is one. */
interface Held {
  readonly target: NamedTarget;
  readonly quantities: ReadonlyMap<string, Fraction>;
  readonly prices: SeparablePrices | undefined;
  /** Whether it is priced over all periods together. */
  readonly goesOn: boolean;
}

/** Reads customers and prices their usage under each candidate; nothing of one that something is wrong with. */
export function customerReader(task: ReplayTask) {
  const { targets, keys, policy, notPriced } = task;
  const known = new Map<string, readonly Held[]>();

  return (
    input: unknown,
    path: readonly PathSegment[],
    report: (issue: PricingIssue) => void,
  ): ReplayedCustomer | undefined => {
    const found: PricingIssue[] = [];
    const given = readOptions(input, KEYS, found, { path, required: ["id", "usage"] });
    const id = readText(given.id, [...path, "id"], found);
    const plan = readText(given.plan, [...path, "plan"], found);
    const billed = readBilled(given.billed, [...path, "billed"], found);
    const rows = elementsIn(
      given.usage ?? [],
      [...path, "usage"],
      "a list of usage, one for each billing period",
      found,
      MOST_PERIODS,
    );
    if (rows?.length === 0 && given.usage !== undefined) {
      const facts = { expected: "at least one billing period", received: rows };
      found.push(issueAt("missing", [...path, "usage"], facts));
    }
    const held = found.length === 0 ? heldBy(given.quantities, [...path, "quantities"], found) : [];
    if (found.length > 0 || rows === undefined || id === undefined) {
      found.forEach(report);
      return undefined;
    }
    let amounts: readonly Fraction[] = targets.map(() => ZERO);
    const together = new Map(
      held.flatMap((each) => (each.goesOn ? [[each, [] as PeriodUsage[]]] : [])),
    );
    for (const [index, row] of rows.entries()) {
      const at = [...path, "usage", index];
      const own = priceRow(row, { isFirst: index === 0, path: at, held, together }, found);
      amounts = amounts.map((amount, position) => add(amount, own[position] ?? ZERO));
    }
    if (found.length === 0) {
      const isNew = distinctIssues(found);
      amounts = held.map((each, position) => {
        const own = together.get(each);
        if (own === undefined) return amounts[position] ?? ZERO;
        return billedOverPeriods({ ...each, rows: own, policy, path }, isNew) ?? ZERO;
      });
    }
    found.forEach(report);
    if (found.length > 0) return undefined;
    const properties = isRecord(given.properties) ? ownFields(given.properties) : undefined;
    return { id, periods: rows.length, amounts, plan, billed, properties: properties ?? {} };
  };

  function heldBy(
    input: unknown,
    path: readonly PathSegment[],
    issues: PricingIssue[],
  ): readonly Held[] {
    const key = keyOf(input);
    const before = key === undefined ? undefined : known.get(key);
    if (before !== undefined) return before;
    const seatsOf = usageOfTargets(input ?? {}, path, targets, keys.quantities, issues);
    const held = targets.map((target): Held => {
      const own = seatsOf(target);
      for (const name of own.notPriced) notPriced.get(target)?.add(name);
      const quantities = readQuantities(own.usage, target.plan.charges, path, issues);
      const { rounding } = target;
      if (goesOn(target.plan)) return { target, quantities, prices: undefined, goesOn: true };
      const prices = separablePrices(target.plan, quantities, { policy, rounding });
      return { target, quantities, prices, goesOn: false };
    });
    if (key !== undefined && issues.length === 0) {
      if (known.size >= MOST_HELD) known.clear();
      known.set(key, held);
    }
    return held;
  }

  /** What each candidate bills for one period; of those that go on, the usage is kept. */
  function priceRow(
    row: unknown,
    {
      isFirst,
      path,
      held,
      together,
    }: {
      readonly isFirst: boolean;
      readonly path: readonly PathSegment[];
      readonly held: readonly Held[];
      readonly together: ReadonlyMap<Held, PeriodUsage[]>;
    },
    issues: PricingIssue[],
  ): readonly Fraction[] {
    const plain = plainUsage(row);
    const isNew = distinctIssues(issues);
    let usageOf: ReturnType<typeof usageOfTargets> | undefined;
    return held.map((each) => {
      const { target, prices, quantities } = each;
      const quickly = prices && plain && billedSeparately(prices, ownOf(plain, target), isFirst);
      if (quickly !== undefined) return quickly;
      usageOf ??= usageOfTargets(row, path, targets, keys.usage, issues);
      const { usage, notPriced: others } = usageOf(target);
      for (const name of others) notPriced.get(target)?.add(name);
      const rows = together.get(each);
      if (rows !== undefined) {
        rows.push({ usage, path });
        return ZERO;
      }
      const plan = isFirst ? target.plan : withoutOneTime(target.plan);
      const task = { plan, usage, path, quantities, policy };
      return billedForUsage(task, target.rounding, isNew) ?? ZERO;
    });
  }

  /** Of quantities by name, those that a candidate prices. */
  function ownOf(usage: PlainUsage, target: NamedTarget): PlainUsage {
    if ("numerator" in usage) return usage;
    return usage.filter(([key]) => {
      if (keys.usage(target, key)) return true;
      // What none prices goes the slow way, where it is an issue.
      if (!targets.some((each) => keys.usage(each, key))) return true;
      notPriced.get(target)?.add(key);
      return false;
    });
  }
}

/** Plans without the charges that are billed once, each made once. */
const later = new WeakMap<NamedTarget["plan"], NamedTarget["plan"]>();

function withoutOneTime(plan: NamedTarget["plan"]): NamedTarget["plan"] {
  const known = later.get(plan);
  if (known !== undefined) return known;
  const charges = plan.charges.filter(({ chargeType }) => chargeType !== "one-time");
  const rest = { ...plan, charges };
  later.set(plan, rest);
  return rest;
}

/** A quantity of 0 or more, or a record of such; nothing of any other form of usage, or where one of them is no such quantity. */
function plainUsage(row: unknown): PlainUsage | undefined {
  const bare = readDecimal(row);
  if (!isProblem(bare)) return isNegative(bare) ? undefined : bare;
  if (!isRecord(row) || isDecimalLike(row) || !isPlainRecord(row)) return undefined;
  const fields = ownFields(row);
  if (fields === undefined) return undefined;
  const quantities: (readonly [string, Fraction])[] = [];
  for (const [key, value] of Object.entries(fields)) {
    const quantity = readDecimal(value);
    if (isProblem(quantity) || isNegative(quantity)) return undefined;
    quantities.push([key, quantity]);
  }
  return quantities;
}

/** By what holdings of seats are known again; nothing where that cannot be told. */
function keyOf(input: unknown): string | undefined {
  if (input === undefined) return "";
  const fields = isRecord(input) && isPlainRecord(input) ? ownFields(input) : undefined;
  const isPlain = (value: unknown) => typeof value === "string" || typeof value === "number";
  return fields && Object.values(fields).every(isPlain) ? canonicalJson(fields) : undefined;
}

function readBilled(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Fraction | undefined {
  if (input === undefined) return undefined;
  const read = readDecimal(input);
  if (!isProblem(read)) return read;
  issues.push(decimalIssue(read, path, input));
  return undefined;
}
