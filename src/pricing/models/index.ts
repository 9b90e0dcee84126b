import type * as z from "zod";
import type { ChargeType } from "../charge-type.js";
import type { ChargeModel, Rater, RatingInputKind } from "../model.js";
import { flat } from "./flat.js";
import { matrix } from "./matrix.js";
import { overage } from "./overage.js";
import { packaged } from "./package.js";
import { perUnit } from "./per-unit.js";
import { percentage } from "./percentage.js";
import { preRated } from "./pre-rated.js";
import { stairstep } from "./stairstep.js";
import { tiered } from "./tiered.js";
import { volume } from "./volume.js";

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

type SchemaOf<M extends keyof ChargeModels> = ReturnType<ChargeModels[M]["schema"]>;

/** The prices of a charge, by charge model, as parsed. */
export type Pricing = z.output<SchemaOf<keyof ChargeModels>>;

/** The prices of a charge as they may be written. */
export type PricingInput = z.input<SchemaOf<keyof ChargeModels>>;

/** The name of a charge model. */
export type ModelName = Pricing["model"];

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
