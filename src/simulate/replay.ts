import { hasMethod, isList, ownFields } from "../data/foreign.js";
import { issueAt, type PricingIssue, throwIssues } from "../errors.js";
import { type AbortLike, readListener, readSignal } from "../schema/in-steps.js";
import { isRecord } from "../schema/unknown-record.js";
import { elementsOf, isSource, otherKind } from "../usage/events/source.js";
import type { ReplayCustomer } from "./replay/customer.js";
import { startReplay } from "./replay/run.js";
import type { Replay, ReplayOptions } from "./replay/types.js";
import type { SimulationTarget } from "./target.js";

/**
 * What a portfolio would have come to under candidate plans: every customer's usage, billing period by billing period, priced by each; totals,
 * who would win and who would lose, percentiles of the differences, and the customers who would move most.
 *
 * Customers may come from any iterable, such as a generator that reads a file: one is looked at after the other, and kept are a number of
 * 8 bytes per customer and candidate, for exact percentiles, and what the result holds. `replayAsync` takes an asynchronous iterable.
 *
 * An amount is what `simulate` bills for the usage of a whole billing period, rounded, the periods added up: before coupons, credits
 * and taxes. Charges that are billed once are billed with the first period. Where a candidate has charges or a commitment that go on from
 * period to period (allowances over a year, units carried forward, a term), it bills what the documents of a subscription do that begins with
 * the first: it takes about a millisecond for each customer's year. Candidates of different billing cycles are refused, and usage charges
 * that are billed in other cycles than their plan.
 *
 * @throws {PricingError} with every issue: of each candidate (`candidates …`), each customer by its index (`customers 17 usage 3 …`) and the
 * options; `currency_mismatch`; `not_supported`; `unknown_charge` for usage that no candidate prices. After a thousand issues,
 * no more customers are read.
 *
 * @example
 * ```ts
 * import { replay } from "rateplan";
 *
 * const charge = { id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD" } as const;
 * const today = { ...charge, pricing: { model: "per-unit", unitPrice: 2 } } as const;
 * const bundle = { ...charge, pricing: { model: "overage", baseFee: 100, includedUnits: 60, unitPrice: 1 } } as const;
 * const customers = [
 *   { id: "small", usage: [10, 20], properties: { region: "eu" } }, // 60 today, 200 as a bundle
 *   { id: "large", usage: [200, 260], properties: { region: "us" } }, // 920 today, 240 + 300 as a bundle
 * ];
 * const { present, candidates, groups } = replay(customers, { today, bundle }, { by: "region" });
 * present; // => "980.00"
 * candidates[1]?.amount; // => "740.00"
 * candidates[1]?.winners; // => { customers: 1, difference: "-380.00" }
 * candidates[1]?.topLosers[0];
 * // => { customerId: "small", present: "60.00", amount: "200.00", difference: "140.00", change: "2.333333" }
 * groups.map(({ value, candidates }) => [value, candidates["bundle"]?.difference]); // => [["eu", "140.00"], ["us", "-380.00"]]
 * ```
 */
export function replay(
  customers: Iterable<ReplayCustomer>,
  candidates: Readonly<Record<string, SimulationTarget>>,
  options: ReplayOptions = {},
): Replay {
  const run = startReplay(candidates, options);
  checkCustomers(customers, run.issues);
  for (const customer of elementsOf(customers, ["customers"], run.issues, "customers")) {
    if (!run.add(customer)) break;
  }
  return run.finish();
}

/** How far a replay has come. */
export interface ReplayProgress {
  /** How many customers have been priced. */
  readonly customers: number;
}

/** Options of {@link replayAsync}. */
export interface AsyncReplayOptions extends ReplayOptions {
  /**
   * Told after every thousand customers, and at the end, how far the replay has come. A promise that it returns is waited for: one of a timer
   * lets others have their turn. What it throws ends the replay.
   */
  readonly onProgress?: ((progress: ReplayProgress) => unknown) | null | undefined;
  /** Ends the replay when it is aborted; looked at before each customer. */
  readonly signal?: AbortLike | null | undefined;
}

const BATCH = 1_000;

/**
 * `replay` over customers that come one after the other, such as rows of a database: the same result. An element may be a customer or a
 * batch: a list of them.
 *
 * @throws {PricingError} (the promise rejects) with every issue, as `replay`; with `aborted` alone when the signal is aborted. What
 * `onProgress` or the iterable throws rejects the promise as it is.
 *
 * @example
 * ```ts
 * import { replayAsync } from "rateplan";
 *
 * async function* pages() {
 *   yield [{ id: "a", usage: [10] }, { id: "b", usage: [20, 30] }];
 *   yield [{ id: "c", usage: [400] }];
 * }
 * const charge = { id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD" } as const;
 * const each = { ...charge, pricing: { model: "per-unit", unitPrice: 2 } } as const;
 * const flat = { ...charge, pricing: { model: "overage", baseFee: 50, includedUnits: 100, unitPrice: 1 } } as const;
 * const { present, candidates } = await replayAsync(pages(), { each, flat });
 * [present, candidates[1]?.amount]; // => ["920.00", "500.00"]
 * ```
 */
export async function replayAsync(
  customers: AsyncIterable<ReplayCustomer | readonly ReplayCustomer[]> | Iterable<ReplayCustomer>,
  candidates: Readonly<Record<string, SimulationTarget>>,
  options: AsyncReplayOptions = {},
): Promise<Replay> {
  const fields = isRecord(options) ? ownFields(options) : undefined;
  const { onProgress, signal, ...rest } = fields ?? {};
  const stop = readSignal(signal);
  const tell = readListener<ReplayProgress>(onProgress);
  const run = startReplay(candidates, fields === undefined ? options : rest);
  if (!hasMethod(customers, Symbol.asyncIterator)) checkCustomers(customers, run.issues);
  let count = 0;
  for await (const element of customers) {
    for (const customer of isList(element) ? element : [element]) {
      stop();
      if (!run.add(customer)) return run.finish();
      count += 1;
      if (count % BATCH === 0) await tell({ customers: count });
    }
  }
  stop();
  if (count % BATCH !== 0 || count === 0) await tell({ customers: count });
  return run.finish();
}

/** Throws where customers cannot be taken from a value one by one. */
function checkCustomers(
  customers: unknown,
  issues: PricingIssue[],
): asserts customers is Iterable<unknown> {
  if (isSource(customers)) return;
  const expected = "a list, or another iterable, of customers";
  const other = otherKind(customers);
  const found = other === undefined ? { received: customers } : { found: other.found };
  issues.push(issueAt("invalid_type", ["customers"], { expected, ...found }));
  throwIssues(issues);
}
