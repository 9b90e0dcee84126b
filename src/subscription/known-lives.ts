import type { CatalogReader } from "../catalog/catalog.js";
import type { Subscription } from "./subscription.js";
import type { Timeline } from "./timeline.js";

/** A life as it was laid out, and by which reader of catalogs. */
export interface KnownLife {
  readonly reader: CatalogReader;
  readonly timeline: Timeline;
}

/** How much is remembered of all lives together: cycles of charges, where a life weighs as much as some. */
const MOST_CYCLES = 50_000;
const CYCLES_OF_LIFE = 100;

/**
 * Lives by their subscriptions, with all that is remembered of them. Callers may hold any number of subscriptions: where too
 * much is remembered, all of it is forgotten, which changes nothing.
 */
function livesMemory() {
  let lives = new WeakMap<Subscription, KnownLife>();
  let cycles = 0;
  return {
    of(subscription: Subscription): KnownLife | undefined {
      if (cycles > MOST_CYCLES) {
        lives = new WeakMap();
        cycles = 0;
      }
      return lives.get(subscription);
    },
    keep(subscription: Subscription, life: KnownLife): void {
      lives.set(subscription, life);
      cycles += CYCLES_OF_LIFE;
    },
    /** Counts a cycle that is remembered with a life. */
    countCycle(): void {
      cycles += 1;
    },
  };
}

export const knownLives = livesMemory();
