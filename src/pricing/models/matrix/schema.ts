import * as z from "zod";
import { canonicalJson } from "../../../content/canonical-json.js";
import { issueAt } from "../../../errors.js";
import type { DecimalInput } from "../../../money/decimal.js";
import { eventField } from "../../event-field-schema.js";
import { listIn, price, type Report, recordIn, rule, type Unproved } from "../../fields-schema.js";

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
    dimensions: z.array(eventField).min(1),
    prices: z.array(
      z.strictObject({ when: z.record(z.string(), z.nullable(z.string())), unitPrice: price }),
    ),
    default: z.exactOptional(price),
  })
  .check(rule(checkCells));

function checkCells(pricing: Unproved, report: Report): void {
  const dimensions = listIn(pricing["dimensions"]).filter((name) => typeof name === "string");
  for (const [index, name] of dimensions.entries()) {
    if (dimensions.indexOf(name) === index) continue;
    const expected = "each dimension once";
    report(
      issueAt("duplicate_id", ["dimensions", index], `must be ${expected}`, {
        expected,
        received: name,
      }),
    );
  }
  const seen = new Map<string, number>();
  for (const [index, cell] of listIn(pricing["prices"]).entries()) {
    const when = recordIn(recordIn(cell)["when"]);
    for (const name of Object.keys(when).filter((key) => !dimensions.includes(key))) {
      const expected = `one of the dimensions (${dimensions.join(", ")})`;
      report(
        issueAt("unknown_dimension", ["prices", index, "when", name], `must be ${expected}`, {
          expected,
          received: name,
        }),
      );
    }
    for (const name of dimensions.filter((each) => !Object.hasOwn(when, each))) {
      const expected = "a value for every dimension";
      report(
        issueAt("missing", ["prices", index, "when", name], `is required: ${expected}`, {
          expected,
          received: undefined,
        }),
      );
    }
    const key = canonicalJson(when);
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, index);
    } else {
      const expected = `other than prices[${earlier}].when`;
      report(
        issueAt("duplicate_cell", ["prices", index, "when"], `must be ${expected}`, {
          expected,
          received: when,
        }),
      );
    }
  }
}
