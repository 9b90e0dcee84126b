import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { billingCycle } from "../schema/entity-fields.js";
import {
  listIn,
  nonNegativeDecimal,
  type Report,
  recordIn,
  type UnknownRecord,
} from "../schema/fields.js";
import { isMultiple } from "../time/billing-cycle.js";
import { readDate } from "../time/date.js";
import { isDateProblem } from "../time/instant.js";
import { overlap } from "../time/interval.js";
import { UTC } from "../time/zone.js";
import { type DiscountTarget, discountTargetSchema, discountTargets } from "./discount.js";

/**
 * What a fee in advance has paid for: a prepaid commitment. Usage of the fee's cycle is drawn from it in the order of
 * time, after discounts, coupons and limits of charges, a negative line for each document; what goes beyond it is billed at its own
 * price times a factor. So all documents of a cycle together bill the fee + `overageFactor` × what the usage comes to beyond
 * it, to the cent, whatever is corrected later. The fee counts as it is priced: a discount on it makes the same commitment
 * cheaper. It is never prorated, and what is left of it is not given back.
 */
export interface Drawdown<D = string> {
  /** Which usage charges of the plan draw from it; default all. */
  readonly appliesTo?: "all" | DiscountTarget;
  /** What usage beyond the fee costs, times its own price; 0 or more, default 1. */
  readonly overageFactor?: D;
  /** What is left at the end of the fee's cycle: `"expires"` (default), or is there for the next one (`"carries-over"`). */
  readonly rest?: "expires" | "carries-over";
}

/** The schema of what a fee pays for. */
export const drawdownSchema = onFirstUse(
  () =>
    z.strictObject({
      appliesTo: z.exactOptional(discountTargetSchema()),
      overageFactor: z.exactOptional(nonNegativeDecimal()),
      rest: z.exactOptional(z.enum(["expires", "carries-over"])),
    }) satisfies z.ZodType<Drawdown, Drawdown<DecimalInput>>,
);

/** A fee that is drawn from is billed whole, ahead of what draws from it. */
export function checkDrawdown(charge: UnknownRecord, report: Report): void {
  if (!("drawdown" in charge)) return;
  const { billingTiming, drawdown, proration } = charge;
  const { model } = recordIn(charge["pricing"]);
  if (
    charge["chargeType"] !== "recurring" ||
    billingTiming !== "in-advance" ||
    model === "discount"
  ) {
    const expected = "only on recurring charges in advance";
    report(issueAt("field_not_allowed", ["drawdown"], { expected, received: drawdown }));
  }
  const { method } = recordIn(proration);
  if (proration === undefined || method === "none") return;
  const expected = 'only as "none": what a fee has paid for is not prorated';
  report(issueAt("field_not_allowed", ["proration"], { expected, received: proration }));
}

/** The fee of a prepaid commitment is not divided. */
export function withWholeFee(charge: UnknownRecord): UnknownRecord {
  const isOpen = "drawdown" in charge && charge["proration"] === undefined;
  return isOpen ? { ...charge, proration: { method: "none" } } : charge;
}

/** What fees of a plan pay for: usage charges of it, each of them by one fee at a time, and over whole billing periods. */
export function checkDrawdowns(plan: UnknownRecord, report: Report): void {
  const charges = listIn(plan["charges"]).map(recordIn);
  const used = charges.filter(
    ({ chargeType, pricing }) =>
      chargeType === "usage" && recordIn(pricing)["model"] !== "discount",
  );
  const own = billingCycle().safeParse(plan["billingCycle"]);
  const before: { readonly charge: UnknownRecord; readonly ids: ReadonlySet<unknown> }[] = [];
  for (const [index, charge] of charges.entries()) {
    if (!("drawdown" in charge)) continue;
    const path = ["charges", index];
    const { appliesTo = "all" } = recordIn(charge["drawdown"]);
    for (const [position, id] of listIn(recordIn(appliesTo)["charges"]).entries()) {
      if (id === "" || used.some((each) => each["id"] === id)) continue;
      const expected = "the id of a usage charge of this plan";
      const at = [...path, "drawdown", "appliesTo", "charges", position];
      report(issueAt("unknown_charge", at, { expected, received: id }));
    }
    const cycle = billingCycle().safeParse(charge["billingCycle"] ?? plan["billingCycle"]);
    if (own.success && cycle.success && !isMultiple(cycle.data, own.data)) {
      const expected = `a whole multiple of ${JSON.stringify(own.data)}, the cycle of the plan`;
      report(
        issueAt("cycle_mismatch", [...path, "billingCycle"], { expected, received: cycle.data }),
      );
    }
    const target = discountTargetSchema().safeParse(appliesTo);
    const ids = new Set(
      target.success ? used.filter((each) => targets(target.data, each)).map(({ id }) => id) : [],
    );
    for (const other of before) {
      const shared = [...ids].find((id) => other.ids.has(id));
      if (shared === undefined || overlap(timeOf(other.charge), timeOf(charge)) === undefined)
        continue;
      const expected = `only on one charge for ${String(shared)}, which draws from ${String(other.charge["id"])}`;
      report(
        issueAt("field_not_allowed", [...path, "drawdown"], {
          expected,
          received: charge["drawdown"],
        }),
      );
    }
    before.push({ charge, ids });
  }
}

function targets(target: "all" | DiscountTarget, { id, unitOfMeasure }: UnknownRecord): boolean {
  const textOf = (value: unknown) => (typeof value === "string" ? value : null);
  const charge = { id: textOf(id), chargeType: "usage", unitOfMeasure: textOf(unitOfMeasure) };
  return discountTargets(target, charge);
}

function timeOf({ effectiveDate, endDate }: UnknownRecord) {
  const [start, end] = [readDate(effectiveDate, UTC), readDate(endDate, UTC)];
  return {
    start: isDateProblem(start) ? Number.NEGATIVE_INFINITY : start,
    end: isDateProblem(end) ? Number.POSITIVE_INFINITY : end,
  };
}
