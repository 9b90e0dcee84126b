import * as z from "zod";
import { type DiscountPricing, discountSchema } from "../catalog/discount.js";
import { excerpt } from "../data/excerpt.js";
import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import type { Pricing, PricingInput } from "../pricing/models/index.js";
import { pricingSchemas } from "../pricing/pricing-schemas.js";
import { date, id, zoneOf } from "../schema/entity-fields.js";
import {
  isRecord,
  listIn,
  nonNegativeDecimal,
  type Report,
  recordIn,
  type UnknownRecord,
} from "../schema/fields.js";
import type { Written } from "../schema/written.js";
import { readDate } from "../time/date.js";
import { isDateProblem } from "../time/instant.js";
import { type BillingAnchor, billingAnchor } from "./anchor.js";

/** The prices that take the place of a charge's own, as parsed. */
export type Override = Pricing | DiscountPricing;

/** The same as they may be written. */
export type OverrideInput = PricingInput | DiscountPricing<DecimalInput>;

/** Whether a subscription runs, rests, or is over. */
export type SubscriptionStatus = "active" | "paused" | "canceled";

/** Something about a subscription that is different from a date on; what is absent stays as it is. */
export interface ChangeFields<D, P> {
  /** The date: a civil date, its first moment in the subscription's time zone, or an instant. */
  readonly effectiveDate: string;
  /** On that date (default), or at the end of the billing period that contains it. */
  readonly takesEffect?: "on-date" | "at-period-end";
  /** Another rate plan. With a billing cycle of another length, an anniversary billing anchor moves to the change. */
  readonly ratePlanId?: string;
  /** Other quantities of recurring charges, by charge id; those that are not named stay. */
  readonly quantities?: Readonly<Record<string, D>>;
  /** Other prices for this customer, by charge id; `null` goes back to the catalog's. */
  readonly overrides?: Readonly<Record<string, P | null>>;
  /** `"paused"` bills nothing until `"active"` again; `"canceled"` ends the subscription. */
  readonly status?: SubscriptionStatus;
  /** Another billing anchor: the running period ends where it would, or at the first boundary of the new one. */
  readonly billingAnchor?: BillingAnchor;
  /**
   * How fees in advance are billed of the cycle that the change falls in, of the charges whose price or quantity it changes.
   * `"prorated"` (default): the old fee up to the change and the new one from then on, each for its part; what was billed
   * of the old one beyond the change is credited. `"whole"`: the new fee as a whole, at once, and the old one as if nothing
   * had changed: nothing of it is credited. With a `billingAnchor` on the same date a new cycle begins with the fee; without
   * one it is for the rest of the running cycle, and the next is due with the next. On a cancellation, nothing is credited.
   * A later change that is prorated credits the new fee by the days of its cycle, as ever. Usage and fees in arrears are
   * not touched. For the old terms up to the end of the period and the new ones after it, see `takesEffect`.
   */
  readonly fees?: "prorated" | "whole";
}

/** A dated change, as parsed. */
export type SubscriptionChange = ChangeFields<string, Override>;

/** A dated change as it may be written. */
export type SubscriptionChangeInput = Written<ChangeFields<DecimalInput, OverrideInput>>;

export const quantitiesSchema = onFirstUse(() => z.record(id(), nonNegativeDecimal()));
const overrideSchema = onFirstUse(() =>
  z.discriminatedUnion("model", [discountSchema(), ...pricingSchemas()]),
);
export const overridesSchema = onFirstUse(() => z.record(id(), overrideSchema()));

export const changeSchema = onFirstUse(() =>
  z.strictObject({
    effectiveDate: date(),
    takesEffect: z.exactOptional(z.enum(["on-date", "at-period-end"])),
    ratePlanId: z.exactOptional(id()),
    quantities: z.exactOptional(quantitiesSchema()),
    overrides: z.exactOptional(z.record(id(), z.nullable(overrideSchema()))),
    status: z.exactOptional(z.enum(["active", "paused", "canceled"])),
    billingAnchor: z.exactOptional(billingAnchor()),
    fees: z.exactOptional(z.enum(["prorated", "whole"])),
  }),
);

/** What a change changes, one name for each thing that can be changed. */
function thingsIn(change: UnknownRecord): readonly string[] {
  const keysOf = (field: string) =>
    Object.keys(recordIn(change[field])).map((key) => `${field}.${key}`);
  const whole = ["ratePlanId", "status", "billingAnchor"].filter((field) => field in change);
  return [...whole, ...keysOf("quantities"), ...keysOf("overrides")];
}

/** No change changes nothing, and no thing is changed twice on one date. */
export function checkChanges(subscription: UnknownRecord, report: Report): void {
  const seen = new Map<string, number>();
  const zone = zoneOf(subscription);
  for (const [index, change] of listIn(subscription["changes"]).entries()) {
    // What is no object has been reported already.
    if (!isRecord(change)) continue;
    const at = readDate(change["effectiveDate"], zone);
    const changed = thingsIn(change);
    // How fees are billed is said once for a date, for all that changes on it.
    const things = [...changed, ...("fees" in change ? ["fees"] : [])];
    const { status } = change;
    if ("fees" in change && (status === "paused" || status === "active")) {
      const expected = "absent: a fee is billed for the time in which nothing is paused";
      const received = change["fees"];
      report(issueAt("field_not_allowed", ["changes", index, "fees"], { expected, received }));
    }
    if (changed.length === 0) {
      const expected = "something that changes";
      report(issueAt("missing", ["changes", index], { expected, received: change }));
    }
    for (const thing of isDateProblem(at) ? [] : things) {
      const key = `${at} ${excerpt(change["takesEffect"] ?? "on-date")} ${thing}`;
      const earlier = seen.get(key);
      if (earlier === undefined) {
        seen.set(key, index);
        continue;
      }
      const expected = `another date than changes[${earlier}], which changes ${thing} too`;
      const path = ["changes", index, "effectiveDate"];
      const received = change["effectiveDate"];
      report(issueAt("duplicate_change", path, { expected, received }));
    }
  }
}
