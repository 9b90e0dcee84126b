import { issueAt, PricingError } from "../../errors.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { powerOfTen } from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";
import type { CustomerBills, UsageKey } from "./customer-bills.js";
import type { Random } from "./distributions.js";
import type { PeriodicDraw } from "./read-distribution.js";

/** Who the customers are: how many begin, how many join in each period, and how likely each is to leave after one. */
export interface Portfolio {
  readonly start: number;
  readonly joining: PeriodicDraw | undefined;
  readonly churn: number;
}

/** What a run needs to be drawn. */
export interface RunTask {
  readonly periods: number;
  readonly portfolio: Portfolio;
  readonly keys: readonly (UsageKey & PeriodicDraw)[];
  readonly bills: CustomerBills;
  readonly rounding: AmountRounding;
  /** Counts so many draws, and throws where they are too many. */
  readonly count: (draws: number) => void;
}

/** One period of a run, in minor units. */
export interface RunPeriod {
  readonly customers: number;
  readonly revenue: bigint;
  readonly cost: bigint;
}

/** One possible future, period by period. */
export function drawRun(task: RunTask, generator: Random): readonly RunPeriod[] {
  const { periods, portfolio, keys, bills, rounding, count } = task;
  const random = checked(generator);
  const usage = keys.map((key) => ({ key, draw: key.start(random) }));
  const joining = portfolio.joining?.start(random);
  let customers = 0;
  return Array.from({ length: periods }, (_, period) => {
    const staying = portfolio.churn === 0 ? customers : stayers(customers);
    const more = joining === undefined ? 0 : ticksOf(joining(period), 0, ["customers", "joining"]);
    const joined = period === 0 ? portfolio.start + more : more;
    customers = staying + joined;
    count(customers * (keys.length + 1));
    let [revenue, cost] = [0n, 0n];
    for (let customer = 0; customer < customers; customer += 1) {
      const ticks = usage.map(({ key, draw }) =>
        ticksOf(draw(period), key.decimals, ["usage", key.name]),
      );
      const bill = bills.of(ticks, customer >= staying);
      revenue += bill.revenue;
      cost += bill.cost;
    }
    const units = cost * powerOfTen(rounding.decimals);
    return { customers, revenue, cost: roundQuotient(units, bills.costParts, rounding.mode) };
  });

  function stayers(before: number): number {
    count(before);
    let staying = 0;
    for (let customer = 0; customer < before; customer += 1) {
      if (random() >= portfolio.churn) staying += 1;
    }
    return staying;
  }
}

/** A generator whose numbers are looked at. */
function checked(generator: Random): Random {
  return () => {
    const received: unknown = generator();
    if (typeof received === "number" && received >= 0 && received < 1) return received;
    const expected = "a generator of numbers from 0 up to 1, without 1";
    throw new PricingError([issueAt("invalid_value", ["random"], { expected, received })]);
  };
}

/** What was drawn, in units of its last decimal. */
function ticksOf(drawn: number, decimals: number, path: readonly string[]): number {
  const ticks = Math.round(drawn * 10 ** decimals);
  // One zero, whatever its sign.
  if (Number.isSafeInteger(ticks) && ticks >= 0) return ticks + 0;
  const expected = `draws from 0 up to ${Number.MAX_SAFE_INTEGER / 10 ** decimals}`;
  const facts = { expected, found: String(drawn) };
  throw new PricingError([issueAt("out_of_range", path, facts)]);
}
