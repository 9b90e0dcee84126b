import type { UsageCharge } from "../catalog/charge.js";
import { isList } from "../data/foreign.js";
import { elementsIn, issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import { readDateAt, readPeriod, readTimeZone } from "../schema/dates.js";
import { readOptions, readText } from "../schema/options.js";
import { among } from "../schema/wording.js";
import type { PeriodInput } from "../time/billing-period.js";
import type { DateInput } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import { type TimeZone, UTC } from "../time/zone.js";
import { carriesOver } from "../usage/aggregations/index.js";
import { checkPeriods } from "../usage/meter/scope.js";
import type { Dialect } from "./dialects/dialect.js";
import { readTable, type TableName } from "./events-table.js";

/** A stretch of time for which usage is asked: of a customer, and of one charge or of all. */
export interface UsageSegmentInput {
  /** The charge, by its id, or by its place in `charges` where several have one id. Default: every charge. */
  readonly charge?: string | number | null | undefined;
  /** Whose usage. */
  readonly customerId: string;
  /** Only usage of this subscription, and such as names none; default any. */
  readonly subscriptionId?: string | null | undefined;
  /** Only usage of this agent type, and such as names none; default any. */
  readonly agentType?: string | null | undefined;
  /** When, `[start, end)`. */
  readonly period: PeriodInput;
  /** Pauses inside of the period, in which nothing counts; levels go on. */
  readonly pauses?: readonly PeriodInput[] | null | undefined;
  /** Only events received up to this moment; default the period's end. */
  readonly asOf?: DateInput | null | undefined;
  /** IANA name of the time zone in which civil dates begin, and filters look at the clock. Default `"UTC"`. */
  readonly timeZone?: TimeZone | null | undefined;
}

/** The columns of a table of segments, one a row, by what they hold; see {@link UsageSegmentInput}. */
export interface SegmentColumns {
  /** Whose usage. */
  readonly customerId: string;
  /** When the stretch begins: an instant. */
  readonly start: string;
  /** When it ends, exclusive: an instant. */
  readonly end: string;
  /** The charge's id; where it is NULL, every charge. */
  readonly charge?: string | null | undefined;
  /** The subscription; NULL for any. */
  readonly subscriptionId?: string | null | undefined;
  /** The agent type; NULL for any. */
  readonly agentType?: string | null | undefined;
  /** The moment of knowledge: an instant; NULL for the end. */
  readonly asOf?: string | null | undefined;
  /** The time zone's name; NULL for UTC. */
  readonly timeZone?: string | null | undefined;
}

/** Where a company keeps the segments of its subscriptions. */
export interface SegmentsTable {
  /** The table, or view. */
  readonly table: TableName;
  /** Its columns. */
  readonly columns: SegmentColumns;
  /** The time zones in it, where a charge looks at the clock or the calendar; default UTC alone. */
  readonly timeZones?: readonly TimeZone[] | null | undefined;
  /** The time in which the segments lie; needed where a charge looks at the clock or the calendar. */
  readonly period?: PeriodInput | null | undefined;
}

/** A segment as read. */
export interface ReadSegment {
  /** The place of its charge. */
  readonly charge: number;
  readonly customerId: string;
  readonly subscriptionId: string | undefined;
  readonly agentType: string | undefined;
  readonly zone: TimeZone;
  readonly period: Interval;
  readonly pauses: readonly Interval[];
  readonly asOf: Instant;
}

/** Segments as read: those given, or where they are. */
export type ReadSegments =
  | { readonly given: readonly ReadSegment[] }
  | {
      readonly given: undefined;
      readonly source: Pick<SegmentsTable, "table" | "columns">;
      readonly zones: readonly TimeZone[];
      readonly span: Interval | undefined;
    };

const KEYS = [
  "charge",
  "customerId",
  "subscriptionId",
  "agentType",
  "period",
  "pauses",
  "asOf",
  "timeZone",
] as const satisfies readonly (keyof UsageSegmentInput)[];

/** Reads segments, given or described. */
export function readSegments(
  input: unknown,
  charges: readonly UsageCharge[],
  dialect: Dialect,
  issues: PricingIssue[],
  path: readonly PathSegment[] = ["segments"],
): ReadSegments | undefined {
  if (!isList(input)) return readSegmentsTable(input, path, dialect, issues);
  const list = elementsIn(input, path, "a list of segments", issues) ?? [];
  return {
    given: list.flatMap((each, index) => readSegment(each, [...path, index], charges, issues)),
  };
}

function readSegment(
  input: unknown,
  path: readonly PathSegment[],
  charges: readonly UsageCharge[],
  issues: PricingIssue[],
): readonly ReadSegment[] {
  const required = ["customerId", "period"] as const;
  const options = readOptions(input, KEYS, issues, { path, required });
  const zone = readTimeZone(options.timeZone, [...path, "timeZone"], issues);
  const customerId = readText(options.customerId, [...path, "customerId"], issues);
  const subscriptionId = readText(options.subscriptionId, [...path, "subscriptionId"], issues);
  const agentType = readText(options.agentType, [...path, "agentType"], issues);
  const at = [...path, "period"];
  const period =
    options.period === undefined ? undefined : readPeriod(options.period, at, zone, issues);
  const asOf =
    options.asOf === undefined
      ? period?.end
      : readDateAt(options.asOf, [...path, "asOf"], zone, issues);
  const places = placesOf(options.charge, [...path, "charge"], charges, issues);
  const pauses = readPauses(options.pauses, [...path, "pauses"], zone, issues);
  if (customerId === undefined || period === undefined || asOf === undefined) return [];
  for (const place of places) checkPeriod(charges[place], period, path, issues);
  return places.map((charge) => ({
    charge,
    customerId,
    subscriptionId,
    agentType,
    zone,
    period,
    pauses,
    asOf,
  }));
}

/** Levels need a time over which they are weighed. */
export function checkPeriod(
  charge: UsageCharge | undefined,
  period: Interval,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): void {
  if (charge === undefined) return;
  const own: PricingIssue[] = [];
  checkPeriods([{ charge, period }], own);
  for (const issue of own) issues.push(issueUnder(path, issue));
}

function readPauses(
  input: unknown,
  path: readonly PathSegment[],
  zone: TimeZone,
  issues: PricingIssue[],
): readonly Interval[] {
  if (input === undefined) return [];
  const list = elementsIn(input, path, "a list of periods", issues) ?? [];
  return list
    .flatMap((each, index) => readPeriod(each, [...path, index], zone, issues) ?? [])
    .sort((a, b) => a.start - b.start);
}

function placesOf(
  wanted: unknown,
  path: readonly PathSegment[],
  charges: readonly UsageCharge[],
  issues: PricingIssue[],
): readonly number[] {
  const found = [...charges.keys()].filter(
    (place) => wanted === undefined || wanted === place || wanted === charges[place]?.id,
  );
  if (wanted !== undefined && found.length === 0) {
    const expected = `${among(
      "the id of a charge",
      charges.map(({ id }) => id),
    )}, or its place`;
    issues.push(issueAt("unknown_charge", path, { expected, received: wanted }));
  }
  if (typeof wanted === "string" && found.length > 1) {
    const expected = `the place of one of the charges of this id (${found.join(", ")})`;
    issues.push(issueAt("ambiguous_usage", path, { expected, received: wanted }));
  }
  return found;
}

const COLUMNS = [
  "customerId",
  "start",
  "end",
  "charge",
  "subscriptionId",
  "agentType",
  "asOf",
  "timeZone",
] as const satisfies readonly (keyof SegmentColumns)[];

function readSegmentsTable(
  input: unknown,
  path: readonly PathSegment[],
  dialect: Dialect,
  issues: PricingIssue[],
): ReadSegments | undefined {
  const names = ["table", "columns", "timeZones", "period"] as const;
  const { timeZones, period, ...described } = readOptions(input, names, issues, { path });
  const required = ["customerId", "start", "end"];
  const source = readTable<Pick<SegmentsTable, "table" | "columns">>(
    described,
    { names: COLUMNS, required, path },
    dialect,
    issues,
  );
  const zones =
    timeZones === undefined ? [UTC] : readTimeZones(timeZones, [...path, "timeZones"], issues);
  const span =
    period === undefined ? undefined : readPeriod(period, [...path, "period"], UTC, issues);
  return source && { given: undefined, source, zones: [...new Set(zones)], span };
}

/** Reads a list of time zones. */
export function readTimeZones(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): readonly TimeZone[] {
  const list = elementsIn(input, path, "a list of time zones", issues) ?? [];
  return list.map((zone, index) => readTimeZone(zone, [...path, index], issues));
}

/** The stretches of a segment in which events count: around its pauses, through which levels go on. */
export function activeStretches(
  { period, pauses }: ReadSegment,
  { aggregation }: UsageCharge,
): readonly Interval[] {
  if (carriesOver(aggregation)) return [period];
  const stretches: Interval[] = [];
  let { start } = period;
  for (const pause of pauses) {
    if (start < pause.start) stretches.push({ start, end: Math.min(pause.start, period.end) });
    start = Math.max(start, pause.end);
  }
  if (start < period.end) stretches.push({ start, end: period.end });
  return stretches.filter((each) => each.start < each.end);
}
