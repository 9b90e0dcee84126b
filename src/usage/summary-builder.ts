import type { UsageCharge } from "../catalog/charge.js";
import { type Counter, counterOf, place, readEvents } from "./collect.js";
import { addToGroups, type EventGroup } from "./deduplicate.js";
import type { ReadEvent, ReadSignal } from "./event.js";
import type { UsageScope } from "./match.js";
import { addPlacement, type ReportBuilder, reportBuilder } from "./report.js";
import type { OutcomeTerms, SummaryHeader, UsageSummary } from "./summary.js";
import { placeGroups } from "./summary-events.js";
import { deduplicatedSummary, plainSummary } from "./summary-form.js";
import { perEventOf, summaryHeader } from "./summary-header.js";
import { judgedSummary, keepSignal, outcomeTerms } from "./summary-outcomes.js";
import { tallyBuilder } from "./tally.js";

/** Which events are summed up, and how. */
export interface SummaryTask {
  readonly charge: UsageCharge;
  readonly scope: UsageScope;
  readonly deduplicate: boolean;
}

/** Sums up events one at a time, in any order. */
export interface SummaryBuilder {
  add(input: unknown): void;
  build(): UsageSummary;
}

/** Keeps no more of the events than the summary will hold. */
export function summaryBuilder({ charge, scope, deduplicate }: SummaryTask): SummaryBuilder {
  const header = summaryHeader(charge, scope, deduplicate);
  const terms = outcomeTerms(charge);
  if (terms !== undefined) return judgingBuilder(header, terms, scope);
  const { agentType, period } = scope;
  const counter = counterOf({ charge, agentType, period }, scope, undefined);
  if (counter === undefined) throw new Error("unreachable: only usage charges are read");
  return deduplicate ? deduplicatingBuilder(header, counter) : countingBuilder(header, counter);
}

function countingBuilder(header: SummaryHeader, counter: Counter): SummaryBuilder {
  const report = reportBuilder();
  const tallies = tallyBuilder(perEventOf(counter.charge));
  return {
    add(input) {
      for (const event of knownIn(input, counter.scope, report, [])) {
        const placement = place(event, [counter]);
        addPlacement(report, event.id, placement);
        for (const counted of placement.counted.values()) tallies.add(counted);
      }
    },
    build: () => plainSummary(header, tallies.build(), report.build()),
  };
}

function deduplicatingBuilder(header: SummaryHeader, counter: Counter): SummaryBuilder {
  const setAside = reportBuilder();
  const groups = new Map<string, EventGroup<ReadEvent>>();
  return {
    add(input) {
      for (const event of knownIn(input, counter.scope, setAside, [])) addToGroups(groups, event);
    },
    build: () => deduplicatedSummary(header, placeGroups(groups, counter), setAside.build()),
  };
}

function judgingBuilder(
  header: SummaryHeader,
  terms: OutcomeTerms,
  scope: UsageScope,
): SummaryBuilder {
  const setAside = reportBuilder();
  const groups = new Map<string, EventGroup<ReadEvent>>();
  const signals = new Map<string, ReadSignal>();
  return {
    add(input) {
      const said: ReadSignal[] = [];
      for (const event of knownIn(input, scope, setAside, said)) addToGroups(groups, event);
      for (const signal of said) keepSignal(signals, signal);
    },
    build: () => judgedSummary(header, terms, { groups, signals, setAside: setAside.build() }),
  };
}

function knownIn(
  input: unknown,
  scope: UsageScope,
  report: ReportBuilder,
  signals: ReadSignal[],
): Iterable<ReadEvent> {
  return readEvents([input], scope, report, signals);
}
