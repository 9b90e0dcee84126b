import type * as z from "zod";
import { issueAt } from "../errors.js";
import {
  compare,
  type Fraction,
  formatExact,
  fraction,
  isZero,
  subtract,
  ZERO,
} from "../money/fraction.js";
import { anyRequired, forbidden } from "../schema/json-rules.js";
import type { SchemaKit } from "../schema/kit.js";
import {
  decimalIn,
  isRecord,
  listIn,
  OPEN_END,
  type Report,
  type UnknownRecord,
} from "../schema/unknown-record.js";

/** Fields that price a tier, by name. */
type PriceFields = Readonly<Record<string, z.ZodType>>;

const UNIT_PRICES = ["unitPrice", "flatFee"];

/** The fields of a list of tiers of units, each with a unit price, a flat fee or both. */
export function unitTierFields(kit: SchemaKit) {
  const prices = { unitPrice: kit.optional(kit.price), flatFee: kit.optional(kit.price) };
  return tierFields(kit, prices, UNIT_PRICES);
}

/**
 * The fields of a tier list, for a model's object; {@link readTiers} goes with them. Where several optional fields may
 * price a tier, each tier must have one of them.
 */
export function tierFields<P extends PriceFields>(
  kit: SchemaKit,
  prices: P,
  alternatives: readonly string[] = [],
) {
  const tier = kit.object({
    upTo: kit.optional(kit.upperBound),
    start: kit.optional(kit.nonNegativeDecimal),
    end: kit.optional(kit.upperBound),
    ...prices,
  });
  const priced = tier
    .check(kit.rule((row, report) => checkPrice(row, alternatives, report)))
    .meta(anyRequired(alternatives));
  // Upper bounds throughout, or the rows of a form throughout.
  const row = {
    required: ["start"],
    properties: { start: { not: { type: "null" } }, ...forbidden(["upTo"]) },
  };
  const bounded = { properties: forbidden(["start", "end"]) };
  return {
    tiers: kit
      .list(alternatives.length === 0 ? tier : priced)
      .meta({ minItems: 1, anyOf: [{ items: row }, { items: bounded }] }),
    overflow: kit.optional(kit.oneOf(["last-tier", "error"])),
    flatFeeAtZero: kit.optional(kit.boolean()),
  };
}

function checkPrice(row: UnknownRecord, alternatives: readonly string[], report: Report): void {
  if (alternatives.some((field) => field in row)) return;
  report(issueAt("missing_price", [], { expected: alternatives.join(" or "), received: row }));
}

/** Checks a tier list as a whole and turns the rows of a form into tiers with upper bounds. */
export function readTiers(pricing: UnknownRecord, report: Report): UnknownRecord {
  const written: readonly unknown[] = listIn(pricing["tiers"]);
  if (!Array.isArray(pricing["tiers"]) || !written.every(isRecord)) return pricing;
  const rows = written.map(withoutOpenEnd);
  if (rows.length === 0) {
    const expected = "at least one tier";
    report(issueAt("missing", ["tiers"], { expected, received: [] }));
    return pricing;
  }
  const tiers = isForm(rows) ? readForm(rows, report) : rows;
  checkBounds(tiers, pricing["overflow"] !== undefined, isForm(rows) ? "end" : "upTo", report);
  return { ...pricing, tiers };
}

/** A bound that is written as none is none. */
function withoutOpenEnd(row: UnknownRecord): UnknownRecord {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== OPEN_END));
}

function isForm(rows: readonly UnknownRecord[]): boolean {
  return rows.some((row) => "start" in row || "end" in row);
}

