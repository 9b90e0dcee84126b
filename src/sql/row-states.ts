import { canonicalJson } from "../data/canonical-json.js";
import { exact } from "../money/decimal.js";
import { type Fraction, fraction, multiply, ZERO } from "../money/fraction.js";
import { totalsOfEvent, type ValueTotals } from "../pricing/model.js";
import { isRatedPricing, modelOf } from "../pricing/models/index.js";
import { DAY } from "../time/civil.js";
import { formatDate } from "../time/date.js";
import { UTC } from "../time/zone.js";
import { aggregationOf } from "../usage/aggregations/index.js";
import { identityOf } from "../usage/events/identity.js";
import {
  type AggregateState,
  type AggregateStates,
  type CountedValue,
  mergeStates,
} from "../usage/meter/aggregate.js";
import { countedQuantity } from "../usage/meter/event-quantity.js";
import { type ChargePlan, KEYS } from "./charge-plan.js";
import { fieldValue } from "./field.js";
import { widthOf } from "./gather.js";
import type { Texts } from "./rows.js";
import type { ReadSegment } from "./segments.js";

/** What a database gathered of a group. */
export interface StateRow {
  readonly keys: Texts;
  readonly data: readonly unknown[];
}

/** What a charge keeps of a segment's events, as the database has gathered it. Groups that we write alike are one. */
export function statesOfRows(
  rows: readonly StateRow[],
  plan: ChargePlan,
  segment: ReadSegment,
): AggregateStates {
  const byGroup = new Map<string, AggregateState[]>();
  for (const row of rows) {
    const state = stateOfRow(row, plan, segment);
    if (state === undefined) continue;
    const name = canonicalJson(state.key);
    const known = byGroup.get(name);
    if (known === undefined) byGroup.set(name, [state]);
    else known.push(state);
  }
  return new Map([...byGroup].map(([name, states]) => [name, mergedInPairs(states, plan)]));
}

/** Merges each with the next: of many values of one group, none is copied very often. */
function mergedInPairs(
  states: readonly AggregateState[],
  { terms: { aggregation } }: ChargePlan,
): AggregateState {
  let left = states;
  while (left.length > 1) {
    const all = left;
    left = all.flatMap((state, index) => {
      const next = all[index + 1];
      if (index % 2 === 1) return [];
      return [next === undefined ? state : mergeStates(state, next, aggregation)];
    });
  }
  const [merged] = left;
  if (merged === undefined) throw new Error("unreachable: a group without rows");
  return merged;
}

/** The state of one row; nothing where the charge does not count its events after all. */
function stateOfRow(
  { keys, data }: StateRow,
  plan: ChargePlan,
  { period, zone }: ReadSegment,
): AggregateState | undefined {
  const { terms, gathering } = plan;
  const group = groupOfRow(keys, plan);
  if (group === undefined) return undefined;
  const { key, field, quantity } = group;
  const [before, day, , amount = null] = keys;
  const counted = (each: Fraction) => countedQuantity(terms.eventQuantity, each);
  const count = countIn(data[0]);
  let place = 1;
  const columns = Object.fromEntries(
    gathering.needs.map((column) => {
      const texts = data.slice(place, place + widthOf(column));
      place += widthOf(column);
      return [column, texts.length === 1 ? texts[0] : texts];
    }),
  );
  const stored = gathering.stored(
    {
      count,
      quantity,
      field,
      columns,
      period,
      counted,
    },
    {
      isBefore: before === "1",
      day: day === null || day === undefined ? undefined : formatDate(Number(day) * DAY, UTC),
    },
  );
  return {
    key,
    count,
    state: aggregationOf(terms.aggregation).read(stored, period, zone),
    ...valuesIn(data.slice(place), count, amount, plan),
  };
}

/** What the keys of a row say of its events; nothing where the charge does not count them after all. */
export function groupOfRow(keys: Texts, plan: ChargePlan) {
  const { charge, terms } = plan;
  const [, , quantity = null, , raw = null] = keys;
  const field = plan.field === undefined ? undefined : fieldValue(plan.field, raw);
  if (plan.field !== undefined && field === undefined) return undefined;
  const key = plan.groups.map(
    (name, index) => fieldValue(name, keys[KEYS.length + index] ?? null) ?? null,
  );
  const { pricing } = charge;
  const model = isRatedPricing(pricing) ? modelOf(pricing) : undefined;
  if (model?.pricesGroup?.(pricing as never, key.slice(terms.groupBy.length)) === false)
    return undefined;
  return {
    key,
    field,
    /** Their one quantity, as it counts; nothing where they may have several. */
    quantity: quantity === null ? undefined : countedQuantity(terms.eventQuantity, exact(quantity)),
  };
}

function valuesIn(
  told: readonly unknown[],
  count: number,
  amount: string | null,
  { values, perEvent }: ChargePlan,
): Pick<AggregateState, "values" | "totals"> {
  const [first, second] = told;
  const ofTotals = (totals: ValueTotals) => ({ values: [], totals });
  switch (values) {
    case "none":
      return { values: [], totals: undefined };
    case "totals": {
      const charged = countIn(first);
      return ofTotals({ events: count, charged, value: exact(String(second)), limited: ZERO });
    }
    case "by-value": {
      if (amount === null || perEvent === undefined) throw new Error("no value");
      const one = totalsOfEvent(exact(amount), perEvent);
      const times = fraction(BigInt(count));
      return ofTotals({
        events: count,
        charged: one.charged * count,
        value: multiply(one.value, times),
        limited: multiply(one.limited, times),
      });
    }
    case "each":
      return { values: eachValue(first), totals: undefined };
    default:
      return values satisfies never;
  }
}

function eachValue(list: unknown): readonly CountedValue[] {
  return (
    JSON.parse(String(list)) as readonly (readonly [string | null, string, string, string])[]
  ).map(([source, id, at, value]) => ({
    id: identityOf(id, source ?? undefined),
    timestamp: Number(at),
    value: exact(value),
  }));
}

export function countIn(text: unknown): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0) throw new Error("no number");
  return count;
}
