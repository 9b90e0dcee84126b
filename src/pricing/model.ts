import type * as z from "zod";
import type { PathSegment } from "../errors.js";
import { add, type Fraction, isNegative, ZERO } from "../money/fraction.js";
import type { SchemaKit } from "../schema/kit.js";
import type { Breakdown } from "./breakdown.js";
import type { ChargeType } from "./charge-type.js";
import type { ModelCurve } from "./knot.js";

/** What a model prices. Decides what usage is aggregated to. */
export interface ModelInputs {
  /** Nothing: the amount does not depend on usage. */
  readonly nothing: undefined;
  /** A quantity of units, never negative: the caller mirrors a negative one. */
  readonly quantity: Fraction;
  /** The money that each event is about, in the order of the events; or its totals, where the prices need no more. */
  readonly values: readonly Fraction[] | ValueTotals;
  /** The quantity of each combination of the fields that the model's `groupsBy` names. */
  readonly groups: readonly GroupQuantity[];
}

/** Everything about the values of events that decides an amount, where each event pays for itself. */
export interface ValueTotals {
  /** How many events there are. */
  readonly events: number;
  /** How many of them do not take back, and so pay what each event pays whatever its value. */
  readonly charged: number;
  /** The sum of their values. */
  readonly value: Fraction;
  /** What limits per event add to what they pay; negative where they take off more. */
  readonly limited: Fraction;
}

/** How the values of events are brought to {@link ValueTotals}. */
export interface PerEvent {
  /** The prices on which `limitedOf` depends, as plain data; empty where no limits are. */
  readonly terms: Readonly<Record<string, string>>;
  /** What limits per event add to what one event pays. */
  limitedOf(value: Fraction): Fraction;
}

export const NO_VALUES: ValueTotals = Object.freeze({
  events: 0,
  charged: 0,
  value: ZERO,
  limited: ZERO,
});

/** The totals with those of one more event, or of several. */
export function addTotals(a: ValueTotals, b: ValueTotals): ValueTotals {
  return {
    events: a.events + b.events,
    charged: a.charged + b.charged,
    value: add(a.value, b.value),
    limited: add(a.limited, b.limited),
  };
}

/** The totals of one event. */
export function totalsOfEvent(value: Fraction, { limitedOf }: PerEvent): ValueTotals {
  return { events: 1, charged: isNegative(value) ? 0 : 1, value, limited: limitedOf(value) };
}

/** A quantity of the events that have the same values in some fields. */
export interface GroupQuantity {
  /** The values, in the order of the fields; `null` where the events have none. */
  readonly key: readonly (string | null)[];
  /** Their quantity. */
  readonly quantity: Fraction;
}

/** What a charge model prices: nothing, a quantity, values or groups. */
export type RatingInputKind = keyof ModelInputs;

export const RATING_INPUT_KINDS = [
  "nothing",
  "quantity",
  "values",
  "groups",
] as const satisfies readonly RatingInputKind[];

/** A charge model with its prices filled in: a pure function of what the model prices, prepared for many calls. */
export interface Rater<N extends RatingInputKind> {
  /** The exact amount. Allocates nothing but the result. */
  amount(input: ModelInputs[N]): Fraction;
  /** The same amount taken apart. */
  explain(input: ModelInputs[N]): Breakdown;
}

/** A price of one unit, with where it stands in `pricing`. */
export interface UnitPrice {
  readonly price: Fraction;
  readonly path: readonly PathSegment[];
}

/** What is true of every price list of a model; tested where declared, relied on where re-rating. */
export interface ModelFacts {
  /** A larger quantity never costs less. */
  readonly monotone: boolean;
  /** F(a + b) = F(a) + F(b). */
  readonly additive: boolean;
}

/** The schema of a model's `pricing`; of an object, so that it can be told by its `model`. */
export type PricingSchema<P, I> = z.ZodType<P, I> & z.core.$ZodTypeDiscriminable;

/**
 * A charge model: one file, one object. Shared code never asks which model it has; what it needs to know
 * stands here.
 */
export interface ChargeModel<
  P extends { readonly model: string },
  I,
  N extends RatingInputKind,
  T extends ChargeType,
> {
  /** The name that stands in `pricing.model`. */
  readonly model: P["model"];
  /** Makes the schema that reads and normalises the model's `pricing`. */
  schema(kit: SchemaKit): PricingSchema<P, I>;
  /** The charge types that may use it. */
  readonly chargeTypes: readonly T[];
  /** What it prices. */
  readonly needs: N;
  /** What holds for it. */
  readonly facts: ModelFacts;
  /** Whether its prices include units already, so that a charge may not include more. */
  readonly includesUnits?: boolean;
  /** The event fields by which a model that needs groups tells them apart. */
  groupsBy?(pricing: P): readonly string[];
  /** Whether such a model has a price for a group; events of a group without one are not billed. */
  pricesGroup?(pricing: P, key: readonly (string | null)[]): boolean;
  /** Which groups those are: the same texts for price lists that price the same groups; nothing where each has a price. */
  pricedGroups?(pricing: P): readonly string[] | undefined;
  /** How values are added up, for a model that needs them and prices of which each event pays for itself. */
  perEvent?(pricing: P): PerEvent | undefined;
  /** Prepares the rater of one price list: everything that does not depend on usage is computed here, once. */
  compile(pricing: P): Rater<N>;
  /**
   * What the price list costs as a function of the quantity, or of the value of one event: where that jumps and bends. Nothing
   * for a model of which no one number decides the amount.
   */
  curve(pricing: P): ModelCurve | undefined;
  /** The prices of one unit in it, each with where it stands. */
  unitPrices(pricing: P): readonly UnitPrice[];
}

/** A model whose types follow from its schema, its charge types and what it needs. */
export function defineChargeModel<
  P extends { readonly model: string },
  I,
  N extends RatingInputKind,
  T extends ChargeType,
>(model: ChargeModel<P, I, N, T>): ChargeModel<P, I, N, T> {
  return model;
}
