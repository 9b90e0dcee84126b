import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { exact } from "../../money/decimal.js";
import { compare, type Fraction, formatExact, fraction, multiply } from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";
import { positivePercentage } from "../../schema/fields.js";
import {
  type AggregatedEvent,
  type Aggregation,
  type AggregationDefinition,
  exactText,
} from "./aggregation.js";

/** How many events have a quantity. */
interface Frequency {
  readonly quantity: Fraction;
  readonly count: number;
}

/** Events by their quantity, in its exact form. */
type Distribution = Map<string, Frequency>;

/**
 * The nearest rank: of N quantities from the smallest to the largest, the one at place ⌈percentile/100 × N⌉. It is always
 * one that was measured, never one between two.
 */
export const percentile: AggregationDefinition<"percentile", Distribution> = {
  name: "percentile",
  form: onFirstUse(() =>
    z.strictObject({ type: z.literal("percentile"), percentile: positivePercentage() }),
  ),
  additive: false,
  start: (event) => addTo(new Map(), event),
  add: addTo,
  merge(a, b) {
    const merged: Distribution = new Map(a);
    for (const [name, { quantity, count }] of b) {
      merged.set(name, { quantity, count: count + (a.get(name)?.count ?? 0) });
    }
    return merged;
  },
  result(distribution, aggregation) {
    const sorted = inOrder(distribution);
    const total = sorted.reduce((sum, { count }) => sum + count, 0);
    const rank = rankOf(aggregation, total);
    let place = 0n;
    for (const { quantity, count } of sorted) {
      place += BigInt(count);
      if (place >= rank) return quantity;
    }
    throw new Error("unreachable: a rank beyond the last event");
  },
  stored: onFirstUse(() =>
    z.strictObject({
      distribution: z
        .array(z.strictObject({ quantity: exactText(), count: z.int().min(1) }))
        .min(1),
    }),
  ),
  write: (distribution) => ({
    distribution: inOrder(distribution).map(({ quantity, count }) => ({
      quantity: formatExact(quantity),
      count,
    })),
  }),
  read({ distribution }) {
    const read: Distribution = new Map();
    for (const { quantity: text, count } of distribution) {
      const quantity = exact(text);
      const name = formatExact(quantity);
      read.set(name, { quantity, count: count + (read.get(name)?.count ?? 0) });
    }
    return read;
  },
};

function addTo(distribution: Distribution, { quantity }: AggregatedEvent): Distribution {
  const name = formatExact(quantity);
  const count = (distribution.get(name)?.count ?? 0) + 1;
  return distribution.set(name, { quantity, count });
}

function inOrder(distribution: Distribution): readonly Frequency[] {
  return [...distribution.values()].sort((a, b) => compare(a.quantity, b.quantity));
}

function rankOf(aggregation: Aggregation, total: number): bigint {
  if (typeof aggregation === "string" || aggregation.type !== "percentile") {
    throw new Error("unreachable: a percentile without a percentage");
  }
  const { numerator, denominator } = multiply(
    exact(aggregation.percentile),
    fraction(BigInt(total), 100n),
  );
  return roundQuotient(numerator, denominator, "ceiling");
}
