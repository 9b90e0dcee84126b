import { firstIndex } from "../../data/first-index.js";
import { isProblem, readDecimal } from "../../money/decimal.js";
import { add, type Fraction, multiply, ONE, ZERO } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import { groupById } from "../../usage/events/deduplicate.js";
import type { ReadEvent } from "../../usage/events/event.js";
import { fieldOf } from "../../usage/events/event-fields.js";
import { readEvents } from "../../usage/events/read-events.js";
import { reportBuilder } from "../../usage/events/report.js";
import type { EventCost } from "./costs.js";

/** What events cost in each bucket, exactly: each once, whoever's they are, billed or not. */
export function costsOfEvents(
  costs: readonly EventCost[],
  events: Iterable<unknown>,
  edges: readonly Instant[],
  deduplicate: boolean,
): ReadonlyMap<EventCost, readonly Fraction[]> {
  const found = new Map(costs.map((cost) => [cost, edges.slice(1).map(() => ZERO)] as const));
  if (costs.length === 0) return found;
  const read = readEvents(events, {}, reportBuilder(), []);
  const counted = deduplicate ? groupById(read).map(({ winner }) => winner) : read;
  for (const event of counted) {
    const bucket = firstIndex(edges, (edge) => edge > event.timestamp) - 1;
    if (bucket < 0 || bucket >= edges.length - 1) continue;
    for (const [cost, row] of found) {
      const amount = costOf(cost, event);
      if (amount !== undefined) row[bucket] = add(row[bucket] ?? ZERO, amount);
    }
  }
  return found;
}

/** What an event costs; nothing where it is another, or does not say. */
function costOf(
  { unitOfMeasure, event, field, each }: EventCost,
  read: ReadEvent,
): Fraction | undefined {
  if (unitOfMeasure !== undefined && unitOfMeasure !== read.unitOfMeasure) return undefined;
  if (event !== undefined && event !== read.fields.name) return undefined;
  const units = field === undefined ? ONE : readDecimal(fieldOf(read, field));
  return isProblem(units) ? undefined : multiply(each, units);
}
