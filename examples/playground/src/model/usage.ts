/** What is tried, in the form in which rateplan takes it. */
import {
  type Charge,
  type RatePlan,
  type SeriesQuantities,
  simulate,
  type UsageEventInput,
  type UsageProfile,
} from "rateplan";
import { rowOf } from "./models.js";
import { NO_USAGE, type Scenario, type UsageDraft } from "./state.js";

type Usage = Scenario["usage"];

/** How a charge is asked for usage; undefined, where it counts nothing. */
export function countsOf({ pricing }: Charge): "quantity" | "values" | "groups" | undefined {
  const counts = rowOf(pricing.model)?.counts;
  return counts === "nothing" ? undefined : counts;
}

/** The charges of a plan that count something. */
export function countedCharges(plan: RatePlan): readonly Charge[] {
  return plan.charges.filter((charge) => countsOf(charge) !== undefined);
}

export function usageOf({ id }: Pick<Charge, "id">, usage: Usage): UsageDraft {
  return { ...NO_USAGE, ...usage[id] };
}

/** Seats and other quantities that are held. */
export function heldQuantities(plan: RatePlan, usage: Usage): Readonly<Record<string, string>> {
  return quantitiesOf(plan, usage, "recurring");
}

/** The quantities of usage charges, as far as they were typed. */
export function usedQuantities(plan: RatePlan, usage: Usage): Readonly<Record<string, string>> {
  return quantitiesOf(plan, usage, "usage");
}

function quantitiesOf(plan: RatePlan, usage: Usage, chargeType: "recurring" | "usage") {
  const own = countedCharges(plan).filter((charge) => charge.chargeType === chargeType);
  return Object.fromEntries(
    own.flatMap((charge) => {
      const { quantity } = usageOf(charge, usage);
      return quantity === "" ? [] : [[charge.id, quantity]];
    }),
  );
}

/** A matrix has no quantity: only events say which cell they are of. */
export function needsEvents(plan: RatePlan): boolean {
  return plan.charges.some((charge) => countsOf(charge) === "groups");
}

/** The usage of one billing period: quantities, or where the plan needs them, an event for each quantity, and each cell. */
export function usageOfPeriod(plan: RatePlan, usage: Usage) {
  if (!needsEvents(plan)) return usedQuantities(plan, usage);
  return usageCharges(plan).flatMap((charge) =>
    eventsOf(charge, usageOf(charge, usage).quantity, MIDDLE),
  );
}

const MIDDLE = "2026-01-15";

/** The usage of a range of dates: profiles, or an event a day. */
export function usageOfRange(plan: RatePlan, scenario: Pick<Scenario, "usage" | "range">) {
  const { usage, range } = scenario;
  const charges = usageCharges(plan);
  if (!needsEvents(plan)) {
    return Object.fromEntries(
      charges.flatMap((charge) => {
        const profile = profileOf(usageOf(charge, usage));
        return profile === undefined ? [] : [[charge.id, profile]];
      }),
    );
  }
  return charges.flatMap((charge) => {
    const profile = profileOf(usageOf(charge, usage));
    if (profile === undefined) return [];
    return dailyQuantities(profile, range).flatMap(({ day, quantity }) =>
      eventsOf(charge, quantity, day),
    );
  });
}

/** How usage runs over the dates, as typed. */
function profileOf({ shape, perDay, to, weekend }: UsageDraft): UsageProfile | undefined {
  if (perDay === "") return undefined;
  if (shape === "ramp") return { profile: "ramp", from: perDay, to: to === "" ? perDay : to };
  if (shape === "constant") return { profile: "constant", perDay };
  const day = weekend === "" ? "1" : weekend;
  return { profile: "seasonal", perDay, weekdays: ["1", "1", "1", "1", "1", day, day] };
}

/** What a profile comes to day by day: asked of rateplan, which spreads it without loss. */
function dailyQuantities(quantities: SeriesQuantities, range: Scenario["range"]) {
  const counter = {
    id: "usage",
    name: "Usage",
    currency: "USD",
    chargeType: "usage",
    unitOfMeasure: "unit",
    pricing: { model: "per-unit", unitPrice: "1" },
  } as const;
  const { buckets, plans } = simulate(counter, { usage: quantities }, { range, bucket: "day" });
  const column = plans[0]?.charges[0]?.buckets.quantity ?? [];
  return buckets.map(({ start }, index) => ({ day: start, quantity: column[index] ?? "0" }));
}

/** The events of a quantity: one, or of a matrix one for each cell. */
function eventsOf(charge: Charge, quantity: string, day: string): readonly UsageEventInput[] {
  if (quantity === "" || quantity === "0" || !("unitOfMeasure" in charge)) return [];
  const { unitOfMeasure, pricing } = charge;
  if (unitOfMeasure === undefined) return [];
  const name = charge.chargeType === "usage" ? charge.filter?.names?.[0] : undefined;
  const event = {
    id: `${charge.id}-${day}`,
    customerId: "customer",
    unitOfMeasure,
    timestamp: `${day}T12:00:00Z`,
    ...(countsOf(charge) === "values" ? { value: quantity } : { quantity }),
    ...(name === undefined ? {} : { name }),
  };
  if (pricing.model !== "matrix") return [event];
  return pricing.prices.map(({ when }, index) =>
    Object.entries(when).reduce<UsageEventInput>(
      (cell, [field, value]) => withField(cell, field, value),
      { ...event, id: `${event.id}-${index}` },
    ),
  );
}

function withField(event: UsageEventInput, field: string, value: string | null): UsageEventInput {
  if (value === null) return event;
  const [outer, ...rest] = field.split(".");
  if (outer !== "properties") return { ...event, [field]: value };
  return { ...event, properties: { ...event.properties, [rest.join(".")]: value } };
}

function usageCharges(plan: RatePlan): readonly Charge[] {
  return countedCharges(plan).filter(({ chargeType }) => chargeType === "usage");
}
