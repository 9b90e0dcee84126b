import { CHARGE_TYPES, type ChargeType } from "../pricing/charge-type.js";
import { type AnyChargeModel, chargeModels } from "../pricing/models/index.js";
import { forbidden, given, needs } from "../schema/json-rules.js";
import type { UnknownRecord } from "../schema/unknown-record.js";
import { IGNORING_QUANTITIES } from "../usage/aggregations/index.js";
import {
  COUNTING_FIELDS,
  CYCLE_FIELDS,
  LIMIT_FIELDS,
  QUANTITY_FIELDS,
  RECURRING_FIELDS,
  USAGE_FIELDS,
} from "./price-rules.js";

const MODELS: readonly AnyChargeModel[] = Object.values(chargeModels);

/** What must hold between the fields of a charge, as JSON Schema says it: what `checkCharge` refuses by field alone. */
export const CHARGE_JSON_RULES: readonly UnknownRecord[] = [
  ...CHARGE_TYPES.map((type) =>
    where({ chargeType: { const: type } }, "chargeType", typeRules(type)),
  ),
  whereModel("discount", {
    properties: {
      proration: { properties: forbidden(["of"]) },
      ...forbidden([
        ...QUANTITY_FIELDS,
        ...LIMIT_FIELDS,
        ...USAGE_FIELDS,
        "billingCycle",
        ...RECURRING_FIELDS,
        "pricingUnit",
        "taxCodes",
      ]),
    },
  }),
  ...MODELS.map((each) => whereModel(each.model, modelRules(each))),
  {
    if: given("outcome"),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { unitOfMeasure: { const: "@outcome" } }, required: ["unitOfMeasure"] },
  },
  needs("guarantee", "outcome"),
  {
    if: given("drawdown"),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: {
        chargeType: { const: "recurring" },
        billingTiming: { const: "in-advance" },
        proration: {
          anyOf: [{ const: "none" }, { properties: { method: { const: "none" } }, type: "object" }],
        },
      },
      required: ["billingTiming"],
    },
  },
  {
    if: given("eventQuantity"),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { aggregation: { not: aggregationOf(IGNORING_QUANTITIES) } } },
  },
];

/** An aggregation of one of these names, however it is written. */
function aggregationOf(names: readonly string[]): UnknownRecord {
  const written = { type: "object", properties: { type: { enum: names } }, required: ["type"] };
  const ofDays = { type: "object", properties: { of: { enum: names } }, required: ["of"] };
  return { anyOf: [{ enum: names }, written, ofDays] };
}

/** The matrix of charge types and models, and the fields that each type allows. */
function typeRules(type: ChargeType): UnknownRecord {
  const allowed = MODELS.filter(({ chargeTypes }) => chargeTypes.includes(type));
  const names = [...allowed.map(({ model }) => model), "discount"];
  const pricing = { properties: { model: { enum: names } } };
  return {
    properties: {
      pricing,
      revisions: { items: { properties: { pricing } } },
      ...forbidden([
        ...(type === "usage" ? [] : USAGE_FIELDS),
        ...(type === "one-time" ? CYCLE_FIELDS : []),
        ...(type === "recurring" ? [] : RECURRING_FIELDS),
      ]),
    },
  };
}

function modelRules({ needs: priced, includesUnits }: AnyChargeModel): UnknownRecord {
  const usesUnits = priced === "quantity";
  const takesIncludedUnits = usesUnits && includesUnits !== true;
  const groupBy = { properties: { tiers: { not: { const: "across-groups" } } } };
  const unscaled = [
    ...(takesIncludedUnits ? [] : ["included-units"]),
    ...(usesUnits ? [] : ["tiers"]),
  ];
  const proration = { properties: { of: { items: { not: { enum: unscaled } } } } };
  return {
    properties: {
      ...(usesUnits ? {} : { groupBy }),
      ...(unscaled.length === 0 ? {} : { proration }),
      ...forbidden([
        ...(usesUnits ? [] : [...QUANTITY_FIELDS, "quantityBilling"]),
        ...(takesIncludedUnits ? [] : ["includedUnits"]),
        ...(priced === "values" ? ["eventQuantity", "aggregation"] : []),
        ...(priced === "nothing" ? COUNTING_FIELDS : []),
      ]),
    },
    ...(priced === "nothing" ? {} : { allOf: [given("unitOfMeasure")] }),
  };
}

function whereModel(name: string, rules: UnknownRecord): UnknownRecord {
  const pricing = { properties: { model: { const: name } }, required: ["model"] };
  return where({ pricing }, "pricing", rules);
}

function where(properties: UnknownRecord, field: string, rules: UnknownRecord): UnknownRecord {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: { properties, required: [field] }, then: rules };
}
