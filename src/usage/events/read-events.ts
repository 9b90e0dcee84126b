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
    const reading = readEvent(input);
    if (reading.kind === "invalid") {
      const reason = reading.issues.map((issue) => issue.message).join("; ");
      report.add("invalid", { id: reading.id ?? null, reason });
    } else if (reading.kind === "signal") {
      const { signal } = reading;
      report.add("signal", { id: signal.id, reason: aboutSignal(signal) });
      if (isKnown(signal, times)) signals.push(signal);
    } else if (isKnown(reading.event, times)) {
      yield reading.event;
    } else {
      const reason = whyOutside(reading.event, times) ?? "received after asOf";
      report.add("outside-period", { id: reading.event.id, reason });
    }
  }
}

/** Why an event is not in the period; nothing when it is. */
export function whyOutside(
  { timestamp }: ReadEvent,
  { period, pauses = [] }: EventTimes,
): string | undefined {
  if (period === undefined) return undefined;
  if (timestamp < period.start) return "before the period";
  if (timestamp >= period.end) return "after the period";
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
