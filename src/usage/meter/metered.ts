import type { UsageCharge } from "../../catalog/charge.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { groupBy } from "../../data/group-by.js";
import { type Fraction, fraction, sum, ZERO } from "../../money/fraction.js";
import type { RatingInputKind } from "../../pricing/model.js";
import type { RatingInput } from "../../pricing/rate-exactly.js";
import { aggregationOf } from "../aggregations/index.js";
import {
  type AggregateState,
  type AggregateStates,
  mergeStates,
  valuesInOrder,
} from "./aggregate.js";
import { type GroupKey, type MeterTerms, meterTerms } from "./count-event.js";

/** The values of the fields that a charge groups by. */
export type UsageGroup = Readonly<Record<string, string | null>>;

/** What one line of a charge is priced from. */
export interface Metered extends RatingInput {
  /** The group that the line is for; `null` when the charge does not group. */
  readonly group: UsageGroup | null;
}

/** No usage at all, whatever the charge's model is given: a quantity of 0, no values, no groups. */
export function nothingMetered(needs: RatingInputKind): Metered {
  return {
    group: null,
    quantity: ZERO,
    input: needs === "quantity" ? ZERO : needs === "nothing" ? undefined : [],
  };
}

/** A quantity by itself, as a charge that prices quantities is given it. */
export function meteredQuantity(quantity: Fraction): Metered {
  return { group: null, quantity, input: quantity };
}

/**
 * What a usage charge prices: one entry for each group where the charge groups (none without events), else exactly
 * one. Groups come in the order of their keys.
 */
export function meter(charge: UsageCharge, states: AggregateStates): readonly Metered[] {
  const terms = meterTerms(charge);
  if (terms.groupBy.length === 0) return [meterGroup(terms, null, [...states.values()])];
  const groups = groupBy(states.values(), ({ key }) =>
    canonicalJson(key.slice(0, terms.groupBy.length)),
  );
  return [...groups]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([, members]) => meterGroup(terms, groupOf(terms, members[0]?.key ?? []), members));
}

function groupOf({ groupBy }: MeterTerms, key: GroupKey): UsageGroup {
  return Object.fromEntries(groupBy.map((name, index) => [name, key[index] ?? null]));
}

function meterGroup(
  terms: MeterTerms,
  group: UsageGroup | null,
  members: readonly AggregateState[],
): Metered {
  const { aggregation, needs } = terms;
  const { result } = aggregationOf(aggregation);
  if (needs === "groups") {
    const cells = members
      .map(({ key, state }) => ({
        key: key.slice(terms.groupBy.length),
        quantity: result(state, aggregation),
      }))
      .map((cell) => ({ cell, name: canonicalJson(cell.key) }))
      .sort((a, b) => compareTexts(a.name, b.name))
      .map(({ cell }) => cell);
    return { group, quantity: sum(cells.map(({ quantity }) => quantity)), input: cells };
  }
  const [first, ...others] = members;
  if (first === undefined) return nothingMetered(needs);
  const whole = others.reduce((a, b) => mergeStates(a, b, aggregation), first);
  if (needs === "values") {
    return {
      group,
      quantity: fraction(BigInt(whole.count)),
      input: whole.totals ?? valuesInOrder(whole.values).map(({ value }) => value),
    };
  }
  const quantity = result(whole.state, aggregation);
  return { group, quantity, input: quantity };
}
