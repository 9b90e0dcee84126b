import { pricesUsage } from "../catalog/charge-kinds.js";
import { isList, ownFields } from "../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { type DecimalInput, isDecimalLike, isProblem, readDecimal } from "../money/decimal.js";
import { isRecord, type UnknownRecord } from "../schema/unknown-record.js";
import {
  collectUsage,
  type MeteredUsage,
  type ResolvedUsage,
  type UsageContext,
} from "./collect.js";
import type { EventInput } from "./events/event.js";
import { NO_EVENTS } from "./events/report.js";
import { elementsOf, isSource, listOf, otherKind } from "./events/source.js";
import { quantityGiven, recordGiven } from "./given-quantities.js";
import { summariesGiven } from "./given-summaries.js";
import { checkPeriods } from "./meter/scope.js";
import type { UsageSummary } from "./summary/summary.js";

/**
 * Usage, in whichever form it is at hand:
 * a quantity, where exactly one charge prices one; a record of quantities by charge id, or by unit of measure where one
 * charge prices that unit (a charge that is not named has none); a summary, or one per usage charge; or the raw events.
 * A charge that prices values takes a quantity as the value of one event; a matrix takes events or summaries only.
 *
 * Rows of which nobody knows what they hold are read by `parseEvents` first: what is no usage is refused, never taken for none.
 */
export type UsageInput =
  | DecimalInput
  | Readonly<Record<string, DecimalInput>>
  | UsageSummary
  | readonly UsageSummary[]
  | Iterable<EventInput>;

/** Brings any form of usage to what charges are priced from. Reports what is wrong; bad events go to the report instead. */
export function resolveUsage(
  usage: unknown,
  context: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ResolvedUsage {
  const { segments, scope, policy } = context;
  const refuse = (code: PricingIssue["code"], expected: string, found: string) => {
    issues.push(issueAt(code, path, { expected, found }));
    return withoutEvents(new Map());
  };
  if (usage === undefined || usage === null) {
    return refuse("missing", "events, summaries or quantities; an empty list for none", "nothing");
  }
  if (isDecimalLike(usage)) return quantitiesOf(usage, segments, path, issues);
  const other = otherKind(usage);
  if (other !== undefined) return refuse("invalid_type", other.expected, other.found);
  if (isSource(usage)) {
    const list = isList(usage) ? listOf(usage, path, issues) : undefined;
    const { first, all } =
      list === undefined
        ? peek(elementsOf(usage, path, issues)[Symbol.iterator]())
        : { first: list[0], all: list };
    if (looksLikeSummary(first) || list?.some(looksLikeSummary) === true) {
      return ofSummaries([...all], (index) => [...path, index], context, path, issues);
    }
    checkPeriods(segments, issues);
    return issues.length > 0
      ? withoutEvents(new Map())
      : collectUsage(all, segments, scope, policy.deduplicate);
  }
  if (looksLikeSummary(usage)) return ofSummaries([usage], () => path, context, path, issues);
  if (!isRecord(usage)) return quantitiesOf(usage, segments, path, issues);
  const fields = ownFields(usage);
  if (fields === undefined) return refuse("not_plain_data", "plain data", "an object");
  if (isEvent(fields)) return refuse("invalid_type", "a list of events", "one event");
  return quantitiesOf(fields, segments, path, issues);
}

/** The fields of a record of quantities; nothing of any other usage. */
export function quantityRecord(usage: unknown): UnknownRecord | undefined {
  const isOther =
    !isRecord(usage) ||
    isDecimalLike(usage) ||
    otherKind(usage) !== undefined ||
    isSource(usage) ||
    looksLikeSummary(usage);
  const fields = isOther ? undefined : ownFields(usage);
  return fields === undefined || isEvent(fields) ? undefined : fields;
}

function ofSummaries(
  summaries: readonly unknown[],
  pathOf: (index: number) => readonly PathSegment[],
  context: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ResolvedUsage {
  const list = summaries.map((input, index) => ({ input, path: pathOf(index) }));
  return { ...summariesGiven(list, context, path, issues), report: NO_EVENTS, tooLate: 0 };
}

/** A quantity, or a record of them. */
function quantitiesOf(
  usage: unknown,
  segments: UsageContext["segments"],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ResolvedUsage {
  // Quantities say nothing of outcomes that occurred at other prices.
  const priced = segments.filter(
    ({ charge, isRunOff }) => pricesUsage(charge) && isRunOff !== true,
  );
  // A fee by itself bills whatever the usage: any quantity will do.
  if (segments.length === 1 && priced.length === 0 && !isProblem(readDecimal(usage))) {
    return withoutEvents(new Map());
  }
  return withoutEvents(
    isRecord(usage) && !isDecimalLike(usage)
      ? recordGiven(usage, priced, path, issues)
      : quantityGiven(usage, priced, path, issues),
  );
}

function withoutEvents(metered: MeteredUsage): ResolvedUsage {
  return {
    metered,
    outcomes: new Map(),
    levels: new Map(),
    lateEventIds: new Map(),
    report: NO_EVENTS,
    tooLate: 0,
    summarized: [],
  };
}

/** The first element, and all of them: what is iterated can be so only once. */
function peek(usage: Iterator<unknown>): {
  readonly first: unknown;
  readonly all: Iterable<unknown>;
} {
  const first = usage.next();
  if (first.done === true) return { first: undefined, all: [] };
  return { first: first.value, all: prepend(first.value, usage) };
}

function* prepend(first: unknown, rest: Iterator<unknown>): Generator<unknown> {
  yield first;
  for (let next = rest.next(); next.done !== true; next = rest.next()) yield next.value;
}

/** Whether a record is one event, as people pass it who have only one. */
function isEvent(fields: UnknownRecord): boolean {
  const names = ["customerId", "timestamp", "unitOfMeasure", "specversion"];
  return typeof fields["id"] === "string" && names.some((name) => fields[name] !== undefined);
}

/** Whether an element of a list is a summary, and no event. */
export function looksLikeSummary(value: unknown): boolean {
  if (!isRecord(value)) return false;
  try {
    return "schemaVersion" in value && ("groups" in value || "tallies" in value);
  } catch {
    // A proxy that cannot be read is reported with the events.
    return false;
  }
}
