/** Random lives of a subscription, for the laws of its documents. */
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import {
  effectiveDate,
  type Life,
  type LifeChange,
  type LifeCharge,
  type LifeEvent,
  type LifePlan,
  OUTCOMES,
  type Recorded,
  unitOf,
} from "./life-oracle.js";

/** How wide lives are; each is wider than the one before it. */
export interface Breadth {
  readonly plans: number;
  readonly charges: number;
  readonly ownCycles: boolean;
  readonly seats: boolean;
  readonly highest: boolean;
  readonly usage: boolean;
  readonly none: boolean;
  readonly changes: number;
  readonly kinds: readonly ("cancel" | "plan" | "quantity" | "override" | "pause")[];
  readonly back: boolean;
  readonly withdrawn: boolean;
  readonly zones: boolean;
}

const START = Temporal.PlainDate.from("2026-01-01");

function date(days: number, from = START): string {
  return from.add({ days }).toString();
}

export function lives(breadth: Breadth): fc.Arbitrary<Life> {
  return fc
    .record({
      zone: breadth.zones ? fc.constantFrom("UTC", "America/New_York") : fc.constant("UTC"),
      first: fc.constantFrom(0, 14, 30),
      months: fc.integer({ min: 2, max: 8 }),
      beyond: fc.constantFrom(0, 0, 10),
      plans: fc.array(
        fc.array(chargeArbitrary(breadth), { minLength: 1, maxLength: breadth.charges }),
        {
          minLength: 1,
          maxLength: breadth.plans,
        },
      ),
      seats: fc.integer({ min: 1, max: 3 }),
    })
    .chain(({ zone, first, months, beyond, plans: lists, seats }) => {
      const start = START.add({ days: first });
      const end = start.add({ months }).add({ days: beyond });
      // Charges of one id are of one kind and one cycle in all plans; their prices differ.
      const kinds = new Map<string, LifeCharge>();
      const plans = lists.map((charges, index): LifePlan => {
        const byId = new Map<string, LifeCharge>();
        for (const charge of charges) {
          const known = kinds.get(charge.id) ?? charge;
          kinds.set(charge.id, known);
          byId.set(charge.id, { ...known, price: charge.price });
        }
        return { id: `p${index}`, months: 1, charges: [...byId.values()] };
      });
      // What has a quantity is sold by every plan: a quantity of something that is not sold is an issue.
      for (const [index, plan] of plans.entries()) {
        const missing = [...kinds.values()].filter(
          ({ id, seats: counted }) =>
            counted === true && plan.charges.every((charge) => charge.id !== id),
        );
        plans[index] = { ...plan, charges: [...plan.charges, ...missing] };
      }
      const length = start.until(end, { largestUnit: "day" }).days;
      const seatIds = [...kinds.values()].filter((each) => each.seats === true);
      const quantities = Object.fromEntries(seatIds.map(({ id }) => [id, seats]));
      const life: Life = {
        zone,
        start: start.toString(),
        end: end.toString(),
        plans,
        plan: "p0",
        quantities,
        records: [],
        events: [],
        runs: Array.from({ length: months + 1 }, (_, n) => start.add({ months: n }).toString()),
      };
      return fc
        .record({
          records: fc.array(recordArbitrary(life, length, breadth, [...kinds.values()]), {
            maxLength: breadth.changes,
          }),
          events: breadth.usage
            ? eventsArbitrary(life, length, [...kinds.values()])
            : fc.constant([]),
          skip: fc.array(fc.integer({ min: 1, max: months }), { maxLength: 2 }),
        })
        .map(({ records, events, skip }) => ({
          ...life,
          records: withoutClashes(life, records),
          events,
          runs: life.runs.filter((_, n) => !skip.includes(n)),
        }));
    });
}

