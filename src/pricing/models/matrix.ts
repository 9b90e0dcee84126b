import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { issueAt } from "../../errors.js";
import { type DecimalInput, exact } from "../../money/decimal.js";
import { type Fraction, formatExact, isZero, multiply, sum } from "../../money/fraction.js";
import {
  isRecord,
  listIn,
  MOST_EVENT_FIELDS,
  type Report,
  recordIn,
  reportRepeated,
  type UnknownRecord,
} from "../../schema/unknown-record.js";
import { bySteps } from "../breakdown.js";
import { defineChargeModel, type GroupQuantity, type PricingSchema } from "../model.js";
import { amountStep } from "../step.js";

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

export const matrix = defineChargeModel({
  model: "matrix",
  schema: (kit): PricingSchema<MatrixPricing, MatrixPricing<DecimalInput>> =>
    kit
      .object({
        model: kit.literal("matrix"),
        dimensions: kit.list(kit.eventField).min(1).max(MOST_EVENT_FIELDS),
        prices: kit.list(
          kit.object({
            when: kit.record(kit.text(), kit.nullable(kit.text())),
            unitPrice: kit.price,
          }),
        ),
        default: kit.optional(kit.price),
      })
      .check(kit.rule(checkCells)),
  chargeTypes: ["usage"],
  needs: "groups",
  facts: { monotone: true, additive: true },
  groupsBy: (pricing) => pricing.dimensions,
  pricesGroup: (pricing, key) => priceTable(pricing)(key) !== undefined,
  pricedGroups: ({ dimensions, prices, default: otherwise }) =>
    otherwise === undefined
      ? prices.map(({ when }) => cellName(dimensions, when)).sort(compareTexts)
      : undefined,
  compile(pricing) {
    const priceOf = priceTable(pricing);
    const cell = ({ key, quantity }: GroupQuantity): Fraction =>
      multiply(quantity, exact(priceOf(key) ?? "0"));
    return {
      amount: (groups) => sum(groups.map(cell)),
      explain(groups) {
        const counted = groups.filter(({ quantity }) => !isZero(quantity));
        return bySteps(
          counted.map((group) => {
            const names = group.key.map((value) => value ?? "none").join(", ");
            const text = `${formatExact(group.quantity)} × ${priceOf(group.key)} (${names})`;
            return amountStep("units", cell(group), text);
          }),
        );
      },
    };
  },
  // Each combination has a quantity of its own.
  curve: () => undefined,
  unitPrices: ({ prices, default: otherwise }) => [
    ...prices.map(({ unitPrice }, index) => ({
      price: exact(unitPrice),
      path: ["prices", index, "unitPrice"],
    })),
    ...(otherwise === undefined ? [] : [{ price: exact(otherwise), path: ["default"] }]),
  ],
});

type PriceTable = (key: readonly (string | null)[]) => string | undefined;

const tables = new WeakMap<MatrixPricing, PriceTable>();

/** The price of a combination: its cell's, else the default; nothing when there is neither. */
function priceTable(pricing: MatrixPricing): PriceTable {
  const known = tables.get(pricing);
  if (known !== undefined) return known;
  const { dimensions, prices, default: otherwise } = pricing;
  const cells = new Map(
    prices.map(({ when, unitPrice }) => [cellName(dimensions, when), unitPrice]),
  );
  const table: PriceTable = (key) => cells.get(canonicalJson(key)) ?? otherwise;
  tables.set(pricing, table);
  return table;
}

function cellName(dimensions: readonly string[], when: MatrixPrice["when"]): string {
  return canonicalJson(dimensions.map((name) => when[name] ?? null));
}

function checkCells(pricing: UnknownRecord, report: Report): void {
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
    report(issueAt("duplicate_cell", ["prices", index, "when"], { expected, received: when }));
  }
}

/** A cell has a value for every dimension, and for nothing else. */
function checkCell(
  when: UnknownRecord,
  index: number,
  dimensions: readonly string[],
  report: Report,
): void {
  for (const name of Object.keys(when).filter((key) => !dimensions.includes(key))) {
    const expected = `one of the dimensions (${dimensions.join(", ")})`;
    report(
      issueAt("unknown_dimension", ["prices", index, "when", name], {
        expected,
        received: name,
      }),
    );
  }
  for (const name of new Set(dimensions.filter((each) => !Object.hasOwn(when, each)))) {
    const expected = "a value for every dimension";
    report(issueAt("missing", ["prices", index, "when", name], { expected, received: undefined }));
  }
}
