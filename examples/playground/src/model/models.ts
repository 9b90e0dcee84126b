/** The charge models as forms: a row a model, and a row a field. */
import type { DiscountPricing, ModelName } from "rateplan";
import type { JsonRecord } from "./json.js";

export type Model = ModelName | DiscountPricing["model"];

/** A field of a form. */
export interface FieldRow {
  readonly key: string;
  readonly label: string;
  /** What may be chosen; absent, where one types. The first is what holds when nothing is. */
  readonly options?: readonly string[];
  /** What holds where nothing is typed. */
  readonly otherwise?: string;
}

/** A charge model as a form. */
export interface ModelRow {
  readonly label: string;
  /** What it prices: how usage is asked. */
  readonly counts: "nothing" | "quantity" | "values" | "groups";
  readonly fields: readonly FieldRow[];
  /** The columns of its tiers; absent, where it has none. */
  readonly tiers?: readonly FieldRow[];
  /** The prices that a new charge begins with. */
  readonly fresh: JsonRecord;
}

const UNIT_PRICE = { key: "unitPrice", label: "Price of a unit" };
const FLAT_FEE = { key: "flatFee", label: "Fee of the tier", otherwise: "none" };
const UP_TO = { key: "upTo", label: "Up to", otherwise: "no end" };
const UNIT_TIERS = [UP_TO, UNIT_PRICE, FLAT_FEE];
const OVERFLOW = {
  key: "overflow",
  label: "Beyond the last tier",
  options: ["", "last-tier", "error"],
};

export const MODELS: { readonly [M in Model]: ModelRow } = {
  flat: {
    label: "Flat: a fee, whatever the usage",
    counts: "nothing",
    fields: [{ key: "amount", label: "Amount" }],
    fresh: { model: "flat", amount: "99" },
  },
  "per-unit": {
    label: "Per unit: every unit alike",
    counts: "quantity",
    fields: [UNIT_PRICE],
    fresh: { model: "per-unit", unitPrice: "0.50" },
  },
  tiered: {
    label: "Tiered: each unit at the price of its own tier",
    counts: "quantity",
    fields: [OVERFLOW],
    tiers: UNIT_TIERS,
    fresh: {
      model: "tiered",
      tiers: [{ upTo: "100", unitPrice: "5" }, { unitPrice: "4" }],
    },
  },
  volume: {
    label: "Volume: all units at the price of the tier reached",
    counts: "quantity",
    fields: [OVERFLOW],
    tiers: UNIT_TIERS,
    fresh: {
      model: "volume",
      tiers: [{ upTo: "100", unitPrice: "5" }, { unitPrice: "4" }],
    },
  },
  stairstep: {
    label: "Stairstep: one fee, that of the step reached",
    counts: "quantity",
    fields: [OVERFLOW],
    tiers: [UP_TO, { key: "flatFee", label: "Fee of the step" }],
    fresh: {
      model: "stairstep",
      tiers: [{ upTo: "100", flatFee: "300" }, { flatFee: "500" }],
    },
  },
  package: {
    label: "Package: so many units at one price",
    counts: "quantity",
    fields: [
      { key: "size", label: "Units in a package" },
      { key: "price", label: "Price of a package" },
      { key: "rounding", label: "A package that is begun", options: ["", "up", "down", "exact"] },
    ],
    fresh: { model: "package", size: "100", price: "40" },
  },
  overage: {
    label: "Overage: a fee with units in it, and a price beyond",
    counts: "quantity",
    fields: [
      { key: "baseFee", label: "Base fee", otherwise: "0" },
      { key: "includedUnits", label: "Units included" },
      { key: "unitPrice", label: "Price beyond them" },
    ],
    fresh: { model: "overage", baseFee: "99", includedUnits: "100", unitPrice: "0.60" },
  },
  percentage: {
    label: "Percentage: a share of each event's value",
    counts: "values",
    fields: [
      { key: "percent", label: "Per cent" },
      { key: "fixedPerEvent", label: "Fixed, per event", otherwise: "none" },
      { key: "minPerEvent", label: "At least, per event", otherwise: "no limit" },
      { key: "maxPerEvent", label: "At most, per event", otherwise: "no limit" },
      { key: "freeEvents", label: "Free events", otherwise: "none" },
      { key: "freeAmount", label: "Free value", otherwise: "none" },
    ],
    fresh: { model: "percentage", percent: "2.9", fixedPerEvent: "0.30" },
  },
  matrix: {
    label: "Matrix: units by fields of the events",
    counts: "groups",
    fields: [{ key: "default", label: "Price of all other units", otherwise: "not billed" }],
    fresh: {
      model: "matrix",
      dimensions: ["name"],
      prices: [
        { when: { name: "standard" }, unitPrice: "1" },
        { when: { name: "premium" }, unitPrice: "3" },
      ],
    },
  },
  "pre-rated": {
    label: "Pre-rated: what the events say they cost",
    counts: "values",
    fields: [{ key: "markup", label: "Markup, per cent", otherwise: "0" }],
    fresh: { model: "pre-rated", markup: "20" },
  },
  discount: {
    label: "Discount: off other charges of the plan",
    counts: "nothing",
    fields: [
      { key: "percent", label: "Per cent off", otherwise: "an amount instead" },
      { key: "amount", label: "Amount off", otherwise: "per cent instead" },
    ],
    fresh: { model: "discount", percent: "10", appliesTo: "all" },
  },
};

export const MODEL_NAMES = Object.keys(MODELS) as readonly Model[];

/** The row of a model; `undefined` of a name that is none. */
export function rowOf(model: unknown): ModelRow | undefined {
  return MODEL_NAMES.includes(model as Model) ? MODELS[model as Model] : undefined;
}
