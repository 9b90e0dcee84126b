import type { UsageCharge, UsageChargeInput } from "../catalog/charge.js";
import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicyInput, DEFAULT_POLICY } from "../catalog/policy.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, PricingError, type PricingIssue, throwIssues } from "../errors.js";
import { readFlag, readOptions } from "../schema/options.js";
import { formatPeriod } from "../time/billing-period.js";
import { formatDate } from "../time/date.js";
import { type Duration, readDuration } from "../time/duration.js";
import type { TimeZone } from "../time/zone.js";
import { clockMatters } from "./charge-plan.js";
import { DIALECTS, type DialectName } from "./dialects/index.js";
import { type EventsTable, readEventsTable } from "./events-table.js";
import { isCompiled, outcomePlans } from "./outcomes/outcome-plan.js";
import type { QueryOutcomes, QuerySegment, UsageQuery } from "./query.js";
import { readCharges } from "./read-charges.js";
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
  /**
   * How long before the first segment of a customer events are read, by which an id may be taken already: a duration such as
   * `"P30D"`; default ever so long. A copy has the timestamp of its event, so it is about ids that come again with another one:
   * the earlier event counts only if it happened no earlier than that. Where levels carry over, and of outcomes, all is read.
   */
  readonly deduplicateWithin?: Duration | null | undefined;
  /** The billing policy, for its custom currencies. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

const KEYS = [
  "dialect",
  "events",
  "charges",
  "segments",
  "deduplicate",
  "deduplicateWithin",
  "policy",
] as const satisfies readonly (keyof UsageQueryRequest)[];

/**
 * Compiles usage charges into one statement for the database that holds the events, whose rows `summariesFromRows` makes the
 * same summaries of as `summarizeUsage` of the same events: the events need not leave the database.
 *
 * The statement tells events apart by customer, source and id (of several, the one that `invoice` would take), and counts
 * those known at each segment's `asOf`. Filters, conditions on fields and on the clock, all aggregations, groups and
 * levels that carry over are counted by the database; numbers leave it as exact decimal texts. It gives as they are, and
 * `summariesFromRows` counts:
 *
 * - outcomes that may depend on more than their own event, and what decides them: `outcomes` says of each charge whether the
 *   database judges the others, or none, and why. It judges where outcomes are billed when they occur (no `confirm`, no
 *   `billOn: "settled"` with a reversal, no credit at the original price): those alone under their `uniqueBy` key, and without
 *   a signal that may reverse them. Of the other policies it gives the events of those subjects that were not decided before
 *   the segments, what may break a silence of theirs, and signals;
 * - events of which the database could not be sure to decide as we do: with a number of more digits than it computes
 *   exactly (before and after the point: PostgreSQL 100 and 100, DuckDB 12 and 18, ClickHouse 30 and 18), several of one
 *   id and one moment that say different things, what may be invalid, and a condition on a number that is none of few digits.
 *
 * Names of tables and columns are quoted; every value is a parameter, so that no text of a catalog or a customer is ever SQL.
 * Local time follows the zones of this runtime, as everywhere in rateplan, and not those of the database.
 *
 * The database must order nothing: no collation matters. An event whose `timestamp` or `id` is NULL is not counted. PostgreSQL cannot
 * know how many segments a parameter lists, and joins them in nested loops: with many, set `enable_nestloop = off` for the statement.
 *
 * @throws {PricingError} with every issue: a charge that is not a usage charge, a name that is none, a segment of a charge that
 * is not given; `not_supported` where a text holds the character 0, and the database cannot.
 *
 * @example
 * ```ts
 * import { summariesFromRows, usageQuery } from "rateplan/sql";
 *
 * const query = usageQuery({
 *   dialect: "postgresql",
 *   events: {
 *     table: ["billing", "events"],
 *     columns: {
 *       id: "id", customerId: "customer_id", unitOfMeasure: "unit", timestamp: "happened_at",
 *       receivedAt: "received_at", quantity: "quantity", properties: "properties",
 *     },
 *   },
 *   charges: [
 *     {
 *       id: "calls", name: "Calls", chargeType: "usage", unitOfMeasure: "call",
 *       pricing: { model: "per-unit", unitPrice: "0.02" },
 *       filter: { where: { field: "properties.region", equals: "eu" } },
 *     },
 *   ],
 *   segments: [{ customerId: "acme", period: { start: "2026-01-01", end: "2026-02-01" } }],
 * });
 * query.text.includes('FROM "billing"."events"'); // => true
 * query.text.includes("acme"); // => false
 * query.parameters.slice(1); // => ["region", "eu", "call"]
 *
 * // const { rows } = await client.query(query.text, query.parameters);
 * const rows = [
 *   { kind: "state", charge: "0", segment: "0", keys: "[null,null,null,null,null]", data: '["2","650.50"]' },
 * ];
 * const [summary] = summariesFromRows(rows, query);
 * summary?.quantity; // => "650.5"
 * ```
 */
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
  const deduplicate = readFlag(options.deduplicate, ["deduplicate"], true, issues);
  const deduplicateWithin = readWithin(options.deduplicateWithin, deduplicate, issues);
  if (segments !== undefined) checkTable(segments, charges, issues);
  if (
    issues.length > 0 ||
    dialect === undefined ||
    events === undefined ||
    segments === undefined
  ) {
    throw new PricingError(issues);
  }
  const plans = outcomePlans(charges, segments.given);
  const { text, parameters } = compileStatement(
    { events, charges, segments, plans, deduplicate, deduplicateWithin },
    sql,
  );
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
    outcomes: charges.flatMap(({ id }, charge): readonly QueryOutcomes[] => {
      const plan = plans[charge];
      if (plan === undefined) return [];
      const because = plan.compiled ? null : plan.because;
      return [{ charge, chargeId: id, compiled: plan.compiled, because }];
    }),
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
    // A civil date is read in the segment's zone again.
    period: formatPeriod(period, zone),
    pauses: pauses.map((each) => formatPeriod(each, zone)),
    asOf: formatDate(asOf, zone),
  };
}

function zonesOf(segments: ReadSegments): readonly TimeZone[] {
  return segments.given === undefined
    ? segments.zones
    : [...new Set(segments.given.map(({ zone }) => zone))];
}

function readWithin(
  input: unknown,
  deduplicate: boolean,
  issues: PricingIssue[],
): number | undefined {
  if (input === undefined) return undefined;
  const length = readDuration(input);
  if (length !== undefined && deduplicate) return length;
  const [code, expected] = deduplicate
    ? (["invalid_value", 'an ISO 8601 duration, such as "P30D"'] as const)
    : (["field_not_allowed", "only where events are told apart by their ids"] as const);
  issues.push(issueAt(code, ["deduplicateWithin"], { expected, received: input }));
  return undefined;
}

function readDialect(input: unknown, issues: PricingIssue[]): DialectName | undefined {
  if (typeof input === "string" && Object.hasOwn(DIALECTS, input)) return input as DialectName;
  if (input === undefined) return undefined;
  const expected = `one of ${Object.keys(DIALECTS).join(", ")}`;
  issues.push(issueAt("invalid_value", ["dialect"], { expected, received: input }));
  return undefined;
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
  const local = charges.find((each) => isCompiled(each) && clockMatters(each));
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
