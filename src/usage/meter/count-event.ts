import type { UsageCharge } from "../../catalog/charge.js";
import type { UsageFilter } from "../../catalog/filter.js";
import type { EventQuantity } from "../../catalog/quantity.js";
import { isListed } from "../../data/is-listed.js";
import type { Fraction } from "../../money/fraction.js";
import type { RatingInputKind } from "../../pricing/model.js";
import { isRatedPricing, modelOf } from "../../pricing/models/index.js";
import { type TimeZone, UTC } from "../../time/zone.js";
import type { AggregatedEvent, Aggregation } from "../aggregations/aggregation.js";
import type { ReadEvent } from "../events/event.js";
import { fieldText } from "../events/event-fields.js";
import { countedQuantity } from "./event-quantity.js";
import { holds } from "./predicate.js";

/** The values of some fields of an event; `null` for a field that it does not have. */
export type GroupKey = readonly (string | null)[];

/** An event that a charge counts, as far as the charge looks at it. */
export interface CountedEvent extends AggregatedEvent {
  /** The values of the fields that the charge, and then its model, group by. */
  readonly group: GroupKey;
  /** The money that it is about, where the model prices that. */
  readonly value: Fraction | undefined;
}

/** Everything about a charge that decides which events it counts, and how they are metered. */
export interface MeterTerms {
  readonly unitOfMeasure: string | undefined;
  readonly currency: string | undefined;
  readonly filter: UsageFilter;
  /** What counts of each event's quantity; nothing where all of it does. */
  readonly eventQuantity: EventQuantity | undefined;
  readonly aggregation: Aggregation;
  readonly needs: RatingInputKind;
  /** The fields of the charge's `groupBy`. */
  readonly groupBy: readonly string[];
  /** The fields that its model tells groups apart by. */
  readonly modelGroups: readonly string[];
}

/** How a usage charge meters. */
export function meterTerms(charge: UsageCharge): MeterTerms {
  const { pricing, unitOfMeasure, currency, eventQuantity, filter = {}, groupBy } = charge;
  if (!isRatedPricing(pricing)) throw new Error("unreachable: a discount that counts events");
  const model = modelOf(pricing);
  return {
    unitOfMeasure,
    currency,
    filter,
    eventQuantity,
    aggregation: charge.aggregation ?? "sum",
    needs: model.needs,
    groupBy: groupBy?.fields ?? [],
    modelGroups: model.groupsBy?.(pricing) ?? [],
  };
}

/** The event as the charge counts it in a time zone, or the reason why it does not; its scope and period aside. */
export function countEvent(
  charge: UsageCharge,
  terms: MeterTerms,
  event: ReadEvent,
  zone: TimeZone | undefined,
): CountedEvent | string {
  const { aggregation } = terms;
  const why = whyFiltered(terms.filter, event, zone) ?? whyNoValue(terms, event);
  if (why !== undefined) return why;
  const field = typeof aggregation === "object" && "by" in aggregation ? aggregation.by : undefined;
  const fieldValue = field === undefined ? undefined : fieldText(event, field);
  if (field !== undefined && fieldValue === undefined) return `lacks ${field}`;
  const modelGroup = groupKey(terms.modelGroups, event);
  if (!pricesGroup(charge, modelGroup)) {
    return `no cell of charge ${charge.id} prices ${modelGroup.map((value) => value ?? "none").join(", ")}`;
  }
  const { id, timestamp } = event;
  return {
    id,
    timestamp,
    quantity: countedQuantity(terms.eventQuantity, event.quantity),
    fieldValue,
    group:
      terms.groupBy.length === 0 ? modelGroup : [...groupKey(terms.groupBy, event), ...modelGroup],
    value: terms.needs === "values" ? event.value : undefined,
  };
}

const NO_GROUP: GroupKey = Object.freeze([]);

function groupKey(fields: readonly string[], event: ReadEvent): GroupKey {
  if (fields.length === 0) return NO_GROUP;
  return fields.map((name) => fieldText(event, name) ?? null);
}

function whyFiltered(
  { names, agents, where }: UsageFilter,
  event: ReadEvent,
  zone: TimeZone = UTC,
): string | undefined {
  const { name, agentId } = event.fields;
  if (names !== undefined && !isListed(names, name)) return `name ${name ?? "none"}`;
  if (agents !== undefined && !isListed(agents, agentId)) {
    return `of agent ${agentId ?? "none"}`;
  }
  return where === undefined || holds(where, event, zone) ? undefined : "filtered out";
}

function whyNoValue({ needs, currency }: MeterTerms, event: ReadEvent): string | undefined {
  if (needs !== "values") return undefined;
  if (event.value === undefined) return "has no value";
  const said = event.fields.currency;
  return said === undefined || currency === undefined || said === currency
    ? undefined
    : `value in ${said}`;
}

function pricesGroup({ pricing }: UsageCharge, key: GroupKey): boolean {
  if (!isRatedPricing(pricing)) return false;
  return modelOf(pricing).pricesGroup?.(pricing, key) ?? true;
}
