/** Dates as `Date` objects, as database drivers return them: read as the instants that they are. */
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import {
  type BillingCycle,
  billingPeriodAt,
  billingPeriods,
  eachBillingPeriod,
  type ParseResult,
  parseSubscription,
  type SubscriptionInput,
  safeParseCharge,
  safeParseProduct,
  safeParseRatePlan,
  safeParseSubscription,
} from "rateplan";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../support/arbitraries.js";
import { asDate, asText, rewritten, type Write } from "../support/date-objects.js";
import { issuesOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

const parsers: readonly {
  readonly name: string;
  readonly input: fc.Arbitrary<object>;
  readonly safeParse: (input: unknown) => ParseResult<object>;
}[] = [
  { name: "charge", input: arbitrary.charge, safeParse: safeParseCharge },
  { name: "rate plan", input: arbitrary.ratePlan, safeParse: safeParseRatePlan },
  { name: "product", input: arbitrary.product, safeParse: safeParseProduct },
  { name: "subscription", input: arbitrary.subscription, safeParse: safeParseSubscription },
];

/** A `Date` whose prototype is another realm's. */
const foreignDate = runInNewContext("(milliseconds) => new Date(milliseconds)") as Write;

class Timestamp extends Date {
  readonly precision = 3;
  override getTime(): number {
    throw new Error("a method of the caller's");
  }
  override toISOString(): string {
    throw new Error("a method of the caller's");
  }
  override valueOf(): number {
    throw new Error("a method of the caller's");
  }
}

const kinds: readonly { readonly title: string; readonly write: Write }[] = [
  { title: "a Date", write: asDate },
  { title: "a Date of another realm", write: foreignDate },
  { title: "a Date of a class of its own", write: (time) => new Timestamp(time) },
  { title: "a frozen Date", write: (time) => Object.freeze(new Date(time)) },
];

describe.each(kinds)("$title in place of a date", ({ write }) => {
  it.each(parsers)("parses to the text of its instant, in a $name", ({ input, safeParse }) => {
    fc.assert(
      fc.property(input, fc.infiniteStream(fc.boolean()), (value, coins) => {
        const chosen: boolean[] = [];
        const dated = rewritten(value, (time) => {
          const isChosen = coins.next().value === true;
          chosen.push(isChosen);
          return isChosen ? write(time) : undefined;
        });
        let index = -1;
        const textual = rewritten(value, (time) => {
          index += 1;
          return chosen[index] === true ? asText(time) : undefined;
        });
        expect(safeParse(dated)).toStrictEqual(safeParse(textual));
      }),
      tries(20),
    );
  });

  it("is valid wherever a text is", () => {
    fc.assert(
      fc.property(arbitrary.product, (value) => {
        expect(safeParseProduct(rewritten(value, write)).ok).toBe(true);
      }),
      tries(15),
    );
  });
});

const start = "2026-01-31T09:30:00.000Z";
const subscription = { id: "s", customerId: "c", ratePlanId: "p", startDate: start };

describe("a Date", () => {
  it("stands as a text in parsed data, whatever becomes of it", () => {
    const date = new Date("2026-01-31T09:30:00+00:00");
    const parsed = parseSubscription({ ...subscription, startDate: date });
    date.setUTCFullYear(1999);
    expect(parsed).toStrictEqual(subscription);
    expect(JSON.parse(JSON.stringify(parsed))).toStrictEqual(parsed);
  });

  it.each([
    ["the first moment there is", "1000-01-01T00:00:00.000Z"],
    ["the last one", "9999-12-31T23:59:59.999Z"],
    ["one before 1970", "1969-12-31T23:59:59.999Z"],
    ["1970 itself", "1970-01-01T00:00:00.000Z"],
    ["29 February", "2024-02-29T12:00:00.001Z"],
  ])("may be %s", (_title, text) => {
    const startDate = new Date(text);
    expect(parseSubscription({ ...subscription, startDate }).startDate).toBe(text);
  });

  const places: readonly (readonly [string, (date: unknown) => unknown])[] = [
    ["startDate", (date) => ({ ...subscription, startDate: date })],
    ["endDate", (date) => ({ ...subscription, endDate: date })],
    ["billingAnchor", (date) => ({ ...subscription, billingAnchor: date })],
    [
      "changes.0.effectiveDate",
      (date) => ({ ...subscription, changes: [{ effectiveDate: date, status: "paused" }] }),
    ],
    [
      "changes.0.billingAnchor",
      (date) => ({
        ...subscription,
        changes: [{ effectiveDate: "2026-03-01", billingAnchor: date }],
      }),
    ],
  ];

  const bad: readonly (readonly [string, unknown])[] = [
    ["an invalid Date", new Date(Number.NaN)],
    ["an invalid Date of another realm", foreignDate(Number.NaN)],
    ["a Date before the year 1000", new Date(Date.UTC(1000, 0, 1) - 1)],
    ["a Date after the year 9999", new Date(Date.UTC(10_000, 0, 1))],
    ["the last Date that there is", new Date(8.64e15)],
    ["an object like a Date", { getTime: () => 0, toISOString: () => start }],
    ["what only inherits from Date", Object.create(Date.prototype)],
    ["a proxy of a Date", new Proxy(new Date(0), {})],
    ["a list of a Date", [new Date(0)]],
    ["a Temporal.Instant", Object.create({ epochMilliseconds: 0 })],
    ["milliseconds", 0],
  ];

  it.each(
    places.flatMap(([path, put]) => bad.map(([title, date]) => ({ path, put, title, date }))),
  )("is refused as $path when it is $title", ({ path, put, date }) => {
    const result = safeParseSubscription(put(date));
    const issues = result.ok ? [] : result.issues.filter(({ code }) => code === "invalid_date");
    expect(issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });

  it("is no JSON, and so is refused in metadata, at any depth", () => {
    for (const metadata of [{ since: new Date(0) }, { list: [{ since: foreignDate(0) }] }]) {
      expect(safeParseSubscription({ ...subscription, metadata })).toMatchObject({
        ok: false,
        issues: [{ code: "not_plain_data" }],
      });
    }
  });

  it.each(["timeZone", "endOfMonth", "quantities", "changes"])(
    "is refused where no date is asked: %s",
    (field) => {
      const result = safeParseSubscription({ ...subscription, [field]: new Date(0) });
      expect(result.ok || result.issues.map(({ path }) => path.join("."))).toEqual([field]);
    },
  );
});

const cycles: fc.Arbitrary<BillingCycle> = fc.oneof(
  fc.constantFrom<BillingCycle>("daily", "weekly", "monthly", "quarterly", "annual"),
  fc.record({
    every: fc.integer({ min: 1, max: 40 }),
    unit: fc.constantFrom("day", "week", "month", "year"),
  }),
);

/** A subscription with its dates written in another way. */
function written(input: SubscriptionInput, write: Write, zone?: string): SubscriptionInput {
  return unchecked(rewritten(input, write, zone));
}

describe("billing periods of a subscription with Dates", () => {
  it("are those of the instants' texts", () => {
    fc.assert(
      fc.property(arbitrary.subscription, cycles, (input, billingCycle) => {
        const options = { billingCycle, limit: 20 };
        expect(billingPeriods(written(input, asDate), options)).toStrictEqual(
          billingPeriods(written(input, asText), options),
        );
      }),
    );
  });

  it.each(["UTC", "America/New_York", "Europe/Paris", "Asia/Kolkata", "Etc/GMT+12"])(
    "are those of the civil dates whose first moments in %s they are",
    (timeZone) => {
      const day = fc
        .integer({ min: 0, max: 20_000 })
        .map((days) => asText(days * 86_400_000).slice(0, 10));
      const civil = fc.record(
        {
          id: fc.constant("s"),
          customerId: fc.constant("c"),
          ratePlanId: fc.constant("p"),
          startDate: day,
          billingAnchor: fc.oneof(day, fc.constantFrom("anniversary", "calendar")),
          endOfMonth: fc.constantFrom("clamp" as const, "sticky" as const),
        },
        { requiredKeys: ["id", "customerId", "ratePlanId", "startDate"] },
      );
      fc.assert(
        fc.property(civil, cycles, (input, billingCycle) => {
          const options = { billingCycle, limit: 20 };
          const inZone = { ...input, timeZone };
          expect(billingPeriods(written(inZone, asDate, timeZone), options)).toStrictEqual(
            billingPeriods(inZone, options),
          );
        }),
      );
    },
  );

  const monthly = { billingCycle: "monthly" } as const;

  it("may be asked for by Dates", () => {
    const [from, until] = ["2026-05-17T00:00:00.000Z", "2026-09-01T00:00:00.000Z"];
    const asked = billingPeriods(subscription, { ...monthly, from, until });
    // From the period that contains 17 May, 30 April to 31 May, to the one that begins on 31 August.
    expect(asked.map(({ index }) => index)).toEqual([3, 4, 5, 6, 7]);
    const dates = { ...monthly, from: new Date(from), until: new Date(until) };
    expect(billingPeriods(subscription, dates)).toStrictEqual(asked);
    expect([...eachBillingPeriod(subscription, dates)].slice(0, 2)).toStrictEqual(
      asked.slice(0, 2),
    );
    expect(billingPeriodAt(subscription, new Date(from), monthly)).toStrictEqual(asked[0]);
  });

  it("are refused with an invalid Date among the options", () => {
    const never = new Date(Number.NaN);
    expect(issuesOf(() => billingPeriods(subscription, { ...monthly, from: never }))).toEqual([
      "invalid_date from",
    ]);
    expect(issuesOf(() => billingPeriods(subscription, { ...monthly, until: never }))).toEqual([
      "invalid_date until",
    ]);
  });
});
