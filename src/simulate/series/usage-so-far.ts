import type { GivenUsage } from "../../invoice/rating/given-usage.js";
import type { MeteredSegment } from "../../invoice/rating/metered-segment.js";
import type { Instant } from "../../time/instant.js";
import type { SummarizedReport } from "../../usage/collect.js";
import type { UsageReport } from "../../usage/events/report.js";
import type { Metered } from "../../usage/meter/metered.js";

/** Usage of a plan, of which it is known how far it had come at any edge of a bucket. */
export interface UsageSoFar {
  readonly given: GivenUsage;
  /** What a segment has metered before each instant inside of it, asked in the order of time. */
  readonly upTo: (segment: MeteredSegment) => (until: Instant) => readonly Metered[];
}

/** What became of events, of one plan. */
export interface UsageFacts {
  readonly report: UsageReport;
  readonly summarized: readonly SummarizedReport[];
}
