import type { DecimalInput } from "../../money/decimal.js";
import type { ChargeModel, Need, Rater } from "../model.js";
import type { ChargeType } from "../terms.js";
import type { TierInput } from "../tiers.js";
import { flat } from "./flat/index.js";
import { type FlatPricing, flatSchema } from "./flat/schema.js";
import { perUnit } from "./per-unit/index.js";
import { type PerUnitPricing, perUnitSchema } from "./per-unit/schema.js";
import { tiered } from "./tiered/index.js";
import { type TieredPricing, tieredSchema } from "./tiered/schema.js";
import { volume } from "./volume/index.js";
import { type VolumePricing, volumeSchema } from "./volume/schema.js";

/** The prices of a charge, by charge model, as parsed. */
export type Pricing = FlatPricing | PerUnitPricing | TieredPricing | VolumePricing;

/** The prices of a charge as they may be written. */
export type PricingInput =
  | FlatPricing<DecimalInput>
  | PerUnitPricing<DecimalInput>
  | TieredPricing<TierInput>
  | VolumePricing<TierInput>;

/** The name of a charge model. */
export type ModelName = Pricing["model"];

/** The table of charge models. A model that stands in the union and not here does not compile. */
export const chargeModels = { flat, "per-unit": perUnit, tiered, volume } satisfies {
  readonly [M in ModelName]: ChargeModel<
    Extract<Pricing, { readonly model: M }>,
    Extract<PricingInput, { readonly model: M }>,
    Need,
    ChargeType
  >;
};

/** Any of their schemas, told apart by `model`. */
export const pricingSchemas = [flatSchema, perUnitSchema, tieredSchema, volumeSchema] as const;

type ModelFor<T extends ChargeType> = {
  [M in ModelName]: T extends (typeof chargeModels)[M]["chargeTypes"][number] ? M : never;
}[ModelName];

/** The prices that a charge of this type may have: the matrix of charge types and models, as a type. */
export type PricingFor<T extends ChargeType> = Extract<Pricing, { readonly model: ModelFor<T> }>;

/** The same as they may be written. */
export type PricingInputFor<T extends ChargeType> = Extract<
  PricingInput,
  { readonly model: ModelFor<T> }
>;

/** What shared code may know of a model: the table's entry without its own types. */
export type AnyChargeModel = ChargeModel<Pricing, PricingInput, Need, ChargeType>;

/** The model of these prices. */
export function modelOf(pricing: Pricing): AnyChargeModel {
  return chargeModels[pricing.model];
}

/** Whether there is a model of that name. */
export function isModelName(name: unknown): name is ModelName {
  return typeof name === "string" && Object.hasOwn(chargeModels, name);
}

/** Any rater; what it takes is its model's `needs`. */
export type AnyRater = Rater<Need>;
