import * as z from "zod";
import { canonicalJson } from "../../../content/canonical-json.js";
import { issueAt } from "../../../errors.js";
import type { DecimalInput } from "../../../money/decimal.js";
import { eventField, MOST_EVENT_FIELDS, reportRepeated } from "../../event-field-schema.js";
import {
  isRecord,
  listIn,
  price,
  type Report,
  recordIn,
  rule,
  type Unproved,
} from "../../fields-schema.js";

/** The price of one combination of the dimensions' values. */
export interface MatrixPrice<D = string> {
  /** A value for every dimension; `null` for events that have none. */
  readonly when: Readonly<Record<string, string | null>>;
  /** Price of a unit of events with these values. */
  readonly unitPrice: D;
}

/** Units priced by one or more fields of the events: region × tier, model × direction. */
export interface MatrixPricing<D = string> {
  /** The charge model. */
  readonly model: "matrix";
  /** The event fields that decide: `"name"`, `"subject"`, `"agentId"`, or a property as `"properties.region"`. */
  readonly dimensions: readonly string[];
  /** The cells; each combination at most once. */
  readonly prices: readonly MatrixPrice<D>[];
  /** Price of a unit of events that match no cell; absent, they are not billed and are reported as unmatched. */
  readonly default?: D;
}

export const matrixSchema: z.ZodObject & z.ZodType<MatrixPricing, MatrixPricing<DecimalInput>> = z
  .strictObject({
    model: z.literal("matrix"),
    dimensions: z.array(eventField).min(1).max(MOST_EVENT_FIELDS),
    prices: z.array(
      z.strictObject({ when: z.record(z.string(), z.nullable(z.string())), unitPrice: price }),
    ),
    default: z.exactOptional(price),
  })
  .check(rule(checkCells));

function checkCells(pricing: Unproved, report: Report): void {
  const dimensions = listIn(pricing["dimensions"]).filter((name) => typeof name === "string");
  if (dimensions.length > MOST_EVENT_FIELDS) return;
  reportRepeated(dimensions, "dimensions", report);
  const seen = new Map<string, number>();
  for (const [index, cell] of listIn(pricing["prices"]).entries()) {
    const when = recordIn(cell)["when"];
    if (!isRecord(when)) continue;
    checkCell(when, index, dimensions, report);
    const key = canonicalJson(when);
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, index);
      continue;
    }
    const expected = `other than prices[${earlier}].when`;
    report(
      issueAt("duplicate_cell", ["prices", index, "when"], `must be ${expected}`, {
        expected,
        received: when,
      }),
    );
  }
}

/** A cell has a value for every dimension, and for nothing else. */
function checkCell(
  when: Unproved,
  index: number,
  dimensions: readonly string[],
  report: Report,
): void {
  for (const name of Object.keys(when).filter((key) => !dimensions.includes(key))) {
    const expected = `one of the dimensions (${dimensions.join(", ")})`;
    report(
      issueAt("unknown_dimension", ["prices", index, "when", name], `must be ${expected}`, {
        expected,
        received: name,
      }),
    );
  }
  for (const name of new Set(dimensions.filter((each) => !Object.hasOwn(when, each)))) {
    const expected = "a value for every dimension";
    report(
      issueAt("missing", ["prices", index, "when", name], `is required: ${expected}`, {
        expected,
        received: undefined,
      }),
    );
  }
}
