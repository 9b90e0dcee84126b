import { isRecord, recordIn, type Unproved } from "../pricing/fields-schema.js";
import { type AnyChargeModel, chargeModels } from "../pricing/models/index.js";
import { CHARGE_TYPES, type ChargeType } from "../pricing/terms.js";

const LONGEST_LIST = 10_000;
const USAGE_FIELDS = ["aggregation", "filter", "groupBy", "outcome", "guarantee"];
const QUANTITY_FIELDS = ["includedUnits", "quantityRounding"];
const LIMIT_FIELDS = ["minimum", "maximum"];
const CYCLE_FIELDS = ["billingCycle", "proration"];
const CONDITIONS = ["equals", "in", "greaterThan", "atLeast", "lessThan", "atMost", "exists"];
const NO_TIERS = { not: { required: ["tiers"] } };

/**
 * A JSON Schema with our rules between fields added to it. Which rules belong to an object is told by the fields it
 * has. `test/catalog/json-schema.test.ts` keeps them in step with the parser and lists what only the parser says.
 */
export function withRules(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withRules);
  if (!isRecord(node)) return node;
  const copy = Object.fromEntries(
    Object.entries(node).map(([keyword, value]) => [keyword, withRules(value)]),
  );
  if (copy["type"] === "array" && !("maxItems" in copy)) copy["maxItems"] = LONGEST_LIST;
  if (copy["type"] !== "object" || !("properties" in copy)) return copy;
  const rules = rulesFor(recordIn(copy["properties"]), copy["required"]);
  return rules.length === 0 ? copy : { ...copy, allOf: rules };
}

function rulesFor(fields: Unproved, required: unknown): readonly Unproved[] {
  const has = (...names: readonly string[]) => names.every((name) => name in fields);
  const isOptional = (name: string) =>
    has(name) && !(Array.isArray(required) && required.includes(name));
  return [
    ...(has("chargeType", "pricing") ? chargeRules() : []),
    ...(has("charges", "billingCycle") ? [currencyRule()] : []),
    ...(has("tiers") && has("flatFeeAtZero") ? [tierStyles()] : []),
    ...(isOptional("unitPrice") && isOptional("flatFee") ? [anyOf(["unitPrice", "flatFee"])] : []),
    ...(has("waive") ? [oneOf(["waive", "percent", "amount"])] : []),
    ...(has("percent", "amount") && !has("waive") ? [oneOf(["percent", "amount"])] : []),
    ...(has("percent", "tiers") ? percentageRules() : []),
    ...(has("field", ...CONDITIONS) ? [anyOf(CONDITIONS)] : []),
  ];
}

/** The matrix of charge types and models, and the fields that each allows. */
function chargeRules(): readonly Unproved[] {
  const models: readonly AnyChargeModel[] = Object.values(chargeModels);
  return [
    ...CHARGE_TYPES.map((type) => {
      const pricing = { properties: { model: { enum: allowedOn(models, type) } } };
      return {
        if: { properties: { chargeType: { const: type } }, required: ["chargeType"] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: {
          properties: {
            pricing,
            revisions: { items: { properties: { pricing } } },
            ...forbidden([
              ...(type === "usage" ? [] : USAGE_FIELDS),
              ...(type === "one-time" ? CYCLE_FIELDS : []),
              ...(type === "recurring" ? [] : ["billingTiming"]),
            ]),
          },
        },
      };
    }),
    whereModel("discount", {
      properties: {
        proration: { properties: { of: false } },
        ...forbidden([
          ...QUANTITY_FIELDS,
          ...LIMIT_FIELDS,
          ...USAGE_FIELDS,
          "billingCycle",
          "billingTiming",
        ]),
      },
    }),
    ...models.map((each) => whereModel(each.model, modelRules(each))),
    {
      dependentSchemas: {
        outcome: {
          properties: { unitOfMeasure: { const: "@outcome" } },
          required: ["unitOfMeasure"],
        },
      },
      dependentRequired: { guarantee: ["outcome"] },
    },
  ];
}

function allowedOn(models: readonly AnyChargeModel[], type: ChargeType): readonly string[] {
  const allowed = models.filter(({ chargeTypes }) => chargeTypes.includes(type));
  return [...allowed.map(({ model }) => model), "discount"];
}

function modelRules({ needs, includesUnits }: AnyChargeModel): Unproved {
  const usesUnits = needs === "quantity";
  const fields = [
    ...(usesUnits ? [] : QUANTITY_FIELDS),
    ...(usesUnits && includesUnits === true ? ["includedUnits"] : []),
    ...(needs === "values" ? ["aggregation"] : []),
    ...(needs === "nothing" ? ["aggregation", "groupBy", "outcome", "guarantee"] : []),
  ];
  const groupBy = { properties: { tiers: { not: { const: "across-groups" } } } };
  const scaled = [
    ...(usesUnits && includesUnits !== true ? [] : ["included-units"]),
    ...(usesUnits ? [] : ["tiers"]),
  ];
  const of = { items: { not: { enum: scaled } } };
  return {
    properties: {
      ...(usesUnits ? {} : { groupBy }),
      ...(scaled.length === 0 ? {} : { proration: { properties: { of } } }),
      ...forbidden(fields),
    },
    ...(needs === "nothing" ? {} : { required: ["unitOfMeasure"] }),
  };
}

function whereModel(name: string, rules: Unproved): Unproved {
  const pricing = { properties: { model: { const: name } }, required: ["model"] };
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: { properties: { pricing }, required: ["pricing"] }, then: rules };
}

/** Upper bounds throughout, or the rows of a form throughout. */
function tierStyles(): Unproved {
  const form = { required: ["start"], properties: forbidden(["upTo"]) };
  const bounds = { properties: forbidden(["start", "end"]) };
  return {
    properties: { tiers: { minItems: 1, anyOf: [{ items: form }, { items: bounds }] } },
  };
}

function percentageRules(): readonly Unproved[] {
  return [
    oneOf(["percent", "tiers"]),
    {
      dependentRequired: { overflow: ["tiers"], flatFeeAtZero: ["tiers"] },
      dependentSchemas: { minPerEvent: NO_TIERS, maxPerEvent: NO_TIERS },
    },
  ];
}

function currencyRule(): Unproved {
  const required = ["currency"];
  return { anyOf: [{ required }, { properties: { charges: { contains: { required } } } }] };
}

function forbidden(fields: readonly string[]): Unproved {
  return Object.fromEntries(fields.map((name) => [name, false]));
}

function anyOf(fields: readonly string[]): Unproved {
  return { anyOf: fields.map((name) => ({ required: [name] })) };
}

function oneOf(fields: readonly string[]): Unproved {
  return { oneOf: fields.map((name) => ({ required: [name] })) };
}
