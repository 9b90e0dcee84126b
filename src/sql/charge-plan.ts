import type { UsageCharge } from "../catalog/charge.js";
import { canonicalJson } from "../data/canonical-json.js";
import type { PerEvent } from "../pricing/model.js";
import { countsDays } from "../usage/aggregations/index.js";
import { type MeterTerms, meterTerms } from "../usage/meter/count-event.js";
import { looksAtClock } from "../usage/meter/predicate.js";
import { perEventOf } from "../usage/summary/header.js";
import { type GatheringPlan, gatheringPlan } from "./gather.js";

/** What is told of the money that events are about. */
export type ValuesPlan = "none" | "totals" | "by-value" | "each";

/** How a charge's events become rows, and rows a summary. */
export interface ChargePlan {
  readonly charge: UsageCharge;
  readonly terms: MeterTerms;
  readonly gathering: GatheringPlan;
  readonly values: ValuesPlan;
  readonly perEvent: PerEvent | undefined;
  /** The field that the aggregation looks at. */
  readonly field: string | undefined;
  /** The fields that groups are told apart by. */
  readonly groups: readonly string[];
  /** See {@link clockMatters}. */
  readonly isLocal: boolean;
}

/** What a row is told apart by, in this order, before the groups; NULL where it is not. */
export const KEYS = ["before", "day", "quantity", "amount", "field"] as const;

export function chargePlan(charge: UsageCharge): ChargePlan {
  const terms = meterTerms(charge);
  const { aggregation, eventQuantity, needs, groupBy, modelGroups } = terms;
  // Values of outcomes stay apart, as in their summaries.
  const perEvent = charge.outcome === undefined ? perEventOf(charge) : undefined;
  return {
    charge,
    terms,
    gathering: gatheringPlan(aggregation, eventQuantity !== undefined),
    values: needs === "values" ? valuesPlan(perEvent) : "none",
    perEvent,
    field: typeof aggregation === "object" && "by" in aggregation ? aggregation.by : undefined,
    groups: [...groupBy, ...modelGroups],
    isLocal: clockMatters(charge),
  };
}

/** What a statement is made of for a charge: its price, for one, is not. */
export function countingOf({ terms, values }: ChargePlan): string {
  const { eventQuantity, ...counted } = terms;
  return canonicalJson({ ...counted, values, isChanged: eventQuantity !== undefined });
}

/** Whether it depends on clocks or calendars which events a charge counts, or how. */
export function clockMatters({ aggregation, filter, outcome }: UsageCharge): boolean {
  const conditions = [filter?.where, outcome?.qualifies];
  return countsDays(aggregation) || conditions.some((each) => each && looksAtClock(each));
}

function valuesPlan(perEvent: PerEvent | undefined): ValuesPlan {
  if (perEvent === undefined) return "each";
  return Object.keys(perEvent.terms).length === 0 ? "totals" : "by-value";
}
