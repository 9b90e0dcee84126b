import * as z from "zod";
import { couponSchema } from "../account/coupon.js";
import { creditGrantSchema } from "../account/credit-grant.js";
import { taxRateSchema } from "../account/tax-rate.js";
import { type CatalogOptions, readCatalogOptions } from "../catalog/catalog.js";
import { chargeSchema } from "../catalog/charge.js";
import { productSchema } from "../catalog/product.js";
import { ratePlanSchema } from "../catalog/rate-plan.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import type { CustomCurrencies } from "../money/currency.js";
import type { JsonValue } from "../schema/entity-fields.js";
import { CONFIGURATION } from "../schema/plain-data.js";
import { isRecord, listIn } from "../schema/unknown-record.js";
import { subscriptionSchema } from "../subscription/subscription.js";
import { signalSchema, usageEventSchema } from "../usage/events/event-schema.js";

/** A JSON Schema of draft 2020-12, as plain data. */
export interface JsonSchema {
  /** Any keyword of JSON Schema. */
  readonly [keyword: string]: JsonValue;
}

/** What {@link jsonSchema} describes. */
export type JsonSchemaName =
  | "product"
  | "rate-plan"
  | "charge"
  | "subscription"
  | "coupon"
  | "credit-grant"
  | "tax-rate"
  | "events";

const SCHEMAS: {
  readonly [name in JsonSchemaName]: (currencies: CustomCurrencies) => JsonSchema;
} = {
  product: (currencies) => toJsonSchema(productSchema(currencies)),
  "rate-plan": (currencies) => toJsonSchema(ratePlanSchema(currencies)),
  charge: (currencies) => toJsonSchema(chargeSchema(currencies)),
  subscription: () => toJsonSchema(subscriptionSchema()),
  coupon: () => toJsonSchema(couponSchema()),
  "credit-grant": () => toJsonSchema(creditGrantSchema()),
  "tax-rate": () => toJsonSchema(taxRateSchema()),
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
 * schema["additionalProperties"]; // => { type: "null" }
 * ```
 */
export function jsonSchema(name: JsonSchemaName, options: CatalogOptions = {}): JsonSchema {
  const issues: PricingIssue[] = [];
  const policy = readCatalogOptions(options, issues);
  if (typeof name !== "string" || !Object.hasOwn(SCHEMAS, name)) {
    const expected = `one of ${Object.keys(SCHEMAS).join(", ")}`;
    issues.push(issueAt("invalid_value", ["name"], { expected, received: name }));
  }
  if (policy === undefined || issues.length > 0) throw new PricingError(issues);
  return SCHEMAS[name](policy.currencies);
}

/** A list of usage events and signals, each as it is or in a CloudEvents envelope, whose `data` the reader looks into. */
function eventsSchema(): JsonSchema {
  const { $schema, ...event } = toJsonSchema(usageEventSchema());
  const { $schema: _same, ...signal } = toJsonSchema(signalSchema());
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

/** What a schema of ours takes: each schema carries the form of a field, or the rules between fields, that zod cannot know. */
function toJsonSchema(schema: z.ZodType): JsonSchema {
  const converted = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-2020-12",
    unrepresentable: "any",
    override({ jsonSchema }) {
      if (jsonSchema.type === "array") jsonSchema.maxItems ??= CONFIGURATION.longestList;
    },
  });
  // Through text: plain data, without what zod attaches to it.
  const plain: unknown = JSON.parse(JSON.stringify(converted));
  if (!isRecord(plain)) throw new Error("unreachable: a JSON Schema that is no object");
  return deepFreeze(withNulls(plain) as JsonSchema);
}

const NULL = { type: "null" };

/** A schema in which every property that may be left out may be `null` as well. */
function withNulls(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNulls);
  if (!isRecord(schema)) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withNulls(value)]),
  );
  const { properties, required } = inner;
  if (inner["type"] !== "object" || !isRecord(properties)) return inner;
  const needed = new Set(listIn(required));
  const nullable = Object.entries(properties).map(([name, form]) => [
    name,
    needed.has(name) ? form : { anyOf: [form, NULL] },
  ]);
  const others = inner["additionalProperties"] === false ? { additionalProperties: NULL } : {};
  return { ...inner, ...others, properties: Object.fromEntries(nullable) };
}
