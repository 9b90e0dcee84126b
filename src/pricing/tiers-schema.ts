import * as z from "zod";
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
import {
  decimalIn,
  isRecord,
  nonNegativeDecimal,
  price,
  type Report,
  rewrite,
  type Unproved,
} from "./fields-schema.js";

/** Fields that price a tier, by name. */
type PriceFields = Readonly<Record<string, z.ZodType>>;

const BOUNDS = {
  upTo: z.exactOptional(nonNegativeDecimal),
  start: z.exactOptional(nonNegativeDecimal),
  end: z.exactOptional(nonNegativeDecimal),
};

const OPTIONS = {
  overflow: z.exactOptional(z.enum(["last-tier", "error"])),
  flatFeeAtZero: z.exactOptional(z.boolean()),
};

/** The price fields of tiers of units. */
export const UNIT_PRICES = { unitPrice: z.exactOptional(price), flatFee: z.exactOptional(price) };

/** The fields of a tier list, for a model's `strictObject`; {@link tierRule} goes with them. */
export function tierFields<P extends PriceFields>(prices: P) {
  return { tiers: z.array(z.strictObject({ ...BOUNDS, ...prices })), ...OPTIONS };
}

/**
 * Checks a tier list as a whole and turns the rows of a form into tiers with upper bounds. Where several optional
 * fields may price a tier, each tier must have one of them.
 */
export function tierRule<T>(alternatives: PriceFields = {}) {
  const priceFields = Object.keys(alternatives);
  return rewrite<T>((pricing, report) => {
    if (!Array.isArray(pricing["tiers"])) return pricing;
    const rows: readonly unknown[] = pricing["tiers"];
    if (!rows.every(isRecord)) return pricing;
    for (const [index, row] of rows.entries()) checkPrice(row, index, priceFields, report);
    if (rows.length === 0) {
      const expected = "at least one tier";
      report(issueAt("missing", ["tiers"], `must hold ${expected}`, { expected, received: [] }));
      return pricing;
    }
    const tiers = isForm(rows) ? readForm(rows, report) : rows;
    checkBounds(tiers, pricing["overflow"] !== undefined, isForm(rows) ? "end" : "upTo", report);
    return { ...pricing, tiers };
  });
}

function checkPrice(
  row: Unproved,
  index: number,
  priceFields: readonly string[],
  report: Report,
): void {
  if (priceFields.length === 0 || priceFields.some((field) => field in row)) return;
  const expected = priceFields.join(" or ");
  report(
    issueAt("missing_price", ["tiers", index], `must have ${expected}`, {
      expected,
      received: row,
    }),
  );
}

function isForm(rows: readonly Unproved[]): boolean {
  return rows.some((row) => "start" in row || "end" in row);
}

/** Rows of a form to tiers with upper bounds. Each neighbour must touch, or each must step by one whole unit. */
function readForm(rows: readonly Unproved[], report: Report): readonly Unproved[] {
  const styles = new Set<"touch" | "step">();
  for (const [index, row] of rows.entries()) {
    if ("upTo" in row) {
      report(
        issueAt(
          "mixed_tier_styles",
          ["tiers", index, "upTo"],
          "must not stand beside start and end",
          {
            expected: "either upTo, or start and end, in all tiers",
            received: row["upTo"],
          },
        ),
      );
    }
    if (!("start" in row)) {
      report(
        issueAt("missing", ["tiers", index, "start"], "is required beside end", {
          expected: "a decimal",
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
function checkEnd(rows: readonly Unproved[], index: number, start: Fraction, report: Report): void {
  const end = decimalIn(rows[index]?.["end"]);
  const previous = index === 0 ? ZERO : decimalIn(rows[index - 1]?.["end"]);
  if (end === undefined || compare(end, start) >= 0) return;
  if (previous !== undefined && compare(end, previous) <= 0) return;
  const expected = `at least ${formatExact(start)} (tiers[${index}].start)`;
  const found = formatExact(end);
  report(
    issueAt("tier_not_increasing", ["tiers", index, "end"], `must be ${expected}`, {
      expected,
      found,
    }),
  );
}

function checkStart(
  rows: readonly Unproved[],
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
    report(issueAt("tier_overlap", path, `must not be below ${before}`, { expected, found }));
    return;
  }
  const style = isZero(distance) ? "touch" : "step";
  if (style === "step" && (compare(distance, fraction(1n)) !== 0 || start.denominator !== 1n)) {
    report(
      issueAt("tier_gap", path, `must be ${expected}, so that nothing falls between`, {
        expected,
        found,
      }),
    );
    return;
  }
  // A first row that starts at 0 goes with both styles: 0–100, 101–500 is common.
  if (index > 0 || style === "step") styles.add(style);
  if (styles.size === 2) {
    styles.delete(style);
    report(
      issueAt(
        "mixed_tier_styles",
        path,
        "must touch the tier before or step by one, as the tiers before it do",
        {
          expected: style === "touch" ? "one more than the end before" : "the end before",
          found,
        },
      ),
    );
  }
}

function checkBounds(
  tiers: readonly Unproved[],
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
        const expected = `${field} on every tier but the last`;
        report(
          issueAt("open_tier_not_last", path, "is required on every tier but the last", {
            expected,
            received: undefined,
          }),
        );
      }
      continue;
    }
    if (last && !mayBeBounded) {
      const expected = 'no upper bound, or overflow: "last-tier" | "error"';
      report(
        issueAt(
          "bounded_last_tier",
          path,
          "must be absent on the last tier unless overflow is given",
          { expected, received: tier["upTo"] },
        ),
      );
    }
    const upTo = decimalIn(tier["upTo"]);
    if (upTo === undefined) continue;
    if (compare(upTo, previous) <= 0) {
      const expected = `more than ${before}`;
      report(
        issueAt("tier_not_increasing", path, `must be greater than ${before}`, {
          expected,
          found: formatExact(upTo),
        }),
      );
    }
    previous = upTo;
    before = `${formatExact(upTo)} (tiers[${index}].${field})`;
  }
}
