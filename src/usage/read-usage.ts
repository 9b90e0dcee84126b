import { pricesUsage } from "../catalog/charge-kinds.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { type DecimalInput, isDecimalLike, isProblem, readDecimal } from "../money/decimal.js";
import {
  collectUsage,
  type MeteredUsage,
  type ResolvedUsage,
  type UsageContext,
} from "./collect.js";
import type { SignalInput, UsageEventInput } from "./events/event.js";
import { NO_EVENTS } from "./events/report.js";
import { quantityGiven, recordGiven } from "./given-quantities.js";
import { summariesGiven } from "./given-summaries.js";
import { checkPeriods } from "./meter/scope.js";
import type { UsageSummary } from "./summary/summary.js";

/**
 * Usage, in whichever form it is at hand:
 * a quantity, where exactly one charge prices one; a record of quantities by charge id, or by unit of measure where one
 * charge prices that unit (a charge that is not named has none); a summary, or one per usage charge; or the raw events.
 * A charge that prices values takes a quantity as the value of one event; a matrix takes events or summaries only.
 */
export type UsageInput =
  | DecimalInput
  | Readonly<Record<string, DecimalInput>>
  | UsageSummary
  | readonly UsageSummary[]
  | Iterable<UsageEventInput | SignalInput | Readonly<Record<string, unknown>>>;

/** Brings any form of usage to what charges are priced from. Reports what is wrong; bad events go to the report instead. */
export function resolveUsage(
  usage: unknown,
  context: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ResolvedUsage {
  const { segments, scope, policy } = context;
  if (isIterable(usage)) {
    const { first, all } = peek(usage);
    if (looksLikeSummary(first) || (Array.isArray(usage) && usage.some(looksLikeSummary))) {
      const list = [...all].map((input, index) => ({ input, path: [...path, index] }));
      return { ...summariesGiven(list, context, path, issues), report: NO_EVENTS, tooLate: 0 };
    }
    if (usage instanceof Map) {
      const expected = "a record of quantities, summaries, or events";
      issues.push(issueAt("invalid_type", path, { expected, found: "a map" }));
      return withoutEvents(new Map());
    }
    checkPeriods(segments, issues);
    return issues.length > 0
      ? withoutEvents(new Map())
      : collectUsage(all, segments, scope, policy.deduplicate);
  }
  if (looksLikeSummary(usage)) {
    return {
      ...summariesGiven([{ input: usage, path }], context, path, issues),
      report: NO_EVENTS,
      tooLate: 0,
    };
  }
  if (isOfClass(usage)) {
    const expected = "a record of quantities, summaries, or events";
    issues.push(issueAt("invalid_type", path, { expected, found: "an object of a class" }));
    return withoutEvents(new Map());
  }
  // Quantities say nothing of outcomes that occurred at other prices.
  const priced = segments.filter(
    ({ charge, isRunOff }) => pricesUsage(charge) && isRunOff !== true,
  );
  // A fee by itself bills whatever the usage: any quantity will do.
  if (segments.length === 1 && priced.length === 0 && !isProblem(readDecimal(usage))) {
    return withoutEvents(new Map());
  }
  return withoutEvents(
    typeof usage === "object" && usage !== null && !isDecimalLike(usage)
      ? recordGiven(usage, priced, path, issues)
      : quantityGiven(usage, priced, path, issues),
  );
}

/** Whether usage is a Promise, a date, a stream: of some class, so that it holds no quantities by name. */
function isOfClass(usage: unknown): boolean {
  if (typeof usage !== "object" || usage === null || isDecimalLike(usage)) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(usage);
    return prototype !== null && Object.getPrototypeOf(prototype) !== null;
  } catch {
    // What cannot be read is reported where it is read.
    return false;
  }
}

function withoutEvents(metered: MeteredUsage): ResolvedUsage {
  return { metered, outcomes: new Map(), lateEventIds: new Map(), report: NO_EVENTS, tooLate: 0 };
}

/** The first element, and all of them: what is iterated can be so only once. */
function peek(usage: Iterable<unknown>): {
  readonly first: unknown;
  readonly all: Iterable<unknown>;
} {
  if (Array.isArray(usage)) return { first: usage[0], all: usage };
  const iterator = usage[Symbol.iterator]();
  const first = iterator.next();
  if (first.done === true) return { first: undefined, all: [] };
  return { first: first.value, all: prepend(first.value, iterator) };
}

function* prepend(first: unknown, rest: Iterator<unknown>): Generator<unknown> {
  yield first;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

function isIterable(usage: unknown): usage is Iterable<unknown> {
  return typeof usage === "object" && usage !== null && Symbol.iterator in usage;
}

function looksLikeSummary(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  try {
    return "schemaVersion" in value && ("groups" in value || "tallies" in value);
  } catch {
    // A proxy that cannot be read is reported with the events.
    return false;
  }
}
