import type { DecimalInput } from "../../money/decimal.js";
import type { ChargeModel, Need, Rater } from "../model.js";
import type { ChargeType } from "../terms.js";
import type { TierInput } from "../tiers.js";
import { flat } from "./flat/index.js";
import { type FlatPricing, flatSchema } from "./flat/schema.js";
import { matrix } from "./matrix/index.js";
import { type MatrixPricing, matrixSchema } from "./matrix/schema.js";
import { overage } from "./overage/index.js";
import { type OveragePricing, overageSchema } from "./overage/schema.js";
import { packaged } from "./package/index.js";
import { type PackagePricing, packageSchema } from "./package/schema.js";
import { perUnit } from "./per-unit/index.js";
import { type PerUnitPricing, perUnitSchema } from "./per-unit/schema.js";
import { percentage } from "./percentage/index.js";
import {
  type PercentagePricing,
  type PercentTierInput,
  percentageSchema,
} from "./percentage/schema.js";
import { preRated } from "./pre-rated/index.js";
import { type PreRatedPricing, preRatedSchema } from "./pre-rated/schema.js";
import { stairstep } from "./stairstep/index.js";
import { type StairInput, type StairstepPricing, stairstepSchema } from "./stairstep/schema.js";
import { tiered } from "./tiered/index.js";
import { type TieredPricing, tieredSchema } from "./tiered/schema.js";
import { volume } from "./volume/index.js";
import { type VolumePricing, volumeSchema } from "./volume/schema.js";

/** The prices of a charge, by charge model, as parsed. */
export type Pricing =
  | FlatPricing
  | PerUnitPricing
  | TieredPricing
  | VolumePricing
  | StairstepPricing
  | PackagePricing
  | OveragePricing
  | PercentagePricing
  | MatrixPricing
  | PreRatedPricing;

/** The prices of a charge as they may be written. */
export type PricingInput =
  | FlatPricing<DecimalInput>
  | PerUnitPricing<DecimalInput>
  | TieredPricing<TierInput>
  | VolumePricing<TierInput>
  | StairstepPricing<StairInput>
  | PackagePricing<DecimalInput>
  | OveragePricing<DecimalInput>
  | PercentagePricing<DecimalInput, PercentTierInput>
  | MatrixPricing<DecimalInput>
  | PreRatedPricing<DecimalInput>;

/** The name of a charge model. */
export type ModelName = Pricing["model"];

/** The table of charge models. A model that stands in the union and not here does not compile. */
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
  readonly [M in ModelName]: ChargeModel<
    Extract<Pricing, { readonly model: M }>,
    Extract<PricingInput, { readonly model: M }>,
    Need,
    ChargeType
  >;
};

/** Any of their schemas, told apart by `model`. */
export const pricingSchemas = [
  flatSchema,
  perUnitSchema,
  tieredSchema,
  volumeSchema,
  stairstepSchema,
  packageSchema,
  overageSchema,
  percentageSchema,
  matrixSchema,
  preRatedSchema,
] as const;

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
export type AnyRater = Rater<Need>;
