import { TZDate, tz } from "@date-fns/tz";
import { addMonths } from "date-fns";
import { cycleLength } from "../../src/time/billing-cycle.js";
import { type CycleGrid, indexAt, periodAt } from "../../src/time/cycle-grid.js";
import type { Instant } from "../../src/time/instant.js";
import { toInstant, toLocal } from "../../src/time/zone.js";
import type { Benchmark } from "./benchmark.js";

const ZONE = "America/New_York";
const DAY = 86_400_000;

/** Anchored on the 31st, so that every boundary has to be clamped or to recover. */
const ANCHOR = Date.UTC(2006, 0, 31);
const start: Instant = toInstant(ZONE, ANCHOR);
const grid: CycleGrid = {
  zone: ZONE,
  anchor: ANCHOR,
  length: cycleLength("monthly"),
  endOfMonth: "clamp",
};

/** Moments of the twentieth year after the anchor, at all times of day. */
const INSTANTS = Array.from({ length: 64 }, (_, index) => {
  return Date.UTC(2026, 0, 1) + ((index * 37) % 64) * 5 * DAY + index * 1_234_567;
});

function ours(instant: Instant): Instant {
  return periodAt(grid, indexAt(grid, instant)).start;
}

/** The loop that one writes with a date library: month after month from the anchor until it passes the instant. */
function monthByMonth(instant: Instant): Instant {
  const context = { in: tz(ZONE) };
  let [from, months] = [start, 0];
  for (;;) {
    months += 1;
    const to = addMonths(start, months, context).getTime();
    if (to > instant) return from;
    from = to;
  }
}

/** An instant to local parts and back again, once: what a library's date costs, with no period found. */
function thereAndBack(instant: Instant): Instant {
  const date = new TZDate(instant, ZONE);
  return new TZDate(
    date.getFullYear(),
    date.getMonth(),
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
    date.getMilliseconds(),
    ZONE,
  ).getTime();
}

/** Asks for the instants in turn, so that no engine learns one answer by heart. */
function inTurn(ask: (instant: Instant) => Instant, instants: readonly Instant[]): () => Instant {
  let index = 0;
  return () => {
    index = (index + 1) % instants.length;
    return ask(instants[index] ?? start);
  };
}

/** The first moments of the periods, so that the yardstick has the same answers. */
const STARTS = INSTANTS.map(ours);

/** More days than a zone's memory holds: by the time one is asked again, it has been forgotten. */
const NEW_DAYS = Array.from({ length: 30_000 }, (_, day) => start + day * DAY + 43_210_000);

/** Finding the billing period of an instant. */
export const periods: readonly Benchmark[] = [
  {
    name: "The billing period of an instant, anchor 20 years old",
    input:
      "64 instants of one year in turn, America/New_York, monthly from the 31st; its first moment",
    ways: () => ({
      "indexAt and periodAt": inTurn(ours, INSTANTS),
      "date-fns addMonths, step by step": inTurn(monthByMonth, INSTANTS),
      "TZDate of it, to parts and back": inTurn(thereAndBack, STARTS),
    }),
  },
  {
    name: "The billing period of an instant, on a day never asked before",
    input:
      "30,000 days in turn from 2006 on, America/New_York, monthly from the 31st; its first moment",
    ways: () => ({
      "indexAt and periodAt": inTurn(ours, NEW_DAYS),
      "TZDate of it, to parts and back": inTurn(thereAndBack, NEW_DAYS.map(ours)),
    }),
  },
  {
    name: "A local time and back",
    input: "64 instants in turn, America/New_York",
    ways: () => ({
      "toLocal and toInstant": inTurn(
        (instant) => toInstant(ZONE, toLocal(ZONE, instant)),
        INSTANTS,
      ),
      "TZDate, to parts and back": inTurn(thereAndBack, INSTANTS),
    }),
  },
];
