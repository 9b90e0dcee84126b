import type * as z from "zod";
import type { ChargeModel, Need, Rater } from "../model.js";
import type { ChargeType } from "../terms.js";
import { flat } from "./flat/index.js";
import { matrix } from "./matrix/index.js";
import { overage } from "./overage/index.js";
import { packaged } from "./package/index.js";
import { perUnit } from "./per-unit/index.js";
import { percentage } from "./percentage/index.js";
import { preRated } from "./pre-rated/index.js";
import { stairstep } from "./stairstep/index.js";
import { tiered } from "./tiered/index.js";
import { volume } from "./volume/index.js";

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
};

type ChargeModels = typeof chargeModels;

/** The prices of a charge, by charge model, as parsed. */
export type Pricing = z.output<ChargeModels[keyof ChargeModels]["schema"]>;

/** The prices of a charge as they may be written. */
export type PricingInput = z.input<ChargeModels[keyof ChargeModels]["schema"]>;

/** The name of a charge model. */
export type ModelName = Pricing["model"];

/** Any of the models' schemas, told apart by `model`. */
export const pricingSchemas = Object.values(chargeModels).map(({ schema }) => schema);

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
