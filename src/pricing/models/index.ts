import type { DecimalInput } from "../../money/decimal.js";
import type { ChargeType } from "../charge-type.js";
import type { ChargeModel, PricingSchema, Rater, RatingInputKind } from "../model.js";
import type { TierInput } from "../tiers.js";
import { type FlatPricing, flat } from "./flat.js";
import { type MatrixPricing, matrix } from "./matrix.js";
import { type OveragePricing, overage } from "./overage.js";
import { type PackagePricing, packaged } from "./package.js";
import { type PerUnitPricing, perUnit } from "./per-unit.js";
import { type PercentagePricing, type PercentTierInput, percentage } from "./percentage.js";
import { type PreRatedPricing, preRated } from "./pre-rated.js";
import { type StairInput, type StairstepPricing, stairstep } from "./stairstep.js";
import { type TieredPricing, tiered } from "./tiered.js";
import { type VolumePricing, volume } from "./volume.js";

/**
 * The types of each charge model: its prices as parsed and as they may be written, and the charge types that may use it.
 * They are not what the schemas come to, so that whoever uses the library does not compile a schema library's types, too.
 */
interface ModelTypes {
  readonly flat: TypesOf<FlatPricing, FlatPricing<DecimalInput>, ChargeType>;
  readonly "per-unit": TypesOf<PerUnitPricing, PerUnitPricing<DecimalInput>, Counting>;
  readonly tiered: TypesOf<TieredPricing, TieredPricing<TierInput>, Counting>;
  readonly volume: TypesOf<VolumePricing, VolumePricing<TierInput>, Counting>;
  readonly stairstep: TypesOf<StairstepPricing, StairstepPricing<StairInput>, Counting>;
  readonly package: TypesOf<PackagePricing, PackagePricing<DecimalInput>, Counting>;
  readonly overage: TypesOf<OveragePricing, OveragePricing<DecimalInput>, Counting>;
  readonly percentage: TypesOf<
    PercentagePricing,
    PercentagePricing<DecimalInput, PercentTierInput>,
    "usage"
  >;
  readonly matrix: TypesOf<MatrixPricing, MatrixPricing<DecimalInput>, "usage">;
  readonly "pre-rated": TypesOf<PreRatedPricing, PreRatedPricing<DecimalInput>, "usage">;
}

interface TypesOf<P, I, T extends ChargeType> {
  readonly pricing: P;
  readonly input: I;
  readonly chargeType: T;
}

/** The types of charges that count a quantity. */
type Counting = "recurring" | "usage";

/** The table of charge models, by name. Everything else about them follows from it: a new model is one more entry. */
export const chargeModels = {
  flat,
  "per-unit": perUnit,
  tiered,
  volume,
  stairstep,
  package: packaged,
  overage,
  percentage,
  matrix,
  "pre-rated": preRated,
} satisfies {
  readonly [M in ModelName]: {
    readonly schema: (
      ...kit: never
    ) => PricingSchema<ModelTypes[M]["pricing"], ModelTypes[M]["input"]>;
    readonly chargeTypes: readonly ModelTypes[M]["chargeType"][];
  };
};

/** The name of a charge model. */
export type ModelName = keyof ModelTypes;

/** The prices of a charge, by charge model, as parsed. */
export type Pricing = ModelTypes[ModelName]["pricing"];

/** The prices of a charge as they may be written. */
export type PricingInput = ModelTypes[ModelName]["input"];

type ModelFor<T extends ChargeType> = {
  [M in ModelName]: T extends ModelTypes[M]["chargeType"] ? M : never;
}[ModelName];

/** The prices that a charge of this type may have: the matrix of charge types and models, as a type. */
export type PricingFor<T extends ChargeType> = Extract<Pricing, { readonly model: ModelFor<T> }>;

/** The same as they may be written. */
export type PricingInputFor<T extends ChargeType> = Extract<
  PricingInput,
  { readonly model: ModelFor<T> }
>;

/** What shared code may know of a model: the table's entry without its own types. */
export type AnyChargeModel = ChargeModel<Pricing, PricingInput, RatingInputKind, ChargeType>;

/** Whether a charge model has these prices; the others are discounts, which the invoice pipeline applies. */
export function isRatedPricing(pricing: { readonly model: string }): pricing is Pricing {
  return isModelName(pricing.model);
}

/** The model of these prices. */
export function modelOf(pricing: Pricing): AnyChargeModel {
  return chargeModels[pricing.model];
}

/** Whether there is a model of that name. */
export function isModelName(name: unknown): name is ModelName {
  return typeof name === "string" && Object.hasOwn(chargeModels, name);
}

/** Any rater; what it takes is its model's `needs`. */
export type AnyRater = Rater<RatingInputKind>;
