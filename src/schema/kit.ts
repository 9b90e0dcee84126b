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
  get price() {
    return price();
  },
  get nonNegativeDecimal() {
    return nonNegativeDecimal();
  },
  get upperBound() {
    return upperBound();
  },
  get positiveDecimal() {
    return positiveDecimal();
  },
  get eventField() {
    return eventField();
  },
  get id() {
    return id();
  },
  whole: (least: number, most: number) => z.int().min(least).max(most),
  get currencies() {
    return customCurrencies();
  },
  rule,
  rewrite,
};

export type SchemaKit = typeof schemaKit;
