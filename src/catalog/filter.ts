import * as z from "zod";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { id } from "../schema/entity-fields.js";
import { eventField } from "../schema/event-field.js";
import { decimal, type Report, rule, type UnknownRecord } from "../schema/fields.js";
import { anyRequired } from "../schema/json-rules.js";

/** A value that a field of an event may have. */
export type FieldValue = string | number | boolean | null;

/**
 * A test on one field of an event; every condition that is given must hold. A field that the event does not have
 * equals nothing, not even `null`, and compares with nothing.
 */
export interface FieldTest<D = string> {
  /** The field: `"name"`, `"subject"`, `"agentId"`, `"agentType"`, or a property as `"properties.csat"`. */
  readonly field: string;
  /** The field has this value, of the same type. */
  readonly equals?: FieldValue;
  /** The field has one of these values. */
  readonly in?: readonly FieldValue[];
  /** The field is a number, or a decimal string, above this. */
  readonly greaterThan?: D;
  /** The field is a number, or a decimal string, of this or above. */
  readonly atLeast?: D;
  /** The field is a number, or a decimal string, below this. */
  readonly lessThan?: D;
  /** The field is a number, or a decimal string, of this or below. */
  readonly atMost?: D;
  /** The event has the field (`true`), or does not have it (`false`). */
  readonly exists?: boolean;
}

/** A condition on events, as data. */
export type Predicate<D = string> =
  | {
      /** Every one of these holds; of an empty list, that is true. */
      readonly all: readonly Predicate<D>[];
    }
  | {
      /** At least one of these holds; of an empty list, that is false. */
      readonly any: readonly Predicate<D>[];
    }
  | {
      /** This does not hold. */
      readonly not: Predicate<D>;
    }
  | FieldTest<D>;

/** Which events of its unit a charge prices; every part that is given must fit. */
export interface UsageFilter<D = string> {
  /** Only events of one of these names. */
  readonly names?: readonly string[];
  /** Only events of one of these agents. */
  readonly agents?: readonly string[];
  /** Only events for which this holds. */
  readonly where?: Predicate<D>;
}

const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** What a test of a field may say; it says at least one of these. */
export const CONDITIONS = [
  "equals",
  "in",
  "greaterThan",
  "atLeast",
  "lessThan",
  "atMost",
  "exists",
];

const fieldTest: z.ZodType<FieldTest, FieldTest<DecimalInput>> = z
  .strictObject({
    field: eventField,
    equals: z.exactOptional(fieldValue),
    in: z.exactOptional(z.array(fieldValue)),
    greaterThan: z.exactOptional(decimal),
    atLeast: z.exactOptional(decimal),
    lessThan: z.exactOptional(decimal),
    atMost: z.exactOptional(decimal),
    exists: z.exactOptional(z.boolean()),
  })
  .check(rule(checkConditions))
  .meta(anyRequired(CONDITIONS, ["equals"]));

function checkConditions(test: UnknownRecord, report: Report): void {
  if (CONDITIONS.some((name) => name in test)) return;
  const expected = `one of ${CONDITIONS.join(", ")}`;
  report(issueAt("missing", [], { expected, received: test }));
}

/** The schema of a predicate; chosen by its key, so that issues name the part that is wrong. */
export const predicate: z.ZodType<Predicate, Predicate<DecimalInput>> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(predicate) }),
    z.strictObject({ any: z.array(predicate) }),
    z.strictObject({ not: predicate }),
    fieldTest,
  ]),
);

export const usageFilter: z.ZodType<UsageFilter, UsageFilter<DecimalInput>> = z.strictObject({
  names: z.exactOptional(z.array(id)),
  agents: z.exactOptional(z.array(id)),
  where: z.exactOptional(predicate),
});
