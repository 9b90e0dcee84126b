import * as z from "zod";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { percentage, positiveDecimal, price, rule } from "../pricing/fields-schema.js";

/** What a customer gets when a guarantee is missed: exactly one of `waive`, `percent`, `amount`. */
export interface Remedy<D = string> {
  /** All that the charge bills. */
  readonly waive?: true;
  /** A percentage of what the charge bills, 0 to 100. */
  readonly percent?: D;
  /** A fixed amount; never more than the charge bills. */
  readonly amount?: D;
  /** The most that is given back. */
  readonly cap?: D;
}

/**
 * A promised rate of success: of the attempts of a period (the events that pass the charge's `filter`) so many per cent
 * are outcomes. An attempt that lost to another of its key counts on neither side.
 */
export interface Guarantee<D = string> {
  /** Percent of the attempts, 0 to 100. At or above it nothing is given back. */
  readonly successRate: D;
  /** With fewer attempts in the period, nothing is promised; default 1. */
  readonly minimumAttempts?: number;
  /** What is given back below it, as a line of its own. */
  readonly remedy: Remedy<D>;
}

export const guaranteeSchema: z.ZodType<Guarantee, Guarantee<DecimalInput>> = z.strictObject({
  successRate: percentage,
  minimumAttempts: z.exactOptional(z.int().min(1).max(1_000_000_000)),
  remedy: z
    .strictObject({
      waive: z.exactOptional(z.literal(true)),
      percent: z.exactOptional(percentage),
      amount: z.exactOptional(price),
      cap: z.exactOptional(positiveDecimal),
    })
    .check(
      rule((remedy, report) => {
        const given = ["waive", "percent", "amount"].filter((name) => name in remedy);
        if (given.length === 1) return;
        const expected = "exactly one of waive, percent and amount";
        const received = given.join(" and ") || undefined;
        report(issueAt("missing_price", [], `must have ${expected}`, { expected, received }));
      }),
    ),
});
