/** Outcomes, signals, policies and whole histories for the tests of outcome judgement. */
import fc from "fast-check";
import {
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type OutcomePolicyInput,
  type Period,
  parseProduct,
  type RatePlanInput,
  type SignalInput,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { perUnit, planOf, productOf } from "./plans.js";

/** Something that is given as usage to a charge that judges outcomes. */
export type Happening = UsageEventInput | SignalInput;

/** Past everything that any history holds. */
export const FAR = "2030-01-01";

const FIRST_DAY = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

/** The moment so many days into January 2026: `on(1)` is its first midnight, `on(1.5)` the noon after it. */
export function on(day: number): string {
  return new Date(FIRST_DAY + Math.round((day - 1) * DAY)).toISOString();
}

/** An event of acme's that may be an outcome, on a day from 1 January 2026. */
export function outcome(
  id: string,
  day: number,
  more: Partial<UsageEventInput> = {},
): UsageEventInput {
  return { id, customerId: "acme", unitOfMeasure: "@outcome", timestamp: on(day), ...more };
}

/** A signal of acme's. */
export function signal(id: string, day: number, more: Partial<SignalInput>): SignalInput {
  return { id, customerId: "acme", timestamp: on(day), ...more };
}

/** The first four billing periods of {@link seller}. */
export const MONTHS = [
  { start: "2026-01-01", end: "2026-02-01" },
  { start: "2026-02-01", end: "2026-03-01" },
  { start: "2026-03-01", end: "2026-04-01" },
  { start: "2026-04-01", end: "2026-05-01" },
] as const satisfies readonly Period[];

/** A usage charge on `@outcome` that judges them. */
export function judging(
  policy: OutcomePolicyInput,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return perUnit("outcome", "1", { outcome: policy, ...more });
}

/** Bills acme's subscription to a monthly plan with these charges. */
export function seller(charges: readonly ChargeInput[], plan: Partial<RatePlanInput> = {}) {
  const catalog = parseProduct(productOf(planOf(charges, plan)));
  const subscription = {
    id: "s1",
    customerId: "acme",
    ratePlanId: "starter",
    startDate: "2026-01-01",
  };
  const bill = (
    period: Period,
    usage: InvoiceRequest["usage"],
    more: Partial<InvoiceRequest> = {},
  ): Invoice => invoice({ catalog, subscription, period, usage, ...more });
  return { catalog, subscription, bill };
}

/** The adjustments on an invoice. */
export function adjustmentsIn({ lines }: Invoice): Invoice["lines"] {
  return lines.filter(({ kind }) => kind === "adjustment");
}

const ids = ["e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9"];
const subject = fc.constantFrom("a", "b", "c");
/** Half days, so that things happen at the same moment. */
const moment = fc.integer({ min: 2, max: 230 }).map((half) => half / 2);
const delay = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }).map((half) => half / 2) },
);
const amount = fc.constantFrom("0.5", "1", "2", "3", "10");

const occurrence = fc
  .record({
    day: moment,
    delay,
    subject: fc.option(subject, { nil: undefined, freq: 5 }),
    quantity: fc.option(amount, { nil: undefined }),
    value: amount,
    csat: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ day, delay: late, csat, quantity, value, subject: about }) => ({
    timestamp: on(day),
    receivedAt: on(day + late),
    ...(about === undefined ? {} : { subject: about }),
    ...(quantity === undefined ? {} : { quantity }),
    value,
    properties: { csat, order: csat % 2 === 0 ? "even" : "odd" },
  }));

const message = fc
  .record({
    day: moment,
    delay,
    target: fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(fc.constantFrom("confirms", "reverses"), fc.constantFrom(...ids, "x")),
      },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom("solved", "reopened", "seen"), subject) },
    ),
    part: fc.option(fc.tuple(fc.constantFrom("quantity", "value"), amount), {
      nil: undefined,
      freq: 3,
    }),
  })
  .map(({ day, delay: late, target: [verb, about], part }) => ({
    timestamp: on(day),
    receivedAt: on(day + late),
    ...(verb === "confirms" || verb === "reverses"
      ? { [verb]: about }
      : { name: verb, subject: about }),
    ...(part === undefined ? {} : { [part[0]]: part[1] }),
  }));

/** What happens to acme from January to April: events and signals under ids of their own, some known late. */
export const histories: fc.Arbitrary<Happening[]> = fc
  .record({
    events: fc.array(occurrence, { maxLength: ids.length, size: "max" }),
    signals: fc.array(message, { maxLength: 8, size: "max" }),
  })
  .map(({ events, signals }) => [
    ...events.map((each, index): Happening => ({ ...outcome(`e${index}`, 1), ...each })),
    ...signals.map((each, index): Happening => ({ ...signal(`s${index}`, 1, {}), ...each })),
  ]);

