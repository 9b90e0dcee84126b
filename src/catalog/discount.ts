import * as z from "zod";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { percentage, price, rule } from "../pricing/fields-schema.js";
import { CHARGE_TYPES, type ChargeType } from "../pricing/terms.js";
import { id } from "./fields.js";

/** Which charges of the plan a discount takes something off. A charge must pass every list that is given. */
export interface DiscountTarget {
  /** Only the charges with these ids. */
  readonly charges?: readonly string[];
  /** Only charges of these types. */
  readonly chargeTypes?: readonly ChargeType[];
  /** Only charges on these units of measure. */
  readonly units?: readonly string[];
}

/**
 * Takes a percentage or a fixed amount off other charges of the plan. A discount stands in the catalog like any
 * charge and is applied by the invoice pipeline: percentages first, each on the original amounts, then fixed amounts;
 * never below zero.
 */
export interface DiscountPricing<D = string> {
  /** The charge model. */
  readonly model: "discount";
  /** Percent off, 0 to 100. Either this or `amount`. */
  readonly percent?: D;
  /** Amount off each time the charge is due, 0 or more. Either this or `percent`. */
  readonly amount?: D;
  /** What it applies to. Default: the plan's charges of the same charge type. */
  readonly appliesTo?: "all" | DiscountTarget;
}

export const discountSchema = z
  .strictObject({
    model: z.literal("discount"),
    percent: z.exactOptional(percentage),
    amount: z.exactOptional(price),
    appliesTo: z.exactOptional(
      z.union([
        z.literal("all"),
        z.strictObject({
          charges: z.exactOptional(z.array(id)),
          chargeTypes: z.exactOptional(z.array(z.enum(CHARGE_TYPES))),
          units: z.exactOptional(z.array(id)),
        }),
      ]),
    ),
  })
  .check(
    rule((pricing, report) => {
      const given = ["percent", "amount"].filter((field) => field in pricing);
      if (given.length === 1) return;
      const expected = "either percent or amount";
      report(
        issueAt("missing_price", [], `must have ${expected}`, {
          expected,
          received: given.join(" and ") || undefined,
        }),
      );
    }),
  ) satisfies z.ZodType<DiscountPricing, DiscountPricing<DecimalInput>>;
