import { hasMethod, ownFields } from "../data/foreign.js";
import { type AbortLike, readListener, readSignal } from "../schema/in-steps.js";
import { isRecord } from "../schema/unknown-record.js";
import type { EventInput } from "../usage/events/event.js";
import { type SeriesProgress, seriesSteps } from "./series/series.js";
import type { SeriesOptions, SeriesUsage, SimulationSeries } from "./series/types.js";
import type { SimulationTarget } from "./target.js";

/** Options of {@link simulateAsync}. */
export interface AsyncSeriesOptions extends SeriesOptions {
  /**
   * Told after each step how far the simulation has come. A promise that it returns is waited for: one of a timer lets the page, or other
   * requests, have their turn. What it throws ends the simulation.
   */
  readonly onProgress?: ((progress: SeriesProgress) => unknown) | null | undefined;
  /** Ends the simulation when it is aborted; looked at before each step. */
  readonly signal?: AbortLike | null | undefined;
}

/**
 * `simulate` over a range of dates, in steps: the same result, for long runs that say how far they are and can be stopped. Events may
 * come as an asynchronous iterable, such as a stream of rows.
 *
 * The library starts no timers: where nothing is awaited but its own steps, nothing else has its turn. Return a promise from
 * `onProgress` to give it.
 *
 * @throws {PricingError} (the promise rejects) with every issue, as `simulate`; with `aborted` alone when the signal is aborted. What
 * `onProgress` or the iterable throws rejects the promise as it is.
 *
 * @example
 * ```ts
 * import { simulateAsync } from "rateplan";
 *
 * const charge = {
 *   id: "action", name: "Actions", currency: "USD", chargeType: "usage", unitOfMeasure: "@action",
 *   pricing: { model: "per-unit", unitPrice: "0.01" },
 * } as const;
 * const steps: number[] = [];
 * const { total } = await simulateAsync(charge, 90_000, {
 *   range: { from: "2026-01-01", through: "2026-03-31" }, bucket: "month",
 *   onProgress: ({ done, total }) => steps.push(done / total),
 * });
 * total.revenue; // => "900.00"
 * steps.at(-1); // => 1
 * ```
 */
export async function simulateAsync(
  target: SimulationTarget | readonly SimulationTarget[],
  usage: SeriesUsage | AsyncIterable<EventInput>,
  options: AsyncSeriesOptions,
): Promise<SimulationSeries> {
  const fields = isRecord(options) ? ownFields(options) : undefined;
  const { onProgress, signal, ...rest } = fields ?? {};
  const stop = readSignal(signal);
  const tell = readListener(onProgress);
  const given: unknown = isStream(usage) ? await collected(usage, stop) : usage;
  const steps = seriesSteps(target, given, fields === undefined ? options : rest);
  for (;;) {
    stop();
    const step = steps.next();
    if (step.done === true) return step.value;
    await tell(step.value);
  }
}

function isStream(usage: unknown): usage is AsyncIterable<unknown> {
  return hasMethod(usage, Symbol.asyncIterator) && !hasMethod(usage, Symbol.iterator);
}

async function collected(
  stream: AsyncIterable<unknown>,
  stop: () => void,
): Promise<readonly unknown[]> {
  const events: unknown[] = [];
  for await (const event of stream) {
    stop();
    events.push(event);
  }
  return events;
}
