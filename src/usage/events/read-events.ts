import type { Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import type { ReadEvent, ReadSignal } from "./event.js";
import { type EventReading, readEvent } from "./read-event.js";
import type { ReportBuilder } from "./report.js";

/** When events count. What is absent does not restrict. */
export interface EventTimes {
  readonly period?: Interval | undefined;
  /** Pauses inside of the period, in which nothing counts. */
  readonly pauses?: readonly Interval[] | undefined;
  /** The moment of knowledge: an event received later does not count. */
  readonly asOf?: Instant | undefined;
}

type InvalidReading = Extract<EventReading, { readonly kind: "invalid" }>;

/** The usage events that can be read and were known. The others are reported; signals that were known are collected. */
export function* readEvents(
  events: Iterable<unknown>,
  times: EventTimes,
  report: ReportBuilder,
  signals: ReadSignal[],
): Generator<ReadEvent> {
  for (const input of events) {
    const event = readKnown(input, times, report, signals);
    if (event !== undefined) yield event;
  }
}

/** The same for one of them. */
export function readKnown(
  input: unknown,
  times: EventTimes,
  report: ReportBuilder,
  signals: ReadSignal[],
): ReadEvent | undefined {
  return takeKnown(readEvent(input), times, report, signals);
}

/** The same for one that is read already. */
export function takeKnown(
  reading: EventReading,
  times: EventTimes,
  report: ReportBuilder,
  signals: ReadSignal[],
): ReadEvent | undefined {
  if (reading.kind === "usage") {
    if (isKnown(reading.event, times)) return reading.event;
    reportUnknown(reading.event, times, report);
  } else if (reading.kind === "signal") {
    reportSignal(reading.signal, report);
    if (isKnown(reading.signal, times)) signals.push(reading.signal);
  } else {
    reportInvalid(reading, report);
  }
  return undefined;
}

/** Reports an event that was not known in time. */
export function reportUnknown(event: ReadEvent, times: EventTimes, report: ReportBuilder): void {
  const reason = whyOutside(event, times) ?? "received after asOf";
  report.add("outside-period", { id: event.id, reason });
}

export function reportSignal(signal: ReadSignal, report: ReportBuilder): void {
  report.add("signal", { id: signal.id, reason: aboutSignal(signal) });
}

export function reportInvalid({ id, issues }: InvalidReading, report: ReportBuilder): void {
  const reason = issues.map((issue) => issue.message).join("; ");
  report.add("invalid", { id: id ?? null, reason });
}

const NO_PAUSES: readonly Interval[] = [];

/** Why an event is not in the period; nothing when it is. */
export function whyOutside(
  { timestamp }: ReadEvent,
  { period, pauses = NO_PAUSES }: EventTimes,
): string | undefined {
  if (period === undefined) return undefined;
  if (timestamp < period.start) return "before the period";
  if (timestamp >= period.end) return "after the period";
  if (pauses.length === 0) return undefined;
  return pauses.some((pause) => contains(pause, timestamp)) ? "in a pause" : undefined;
}

/** Whether something was known at the moment of knowledge. */
export function isKnown(
  { receivedAt }: { readonly receivedAt: Instant },
  { asOf }: EventTimes,
): boolean {
  return asOf === undefined || receivedAt <= asOf;
}

/** What a signal is about, for people. */
function aboutSignal({ confirms, reverses, fields }: ReadSignal): string {
  const target = confirms ?? reverses;
  return target === undefined ? `${fields.name} of ${fields.subject}` : `refers to ${target}`;
}
