import * as fc from "fast-check";
import { parseCharge, parseProduct } from "../../catalog/catalog.js";
import type { Charge, ChargeInput } from "../../catalog/charge.js";
import { billsSubscriptionQuantity } from "../../catalog/charge-kinds.js";
import type { Product, ProductInput } from "../../catalog/product.js";
import type { RatePlan } from "../../catalog/rate-plan.js";
import { compareTexts } from "../../data/compare-texts.js";
import { issueAt, PricingError } from "../../errors.js";
import type { SubscriptionChangeInput } from "../../subscription/change.js";
import type { SubscriptionInput } from "../../subscription/subscription.js";
import { addLocalDays, formatDate, instantOf, localDay } from "../../time/date.js";
import { UTC } from "../../time/zone.js";
import { CUSTOMER } from "../builders.js";
import { quantity } from "./numbers.js";

/** The first start, unless something is on sale only later. */
const FIRST_START = "2024-01-01";
/** How many days after it subscriptions start at the latest. */
const STARTS = 1_000;
/** How many days after the start subscriptions change at the latest. */
const CHANGES_WITHIN = 100;
/** Ends of months, and of Februaries. */
const MONTH_ENDS = ["2024-01-31", "2024-02-29", "2025-08-31", "2026-01-31"];

/** Civil dates on which everything that has these dates is on sale. */
function startOf(sold: readonly (Product | RatePlan)[]): fc.Arbitrary<string> {
  // An instant lies in the day before or after, by the time zone.
  const since = sold.map(({ effectiveDate: date }) =>
    isCivil(date) ? date : dateAfter(date.slice(0, 10), 2),
  );
  const until = sold.flatMap(({ endDate: date }) =>
    date === undefined ? [] : [isCivil(date) ? date : dateAfter(date.slice(0, 10), -1)],
  );
  const first = [FIRST_START, ...since].toSorted(compareTexts).at(-1) ?? FIRST_START;
  const ends = [dateAfter(first, STARTS), ...until.map((end) => dateAfter(end, -1))];
  const last = ends.toSorted(compareTexts).at(0) ?? first;
  if (last < first) {
    const expected = "plans that are on sale at one time with each other and with the product";
    const found = `none between ${first} and ${last}`;
    throw new PricingError([
      issueAt("outside_effective_dates", ["ratePlans"], { expected, found }),
    ]);
  }
  const days = localDay(instantOf(last, UTC), UTC) - localDay(instantOf(first, UTC), UTC);
  const special = MONTH_ENDS.filter((date) => date >= first && date <= last);
  const any = fc.nat({ max: days }).map((n) => dateAfter(first, n));
  return special.length === 0 ? any : fc.oneof(fc.constantFrom(...special), any);
}

function isCivil(date: string): boolean {
  return date.length === FIRST_START.length;
}

/** The civil date so many days after another. */
export function dateAfter(date: string, days: number): string {
  return formatDate(addLocalDays(instantOf(date, UTC), days, UTC), UTC);
}

/**
 * What a subscription, or a simulation, holds of the charges that count seats: a quantity for each of them, by its id.
 *
 * @throws {PricingError} with every issue of a charge, as `parseCharge`.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { simulate } from "rateplan";
 * import { aRatePlan, aRecurringCharge } from "rateplan/testing";
 * import { anyQuantities } from "rateplan/testing/arbitraries";
 *
 * const seats = aRecurringCharge({ id: "seats", unitOfMeasure: "@seat", pricing: { model: "per-unit", unitPrice: 29 } });
 * const plan = aRatePlan({ charges: [seats] });
 * const law = fc.property(anyQuantities(plan.charges), (quantities) => simulate(plan, {}, { quantities }).currency === "USD");
 * fc.assert(law, { seed: 1, numRuns: 10 }); // => undefined
 * ```
 */
export function anyQuantities(
  charges: readonly (ChargeInput | Charge)[],
): fc.Arbitrary<Readonly<Record<string, string>>> {
  const seats = charges.map((charge) => parseCharge(charge)).filter(billsSubscriptionQuantity);
  return fc
    .tuple(...seats.map(({ id }) => quantity.map((held) => [id, held] as const)))
    .map((held) => Object.fromEntries(held));
}

