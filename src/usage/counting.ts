import type { Aggregation } from "../catalog/aggregation.js";
import type { UsageCharge } from "../catalog/charge.js";
import type { UsageFilter } from "../catalog/filter.js";
import { type Fraction, fraction, multiply } from "../money/fraction.js";
import type { Need } from "../pricing/model.js";
import { isRatedPricing, modelOf } from "../pricing/models/index.js";
import type { Interval } from "../time/cycle-grid.js";
import type { ReadEvent } from "./event.js";
import { fieldText } from "./event-fields.js";
import { holds } from "./predicate.js";

/** The values of some fields of an event; `null` for a field that it does not have. */
export type GroupKey = readonly (string | null)[];

/** One counted event, as far as a charge looks at it. */
export interface Counted {
  readonly id: string;
  readonly timestamp: number;
  readonly quantity: Fraction;
  /** The values of the fields that the charge, and then its model, group by. */
  readonly group: GroupKey;
  /** The value that distinct values are counted of, where they are. */
  readonly distinct: string | undefined;
  /** Quantity × the part of the period that was left, where that is summed up. */
  readonly weighted: Fraction | undefined;
  /** The money that it is about, where the model prices that. */
  readonly value: Fraction | undefined;
}

/** Everything about a charge that decides which events it counts, and how. */
export interface CountingTerms {
  readonly unitOfMeasure: string | undefined;
  readonly currency: string | undefined;
  readonly filter: UsageFilter;
  readonly aggregation: Aggregation;
  readonly needs: Need;
  /** The fields of the charge's `groupBy`. */
  readonly groupBy: readonly string[];
  /** The fields that its model tells groups apart by. */
  readonly modelGroups: readonly string[];
}

/** How a usage charge counts. */
export function countingTerms(charge: UsageCharge): CountingTerms {
  const { pricing, unitOfMeasure, currency, filter = {}, aggregation = "sum", groupBy } = charge;
  if (!isRatedPricing(pricing)) throw new Error("unreachable: a discount that counts events");
  const model = modelOf(pricing);
  return {
    unitOfMeasure,
    currency,
    filter,
    aggregation,
    needs: model.needs,
    groupBy: groupBy?.fields ?? [],
    modelGroups: model.groupsBy?.(pricing) ?? [],
  };
}

/** The event as the charge counts it, or the reason why it does not; its scope and time aside. */
export function countEvent(
  charge: UsageCharge,
  terms: CountingTerms,
  event: ReadEvent,
  period: Interval | undefined,
): Counted | string {
  const { aggregation } = terms;
  const why = whyFiltered(terms.filter, event) ?? whyNoValue(terms, event);
  if (why !== undefined) return why;
  const distinct = typeof aggregation === "string" ? undefined : fieldText(event, aggregation.by);
  if (typeof aggregation !== "string" && distinct === undefined) return `lacks ${aggregation.by}`;
  const modelGroup = terms.modelGroups.map((name) => fieldText(event, name) ?? null);
  if (!pricesGroup(charge, modelGroup)) {
    return `no cell of charge ${charge.id} prices ${modelGroup.map((value) => value ?? "none").join(", ")}`;
  }
  const { id, timestamp, quantity } = event;
  return {
    id,
    timestamp,
    quantity,
    group: [...terms.groupBy.map((name) => fieldText(event, name) ?? null), ...modelGroup],
    distinct,
    weighted: aggregation === "weighted-sum" ? weigh(quantity, timestamp, period) : undefined,
    value: terms.needs === "values" ? event.value : undefined,
  };
}

function whyFiltered({ names, agents, where }: UsageFilter, event: ReadEvent): string | undefined {
  const { name, agentId } = event.fields;
  if (names !== undefined && !names.some((each) => each === name)) return `name ${name ?? "none"}`;
  if (agents !== undefined && !agents.some((each) => each === agentId)) {
    return `of agent ${agentId ?? "none"}`;
  }
  return where === undefined || holds(where, event) ? undefined : "filtered out";
}

function whyNoValue({ needs, currency }: CountingTerms, event: ReadEvent): string | undefined {
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

/** A change of level counts for the part of the period that it lasts. */
function weigh(quantity: Fraction, timestamp: number, period: Interval | undefined): Fraction {
  if (period === undefined) throw new Error("unreachable: a weighted sum without a period");
  const left = fraction(BigInt(period.end - timestamp), BigInt(period.end - period.start));
  return multiply(quantity, left);
}
