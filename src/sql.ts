/**
 * rateplan/sql: usage counted by the database that holds the events.
 *
 * @packageDocumentation
 */

export type { UsageRow } from "./sql/context.js";
export type { DialectName } from "./sql/dialects/index.js";
export type { EventsTable, EventsTableColumns, TableName } from "./sql/events-table.js";
export type { QueryOutcomes, QuerySegment, UsageQuery } from "./sql/query.js";
export type { SegmentColumns, SegmentsTable, UsageSegmentInput } from "./sql/segments.js";
export { summariesFromRows } from "./sql/summaries.js";
export { type UsageQueryRequest, usageQuery } from "./sql/usage-query.js";
export { type NeededSegments, type UnpricedRequest, usageSegments } from "./sql/usage-segments.js";
