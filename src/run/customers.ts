import { groupBy } from "../data/group-by.js";
import type { Instant } from "../time/instant.js";
import { type Lane, type LaneRow, takes } from "../usage/lanes/lane.js";
import type { RunLife } from "./read-run.js";
import type { OpenSubscription } from "./subscription-usage.js";

/** A customer of a run. */
export interface Customer {
  readonly number: number;
  readonly subscriptions: readonly OpenSubscription[];
  /** The moments of knowledge of all of them, each once. */
  readonly moments: readonly Instant[];
}

/**
 * The customers of a run, by number. What is asked for each event stands in columns: events come in any order, and of many customers nothing
 * is near in memory but what is packed.
 */
export interface RunCustomers {
  find(customerId: string): Customer | undefined;
  numberOf(customerId: string): number | undefined;
  /** The lane that adds up a row of the customer; nothing where there is none, or more than one subscription to choose from. */
  laneFor(number: number, row: LaneRow): Lane | undefined;
  /** The slot of a lane of the customer. */
  slotOf(number: number, lane: Lane): number;
}

export function runCustomers(open: readonly OpenSubscription[]): RunCustomers {
  const byId = groupBy(open, ({ customerId }) => customerId);
  const numbers = new Map([...byId.keys()].map((customerId, number) => [customerId, number]));
  const customers = [...byId.values()].map(
    (subscriptions, number): Customer => ({
      number,
      subscriptions,
      moments: momentsOf(subscriptions),
    }),
  );
  const only = customers.map(({ subscriptions: [first, ...others], moments }) =>
    // Where several moments count, an id may be one event by the one and another by the other.
    others.length === 0 && moments.length === 1 ? first : undefined,
  );
  const lives = only.map((subscription): RunLife | undefined => subscription?.life);
  const firstSlots = Int32Array.from(only, (subscription) => subscription?.firstSlot ?? 0);
  const numberOf = (customerId: string) => numbers.get(customerId);
  return {
    find(customerId) {
      const number = numberOf(customerId);
      return number === undefined ? undefined : customers[number];
    },
    numberOf,
    laneFor(number, row) {
      const lane = lives[number]?.lanes.get(row.unitOfMeasure);
      if (lane === undefined || !takes(lane, row)) return undefined;
      const said = row.subscriptionId;
      return said === undefined || said === only[number]?.id ? lane : undefined;
    },
    slotOf: (number, { place }) => (firstSlots[number] ?? 0) + place,
  };
}

/** Most customers have one subscription, and then its own list. */
function momentsOf(subscriptions: readonly OpenSubscription[]): readonly Instant[] {
  const [first, ...others] = subscriptions;
  if (first !== undefined && others.length === 0) return first.life.moments;
  return [...new Set(subscriptions.flatMap(({ life }) => life.moments))];
}
