/** Charges that judge outcomes, in segments, and what is known to them: for tests beneath documents. */
import {
  type OutcomePolicyInput,
  parseCharge,
  type UsageCharge,
  type UsageChargeInput,
} from "rateplan";
import type { Interval } from "../../src/time/interval.js";
import type { ReadEvent, ReadSignal } from "../../src/usage/events/event.js";
import { readEvent } from "../../src/usage/events/read-event.js";
import { meterTerms } from "../../src/usage/meter/count-event.js";
import type { UsageScope } from "../../src/usage/meter/scope.js";
import type { JudgingSegment } from "../../src/usage/outcomes/candidates.js";
import { judgeOutcomes } from "../../src/usage/outcomes/judge-outcomes.js";
import { type Happening, judging, on } from "./outcomes.js";

/** The instant so many days into January 2026. */
export const at = (day: number): number => Date.parse(on(day));
export const [JANUARY, FEBRUARY] = [
  { start: at(1), end: at(32) },
  { start: at(32), end: at(60) },
];

/** A usage charge that judges outcomes. */
export function chargeOf(
  policy: OutcomePolicyInput,
  more: Partial<UsageChargeInput> = {},
): UsageCharge {
  const charge = parseCharge(judging(policy, more));
  if (charge.chargeType !== "usage") throw new Error("no usage charge");
  return charge;
}

/** One of its segments; `occurredIn` is when its outcomes occurred, where that matters. */
export function segmentOf(
  charge: UsageCharge,
  period: Interval | undefined,
  occurredIn?: readonly Interval[],
  scope: UsageScope = {},
): JudgingSegment {
  const segment = { charge, period, ...(occurredIn === undefined ? {} : { occurredIn }) };
  return { segment, charge, terms: meterTerms(charge), scope: { ...scope, period } };
}

/** Events and signals as they are read. */
export function known(list: readonly Happening[]) {
  const [events, signals]: [ReadEvent[], ReadSignal[]] = [[], []];
  for (const each of list) {
    const reading = readEvent(each);
    if (reading.kind === "usage") events.push(reading.event);
    if (reading.kind === "signal") signals.push(reading.signal);
  }
  return { events, signals };
}

/** What is said of each of some segments. */
export function usageOf(segments: readonly JudgingSegment[], list: readonly Happening[]) {
  const eras = judgeOutcomes(segments, known(list));
  return segments.map(({ segment }) => {
    const usage = eras.flatMap((each) => each.usage.get(segment) ?? []);
    const [one, ...others] = usage;
    if (one === undefined || others.length > 0) throw new Error("not one usage of a segment");
    return one;
  });
}