/** Rows of a form to tiers with upper bounds. Each neighbour must touch, or each must step by one whole unit. */
function readForm(rows: readonly UnknownRecord[], report: Report): readonly UnknownRecord[] {
  const styles = new Set<"touch" | "step">();
  for (const [index, row] of rows.entries()) {
    if ("upTo" in row) {
      report(
        issueAt("mixed_tier_styles", ["tiers", index, "upTo"], {
          expected: "absent beside start and end, in all tiers",
          received: row["upTo"],
        }),
      );
    }
    if (!("start" in row)) {
      report(
        issueAt("missing", ["tiers", index, "start"], {
          expected: "a decimal number, where the tier begins",
          received: undefined,
        }),
      );
      continue;
    }
    const start = decimalIn(row["start"]);
    if (start === undefined) continue;
    checkEnd(rows, index, start, report);
    checkStart(rows, index, start, styles, report);
  }
  return rows.map(({ start: _start, end, ...tier }) =>
    end === undefined ? tier : { upTo: end, ...tier },
  );
}

/** A row that ends before it starts, although above the row before: bounds alone do not show it. */
function checkEnd(
  rows: readonly UnknownRecord[],
  index: number,
  start: Fraction,
  report: Report,
): void {
  const end = decimalIn(rows[index]?.["end"]);
  const previous = index === 0 ? ZERO : decimalIn(rows[index - 1]?.["end"]);
  if (end === undefined || compare(end, start) >= 0) return;
  if (previous !== undefined && compare(end, previous) <= 0) return;
  const expected = `at least ${formatExact(start)} (tiers[${index}].start)`;
  const found = formatExact(end);
  report(issueAt("tier_not_increasing", ["tiers", index, "end"], { expected, found }));
}

function checkStart(
  rows: readonly UnknownRecord[],
  index: number,
  start: Fraction,
  styles: Set<"touch" | "step">,
  report: Report,
): void {
  const path = ["tiers", index, "start"];
  const found = formatExact(start);
  const previous = index === 0 ? ZERO : decimalIn(rows[index - 1]?.["end"]);
  if (previous === undefined) return;
  const distance = subtract(start, previous);
  const before = index === 0 ? "0" : `${formatExact(previous)} (tiers[${index - 1}].end)`;
  const expected = `${before} or one more`;
  if (compare(distance, ZERO) < 0) {
    report(issueAt("tier_overlap", path, { expected, found }));
    return;
  }
  const style = isZero(distance) ? "touch" : "step";
  if (style === "step" && (compare(distance, fraction(1n)) !== 0 || start.denominator !== 1n)) {
    report(issueAt("tier_gap", path, { expected, found }));
    return;
  }
  // A first row that starts at 0 goes with both styles: 0–100, 101–500 is common.
  if (index > 0 || style === "step") styles.add(style);
  if (styles.size === 2) {
    styles.delete(style);
    report(
      issueAt("mixed_tier_styles", path, {
        expected: `${style === "touch" ? "one more than " : ""}the end before, as in the other tiers`,
        found,
      }),
    );
  }
}

function checkBounds(
  tiers: readonly UnknownRecord[],
  mayBeBounded: boolean,
  field: string,
  report: Report,
): void {
  let previous: Fraction = ZERO;
  let before = "0";
  for (const [index, tier] of tiers.entries()) {
    const path = ["tiers", index, field];
    const last = index === tiers.length - 1;
    if (!("upTo" in tier)) {
      if (!last) {
        const expected = "given on every tier but the last";
        report(issueAt("open_tier_not_last", path, { expected, received: undefined }));
      }
      continue;
    }
    if (last && !mayBeBounded) {
      const expected = 'absent on the last tier, unless overflow is "last-tier" or "error"';
      report(issueAt("bounded_last_tier", path, { expected, received: tier["upTo"] }));
    }
    const upTo = decimalIn(tier["upTo"]);
    if (upTo === undefined) continue;
    if (compare(upTo, previous) <= 0) {
      const expected = `more than ${before}`;
      report(issueAt("tier_not_increasing", path, { expected, found: formatExact(upTo) }));
    }
    previous = upTo;
    before = `${formatExact(upTo)} (tiers[${index}].${field})`;
  }
}
