import { isUsageCharge, pricesUsage } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { type DecimalInput, isDecimalLike, isProblem, readDecimal } from "../money/decimal.js";
import { collectUsage } from "./collect.js";
import type { SignalInput, UsageEventInput } from "./event.js";
import { quantityGiven, recordGiven } from "./given-quantities.js";
import { summariesGiven } from "./given-summaries.js";
import { checkPeriods, type UsageScope, type UsageService } from "./match.js";
import { type Metered, meter } from "./metered.js";
import type { OutcomeUsage } from "./outcomes/outcome-usage.js";
import { NO_EVENTS, type UsageReport } from "./report.js";
import type { UsageSummary } from "./summary.js";

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

/** What each service is priced from. */
export type MeteredUsage = ReadonlyMap<UsageService, readonly Metered[]>;

/** Usage as charges are priced from it, and what became of the events, if events were given. */
export interface ResolvedUsage {
  readonly metered: MeteredUsage;
  /** What became of outcomes, of the services that judge them. */
  readonly outcomes: ReadonlyMap<UsageService, OutcomeUsage>;
  /** Ids of what became known since the usage was billed before. */
  readonly arrivals: ReadonlyMap<UsageService, readonly string[]>;
  readonly report: UsageReport;
}

/** What {@link resolveUsage} needs to know. */
export interface UsageContext {
  readonly services: readonly UsageService[];
  readonly scope: UsageScope;
  readonly policy: BillingPolicy;
}

/** Brings any form of usage to what charges are priced from. Reports what is wrong; bad events go to the report instead. */
export function resolveUsage(
  usage: unknown,
  context: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ResolvedUsage {
  const { services, scope, policy } = context;
  if (isIterable(usage)) {
    const { first, all } = peek(usage);
    if (looksLikeSummary(first) || (Array.isArray(usage) && usage.some(looksLikeSummary))) {
      const list = [...all].map((input, index) => ({ input, path: [...path, index] }));
      return { ...summariesGiven(list, context, path, issues), report: NO_EVENTS };
    }
    if (usage instanceof Map) {
      const expected = "a record of quantities, summaries, or events";
      issues.push(
        issueAt("invalid_type", path, `must be ${expected}`, { expected, found: "a map" }),
      );
      return withoutEvents(new Map());
    }
    checkPeriods(services, issues);
    if (issues.length > 0) return withoutEvents(new Map());
    const { tallies, outcomes, arrivals, report } = collectUsage(
      all,
      services,
      scope,
      policy.deduplicate,
    );
    const metered = new Map<UsageService, readonly Metered[]>();
    for (const service of services) {
      const { charge } = service;
      if (isUsageCharge(charge)) {
        metered.set(service, meter(charge, tallies.get(service) ?? new Map()));
      }
    }
    return { metered, outcomes, arrivals, report };
  }
  if (looksLikeSummary(usage)) {
    return {
      ...summariesGiven([{ input: usage, path }], context, path, issues),
      report: NO_EVENTS,
    };
  }
  const counted = services.filter(({ charge }) => pricesUsage(charge));
  // A fee by itself bills whatever the usage: any quantity will do.
  if (services.length === 1 && counted.length === 0 && !isProblem(readDecimal(usage))) {
    return withoutEvents(new Map());
  }
  return withoutEvents(
    typeof usage === "object" && usage !== null && !isDecimalLike(usage)
      ? recordGiven(usage, counted, path, issues)
      : quantityGiven(usage, counted, path, issues),
  );
}

function withoutEvents(metered: MeteredUsage): ResolvedUsage {
  return { metered, outcomes: new Map(), arrivals: new Map(), report: NO_EVENTS };
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
    return "schemaVersion" in value && "tallies" in value;
  } catch {
    // A proxy that cannot be read is reported with the events.
    return false;
  }
}