/**
 * Subscriptions to the plans of a product, from a day of 2024 to 2026 on, or from when all its plans are on sale: in time zones with and without summer time, with every
 * kind of anchor, with trials, with quantities for what counts seats, and with up to three changes of plan, quantities or status in their first
 * hundred days. Id and customer are those of `aSubscription`.
 *
 * @throws {PricingError} with every issue of the product, as `parseProduct`; `missing` for one without plans;
 * `outside_effective_dates` where they are never on sale together.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { billingPeriods } from "rateplan";
 * import { aProduct } from "rateplan/testing";
 * import { anySubscription } from "rateplan/testing/arbitraries";
 *
 * const catalog = aProduct();
 * const law = fc.property(anySubscription(catalog), (subscription) => billingPeriods(subscription, { catalog }).length > 0);
 * fc.assert(law, { seed: 1, numRuns: 10 }); // => undefined
 * ```
 */
export function anySubscription(product: ProductInput | Product): fc.Arbitrary<SubscriptionInput> {
  const parsed = parseProduct(product);
  const { ratePlans } = parsed;
  if (ratePlans.length === 0) {
    const expected = "a rate plan at least, to which a subscription can be";
    throw new PricingError([issueAt("missing", ["ratePlans"], { expected, received: ratePlans })]);
  }
  const held = fc.oneof(
    ...ratePlans.map(({ id, charges }) =>
      anyQuantities(charges).map((quantities): Held => ({ ratePlanId: id, quantities })),
    ),
  );
  const change = fc.record({
    days: fc.integer({ min: 1, max: CHANGES_WITHIN }),
    kind: fc.constantFrom(
      // A plan that ends may be gone when somebody would change to it.
      ...([parsed, ...ratePlans].some(({ endDate }) => endDate !== undefined) ? [] : ["plan"]),
      ...["quantities", "paused", "active", "canceled"],
    ),
    held,
    atPeriodEnd: fc.boolean(),
  });
  return fc
    .record(
      {
        startDate: startOf([parsed, ...ratePlans]),
        held,
        timeZone: fc.constantFrom("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia"),
        billingAnchor: fc.constantFrom("anniversary" as const, "calendar" as const),
        endOfMonth: fc.constantFrom("clamp" as const, "sticky" as const),
        trialDays: fc.constantFrom(0, 7, 14, 30),
        changes: fc.uniqueArray(change, { maxLength: 3, selector: ({ days }) => days }),
      },
      { requiredKeys: ["startDate", "held", "changes"] },
    )
    .map(({ held: first, changes, ...rest }) => ({
      id: "subscription",
      customerId: CUSTOMER,
      ...rest,
      ...first,
      changes: changesOf({ ...rest, ...first }, changes),
    }));
}

/** A plan, with what is held of it. */
interface Held {
  readonly ratePlanId: string;
  readonly quantities: Readonly<Record<string, string>>;
}

interface Drawn {
  readonly days: number;
  readonly kind: string;
  readonly held: Held;
  readonly atPeriodEnd: boolean;
}

/** What was drawn, as changes of a subscription: quantities are of the plan that is in force. */
function changesOf(
  { startDate, ratePlanId }: Pick<SubscriptionInput, "startDate" | "ratePlanId">,
  drawn: readonly Drawn[],
): readonly SubscriptionChangeInput[] {
  const changes: SubscriptionChangeInput[] = [];
  let plan = ratePlanId;
  for (const [index, { days, kind, held, atPeriodEnd }] of inOrder(drawn).entries()) {
    const isLast = index === drawn.length - 1;
    const effectiveDate = dateAfter(String(startDate), days);
    // Until the end of the period, the plan stays in force.
    const takesEffect = atPeriodEnd && isLast ? "at-period-end" : "on-date";
    const isSame = held.ratePlanId === plan && Object.keys(held.quantities).length > 0;
    if (kind === "plan") {
      changes.push({ effectiveDate, takesEffect, ...held });
      plan = held.ratePlanId;
    } else if (kind === "quantities" && isSame) {
      changes.push({ effectiveDate, quantities: held.quantities });
    } else if (kind === "canceled") {
      changes.push({ effectiveDate, takesEffect, status: "canceled" });
      break;
    } else {
      changes.push({ effectiveDate, status: kind === "active" ? "active" : "paused" });
    }
  }
  return changes;
}

function inOrder(drawn: readonly Drawn[]): readonly Drawn[] {
  return drawn.toSorted((a, b) => a.days - b.days);
}
