import * as z from "zod";
import { customCurrencies, id } from "./entity-fields.js";
import { eventField } from "./event-field.js";
import { nonNegativeDecimal, positiveDecimal, price, rewrite, rule, upperBound } from "./fields.js";

/**
 * Everything that charge models make their schemas of. It is handed to them, so that pricing itself needs no schema
 * library.
 */
export const schemaKit = {
  object: z.strictObject,
  record: z.record,
  list: z.array,
  literal: z.literal,
  oneOf: z.enum,
  text: z.string,
  boolean: z.boolean,
  nullable: z.nullable,
  optional: z.exactOptional,
  price,
  nonNegativeDecimal,
  upperBound,
  positiveDecimal,
  eventField,
  id,
  whole: (least: number, most: number) => z.int().min(least).max(most),
  currencies: customCurrencies,
  rule,
  rewrite,
};

export type SchemaKit = typeof schemaKit;
