import type { UsageCharge } from "../catalog/charge.js";
import { canonicalJson } from "../content/canonical-json.js";
import { type Fraction, fraction, sum, ZERO } from "../money/fraction.js";
import type { Need } from "../pricing/model.js";
import type { RatingInput } from "../pricing/rate.js";
import { type CountingTerms, countingTerms, type GroupKey } from "./counting.js";
import { compareTexts } from "./report.js";
import {
  aggregate,
  EMPTY_TALLY,
  type GroupTallies,
  type GroupTally,
  mergeTallies,
  type Tally,
  valuesInOrder,
} from "./tally.js";

/** The values of the fields that a charge groups by. */
export type UsageGroup = Readonly<Record<string, string | null>>;

/** What one line of a charge is priced from. */
export interface Metered extends RatingInput {
  /** The group that the line is for; `null` when the charge does not group. */
  readonly group: UsageGroup | null;
}

/** No usage at all, whatever the charge's model is given: a quantity of 0, no values, no groups. */
export function nothingMetered(needs: Need): Metered {
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
 * What a usage charge prices, from what was counted: one entry for each group where the charge groups (none without
 * events), else exactly one. Groups come in the order of their keys.
 */
export function meter(charge: UsageCharge, tallies: GroupTallies): readonly Metered[] {
  const terms = countingTerms(charge);
  if (terms.groupBy.length === 0) return [meterGroup(terms, null, [...tallies.values()])];
  const groups = new Map<string, GroupTally[]>();
  for (const each of tallies.values()) {
    const name = canonicalJson(each.key.slice(0, terms.groupBy.length));
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return [...groups]
    .sort(([a], [b]) => compareTexts(a, b))
    .map(([, members]) => meterGroup(terms, groupOf(terms, members[0]?.key ?? []), members));
}

function groupOf({ groupBy }: CountingTerms, key: GroupKey): UsageGroup {
  return Object.fromEntries(groupBy.map((name, index) => [name, key[index] ?? null]));
}

function meterGroup(
  terms: CountingTerms,
  group: UsageGroup | null,
  members: readonly GroupTally[],
): Metered {
  const { aggregation, needs } = terms;
  const whole: Tally = members.map(({ tally }) => tally).reduce(mergeTallies, EMPTY_TALLY);
  if (needs === "values") {
    return {
      group,
      quantity: fraction(BigInt(whole.count)),
      input: whole.totals ?? valuesInOrder(whole).map(({ value }) => value),
    };
  }
  if (needs !== "groups") {
    const quantity = aggregate(aggregation, whole);
    return { group, quantity, input: quantity };
  }
  const cells = members
    .map(({ key, tally }) => ({
      key: key.slice(terms.groupBy.length),
      quantity: aggregate(aggregation, tally),
    }))
    .sort((a, b) => compareTexts(canonicalJson(a.key), canonicalJson(b.key)));
  return { group, quantity: sum(cells.map(({ quantity }) => quantity)), input: cells };
}
