import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import type { Rollover } from "../pricing/terms.js";
import { id, text } from "../schema/entity-fields.js";
import {
  listIn,
  nonNegativeDecimal,
  type Report,
  recordIn,
  type UnknownRecord,
} from "../schema/fields.js";
import { type DiscountTarget, discountTargetSchema } from "./discount.js";
import { rolloverSchema } from "./included-units.js";

/** What a plan grants in each billing period: so many credits, or so many units free. */
export interface PlanGrant<D = string> {
  /** Identifies it within the plan. The grant of a period has this id and the period's start: `"monthly@2026-02-01"`. */
  readonly id: string;
  /** Name for people; default its id. */
  readonly name?: string;
  /** What it is counted in: the plan's currency, one of its pricing units, or the unit of measure of a usage charge. */
  readonly unit: string;
  /** How much of it in each billing period, whole also in a shorter one. */
  readonly amount: D;
  /** Whether the customer pays for it; default `"paid"`. */
  readonly category?: "paid" | "promotional";
  /** Which grants are used first, as on a credit grant. */
  readonly priority?: number;
  /** Which charges it pays for; default `"all"`. */
  readonly appliesTo?: "all" | DiscountTarget;
  /** How long what is left can be used; absent where it expires with its period. */
  readonly rollover?: Rollover<D>;
}

const LOWEST_PRIORITY = 1_000_000;

/** The schema of what a plan grants. */
export const planGrantSchema = onFirstUse(
  () =>
    z.strictObject({
      id: id(),
      name: z.exactOptional(text()),
      unit: id(),
      amount: nonNegativeDecimal(),
      category: z.exactOptional(z.enum(["paid", "promotional"])),
      priority: z.exactOptional(z.int().min(0).max(LOWEST_PRIORITY)),
      appliesTo: z.exactOptional(discountTargetSchema()),
      rollover: z.exactOptional(rolloverSchema()),
    }) satisfies z.ZodType<PlanGrant, PlanGrant<DecimalInput>>,
);

/** What a plan grants pays for something of it. */
export function checkGrants(plan: UnknownRecord, report: Report): void {
  const charges = listIn(plan["charges"]).map(recordIn);
  const used = charges.filter(({ chargeType }) => chargeType === "usage");
  const known = new Set<unknown>([
    plan["currency"],
    ...charges.map(({ currency }) => currency),
    ...charges.map(({ pricingUnit }) => recordIn(pricingUnit)["code"]),
    ...used.map(({ unitOfMeasure }) => unitOfMeasure),
  ]);
  const ids = new Set(charges.map((charge) => charge["id"]));
  for (const [index, grant] of listIn(plan["grants"]).map(recordIn).entries()) {
    const path = ["grants", index];
    const { unit } = grant;
    if (typeof unit === "string" && unit !== "" && !known.has(unit)) {
      const expected =
        "the plan's currency, or a pricing unit or the unit of measure of one of its charges";
      report(issueAt("unknown_unit", [...path, "unit"], { expected, received: unit }));
    }
    const named = listIn(recordIn(grant["appliesTo"])["charges"]);
    for (const [position, target] of named.entries()) {
      if (typeof target !== "string" || target === "" || ids.has(target)) continue;
      const expected = "the id of a charge of this plan";
      const at = [...path, "appliesTo", "charges", position];
      report(issueAt("unknown_charge", at, { expected, received: target }));
    }
  }
}