const confirm = fc.oneof(
  fc.record(
    { signals: fc.constant(["solved"]), assumedAfter: fc.constantFrom("P3D", "PT36H", "P20D") },
    { requiredKeys: [] },
  ),
  fc.record({
    assumedAfter: fc.constantFrom("P3D", "P20D"),
    silenceFrom: fc.constantFrom("last-event" as const, "first-event" as const, "outcome" as const),
  }),
  fc.record(
    {
      signals: fc.constantFrom(["solved"], ["solved", "seen"]),
      assumedAfter: fc.constantFrom("P3D", "P20D"),
      require: fc.constant("all" as const),
    },
    { requiredKeys: ["require"] },
  ),
);

/** How many outcomes of a key count, and are free. */
const places = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc.constantFrom({ limit: 2 }, { limit: 3, free: 1 }, { limit: "unlimited", free: 2 } as const),
);

/** Policies of every part and form; a reversed unit is always taken back by rating again. */
export const outcomePolicies: fc.Arbitrary<OutcomePolicyInput> = fc
  .record(
    {
      qualifies: fc.constant({ field: "properties.csat", atLeast: 2 }),
      places,
      uniqueBy: fc.oneof(
        fc.record({
          per: fc.constantFrom("lifetime" as const, "billing-period" as const),
          keep: fc.constantFrom("first" as const, "last" as const, "highest" as const),
        }),
        fc.record({
          key: fc.constantFrom("subject", "properties.order"),
          per: fc.constant("window" as const),
          window: fc.constantFrom("P7D", "P30D"),
          keep: fc.constantFrom("first" as const, "last" as const, "highest" as const),
        }),
      ),
      confirm,
      reverse: fc.record(
        {
          signals: fc.constant(["reopened"]),
          within: fc.constantFrom("unlimited", "confirmation", "P10D", "P45D"),
          pricing: fc.constant("re-rate" as const),
        },
        { requiredKeys: ["pricing"] },
      ),
      billOn: fc.constantFrom("occurred" as const, "confirmed" as const, "settled" as const),
    },
    { requiredKeys: [] },
  )
  .map(({ billOn, places: many, uniqueBy, ...rest }) => {
    const policy = uniqueBy === undefined ? rest : { ...rest, uniqueBy: { ...uniqueBy, ...many } };
    const within = policy.reverse === undefined ? "none" : (policy.reverse.within ?? "unlimited");
    const neverSettles = billOn === "settled" && within === "unlimited";
    return {
      ...policy,
      ...(billOn === undefined || neverSettles ? {} : { billOn }),
    };
  });

/** What happens within a week, in quarters of a day, so that much of it happens at one moment. */
const quarters = fc.integer({ min: 4, max: 32 }).map((quarter) => quarter / 4);
const quarterDelays = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  fc.nat(12).map((quarter) => quarter / 4),
);
const someParts = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc.record({ quantity: fc.constantFrom(1, 2, 5) }),
  fc.record({ value: fc.constantFrom(1, 4) }),
);

/** Few outcomes of two subjects within a week, and many signals about them. */
export const crowds: fc.Arbitrary<Happening[]> = fc
  .record({
    events: fc.array(
      fc.record({
        day: quarters,
        delay: quarterDelays,
        subject: fc.constantFrom("a", "a", "b"),
        quantity: fc.constantFrom(1, 3, 10),
        value: fc.option(fc.constantFrom(2, 8), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    signals: fc.array(
      fc.record({
        day: quarters,
        delay: quarterDelays,
        says: fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom({ name: "reopened", subject: "a" }) },
          fc.constantFrom(
            { name: "solved", subject: "a" },
            { name: "seen", subject: "a" },
            { name: "seen", subject: "b" },
            { name: "reopened", subject: "b" },
            { confirms: "e0" },
            { reverses: "e0" },
            { reverses: "e1" },
          ),
        ),
        part: someParts,
      }),
      { maxLength: 24, size: "max" },
    ),
  })
  .map(({ events, signals }) => [
    ...events.map(({ day, delay, value, ...rest }, index) =>
      outcome(`e${index}`, day, {
        receivedAt: on(day + delay),
        ...rest,
        ...(value === undefined ? {} : { value }),
      }),
    ),
    ...signals.map(({ day, delay, says, part }, index) =>
      signal(`s${index}`, day, { receivedAt: on(day + delay), ...says, ...part }),
    ),
  ]);