function chargeArbitrary(breadth: Breadth): fc.Arbitrary<LifeCharge> {
  return fc
    .record({
      n: fc.integer({ min: 0, max: 3 }),
      usage: breadth.usage ? fc.boolean() : fc.constant(false),
      seats: breadth.seats ? fc.boolean() : fc.constant(false),
      highest: breadth.highest ? fc.boolean() : fc.constant(false),
      price: fc.constantFrom(3000, 10000, 9999, 36500, 100),
      advance: fc.boolean(),
      months: breadth.ownCycles
        ? fc.constantFrom(undefined, undefined, 3, 12)
        : fc.constant(undefined),
      none: breadth.none ? fc.constantFrom(false, false, true) : fc.constant(false),
    })
    .map(({ n, usage, seats, highest, price, advance, months, none }): LifeCharge => {
      const own = months === undefined ? {} : { months };
      if (usage)
        return { id: `c${n}`, kind: "usage", price, ...(months === 12 ? { months: 3 } : own) };
      return {
        id: `c${n}`,
        kind: "recurring",
        price,
        timing: advance ? "in-advance" : "in-arrears",
        ...own,
        ...(seats ? { seats, ...(highest ? { highest } : {}) } : {}),
        ...(none ? { proration: "none" } : {}),
      };
    });
}

function recordArbitrary(
  life: Life,
  length: number,
  breadth: Breadth,
  charges: readonly LifeCharge[],
): fc.Arbitrary<Recorded> {
  const start = Temporal.PlainDate.from(life.start);
  const boundaries = life.runs
    .map((run) => start.until(run, { largestUnit: "day" }).days)
    .filter((day) => day > 0 && day < length);
  const inside = fc.integer({ min: 1, max: length - 1 });
  const day = boundaries.length > 0 ? fc.oneof(inside, fc.constantFrom(...boundaries)) : inside;
  const seats = charges.filter((each) => each.seats === true).map(({ id }) => id);
  const everywhere = charges
    .map(({ id }) => id)
    .filter((id) => life.plans.every((plan) => plan.charges.some((charge) => charge.id === id)));
  const kinds = breadth.kinds.filter(
    (kind) =>
      (kind !== "quantity" || seats.length > 0) &&
      (kind !== "override" || everywhere.length > 0) &&
      (kind !== "plan" || life.plans.length > 1),
  );
  return fc
    .record({
      day,
      kind: kinds.length > 0 ? fc.constantFrom(...kinds) : fc.constant("cancel" as const),
      atPeriodEnd: fc.constantFrom(false, false, false, true),
      plan: fc.constantFrom(...life.plans.map(({ id }) => id)),
      charge: everywhere.length > 0 ? fc.constantFrom(...everywhere) : fc.constant(""),
      seat: seats.length > 0 ? fc.constantFrom(...seats) : fc.constant(""),
      quantity: fc.integer({ min: 0, max: 5 }),
      price: fc.constantFrom(null, 2000, 7777, 50),
      resume: fc.boolean(),
      lag: breadth.back
        ? fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 70 }))
        : fc.oneof(fc.constant(0), fc.integer({ min: -40, max: 0 })),
      evening: fc.boolean(),
      withdrawnAfter: breadth.withdrawn
        ? fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 60 }))
        : fc.constant(undefined),
    })
    .map((draw): Recorded => {
      const change: LifeChange = {
        date: date(draw.day, start),
        ...(draw.atPeriodEnd ? { atPeriodEnd: true } : {}),
        ...(draw.kind === "cancel" ? { status: "canceled" as const } : {}),
        ...(draw.kind === "pause"
          ? { status: draw.resume ? ("active" as const) : ("paused" as const) }
          : {}),
        ...(draw.kind === "plan" ? { plan: draw.plan } : {}),
        ...(draw.kind === "quantity" ? { quantities: { [draw.seat]: draw.quantity } } : {}),
        ...(draw.kind === "override" ? { overrides: { [draw.charge]: draw.price } } : {}),
      };
      const on = Math.max(0, draw.day + draw.lag);
      return {
        change,
        on: date(on, start),
        evening: draw.evening,
        ...(draw.withdrawnAfter === undefined
          ? {}
          : { withdrawn: date(on + draw.withdrawnAfter, start) }),
      };
    });
}

/** No thing is changed twice on one date; nothing happens after a cancellation but what is recorded before it. */
function withoutClashes(life: Life, records: readonly Recorded[]): readonly Recorded[] {
  const taken = new Set<string>();
  return records.filter(({ change }) => {
    const at = effectiveDate(life, change);
    const things = [
      ...(change.status === undefined ? [] : ["status"]),
      ...(change.plan === undefined ? [] : ["plan"]),
      ...Object.keys(change.quantities ?? {}),
      ...Object.keys(change.overrides ?? {}).map((id) => `price ${id}`),
    ];
    const keys = things.flatMap((thing) => [`${at} ${thing}`, `${change.date} ${thing}`]);
    if (keys.some((key) => taken.has(key))) return false;
    for (const key of keys) taken.add(key);
    return true;
  });
}

