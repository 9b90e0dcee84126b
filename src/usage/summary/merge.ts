import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { issueAt, issueUnder, PricingError, type PricingIssue, throwIssues } from "../../errors.js";
import { OUTPUT_LIMITS, readExact } from "../../money/decimal.js";
import { valueOrReport } from "../../schema/parse.js";
import {
  compareWritten,
  type EventGroup,
  eventKey,
  mergeAllGroups,
} from "../events/deduplicate.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { comparePayloads } from "../events/event-fields.js";
import { readEvent } from "../events/read-event.js";
import { mergeReports } from "../events/report.js";
import { mergeAggregates } from "../meter/aggregate.js";
import { type JudgedUsage, judgedSummary, keepSignal } from "./builder.js";
import { deduplicatedSummary, plainSummary, readEventGroups, readStates } from "./form.js";
import { headerMismatches } from "./header.js";
import { safeParseSummary } from "./schema.js";
import { storedEvent } from "./stored-events.js";
import type {
  Deduplication,
  OutcomeTerms,
  SummarizedOutcomes,
  SummaryHeader,
  UsageSummary,
} from "./summary.js";

/**
 * Adds two summaries of the same charge, customer and period, as if their events had been summed up together, in any
 * order and grouping. With deduplication, an event that is in both counts once. Where the charge judges outcomes, they
 * are judged anew by the events and signals of both.
 *
 * @throws {PricingError} `usage_mismatch` for each part of the headers that differs; shape issues for a summary that is
 * not one of ours; `decimal_out_of_range` where numbers add up to one that is too long to be read again.
 *
 * @example
 * ```ts
 * import { mergeUsage, summarizeUsage } from "rateplan";
 *
 * const charge = {
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome",
 *   pricing: { model: "per-unit", unitPrice: 50 },
 * } as const;
 * const event = { id: "e1", customerId: "acme", unitOfMeasure: "@outcome", timestamp: "2026-01-05T09:00:00Z" };
 * const morning = summarizeUsage([event], { charge });
 * const evening = summarizeUsage([event, { ...event, id: "e2" }], { charge });
 * mergeUsage(morning, evening).quantity; // => "2"
 * ```
 */
export function mergeUsage(a: UsageSummary, b: UsageSummary): UsageSummary {
  const issues: PricingIssue[] = [];
  const first = valueOrReport(safeParseSummary(a, [0]), issues);
  const second = valueOrReport(safeParseSummary(b, [1]), issues);
  if (first === undefined || second === undefined) throw new PricingError(issues);
  const header = headerOf(first);
  issues.push(...headerMismatches(header, second).map((issue) => issueUnder([1], issue)));
  if (issues.length > 0) throw new PricingError(issues);
  const [one, other] = [first.deduplication, second.deduplication];
  if (one === undefined || other === undefined) {
    const states = mergeAggregates(readStates(first), readStates(second), header.aggregation);
    return readable(plainSummary(header, states, mergeReports(first.report, second.report)));
  }
  if (one.outcomes !== undefined && other.outcomes !== undefined) {
    checkApart([one.outcomes, other.outcomes]);
    return mergeJudged(header, [one, one.outcomes], [other, other.outcomes]);
  }
  const groups = mergeAllGroups(readEventGroups(one), readEventGroups(other), compareWritten);
  return deduplicatedSummary(header, groups, mergeReports(one.excluded, other.excluded));
}

/** A sum that is longer than what is read again is refused when it is made, and not when it is read. */
function readable(summary: UsageSummary): UsageSummary {
  const sums = summary.groups.map(({ state, valueTotals }) => ({ ...state, ...valueTotals }));
  const isLong = (text: unknown) =>
    typeof text === "string" &&
    text.length > OUTPUT_LIMITS.digits &&
    readExact(text) === "decimal_out_of_range";
  if (![summary.quantity, ...sums.flatMap(Object.values)].some(isLong)) return summary;
  const expected = `numbers that add up to one of at most ${OUTPUT_LIMITS.digits} digits on either side of the point`;
  const found = "a sum that is longer";
  throw new PricingError([issueAt("decimal_out_of_range", [], { expected, found })]);
}

/** What is apart has been judged as all that there is of its subjects: another summary may hold more of them. */
function checkApart(parts: readonly SummarizedOutcomes[]): void {
  const issues = parts.flatMap(({ apart }, place) => {
    if (apart === undefined) return [];
    const expected = "absent: outcomes that a database has judged are not judged anew";
    const path = [place, "deduplication", "outcomes", "apart"];
    return issueAt("usage_mismatch", path, { expected, received: apart });
  });
  throwIssues(issues);
}

function headerOf(summary: UsageSummary): SummaryHeader {
  const {
    quantity: _quantity,
    groups: _groups,
    report: _report,
    deduplication: _events,
    ...header
  } = summary;
  return header;
}

/** Adds what two summaries hold; what is in both is there once. */
function mergeJudged(
  header: SummaryHeader,
  [a, first]: readonly [Deduplication, SummarizedOutcomes],
  [b, second]: readonly [Deduplication, SummarizedOutcomes],
): UsageSummary {
  const [one, other] = [readJudged(a, first), readJudged(b, second)];
  const signals = new Map(one.signals);
  for (const signal of other.signals.values()) keepSignal(signals, signal);
  // What is heard of is an event under its id like any other; whichever counts is where it was.
  const heard = new Set([...one.heard, ...other.heard]);
  const groups = mergeAllGroups(one.groups, other.groups, comparePayloads);
  return judgedSummary(header, smaller(first.terms, second.terms), {
    groups: groups.filter(({ winner }) => !heard.has(winner)),
    signals,
    heard: groups.flatMap(({ winner }) => (heard.has(winner) ? winner : [])),
    excluded: mergeReports(one.excluded, other.excluded),
  });
}

/** Equal fingerprints count alike, whatever else differs: either will do, if it is always the same. */
function smaller(a: OutcomeTerms, b: OutcomeTerms): OutcomeTerms {
  return compareTexts(canonicalJson(a), canonicalJson(b)) <= 0 ? a : b;
}

function readJudged(
  { events, excluded }: Deduplication,
  { signals: stored, heard: others = [] }: SummarizedOutcomes,
): Omit<Required<JudgedUsage>, "groups"> & {
  readonly groups: ReadonlyMap<string, EventGroup<ReadEvent>>;
} {
  const groups = new Map<string, EventGroup<ReadEvent>>();
  for (const { payload, receivedAt = "", copies, conflicts } of events) {
    const reading = readEvent(storedEvent(payload, receivedAt));
    if (reading.kind !== "usage") throw new Error("unreachable: no event in a parsed summary");
    groups.set(eventKey(reading.event), { winner: reading.event, copies, conflicts });
  }
  const heard = others.map(({ payload, receivedAt }): ReadEvent => {
    const reading = readEvent(storedEvent(payload, receivedAt));
    if (reading.kind !== "usage") throw new Error("unreachable: no event in a parsed summary");
    groups.set(eventKey(reading.event), { winner: reading.event, copies: 0, conflicts: 0 });
    return reading.event;
  });
  const signals = new Map<string, ReadSignal>();
  for (const { payload, receivedAt } of stored) {
    const reading = readEvent(storedEvent(payload, receivedAt));
    if (reading.kind !== "signal") throw new Error("unreachable: no signal in a parsed summary");
    signals.set(payload, reading.signal);
  }
  return { groups, signals, heard, excluded };
}
