import {
  type BillingCycle,
  type Invoice,
  type Period,
  type ProrationMethod,
  type SubscriptionChangeInput,
  sumAmounts,
  type UsageEventInput,
} from "rateplan";
import {
  type Billing,
  instantText,
  isBefore,
  planOf,
  productOf,
  sameDate,
  subscriptionOf,
} from "../billed-in-advance.js";
import { choice, type JsonObject, list, text } from "../vector.js";
import { eventsOf, lagoCharge, withoutFlatFees, withoutUnitPrices } from "./charges.js";
import { billPeriod, localDay, periodOf } from "./subscription.js";

/** Something that a recurring metric counts is added or, below 0, taken away, from a date on. */
export interface LevelChange {
  readonly at: string;
  readonly units: string;
}

/** A level, from a date on. */
export interface Level {
  readonly at: string;
  readonly quantity: string;
}

/** The levels after each change. */
export function levelsAfter(changes: readonly LevelChange[]): readonly Level[] {
  return changes.map(({ at }, index) => {
    const units = changes.slice(0, index + 1).map((each) => each.units);
    return { at, quantity: sumAmounts(units) };
  });
}

/** The changes that a case's events make up to a day, that day included; in order. */
export function changesUpTo(input: JsonObject, day: string): readonly LevelChange[] {
  const events = list(input, "events").filter((event) => !isBefore(day, text(event, "at")));
  if (choice(input, "aggregation", { sum: true, unique_count: false })) {
    return events.map((event) => ({ at: text(event, "at"), units: text(event, "value") }));
  }
  const active = new Map<string, LevelChange[]>();
  for (const event of events) {
    const changes = active.get(text(event, "id")) ?? [];
    const last = changes.at(-1);
    const isActive = last?.units === "1";
    const at = text(event, "at");
    if (choice(event, "op", { add: false, remove: true }, false)) {
      // What is taken away is there until the end of the day.
      if (isActive) changes.push({ at: localDay(at).end, units: "-1" });
    } else if (last !== undefined && isBefore(at, last.at)) {
      changes.pop();
    } else if (!isActive) {
      changes.push({ at, units: "1" });
    }
    active.set(text(event, "id"), changes);
  }
  return [...active.values()]
    .flat()
    .toSorted((a, b) => Number(isBefore(b.at, a.at)) - Number(isBefore(a.at, b.at)));
}

/** How a case's ranges are priced, and over which periods. */
export interface LevelTerms {
  readonly model: "graduated" | "volume";
  readonly properties: JsonObject;
  readonly proration: ProrationMethod;
  readonly cycle: BillingCycle;
  readonly start: string;
}

export const UNITS = "units";
export const FLAT_FEES = "flat-fees";

/**
 * The invoice of the period that contains a date. What the units of the ranges cost is a fee, prorated for as long as a
 * level holds; the ranges' flat fees are due in full, for the greatest level. Their sum is rounded, and not each line.
 */
export function billLevels(terms: LevelTerms, levels: readonly Level[], at: string): Invoice {
  const { model, properties, proration, cycle, start } = terms;
  const ofUnits = lagoCharge(model, withoutFlatFees(properties)).pricing;
  if (ofUnits.model !== "tiered" && ofUnits.model !== "volume") throw new Error("expected ranges");
  const plan = planOf("plan", "EUR", cycle, [
    {
      id: UNITS,
      name: UNITS,
      chargeType: "recurring",
      unitOfMeasure: "unit",
      proration,
      pricing: ofUnits,
    },
    lagoCharge(model, withoutUnitPrices(properties), { id: FLAT_FEES, aggregation: "max" }),
  ]);
  const billing: Billing = {
    catalog: productOf(plan),
    subscription: subscriptionOf(start, {
      billingAnchor: "calendar",
      quantities: { [UNITS]: "0" },
      changes: changesTo(levels),
    }),
    policy: { rounding: { scope: "invoice" }, zeroLines: true },
  };
  const period = periodOf(billing, at);
  return billPeriod(billing, period, levelsDuring(period, levels));
}

/** The levels as changes of a quantity: of several at once, the last. */
function changesTo(levels: readonly Level[]): readonly SubscriptionChangeInput[] {
  return levels.flatMap(({ at, quantity }, index) => {
    const next = levels[index + 1];
    const isPassedOver = next !== undefined && sameDate(next.at, at);
    return isPassedOver ? [] : [{ effectiveDate: at, quantities: { [UNITS]: quantity } }];
  });
}

/** The levels of a period as events: the one that it begins with, and those that it comes to. */
function levelsDuring(
  { start, end }: Period,
  levels: readonly Level[],
): readonly UsageEventInput[] {
  const before = levels.filter(({ at }) => isBefore(at, start)).at(-1);
  const first = { at: start, quantity: before?.quantity ?? "0" };
  const during = levels.filter(({ at }) => !isBefore(at, start) && isBefore(at, end));
  return eventsOf(
    [first, ...during].map(({ at, quantity }) => ({ timestamp: instantText(at), quantity })),
  );
}