function eventsArbitrary(
  life: Life,
  length: number,
  charges: readonly LifeCharge[],
): fc.Arbitrary<readonly LifeEvent[]> {
  const used = charges.filter(({ kind }) => kind === "usage");
  if (used.length === 0) return fc.constant([]);
  const start = Temporal.PlainDate.from(life.start).toZonedDateTime(life.zone).toInstant();
  return fc
    .array(
      fc.record({
        charge: fc.constantFrom(...used),
        hour: fc.oneof(
          fc.integer({ min: 0, max: length * 24 - 1 }),
          fc.integer({ min: 0, max: length - 1 }).map((n) => n * 24),
        ),
        late: fc.constantFrom(0, 0, 0, 24, 24 * 40),
        quantity: fc.integer({ min: 1, max: 9 }),
      }),
      { maxLength: 8 },
    )
    .map((draws) =>
      draws.map(({ charge, hour, late, quantity }, n): LifeEvent => {
        const at = start.add({ hours: hour });
        return {
          id: `e${n}`,
          unit: unitOf(charge.id),
          at: at.toString(),
          received: at.add({ hours: late }).toString(),
          quantity,
        };
      }),
    );
}

/** Lives in which all plans, but for some, sell outcomes, each by its own price and policy. */
export function outcomeLives(
  more: Pick<Breadth, "kinds" | "changes" | "back">,
): fc.Arbitrary<Life> {
  const policy = fc.record({
    price: fc.constantFrom(1, 15, 99, 1000),
    silence: fc.constantFrom(1, 24, 72, 24 * 10),
    settled: fc.constantFrom(undefined, undefined, 48, 24 * 20),
    sold: fc.constantFrom(true, true, true, false),
  });
  return fc
    .record({
      zone: fc.constantFrom("UTC", "America/New_York"),
      months: fc.integer({ min: 1, max: 4 }),
      policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
    })
    .chain(({ zone, months, policies }) => {
      const plans = policies.map(({ price, silence, settled, sold }, n): LifePlan => {
        const certain = { silence, ...(settled === undefined ? {} : { settled }) };
        const charge: LifeCharge = { id: OUTCOMES, kind: "usage", price, ...certain };
        const other: LifeCharge = { id: "other", kind: "usage", price: 1 };
        return { id: `p${n}`, months: 1, charges: sold || n === 0 ? [charge] : [other] };
      });
      const start = START;
      const end = start.add({ months });
      const length = start.until(end, { largestUnit: "day" }).days;
      const life: Life = {
        zone,
        start: start.toString(),
        end: end.toString(),
        plans,
        plan: "p0",
        quantities: {},
        records: [],
        events: [],
        runs: Array.from({ length: months + 2 }, (_, n) => start.add({ months: n }).toString()),
      };
      const charges = plans.flatMap((plan) => plan.charges).slice(0, 1);
      const breadth = { ...NARROW, ...more };
      return fc
        .record({
          records: fc.array(recordArbitrary(life, length, breadth, charges), {
            maxLength: more.changes,
          }),
          events: eventsArbitrary(life, length, charges),
        })
        .map(({ records, events }) => ({
          ...life,
          records: withoutClashes(life, records),
          // One outcome each, known when it occurred.
          events: events.map((event) => ({ ...event, received: event.at, quantity: 1 })),
        }));
    });
}

/** One plan with one flat fee, and at most a cancellation, known on its day. */
export const NARROW: Breadth = {
  plans: 1,
  charges: 1,
  ownCycles: false,
  seats: false,
  highest: false,
  usage: false,
  none: false,
  changes: 1,
  kinds: ["cancel"],
  back: false,
  withdrawn: false,
  zones: false,
};

/** Everything at once. */
export const WIDE: Breadth = {
  plans: 3,
  charges: 4,
  ownCycles: true,
  seats: true,
  highest: true,
  usage: true,
  none: true,
  changes: 5,
  kinds: ["plan", "cancel", "quantity", "override", "pause"],
  back: true,
  withdrawn: true,
  zones: true,
};
