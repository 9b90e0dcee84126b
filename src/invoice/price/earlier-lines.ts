import { isInAdvance } from "../../subscription/segment.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { keyText, type PricedLine } from "../document/priced-line.js";
import type { History } from "../history/history.js";
import { keptLine } from "../history/kept-lines.js";
import type { PartTask } from "../parts/part-task.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import { hasLimits } from "../steps/limits.js";
import type { MeteredPart } from "./part-pricing.js";

/**
 * The lines of earlier parts, priced now or closed, that share discounts or limits with what is billed later. What moved from
 * one closed part to another counts once.
 */
export function earlierLines(
  {
    segments,
    elsewhere,
    scheduled,
  }: Pick<PartTask, "scheduled"> & Pick<MeteredPart, "segments" | "elsewhere">,
  priced: ReadonlyMap<
    string,
    Pick<PartTask, "scheduled"> & { readonly lines: readonly PricedLine[] }
  >,
  history: History,
): readonly PricedLine[] {
  const starts = [
    ...segments.flatMap(({ home, allowance, charge }) => [
      ...(home === undefined ? [] : [Math.min(home.heldAt, home.priceInterval.start)]),
      ...(allowance === undefined || !hasLimits({ charge }) ? [] : [allowance.span.start]),
    ]),
    ...elsewhere.filter((each) => !isInAdvance(each)).map(lastMoment),
  ];
  if (starts.length === 0) return [];
  const from = starts.reduce((a, b) => Math.min(a, b));
  const isEarlier = ({ start, end }: Interval) => end > from && start < scheduled.period.start;
  const again = [...priced.values()]
    .filter((each) => isEarlier(each.scheduled.period))
    .flatMap(({ lines }) => lines);
  const known = new Set(again.map(({ key }) => keyText(key)));
  const kept = new Map<string, PricedLine>();
  for (const [name, { period }] of history.parts) {
    if (!isEarlier(period) || priced.has(name)) continue;
    for (const line of keptOfPart(history, name)) kept.set(keyText(line.key), line);
  }
  return [...again, ...[...kept].flatMap(([name, line]) => (known.has(name) ? [] : line))];
}

/** A moment of the billing period that bills a segment in arrears. */
export function lastMoment({ period }: Pick<MeteredSegment, "period">): Instant {
  return period.end - 1;
}

/** The lines of a part that is not priced again, as they were billed. */
export function keptOfPart(history: History, name: string): readonly PricedLine[] {
  return [...(history.keysOf.get(name) ?? [])].flatMap((key) => {
    const billed = history.billed.get(key);
    return billed === undefined ? [] : [keptLine(billed)];
  });
}
