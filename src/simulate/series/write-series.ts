import type { Charge } from "../../catalog/charge.js";
import { isDiscount, isRated } from "../../catalog/charge-kinds.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import { type AmountRounding, roundAmount } from "../../money/amount-rounding.js";
import {
  add,
  type Fraction,
  formatExact,
  formatScaled,
  multiply,
  powerOfTen,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";
import { modelOf } from "../../pricing/models/index.js";
import type { ChargeCost, Costs, EventCost } from "./costs.js";
import type { Growth } from "./growing-bill.js";
import type { SeriesCharge, SeriesChargeFigures, SeriesCostRow, SeriesFigures } from "./types.js";

/** Amounts bucket by bucket, in minor units of the currency of the result. */
export type Row = readonly bigint[];

/** What comes in and goes out, bucket by bucket. */
export interface Flow {
  readonly revenue: Row;
  readonly cost: Row;
}

/** One charge, bucket by bucket. */
export interface ChargeFlow extends Flow {
  readonly chargeId: string | null;
  readonly name: string;
  readonly unitOfMeasure: string | null;
  /** Nothing where the charge bills none. */
  readonly quantities: readonly Fraction[] | undefined;
}

/** How amounts of the result are rounded: what came together up to the end of each bucket, so that buckets add up to the whole. */
export interface FlowRules {
  /** How many buckets there are. */
  readonly count: number;
  readonly rounding: AmountRounding;
}

/** Rounds what adds up bucket by bucket, times a factor. */
export function runningRow(
  values: readonly Fraction[] | undefined,
  factor: Fraction,
  { count, rounding }: FlowRules,
): Row {
  if (values === undefined) return new Array<bigint>(count).fill(0n);
  const onGrid = {
    ...rounding,
    increment: { numerator: 1n, denominator: powerOfTen(rounding.decimals) },
  };
  let [exactly, before] = [ZERO, 0n];
  return values.map((value) => {
    if (value.numerator === 0n) return 0n;
    exactly = add(exactly, value);
    const upTo = roundAmount(multiply(exactly, factor), onGrid).numerator;
    const own = upTo - before;
    before = upTo;
    return own;
  });
}

/** Adds up rows. */
export function sumRows(rows: readonly Row[], { count }: FlowRules): Row {
  const [first, ...others] = rows;
  if (first === undefined) return new Array<bigint>(count).fill(0n);
  return others.length === 0
    ? first
    : first.map((value, index) => others.reduce((all, row) => all + (row[index] ?? 0n), value));
}

/** What the charges of a target come to, in the catalog's order; `costRows` gets what each cost is. */
export function chargeFlows(
  charges: readonly Charge[],
  { amounts, quantities }: Growth,
  context: {
    readonly costs: Costs;
    /** What its currency is worth in that of the result. */
    readonly rate: Fraction;
    readonly eventCosts: ReadonlyMap<EventCost, Row>;
    readonly rules: FlowRules;
    readonly costRows: Map<string, Row[]>;
  },
): readonly ChargeFlow[] {
  const { costs, rate, eventCosts, rules, costRows } = context;
  const flow = (chargeId: string | null, charge: Charge | undefined): ChargeFlow => {
    const counted = charge !== undefined && billsQuantity(charge);
    const own = quantities.get(chargeId);
    const revenue = runningRow(amounts.get(chargeId), rate, rules);
    const rule = charge && !isDiscount(charge) ? costs.ofCharge(charge) : undefined;
    const rows = [...eventCosts].flatMap(([cost, row]) =>
      cost.chargeId === chargeId ? [row] : [],
    );
    const ruled = rule && ruledCost(rule, revenue, own, rules);
    if (rule !== undefined && ruled !== undefined) {
      costRows.set(rule.name, [...(costRows.get(rule.name) ?? []), ruled]);
    }
    return {
      chargeId,
      name: charge?.name ?? "Limits of the plan",
      unitOfMeasure: charge?.unitOfMeasure ?? null,
      quantities: counted ? (own ?? new Array<Fraction>(rules.count).fill(ZERO)) : undefined,
      revenue,
      cost: sumRows([...rows, ...(ruled === undefined ? [] : [ruled])], rules),
    };
  };
  const limits = amounts.has(null) ? [flow(null, undefined)] : [];
  return [...charges.map((charge) => flow(charge.id, charge)), ...limits];
}

function billsQuantity(charge: Charge): boolean {
  return isRated(charge) && modelOf(charge.pricing).needs !== "nothing";
}

function ruledCost(
  { each, of }: ChargeCost,
  revenue: Row,
  quantities: readonly Fraction[] | undefined,
  rules: FlowRules,
): Row {
  if (of === "quantity") return runningRow(quantities, each, rules);
  const denominator = powerOfTen(rules.rounding.decimals);
  return runningRow(
    revenue.map((numerator) => ({ numerator, denominator })),
    each,
    rules,
  );
}

/** What comes in and goes out together. */
export function sumFlows(flows: readonly Flow[], others: readonly Row[], rules: FlowRules): Flow {
  return {
    revenue: sumRows(
      flows.map(({ revenue }) => revenue),
      rules,
    ),
    cost: sumRows([...flows.map(({ cost }) => cost), ...others], rules),
  };
}

/** A charge in text. */
export function writeCharge(flow: ChargeFlow, rules: FlowRules): SeriesCharge {
  const { chargeId, name, unitOfMeasure, quantities, revenue, cost } = flow;
  const withQuantity = (
    figures: SeriesFigures,
    quantity: Fraction | undefined,
  ): SeriesChargeFigures => ({
    quantity: quantity === undefined ? null : formatExact(quantity),
    ...figures,
  });
  return {
    chargeId,
    name,
    unitOfMeasure,
    buckets: revenue.map((_, index) =>
      withQuantity(figuresAt({ revenue, cost }, index, rules), quantities?.[index]),
    ),
    total: withQuantity(totalOf(flow, rules), quantities && sum(quantities)),
  };
}

/** The figures of each bucket, in text. */
export function writeFlow(flow: Flow, rules: FlowRules): readonly SeriesFigures[] {
  return flow.revenue.map((_, index) => figuresAt(flow, index, rules));
}

/** The figures of all buckets together. */
export function totalOf({ revenue, cost }: Flow, rules: FlowRules): SeriesFigures {
  return figures(whole(revenue), whole(cost), rules);
}

/** A cost in text. */
export function writeCost(name: string, row: Row, { rounding }: FlowRules): SeriesCostRow {
  const text = (amount: bigint) => formatScaled(amount, rounding.decimals);
  return deepFreeze({ name, buckets: row.map(text), total: text(whole(row)) });
}

function whole(row: Row): bigint {
  return row.reduce((all, value) => all + value, 0n);
}

function figuresAt({ revenue, cost }: Flow, index: number, rules: FlowRules): SeriesFigures {
  return figures(revenue[index] ?? 0n, cost[index] ?? 0n, rules);
}

/** Decimals of a margin rate. */
const RATE_DECIMALS = 6;

function figures(
  revenue: bigint,
  cost: bigint,
  { rounding: { decimals } }: FlowRules,
): SeriesFigures {
  const margin = revenue - cost;
  return {
    revenue: formatScaled(revenue, decimals),
    cost: formatScaled(cost, decimals),
    margin: formatScaled(margin, decimals),
    marginRate: revenue === 0n ? null : rateOf(margin, revenue),
  };
}

function rateOf(margin: bigint, revenue: bigint): string {
  const sign = revenue < 0n ? -1n : 1n;
  const scaled = sign * margin * powerOfTen(RATE_DECIMALS);
  return formatScaled(roundQuotient(scaled, sign * revenue, "half-away-from-zero"), RATE_DECIMALS);
}
