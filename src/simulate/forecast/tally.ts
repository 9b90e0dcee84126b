import type { BillingPolicy } from "../../catalog/policy.js";
import { formatScaled } from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";
import { unitColumn } from "../percentiles.js";
import type { RunPeriod } from "./portfolio.js";

/** A percentile of the runs. */
export interface ForecastPercentile {
  /** Of a hundred runs, so many have this value or a smaller one. */
  readonly percentile: number;
  /** A value that one of the runs has (nearest rank). */
  readonly value: string;
}

/** A number of which every run has one. */
export interface ForecastNumbers {
  /** The mean of all runs, rounded like the number itself, half away from zero. */
  readonly mean: string;
  /** The percentiles that were asked for. */
  readonly percentiles: readonly ForecastPercentile[];
}

/** What comes in and goes out, over all runs. */
export interface ForecastFigures {
  /** What is billed. */
  readonly revenue: ForecastNumbers;
  /** What it costs. */
  readonly cost: ForecastNumbers;
  /** Revenue less cost, run by run. */
  readonly margin: ForecastNumbers;
}

/** One billing period of a forecast. */
export interface ForecastPeriod extends ForecastFigures {
  /** Its number, from 1 on. */
  readonly period: number;
  /** How many customers there are. */
  readonly customers: ForecastNumbers;
}

/** What a price may bring, with how much of it is chance. Plain JSON data. */
export interface Forecast {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** The rate plan; `null` for a charge by itself. */
  readonly ratePlanId: string | null;
  /** Currency of all amounts. */
  readonly currency: string;
  /** How many futures were drawn. */
  readonly runs: number;
  /** The billing periods, in order. */
  readonly periods: readonly ForecastPeriod[];
  /** All periods together, run by run. */
  readonly total: ForecastFigures;
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

const COLUMNS = ["customers", "revenue", "cost", "margin"] as const;

/** Numbers by what they are of. */
type Columns = { readonly [name in (typeof COLUMNS)[number]]: bigint };

/** Keeps what each run comes to, period by period and in all. */
export function forecastTally(periods: number) {
  const columns = () => ({
    customers: numbersTally(),
    revenue: numbersTally(),
    cost: numbersTally(),
    margin: numbersTally(),
  });
  const rows = Array.from({ length: periods }, columns);
  const total = columns();
  const add = (to: ReturnType<typeof columns>, numbers: Columns) => {
    for (const name of COLUMNS) to[name].add(numbers[name]);
  };
  return {
    add(run: readonly RunPeriod[]): void {
      let [revenue, cost] = [0n, 0n];
      for (const [index, each] of run.entries()) {
        const row = rows[index];
        const customers = BigInt(each.customers);
        if (row !== undefined) add(row, { ...each, customers, margin: each.revenue - each.cost });
        revenue += each.revenue;
        cost += each.cost;
      }
      add(total, { customers: 0n, revenue, cost, margin: revenue - cost });
    },
    write({
      percentiles,
      decimals,
    }: {
      readonly percentiles: readonly number[];
      readonly decimals: number;
    }): Pick<Forecast, "periods" | "total"> {
      const figures = (of: ReturnType<typeof columns>): ForecastFigures => ({
        revenue: of.revenue.write(percentiles, decimals),
        cost: of.cost.write(percentiles, decimals),
        margin: of.margin.write(percentiles, decimals),
      });
      return {
        periods: rows.map((row, index) => ({
          period: index + 1,
          customers: row.customers.write(percentiles, 0),
          ...figures(row),
        })),
        total: figures(total),
      };
    },
  };
}

/** Numbers of all runs. */
function numbersTally() {
  const column = unitColumn();
  let [sum, count] = [0n, 0n];
  return {
    add(units: bigint): void {
      column.add(units);
      sum += units;
      count += 1n;
    },
    write(percentiles: readonly number[], decimals: number): ForecastNumbers {
      return {
        mean: formatScaled(roundQuotient(sum, count, "half-away-from-zero"), decimals),
        percentiles: column.at(percentiles).map((units, index) => ({
          percentile: percentiles[index] ?? 0,
          value: formatScaled(units, decimals),
        })),
      };
    },
  };
}
