import { catalogReader } from "../catalog/catalog.js";
import type { UsageCharge, UsageChargeInput } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import {
  type BillingPolicy,
  type BillingPolicyInput,
  DEFAULT_POLICY,
  readPolicy,
} from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import {
  elementsIn,
  issueAt,
  type PathSegment,
  PricingError,
  type PricingIssue,
  throwIssues,
} from "../errors.js";
import { readOptions } from "../schema/options.js";
import { valueOrReport } from "../schema/parse.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import { formatDate } from "../time/date.js";
import { type TimeZone, UTC } from "../time/zone.js";
import { clockMatters } from "./charge-plan.js";
import { DIALECTS, type DialectName } from "./dialects/index.js";
import { type EventsTable, readEventsTable } from "./events-table.js";
import {
  type ReadSegments,
  readSegments,
  type SegmentsTable,
  type UsageSegmentInput,
} from "./segments.js";
import { compileStatement } from "./statement.js";

/** What {@link usageQuery} compiles. */
export interface UsageQueryRequest {
  /** The database that will run the statement. */
  readonly dialect: DialectName;
  /** Where the events are. */
  readonly events: EventsTable;
  /** The usage charges that are counted. */
  readonly charges: readonly (UsageChargeInput | UsageCharge)[];
  /** Whose usage of when: given, or a table of segments. */
  readonly segments: readonly UsageSegmentInput[] | SegmentsTable;
  /**
   * Whether events are told apart by customer, source and id, as `invoice` does: default `true`. `false` where the table holds
   * each of them once anyway, which saves the database a sort.
   */
  readonly deduplicate?: boolean | null | undefined;
  /** The billing policy, for its custom currencies. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/** A segment of a query. */
export interface QuerySegment {
  /** The place of its charge in `charges`. */
  readonly charge: number;
  /** Whose usage. */
  readonly customerId: string;
  /** Of which subscription; `null` for any. */
  readonly subscriptionId: string | null;
  /** Of which agent type; `null` for any. */
  readonly agentType: string | null;
  /** Where clocks and calendars are looked at. */
  readonly timeZone: TimeZone;
  /** When. */
  readonly period: Period;
  /** Pauses inside of the period. */
  readonly pauses: readonly Period[];
  /** The moment of knowledge. */
  readonly asOf: string;
}

/** A charge whose usage is not counted by the database. */
export interface CountedInProcess {
  /** The place of the charge in `charges`. */
  readonly charge: number;
  /** Its id. */
  readonly chargeId: string;
  /** Why. */
  readonly reason: string;
}

/** A statement, and what its rows mean. It is JSON: it may run elsewhere, and later. */
export interface UsageQuery {
  /** The database that it is for. */
  readonly dialect: DialectName;
  /** The statement. In ClickHouse, parameters are called `p1`, `p2`, … */
  readonly text: string;
  /** The values of its parameters, in order: texts. Nothing of them stands in the statement. */
  readonly parameters: readonly string[];
  /** The charges, parsed. */
  readonly charges: readonly UsageCharge[];
  /** The segments, each of one charge; `null` where they are in a table. */
  readonly segments: readonly QuerySegment[] | null;
  /** The time zones of which it knows the clocks. */
  readonly timeZones: readonly TimeZone[];
  /** Whether the database tells events apart by their ids. */
  readonly deduplicate: boolean;
  /** The policy under which the charges were read. */
  readonly policy: BillingPolicy;
  /** The charges whose events the database gives as they are, and `summariesFromRows` counts: those that judge outcomes. */
  readonly inProcess: readonly CountedInProcess[];
}

const KEYS = [
  "dialect",
  "events",
  "charges",
  "segments",
  "deduplicate",
  "policy",
] as const satisfies readonly (keyof UsageQueryRequest)[];

/** The keys of a query. */
export const QUERY_KEYS = [
  "dialect",
  "text",
  "parameters",
  "charges",
  "segments",
  "timeZones",
  "deduplicate",
  "policy",
  "inProcess",
] as const satisfies readonly (keyof UsageQuery)[];

export function usageQuery(request: UsageQueryRequest): UsageQuery {
  const issues: PricingIssue[] = [];
  const required = ["dialect", "events", "charges", "segments"] as const;
  const options = readOptions(request, KEYS, issues, { required });
  const policy = readPolicy(options.policy, issues) ?? DEFAULT_POLICY;
  const dialect = readDialect(options.dialect, issues);
  // What else is wrong does not wait for the dialect.
  const sql = DIALECTS[dialect ?? "postgresql"];
  const charges = readCharges(options.charges, policy, issues);
  const events =
    options.events === undefined ? undefined : readEventsTable(options.events, sql, issues);
  const segments =
    options.segments === undefined
      ? undefined
      : readSegments(options.segments, charges, sql, issues);
  const deduplicate = readFlag(options.deduplicate, issues);
  if (segments !== undefined) checkTable(segments, charges, issues);
  if (
    issues.length > 0 ||
    dialect === undefined ||
    events === undefined ||
    segments === undefined
  ) {
    throw new PricingError(issues);
  }
  const { text, parameters } = compileStatement({ events, charges, segments, deduplicate }, sql);
  if (!sql.holdsZeroCharacters) checkCharacters(parameters, dialect, issues);
  throwIssues(issues);
  return deepFreeze({
    dialect,
    text,
    parameters,
    charges,
    segments: segments.given === undefined ? null : segments.given.map(writeSegment),
    timeZones: zonesOf(segments),
    deduplicate,
    policy,
    inProcess: charges.flatMap(({ id, outcome }, charge) =>
      outcome === undefined ? [] : [{ charge, chargeId: id, reason: "it judges outcomes" }],
    ),
  });
}

function writeSegment({
  charge,
  customerId,
  subscriptionId,
  agentType,
  zone,
  period,
  pauses,
  asOf,
}: NonNullable<ReadSegments["given"]>[number]): QuerySegment {
  return {
    charge,
    customerId,
    subscriptionId: subscriptionId ?? null,
    agentType: agentType ?? null,
    timeZone: zone,
    period: formatPeriod(period, UTC),
    pauses: pauses.map((each) => formatPeriod(each, UTC)),
    asOf: formatDate(asOf, UTC),
  };
}

function zonesOf(segments: ReadSegments): readonly TimeZone[] {
  return segments.given === undefined
    ? segments.zones
    : [...new Set(segments.given.map(({ zone }) => zone))];
}

function readDialect(input: unknown, issues: PricingIssue[]): DialectName | undefined {
  if (typeof input === "string" && Object.hasOwn(DIALECTS, input)) return input as DialectName;
  if (input === undefined) return undefined;
  const expected = `one of ${Object.keys(DIALECTS).join(", ")}`;
  issues.push(issueAt("invalid_value", ["dialect"], { expected, received: input }));
  return undefined;
}

function readFlag(input: unknown, issues: PricingIssue[]): boolean {
  if (input === undefined || typeof input === "boolean") return input ?? true;
  const facts = { expected: "true or false", received: input };
  issues.push(issueAt("invalid_type", ["deduplicate"], facts));
  return true;
}

/** Reads a list of usage charges. */
export function readCharges(
  input: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
  at: readonly PathSegment[] = ["charges"],
): readonly UsageCharge[] {
  if (input === undefined) return [];
  const list = elementsIn(input, at, "a list of usage charges", issues) ?? [];
  if (list.length === 0) {
    const facts = { expected: "at least one usage charge", received: input };
    issues.push(issueAt("missing", at, facts));
  }
  return list.flatMap((each, index): readonly UsageCharge[] => {
    const path = [...at, index];
    const charge = valueOrReport(catalogReader(policy).charge(each, path), issues);
    if (charge === undefined) return [];
    if (isUsageCharge(charge)) return [charge];
    const expected = "a usage charge that is no discount";
    issues.push(
      issueAt("invalid_value", [...path, "chargeType"], { expected, received: charge.chargeType }),
    );
    return [];
  });
}

/** A table of segments names each charge by its id, and clocks are known for a time. */
function checkTable(
  segments: ReadSegments,
  charges: readonly UsageCharge[],
  issues: PricingIssue[],
): void {
  if (segments.given !== undefined) return;
  const ids = charges.map(({ id }) => id);
  for (const [index, received] of ids.entries()) {
    if (ids.indexOf(received) === index) continue;
    const expected = "an id of its own, where segments are in a table";
    issues.push(issueAt("duplicate_id", ["charges", index, "id"], { expected, received }));
  }
  const local = charges.find((each) => each.outcome === undefined && clockMatters(each));
  if (local === undefined || segments.span !== undefined) return;
  const expected = `the time in which all segments lie, as charge ${local.id} looks at the clock`;
  issues.push(issueAt("missing", ["segments", "period"], { expected, received: undefined }));
}

function checkCharacters(
  parameters: readonly string[],
  dialect: DialectName,
  issues: PricingIssue[],
): void {
  for (const received of parameters.filter((each) => /\0|\\u0000/.test(each))) {
    const expected = `texts without the character 0, which ${dialect} cannot hold`;
    issues.push(issueAt("not_supported", [], { expected, received }));
  }
}
