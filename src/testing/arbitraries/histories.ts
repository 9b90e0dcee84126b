import * as fc from "fast-check";
import { parseProduct } from "../../catalog/catalog.js";
import type { Product, ProductInput } from "../../catalog/product.js";
import { PricingError, type PricingIssue } from "../../errors.js";
import { readPeriod } from "../../schema/dates.js";
import type { SubscriptionInput } from "../../subscription/subscription.js";
import type { Period, PeriodInput } from "../../time/billing-period.js";
import { UTC } from "../../time/zone.js";
import type { SignalInput, UsageEventInput } from "../../usage/events/event.js";
import { CUSTOMER } from "../builders.js";
import { anyProduct } from "./catalog.js";
import { SIGNALS, UNITS } from "./charges.js";
import { decimal } from "./numbers.js";
import { REGIONS } from "./prices.js";
import { anySubscription, dateAfter } from "./subscriptions.js";

const DAY = 86_400_000;
const MOST_EVENTS = 30;
/** How many days of a subscription a history tells. */
const DAYS = 120;

/**
 * What happens in a period, in any order: up to thirty events of the customer of `aSubscription`, at its very first and last moments, too.
 * They have quantities and values, negative and fractional ones among them; subjects and properties to group and tell apart by; some are
 * known late, some come twice; and signals confirm (`"solved"`) and reverse (`"reopened"`) what happened. Units are those of `anyCharge`
 * (`@outcome`, `@action`, `pages`), or those that you name. Civil dates of the period begin in UTC.
 *
 * @throws {PricingError} `invalid_date` or `end_before_start` for what is no period.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { invoice } from "rateplan";
 * import { anInvoiceRequest } from "rateplan/testing";
 * import { anyEvents } from "rateplan/testing/arbitraries";
 *
 * const usages = anyEvents({ start: "2026-01-01", end: "2026-02-01" });
 * const law = fc.property(usages, (usage) => invoice(anInvoiceRequest({ usage })).usage.counts.invalid === 0);
 * fc.assert(law, { seed: 1, numRuns: 10 }); // => undefined
 * ```
 */
export function anyEvents(
  over: PeriodInput,
  units: readonly string[] = UNITS,
): fc.Arbitrary<readonly (UsageEventInput | SignalInput)[]> {
  const issues: PricingIssue[] = [];
  const period = readPeriod(over, ["over"], UTC, issues);
  if (period === undefined) throw new PricingError(issues);
  const [first, last] = [period.start, Math.max(period.start, period.end - 1)];
  const when = fc
    .record({
      at: fc.oneof(
        fc.constantFrom(first, last, Math.floor((first + last) / 2)),
        fc.integer({ min: first, max: last }),
      ),
      late: fc.constantFrom(undefined, undefined, undefined, 0, DAY, 40 * DAY),
    })
    .map(({ at, late }) => ({
      timestamp: new Date(at).toISOString(),
      ...(late === undefined ? {} : { receivedAt: new Date(at + late).toISOString() }),
    }));
  const subject = fc.constantFrom("x", "y", "z");
  const id = fc.constantFrom(..."abcdefghijklmnopqrst");
  const event = fc
    .record(
      {
        id,
        when,
        unitOfMeasure: fc.constantFrom(...units),
        quantity: fc.oneof(decimal(-20, 200, 2), fc.nat({ max: 9 }).map(String)),
        value: decimal(-500, 50_000, 2),
        subject,
        properties: fc.record(
          { user: fc.constantFrom("u1", "u2"), region: fc.constantFrom(...REGIONS) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ["id", "when", "unitOfMeasure", "value"] },
    )
    .map(({ when: times, ...rest }) => ({ customerId: CUSTOMER, ...rest, ...times }));
  const signal = fc
    .record({ id, when, name: fc.constantFrom(...Object.values(SIGNALS)), subject })
    .map(({ id: own, when: times, ...rest }) => ({
      id: `signal-${own}`,
      customerId: CUSTOMER,
      ...rest,
      ...times,
    }));
  return fc.array(
    fc.oneof<fc.WeightedArbitrary<UsageEventInput | SignalInput>[]>(
      { weight: 5, arbitrary: event },
      { weight: 1, arbitrary: signal },
    ),
    { maxLength: MOST_EVENTS, size: "+1" },
  );
}

/** A subscription with everything that its documents follow from. */
export interface History {
  /** What is sold. */
  readonly catalog: Product;
  /** Who buys it. */
  readonly subscription: SubscriptionInput;
  /** What happens, in any order. */
  readonly usage: readonly (UsageEventInput | SignalInput)[];
  /** What the history tells: from the start of the subscription, 120 days. */
  readonly period: Period;
}

/**
 * The first 120 days of a subscription: a product as {@link anyProduct} has it, or the one that is given; a subscription to it, as
 * {@link anySubscription}; and what happens, as {@link anyEvents}, in the units that the product counts. `documentsDue` and `invoice` bill all
 * of it without an issue.
 *
 * @throws {PricingError} with every issue of the product, as `parseProduct`.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { documentsDue, invoice } from "rateplan";
 * import { anyHistory } from "rateplan/testing/arbitraries";
 *
 * const law = fc.property(anyHistory(), ({ catalog, subscription, usage, period }) => {
 *   const [due] = documentsDue(subscription, { catalog, until: period.end });
 *   return due === undefined || invoice({ catalog, subscription, period: due.period, usage }).sequence === 1;
 * });
 * fc.assert(law, { seed: 1, numRuns: 10 }); // => undefined
 * ```
 */
export function anyHistory(product?: ProductInput | Product): fc.Arbitrary<History> {
  const catalogs = product === undefined ? anyProduct() : fc.constant(product);
  return catalogs
    .map((input) => parseProduct(input))
    .chain((catalog) =>
      fc.record({ catalog: fc.constant(catalog), subscription: anySubscription(catalog) }),
    )
    .chain(({ catalog, subscription }) => {
      const start = String(subscription.startDate);
      const period = { start, end: dateAfter(start, DAYS) };
      return anyEvents(period, unitsOf(catalog)).map((usage) => ({
        catalog,
        subscription,
        usage,
        period,
      }));
    });
}

/** What the usage charges of a product count; the units of `anyCharge` where they count nothing. */
function unitsOf({ ratePlans }: Product): readonly string[] {
  const charges = ratePlans.flatMap((plan) => plan.charges);
  const units = charges.flatMap((charge) =>
    charge.chargeType === "usage" && charge.unitOfMeasure !== undefined
      ? [charge.unitOfMeasure]
      : [],
  );
  return units.length === 0 ? UNITS : [...new Set(units)];
}
