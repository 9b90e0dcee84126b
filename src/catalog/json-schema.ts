import * as z from "zod";
import { deepFreeze } from "../content/deep-freeze.js";
import type { CustomCurrencies } from "../money/currency.js";
import { CODES_BY_MINOR_UNITS } from "../money/iso-4217.js";
import { eventField } from "../pricing/event-field-schema.js";
import {
  decimal,
  isRecord,
  nonNegativeDecimal,
  notSupported,
  percentage,
  positiveDecimal,
  price,
} from "../pricing/fields-schema.js";
import { DURATION } from "../time/duration.js";
import { date, id, type JsonValue, metadata } from "./fields.js";
import { withRules } from "./json-schema-rules.js";
import { duration } from "./outcome.js";

/** A JSON Schema of draft 2020-12, as plain data. */
export interface JsonSchema {
  /** Any keyword of JSON Schema. */
  readonly [keyword: string]: JsonValue;
}

const MOST = Number.MAX_SAFE_INTEGER;
/** Digits on either side of the point, the point, a sign and an exponent: nothing longer is read. */
const LONGEST_DECIMAL = 212;

const DIGITS = String.raw`(?:\d+\.?\d*|\.\d+)`;
const ZERO = String.raw`(?:0+\.?0*|\.0+)`;
const NOT_ZERO = String.raw`(?:0*[1-9]\d*\.?\d*|0*\.0*[1-9]\d*)`;
const EXPONENT = String.raw`(?:[eE][+-]?\d{1,7})?`;
const NOT_NEGATIVE = `^(?:\\+?${DIGITS}|-${ZERO})${EXPONENT}$`;

const DAY = String.raw`[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,30})?`;
const OFFSET = String.raw`(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;

/** The form of an RFC 3339 instant. */
export const INSTANT = `^${DAY}[Tt ]${TIME}${OFFSET}$`;

const DATE = {
  type: "string",
  maxLength: 64,
  pattern: `^${DAY}(?:[Tt ]${TIME}${OFFSET})?$`,
} as const satisfies JsonSchema;

/** The forms of the fields that our own readers read, of which zod knows nothing. */
const FORMS: ReadonlyMap<unknown, JsonSchema> = new Map<unknown, JsonSchema>([
  [decimal, decimalForm(`^[+-]?${DIGITS}${EXPONENT}$`, { minimum: -MOST, maximum: MOST })],
  [nonNegativeDecimal, decimalForm(NOT_NEGATIVE, { minimum: 0, maximum: MOST })],
  [price, decimalForm(NOT_NEGATIVE, { minimum: 0, maximum: MOST })],
  [percentage, decimalForm(NOT_NEGATIVE, { minimum: 0, maximum: 100 })],
  [
    positiveDecimal,
    decimalForm(`^\\+?${NOT_ZERO}${EXPONENT}$`, { exclusiveMinimum: 0, maximum: MOST }),
  ],
  [id, { type: "string", minLength: 1, maxLength: 255 }],
  [date, DATE],
  [metadata, { type: "object" }],
  [duration, { type: "string", pattern: DURATION.source }],
  [
    eventField,
    {
      type: "string",
      pattern: String.raw`^(?:subject|name|agentId|agentType|properties\.[\s\S]+)$`,
    },
  ],
  [
    notSupported,
    {
      anyOf: [
        { type: "array", maxItems: 0 },
        { type: "object", maxProperties: 0 },
      ],
    },
  ],
]);

function decimalForm(pattern: string, range: JsonSchema): JsonSchema {
  return {
    anyOf: [
      { type: "number", ...range },
      { type: "string", maxLength: LONGEST_DECIMAL, pattern },
    ],
  };
}

/** Fields whose schema is made for one policy or lies in a higher layer, by name. */
function namedForms(currencies: CustomCurrencies): ReadonlyMap<unknown, JsonSchema> {
  const codes = Object.values(CODES_BY_MINOR_UNITS).flatMap((each) => each.split(" "));
  return new Map<unknown, JsonSchema>([
    ["currency", { enum: [...new Set([...codes, ...Object.keys(currencies)])] }],
    ["timeZone", { type: "string", pattern: String.raw`^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$` }],
    ["billingAnchor", { anyOf: [{ enum: ["anniversary", "calendar"] }, DATE] }],
  ]);
}

/** What a schema of ours takes, as JSON Schema: the form of each field, and the rules between fields that it can say. */
export function toJsonSchema(schema: z.ZodType, currencies: CustomCurrencies): JsonSchema {
  const named = namedForms(currencies);
  const converted = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-2020-12",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema, path }) {
      const isBare = zodSchema._zod.def.type === "pipe" && Object.keys(jsonSchema).length === 0;
      const form = FORMS.get(zodSchema) ?? (isBare ? named.get(path.at(-1)) : undefined);
      if (form !== undefined) Object.assign(jsonSchema, form);
    },
  });
  // Through text: plain data, without what zod attaches to it.
  const plain: unknown = JSON.parse(JSON.stringify(converted));
  if (!isRecord(plain)) throw new Error("unreachable: a JSON Schema that is no object");
  return deepFreeze(withRules(plain) as JsonSchema);
}
