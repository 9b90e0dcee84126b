import {
  type OutcomePolicy,
  type OutcomePolicyInput,
  outcomePolicySchema,
} from "../../catalog/outcome.js";
import { compareTexts } from "../../data/compare-texts.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import { groupBy } from "../../data/group-by.js";
import { elementsIn, issueAt, PricingError, type PricingIssue, throwIssues } from "../../errors.js";
import { formatExact } from "../../money/fraction.js";
import { readDateAt, readPeriod, readTimeZone } from "../../schema/dates.js";
import { readOptions } from "../../schema/options.js";
import { parseWith, valueOrReport } from "../../schema/parse.js";
import { isRecord } from "../../schema/unknown-record.js";
import type { PeriodInput } from "../../time/billing-period.js";
import type { DateInput } from "../../time/date.js";
import { formatInstant, type Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { intervalIndex } from "../../time/interval-index.js";
import type { TimeZone } from "../../time/zone.js";
import { eventKey, groupById } from "../events/deduplicate.js";
import type { EventInput, ReadEvent, ReadSignal } from "../events/event.js";
import { givenId, siblingOf } from "../events/identity.js";
import { readEvents } from "../events/read-events.js";
import { reportBuilder, reportGroup, type UsageReport } from "../events/report.js";
import { checkSource, elementsOf } from "../events/source.js";
import { foldOutcomes } from "./fold.js";
import { knowledgeOf } from "./knowledge.js";
import type { FoldedOutcome, OutcomeReason, OutcomeState } from "./outcome.js";

/** Options of {@link settleOutcomes}. */
export interface SettleOptions {
  /** The moment of knowledge: events and signals received later do not count. */
  readonly asOf: DateInput;
  /** The billing periods, where outcomes are unique in one each. An outcome that none of them covers counts alone. */
  readonly periods?: readonly PeriodInput[] | null | undefined;
  /** IANA name of the time zone in which civil dates begin, and conditions look at the clock; default `"UTC"`. */
  readonly timeZone?: TimeZone | null | undefined;
}

/** An outcome, where it stands, and why. Plain JSON data. */
export interface Outcome {
  /** The id of its event. */
  readonly id: string;
  /** Whose it is. */
  readonly customerId: string;
  /** What it is about; `null` where the event does not say. */
  readonly subject: string | null;
  /** What kind of outcome it is; `null` where the event does not say. */
  readonly name: string | null;
  /** Where it stands. */
  readonly state: OutcomeState;
  /** When it occurred, UTC. */
  readonly occurredAt: string;
  /** When it was confirmed, by a signal or by silence; `null` while it is not. */
  readonly confirmedAt: string | null;
  /** When it can be reversed no longer; `null` while it is not confirmed, or where that is always possible. */
  readonly settlesAt: string | null;
  /** When it was blocked or reversed; else `null`. */
  readonly endedAt: string | null;
  /** The moment that decides its billing period; `null` while it is not billable. */
  readonly billableAt: string | null;
  /** What is left of its quantity after partial reversals. */
  readonly quantity: string;
  /** What is left of its value; `null` where it has none. */
  readonly value: string | null;
  /** What put it where it stands, with the ids of the events. */
  readonly reasons: readonly OutcomeReason[];
}

/** A signal that changes nothing. */
export interface UnusedSignal {
  /** Its id. */
  readonly id: string;
  /** Why, for people. */
  readonly reason: string;
}

/** What became of a list of events under an outcome policy. */
export interface OutcomeSettlement {
  /** Every usage event as an outcome, in the order in which they occurred. */
  readonly outcomes: readonly Outcome[];
  /** Signals that change nothing, and why: they may precede their event, or come too late. */
  readonly unusedSignals: readonly UnusedSignal[];
  /** What became of the events that were given. */
  readonly report: UsageReport;
}

const OPTIONS = ["asOf", "periods", "timeZone"] as const satisfies (keyof SettleOptions)[];

/**
 * Which outcomes are billable, pending, reversed, and why: the judgement that a charge's `outcome` policy passes on
 * events and signals, by itself. Customers are told apart; the order of the events does not matter, nor do duplicates.
 *
 * @throws {PricingError} with every issue of the policy and the options. Bad events are reported, never thrown.
 *
 * @example
 * ```ts
 * import { settleOutcomes } from "rateplan";
 *
 * const resolved = {
 *   id: "e1", customerId: "acme", unitOfMeasure: "@outcome", subject: "conv-1", timestamp: "2026-01-30T10:00:00Z",
 * };
 * const policy = { confirm: { assumedAfter: "PT72H" }, reverse: { signals: ["reopened"], within: "P30D" } } as const;
 * const on = (asOf: string) => settleOutcomes([
 *   resolved,
 *   { id: "s1", customerId: "acme", subject: "conv-1", name: "reopened", timestamp: "2026-02-10T09:00:00Z" },
 * ], policy, { asOf }).outcomes[0]?.state;
 * [on("2026-01-31"), on("2026-02-03"), on("2026-02-11")]; // => ["pending", "confirmed", "reversed"]
 * ```
 */
export function settleOutcomes(
  events: Iterable<EventInput>,
  policy: OutcomePolicyInput | OutcomePolicy,
  options: SettleOptions,
): OutcomeSettlement {
  const task = readTask(events, policy, options);
  const report = reportBuilder();
  const signals: ReadSignal[] = [];
  const issues: PricingIssue[] = [];
  const all = elementsOf(events, [], issues);
  const groups = groupById(readEvents(all, { asOf: task.asOf }, report, signals));
  throwIssues(issues);
  const known: ReadEvent[] = [];
  for (const { winner, copies, conflicts } of groups) {
    reportGroup(report, winner.id, copies, conflicts);
    known.push(winner);
  }
  const signalsOf = groupBy(signals, customerOf);
  const outcomes = [...groupBy(known, customerOf)].flatMap(([customerId, own]) => {
    const said = signalsOf.get(customerId) ?? [];
    const { policy, asOf, billingPeriodOf, zone } = task;
    const knowledgeAt = knowledgeOf(own, said);
    const input = { candidates: own, knowledgeAt, billingPeriodOf, zone };
    return foldOutcomes(input, () => policy).at(asOf);
  });
  for (const { event, billableAt, state } of outcomes) {
    const reason = billableAt === undefined ? { id: event.id, reason: state } : undefined;
    const waits = state === "pending" || state === "confirmed";
    const bucket = billableAt !== undefined ? "matched" : waits ? "outside-period" : "unmatched";
    report.add(bucket, reason);
  }
  return deepFreeze({
    outcomes: outcomes.toSorted(byTime).map(toOutcome),
    unusedSignals: unusedSignals(signals, known, outcomes),
    report: report.build(),
  });
}

function customerOf({ customerId }: ReadEvent | ReadSignal): string {
  return customerId;
}

function byTime(a: FoldedOutcome, b: FoldedOutcome): number {
  return a.event.timestamp - b.event.timestamp || compareTexts(a.event.id, b.event.id);
}

function toOutcome(outcome: FoldedOutcome): Outcome {
  const { event, state, confirmedAt, settlesAt, endedAt, billableAt, quantity, value, reasons } =
    outcome;
  const occurredAt = formatInstant(event.timestamp);
  const moment = (instant: Instant | undefined) => {
    if (instant === undefined) return null;
    return instant === event.timestamp ? occurredAt : formatInstant(instant);
  };
  return {
    id: givenId(event.id),
    customerId: event.customerId,
    subject: event.fields.subject ?? null,
    name: event.fields.name ?? null,
    state,
    occurredAt,
    confirmedAt: moment(confirmedAt),
    settlesAt: moment(settlesAt),
    endedAt: moment(endedAt),
    billableAt: moment(billableAt),
    quantity: formatExact(quantity),
    value: value === undefined ? null : formatExact(value),
    reasons: reasons.map(asGiven),
  };
}

/** A reason that names events by the ids that they were given. */
function asGiven(reason: OutcomeReason): OutcomeReason {
  const { text, eventIds } = reason;
  const isGiven = eventIds.every((id) => givenId(id) === id);
  return isGiven ? reason : { text, eventIds: eventIds.map(givenId) };
}

function unusedSignals(
  signals: readonly ReadSignal[],
  events: readonly ReadEvent[],
  outcomes: readonly FoldedOutcome[],
): readonly UnusedSignal[] {
  const used = new Set<string>();
  for (const { event, reasons } of outcomes) {
    const { customerId } = event;
    for (const { eventIds } of reasons) {
      // An outcome is no signal about itself.
      for (const id of eventIds) if (id !== event.id) used.add(eventKey({ customerId, id }));
    }
  }
  const unused = groupBy(
    signals.filter((signal) => !used.has(eventKey(signal))),
    eventKey,
  );
  if (unused.size === 0) return [];
  const known = new Map(events.map((event) => [eventKey(event), event]));
  return [...unused.values()]
    .flatMap((alike) => {
      // Of several under one id, whichever came first: the reason that comes first in the alphabet.
      const reasons = alike.map((signal) => whyUnused(signal, known)).sort(compareTexts);
      const { id } = alike[0] ?? {};
      return id === undefined ? [] : [{ id: givenId(id), reason: reasons[0] ?? "" }];
    })
    .sort((a, b) => compareTexts(a.id, b.id) || compareTexts(a.reason, b.reason));
}

function whyUnused(
  { id, customerId, confirms, reverses, timestamp, fields }: ReadSignal,
  events: ReadonlyMap<string, ReadEvent>,
): string {
  const target = confirms ?? reverses;
  if (target === undefined) return `${fields.name} of ${fields.subject} changes nothing`;
  const [own, plain] = [siblingOf(id, target), target].map((each) =>
    events.get(eventKey({ customerId, id: each })),
  );
  const event = own ?? plain;
  if (event === undefined) return `refers to ${target}, which is not known`;
  return event.timestamp > timestamp
    ? `is before ${target}, to which it refers`
    : `changes nothing about ${target}`;
}

interface SettleTask {
  readonly policy: OutcomePolicy;
  readonly asOf: Instant;
  readonly billingPeriodOf: (instant: Instant) => number | undefined;
  readonly zone: TimeZone;
}

function readTask(events: unknown, policyInput: unknown, input: unknown): SettleTask {
  const issues: PricingIssue[] = [];
  const options = readOptions(input, OPTIONS, issues, {
    required: isRecord(input) ? ["asOf"] : [],
  });
  checkSource(events, issues);
  const result = parseWith<OutcomePolicy>("outcome policy", outcomePolicySchema(), policyInput, [
    "policy",
  ]);
  const policy = valueOrReport(result, issues);
  const zone = readTimeZone(options.timeZone, ["timeZone"], issues);
  const asOf =
    options.asOf === undefined ? undefined : readDateAt(options.asOf, ["asOf"], zone, issues);
  const periods = [...readPeriods(options.periods, policy, zone, issues).entries()];
  if (policy === undefined || asOf === undefined || issues.length > 0) {
    throw new PricingError(issues);
  }
  const byTime = intervalIndex(periods, ([, period]) => period);
  return { policy, asOf, zone, billingPeriodOf: (instant) => byTime.at(instant)[0]?.[0] };
}

const MOST_PERIODS = 100_000;

function readPeriods(
  input: unknown,
  policy: OutcomePolicy | undefined,
  zone: TimeZone,
  issues: PricingIssue[],
): readonly Interval[] {
  if (input === undefined && policy?.uniqueBy?.per !== "billing-period") return [];
  const expected = "the list of billing periods in which outcomes are unique";
  if (input === undefined) {
    issues.push(issueAt("missing", ["periods"], { expected, received: input }));
    return [];
  }
  const list = elementsIn(input, ["periods"], expected, issues, MOST_PERIODS) ?? [];
  return list.flatMap((each, index) => readPeriod(each, ["periods", index], zone, issues) ?? []);
}
