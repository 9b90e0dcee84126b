import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, issueMoved, PricingError, type PricingIssue } from "../errors.js";
import { readPeriod, readTimeZone } from "../schema/dates.js";
import { readOptions, readText, readWholeNumber } from "../schema/options.js";
import type { PeriodInput } from "../time/billing-period.js";
import { formatDate } from "../time/date.js";
import { formatInstant } from "../time/instant.js";
import type { TimeZone } from "../time/zone.js";
import type { UsageEventInput } from "../usage/events/event.js";
import { safeParseEvents, type UsageEvent } from "../usage/events/parse-events.js";
import { CUSTOMER, UNIT } from "./builders.js";

/** What {@link events} makes: how many, when, and what each of them has. */
export interface EventsOptions extends Partial<Omit<UsageEventInput, "timestamp">> {
  /** What their ids begin with; default the name or unit of measure, where `over` starts, and the seed where one is given. */
  readonly id?: string;
  /** How many, 0 to 1,000,000. */
  readonly count: number;
  /** When they happen: from `start` on and before `end`. */
  readonly over: PeriodInput;
  /** The time zone in which civil dates of `over` begin; default `"UTC"`. Give that of the subscription. */
  readonly timeZone?: TimeZone | null | undefined;
  /** Which of the many lists there can be, 0 to 4,294,967,295; default 0. */
  readonly seed?: number | null | undefined;
}

const EVENT_FIELDS = [
  "id",
  "source",
  "customerId",
  "subscriptionId",
  "unitOfMeasure",
  "name",
  "subject",
  "agentType",
  "agentId",
  "receivedAt",
  "quantity",
  "value",
  "currency",
  "properties",
] as const satisfies readonly (keyof EventsOptions)[];
const OPTIONS = ["count", "over", "timeZone", "seed", ...EVENT_FIELDS] as const;
const MOST_EVENTS = 1_000_000;
const MOST_SEED = 2 ** 32 - 1;
const SECOND = 1_000;

/**
 * So many usage events, spread over a period as if by chance: the same arguments make the same events, on every machine. They are in the order
 * in which they happen, at whole seconds, and each has an id of its own. All else that is given stands on every event; default one
 * `@outcome` of the customer `"customer"`, as {@link aSubscription} has it.
 *
 * Two lists of the same name and start have the same ids, so that they are duplicates or conflicts of each other: give them another seed or
 * `id`. To make events differ, map them.
 *
 * @throws {PricingError} with every issue; `out_of_range` for a period that has no whole second in it, unless no events are wanted.
 *
 * @example
 * ```ts
 * import { invoice } from "rateplan";
 * import { anInvoiceRequest, events } from "rateplan/testing";
 *
 * const usage = events({ count: 650, over: { start: "2026-01-01", end: "2026-02-01" }, name: "resolved" });
 * [usage[0]?.id, usage.length]; // => ["resolved-2026-01-01-1", 650]
 * invoice(anInvoiceRequest({ usage })).total; // => "650.00"
 * ```
 */
export function events(options: EventsOptions): readonly UsageEvent[] {
  const issues: PricingIssue[] = [];
  const read = readOptions(options, OPTIONS, issues, { required: ["count", "over"] });
  const { count: counted, over, timeZone, seed: given, id: start, ...fields } = read;
  const count = readWholeNumber(counted, ["count"], [0, MOST_EVENTS], issues) ?? 0;
  const seed = readWholeNumber(given, ["seed"], [0, MOST_SEED], issues);
  const zone = readTimeZone(timeZone, ["timeZone"], issues);
  const period = over === undefined ? undefined : readPeriod(over, ["over"], zone, issues);
  const common = { customerId: CUSTOMER, unitOfMeasure: UNIT, ...fields };
  const parts = [
    common.name ?? common.unitOfMeasure,
    period && formatDate(period.start, zone),
    seed === undefined ? undefined : `seed-${seed}`,
  ];
  const ids = readText(start, ["id"], issues) ?? parts.filter(isText).join("-");
  const first = { ...common, id: ids, timestamp: formatInstant(period?.start ?? 0) };
  // Each is as this one, which stands for all of them in issues.
  const result = safeParseEvents([first]);
  if (!result.ok)
    issues.push(...result.issues.map((issue) => issueMoved(issue.path.slice(1), issue)));
  const seconds = period === undefined ? count : Math.floor((period.end - period.start) / SECOND);
  if (seconds < 1 && count > 0) {
    const expected = "a period of a second at least, in which events can happen";
    issues.push(issueAt("out_of_range", ["over"], { expected, received: over }));
  }
  if (issues.length > 0 || !result.ok || period === undefined) throw new PricingError(issues);
  const [event] = result.value as readonly UsageEvent[];
  const next = generatorOf(seed ?? 0);
  const offsets = Float64Array.from({ length: count }, () => Math.floor(next() * seconds)).sort();
  return deepFreeze(
    Array.from(offsets, (offset, index) => ({
      ...event,
      id: `${ids}-${index + 1}`,
      timestamp: formatInstant(period.start + offset * SECOND),
    })) as UsageEvent[],
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Numbers from 0 up to 1, without 1, from a seed: SplitMix32, whose steps are additions and multiplications of 32 bits. */
function generatorOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
