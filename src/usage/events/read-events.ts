import type { Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import type { ReadEvent, ReadSignal } from "./event.js";
import { readEvent } from "./read-event.js";
import type { ReportBuilder } from "./report.js";

/** When events count. What is absent does not restrict. */
export interface EventTimes {
  readonly period?: Interval | undefined;
  /** Pauses inside of the period, in which nothing counts. */
  readonly pauses?: readonly Interval[] | undefined;
  /** The moment of knowledge: an event received later does not count. */
  readonly asOf?: Instant | undefined;
}

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
  const reading = readEvent(input);
  if (reading.kind === "usage") {
    const { event } = reading;
    if (isKnown(event, times)) return event;
    const reason = whyOutside(event, times) ?? "received after asOf";
    report.add("outside-period", { id: event.id, reason });
  } else if (reading.kind === "signal") {
    const { signal } = reading;
    report.add("signal", { id: signal.id, reason: aboutSignal(signal) });
    if (isKnown(signal, times)) signals.push(signal);
  } else {
    const reason = reading.issues.map((issue) => issue.message).join("; ");
    report.add("invalid", { id: reading.id ?? null, reason });
  }
  return undefined;
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

function isKnown({ receivedAt }: { readonly receivedAt: Instant }, { asOf }: EventTimes): boolean {
  return asOf === undefined || receivedAt <= asOf;
}

/** What a signal is about, for people. */
function aboutSignal({ confirms, reverses, fields }: ReadSignal): string {
  const target = confirms ?? reverses;
  return target === undefined ? `${fields.name} of ${fields.subject}` : `refers to ${target}`;
}
