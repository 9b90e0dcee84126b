import type { Charge } from "../../catalog/charge.js";
import { isDiscount, isRated } from "../../catalog/charge-kinds.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import {
  add,
  type Fraction,
  formatExact,
  formatScaled,
  powerOfTen,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";
import { modelOf } from "../../pricing/models/index.js";
import type { ChargeCost, Costs, EventCost } from "./costs.js";
import type { Growth } from "./growing-bill.js";
import type { SeriesCharge, SeriesColumns, SeriesCostRow, SeriesFigures } from "./types.js";

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
  values: readonly Fraction[],
  factor: Fraction,
  { rounding: { decimals, mode } }: FlowRules,
): Row {
  const scale = powerOfTen(decimals);
  let [exactly, before] = [ZERO, 0n];
  return values.map((value) => {
    if (value.numerator === 0n) return 0n;
    exactly = exactly === ZERO ? value : add(exactly, value);
    const numerator = exactly.numerator * factor.numerator * scale;
    const upTo = roundQuotient(numerator, exactly.denominator * factor.denominator, mode);
    const own = upTo - before;
    before = upTo;
    return own;
  });
}

/** The same of amounts in minor units of a currency with so many decimals. */
function runningAmounts(
  row: Row,
  decimals: number,
  factor: Fraction,
  { rounding }: FlowRules,
): Row {
  const denominator = powerOfTen(decimals);
  const isSame = factor.numerator === factor.denominator && decimals === rounding.decimals;
  if (isSame) return row;
  let [sum, before] = [0n, 0n];
  return row.map((value) => {
    sum += value;
    const numerator = sum * factor.numerator * powerOfTen(rounding.decimals);
    const upTo = roundQuotient(numerator, denominator * factor.denominator, rounding.mode);
    const own = upTo - before;
    before = upTo;
    return own;
  });
}

function noRow({ count }: FlowRules): Row {
  return new Array<bigint>(count).fill(0n);
}

/** Adds up rows. */
export function sumRows(rows: readonly Row[], rules: FlowRules): Row {
  const [first, ...others] = rows;
  if (first === undefined) return noRow(rules);
  if (others.length === 0) return first;
  const sums = [...first];
  for (const row of others) {
    for (const [index, value] of row.entries()) {
      if (value !== 0n) sums[index] = (sums[index] ?? 0n) + value;
    }
  }
  return sums;
}

/** What the charges of a target come to, in the catalog's order; `costRows` gets what each cost is. */
export function chargeFlows(
  charges: readonly Charge[],
  { amounts, quantities }: Growth,
  context: {
    readonly costs: Costs;
    /** What its currency is worth in that of the result, and how many decimals it has. */
    readonly rate: Fraction;
    readonly decimals: number;
    readonly eventCosts: ReadonlyMap<EventCost, Row>;
    readonly rules: FlowRules;
    readonly costRows: Map<string, Row[]>;
  },
): readonly ChargeFlow[] {
  const { costs, rate, decimals, eventCosts, rules, costRows } = context;
  const flow = (chargeId: string | null, charge: Charge | undefined): ChargeFlow => {
    const counted = charge !== undefined && billsQuantity(charge);
    const own = quantities.get(chargeId);
    const billed = amounts.get(chargeId);
    const revenue =
      billed === undefined ? noRow(rules) : runningAmounts(billed, decimals, rate, rules);
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
      quantities: counted ? (own ?? []) : undefined,
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
  if (of === "revenue") return runningAmounts(revenue, rules.rounding.decimals, each, rules);
  return quantities?.length ? runningRow(quantities, each, rules) : noRow(rules);
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
  const { chargeId, name, unitOfMeasure, quantities } = flow;
  const columns = writeFlow(flow, rules);
  const quantity =
    quantities === undefined
      ? null
      : columns.revenue.map((_, index) => formatExact(quantities[index] ?? ZERO));
  return {
    chargeId,
    name,
    unitOfMeasure,
    buckets: { quantity, ...columns },
    total: {
      quantity: quantities === undefined ? null : formatExact(sum(quantities)),
      ...totalOf(flow, rules),
    },
  };
}

/** The figures of each bucket, in text. */
export function writeFlow({ revenue, cost }: Flow, rules: FlowRules): SeriesColumns {
  const columns = {
    revenue: new Array<string>(revenue.length),
    cost: new Array<string>(revenue.length),
    margin: new Array<string>(revenue.length),
    marginRate: new Array<string | null>(revenue.length),
  };
  const free = formatScaled(0n, rules.rounding.decimals);
  for (const [index, earned] of revenue.entries()) {
    const spent = cost[index] ?? 0n;
    const text = earned === 0n ? free : formatScaled(earned, rules.rounding.decimals);
    columns.revenue[index] = text;
    columns.cost[index] = spent === 0n ? free : formatScaled(spent, rules.rounding.decimals);
    columns.margin[index] =
      spent === 0n ? text : formatScaled(earned - spent, rules.rounding.decimals);
    columns.marginRate[index] = rateOf(earned, spent);
  }
  return columns;
}

/** The figures of one bucket, of columns. */
export function figuresAt(
  { revenue, cost, margin, marginRate }: SeriesColumns,
  index: number,
): SeriesFigures {
  return {
    revenue: revenue[index] ?? "",
    cost: cost[index] ?? "",
    margin: margin[index] ?? "",
    marginRate: marginRate[index] ?? null,
  };
}

/** The figures of all buckets together. */
export function totalOf({ revenue, cost }: Flow, rules: FlowRules): SeriesFigures {
  const whole = { revenue: [sumRow(revenue)], cost: [sumRow(cost)] };
  return figuresAt(writeFlow(whole, rules), 0);
}

/** A cost in text. */
export function writeCost(name: string, row: Row, { rounding }: FlowRules): SeriesCostRow {
  const text = (amount: bigint) => formatScaled(amount, rounding.decimals);
  return { name, buckets: row.map(text), total: text(sumRow(row)) };
}

function sumRow(row: Row): bigint {
  return row.reduce((all, value) => all + value, 0n);
}

/** Decimals of a margin rate. */
const RATE_DECIMALS = 6;
const WHOLE = formatScaled(powerOfTen(RATE_DECIMALS), RATE_DECIMALS);

function rateOf(revenue: bigint, cost: bigint): string | null {
  if (revenue === 0n) return null;
  if (cost === 0n) return WHOLE;
  const sign = revenue < 0n ? -1n : 1n;
  const scaled = sign * (revenue - cost) * powerOfTen(RATE_DECIMALS);
  return formatScaled(roundQuotient(scaled, sign * revenue, "half-away-from-zero"), RATE_DECIMALS);
}
