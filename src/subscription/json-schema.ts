import type { CatalogOptions } from "../catalog/catalog.js";
import { chargeSchema } from "../catalog/charge.js";
import { type JsonSchema, toJsonSchema } from "../catalog/json-schema.js";
import { parsePolicy } from "../catalog/policy.js";
import { productSchema } from "../catalog/product.js";
import { ratePlanSchema } from "../catalog/rate-plan.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { issueAt, PricingError } from "../errors.js";
import type { CustomCurrencies } from "../money/currency.js";
import { signalSchema, usageEventSchema } from "../usage/event-schema.js";
import { subscriptionSchema } from "./subscription.js";

/** What {@link jsonSchema} describes. */
export type JsonSchemaName = "product" | "rate-plan" | "charge" | "subscription" | "events";

const SCHEMAS: {
  readonly [name in JsonSchemaName]: (currencies: CustomCurrencies) => JsonSchema;
} = {
  product: (currencies) => toJsonSchema(productSchema(currencies), currencies),
  "rate-plan": (currencies) => toJsonSchema(ratePlanSchema(currencies), currencies),
  charge: (currencies) => toJsonSchema(chargeSchema(currencies), currencies),
  subscription: (currencies) => toJsonSchema(subscriptionSchema, currencies),
  events: eventsSchema,
};

/**
 * The JSON Schema (draft 2020-12) of what a parser reads, for editors, forms and other languages. Everything that the
 * parser accepts as JSON, the schema accepts; what it cannot say (rising tiers, sums and order of fields, unique ids)
 * only the parser refuses. The policy's custom currencies are among the codes.
 *
 * @throws {PricingError} with every issue of the policy, or `invalid_value` for another name.
 *
 * @example
 * ```ts
 * import { jsonSchema } from "rateplan";
 *
 * const schema = jsonSchema("subscription");
 * schema["required"]; // => ["id", "customerId", "ratePlanId", "startDate"]
 * schema["additionalProperties"]; // => false
 * ```
 */
export function jsonSchema(name: JsonSchemaName, options: CatalogOptions = {}): JsonSchema {
  const { currencies } = parsePolicy(options.policy ?? {});
  if (!Object.hasOwn(SCHEMAS, name)) {
    const expected = Object.keys(SCHEMAS).join(", ");
    const facts = { expected, received: name };
    throw new PricingError([
      issueAt("invalid_value", ["name"], `must be one of ${expected}`, facts),
    ]);
  }
  return SCHEMAS[name](currencies);
}

/** A list of usage events and signals, each as it is or in a CloudEvents envelope, whose `data` the reader looks into. */
function eventsSchema(currencies: CustomCurrencies): JsonSchema {
  const { $schema, ...event } = toJsonSchema(usageEventSchema, currencies);
  const { $schema: _same, ...signal } = toJsonSchema(signalSchema, currencies);
  const text = { type: "string", minLength: 1 };
  const confirms = { required: ["confirms"], properties: { confirms: text } };
  const reverses = { required: ["reverses"], properties: { reverses: text } };
  const named = {
    required: ["name", "subject"],
    properties: { name: text, subject: text, unitOfMeasure: { type: "null" } },
  };
  const envelope = {
    type: "object",
    required: ["specversion", "data"],
    properties: { specversion: { type: "string", pattern: "^1\\." }, data: { type: "object" } },
  };
  const refers = [confirms, reverses];
  const items = {
    anyOf: [
      { ...event, not: { anyOf: refers } },
      { ...signal, anyOf: [...refers, named] },
      envelope,
    ],
  };
  return deepFreeze({ ...($schema === undefined ? {} : { $schema }), type: "array", items });
}
