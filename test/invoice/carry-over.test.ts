/** Levels that persist, on documents: recorded at the end of a period, and read from there by the next. */
import fc from "fast-check";
import {
  type CarriedLevel,
  documentsDue,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Period,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { adjustmentsIn, MONTHS, seller } from "../support/outcomes.js";
import { AGENT_TYPE, eventOf, issuesOf, perUnit, stored, totalOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const [JANUARY, FEBRUARY, MARCH, APRIL] = MONTHS;

function cards(type: CarriedLevel["type"], more: Partial<UsageChargeInput> = {}): UsageChargeInput {
  return perUnit("outcome", "5", { aggregation: { type, carryOver: true }, ...more });
}

const at = (date: string, quantity: number, more: Partial<UsageEventInput> = {}) =>
  eventOf({ id: `${date} ${quantity}`, timestamp: `2026-${date}T00:00:00Z`, quantity, ...more });

const within = ({ start, end }: Period, events: readonly UsageEventInput[]) =>
  events.filter(({ timestamp }) => String(timestamp) >= start && String(timestamp) < end);

/** The documents of some months, one after the other, each with the usage that `given` picks for it. */
function chain(
  charge: UsageChargeInput,
  given: (period: Period) => InvoiceRequest["usage"],
  periods: readonly Period[] = MONTHS,
): readonly Invoice[] {
  const { bill } = seller([charge]);
  const documents: Invoice[] = [];
  for (const period of periods) {
    documents.push(bill(period, given(period), { previous: documents.map(stored) }));
  }
  return documents;
}

// Ten cards on 1 January, two fewer on 15 February.
const usage = [at("01-01", 10), at("02-15", -2)];

describe("a level on documents", () => {
  it.each<[CarriedLevel["type"], readonly string[]]>([
    // 10, 8, 8 and 8 cards at 5.00
    ["sum", ["50.00", "40.00", "40.00", "40.00"]],
    // February: 10 − 2 × 14/28 = 9.
    ["weighted-sum", ["50.00", "45.00", "40.00", "40.00"]],
  ])("is carried on by %s, whether or not earlier events are given", (type, totals) => {
    const charge = cards(type);
    const totalsOf = (documents: readonly Invoice[]) => documents.map(({ total }) => total);
    expect(totalsOf(chain(charge, (period) => within(period, usage)))).toEqual(totals);
    expect(totalsOf(chain(charge, () => usage))).toEqual(totals);
    const summaries = chain(charge, (period) =>
      stored(
        summarizeUsage(within(period, usage), {
          charge,
          customerId: "acme",
          subscriptionId: "s1",
          agentType: AGENT_TYPE,
          period,
        }),
      ),
    );
    expect(totalsOf(summaries)).toEqual(totals);
  });

  it("is on record at the end of each stretch", () => {
    const [, february] = chain(cards("weighted-sum"), (period) => within(period, usage));
    const levels = february?.basis.parts.flatMap(({ segments }) =>
      segments.map((each) => each.levels),
    );
    expect(levels).toEqual([[{ group: [], level: "8" }]]);
  });

  it("is that of each group", () => {
    const charge = cards("sum", { groupBy: { fields: ["name"] } });
    const grouped = [at("01-05", 3, { name: "eu" }), at("02-05", 2, { name: "us" })];
    const [, , march] = chain(charge, (period) => within(period, grouped));
    expect(march?.lines.map(({ group, amount }) => [group?.["name"], amount])).toEqual([
      ["eu", "15.00"],
      ["us", "10.00"],
    ]);
  });

  it("of readings is the last of them", () => {
    const readings = [at("01-10", 4), at("01-20", 7), at("03-16", 1)];
    // February: 7 all month. March: 15 days of 7, 16 of 1: 121/31 × 5 = 19.516…
    const months = chain(cards("time-average"), (period) => within(period, readings), [
      JANUARY,
      FEBRUARY,
      MARCH,
    ]);
    expect(months.slice(1).map(({ total }) => total)).toEqual(["35.00", "19.52"]);
  });

  it("is moved by what became known since, also without rating again, which the document says", () => {
    const { bill } = seller([cards("sum")]);
    const late = at("01-20", -1, { id: "late", receivedAt: "2026-02-10T00:00:00Z" });
    const events = [...usage, late];
    const january = bill(JANUARY, events);
    expect(january.total).toBe("50.00");
    const february = bill(FEBRUARY, events, { previous: [january] });
    // 10 − 1 − 2
    expect(february.total).toBe("35.00");
    expect(february.warnings.map(({ code }) => code)).toEqual(["closed_period_events"]);
    // Without the events of January that were known: the record has them.
    expect(bill(FEBRUARY, [...within(FEBRUARY, usage), late], { previous: [january] }).total).toBe(
      "35.00",
    );
  });

  it("is adjusted where a period is rated again, and opens the next as it is due", () => {
    const { bill } = seller([cards("sum")]);
    const late = at("01-20", -1, { id: "late", receivedAt: "2026-02-10T00:00:00Z" });
    const events = [...usage, late];
    const january = bill(JANUARY, events);
    const february = bill(FEBRUARY, events, {
      previous: [january],
      rerate: { from: "2026-01-01" },
    });
    expect(february.lines.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
      "usage 35.00",
      "adjustment -5.00",
    ]);
    expect(adjustmentsIn(february)[0]?.adjustment?.causes[0]?.eventIds).toEqual(["late"]);
    const again = bill(MARCH, events, {
      previous: [january, february].map(stored),
      rerate: { from: "2026-01-01" },
    });
    expect(again.lines.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual(["usage 35.00"]);
  });

  it("is adjusted in every month that comes after the late event", () => {
    const { bill } = seller([cards("sum")]);
    const late = at("01-20", -1, { id: "late", receivedAt: "2026-03-10T00:00:00Z" });
    const events = [...usage, late];
    const january = bill(JANUARY, events);
    const february = bill(FEBRUARY, events, { previous: [january] });
    const march = bill(MARCH, events, {
      previous: [january, february],
      rerate: { from: "2026-01-01" },
    });
    expect(march.lines.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
      "usage 35.00",
      "adjustment -5.00",
      "adjustment -5.00",
    ]);
  });

  it("goes on where the price changes within a period", () => {
    const charge = cards("sum");
    const { catalog, bill } = seller([charge]);
    expect(bill(JANUARY, usage).total).toBe("50.00");
    const subscription = {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      changes: [
        {
          effectiveDate: "2026-02-10",
          overrides: { outcome: { model: "per-unit", unitPrice: "7" } },
        },
      ],
    } as const;
    const january = invoice({ catalog, subscription, period: JANUARY, usage });
    const february = invoice({
      catalog,
      subscription,
      period: FEBRUARY,
      usage: within(FEBRUARY, usage),
      previous: [january],
    });
    // Ten at 5.00 at the end of the 9th, eight at 7.00 at the end of the month.
    expect(february.lines.map(({ amount }) => amount)).toEqual(["50.00", "56.00"]);
  });

  it("asks for the document that recorded it, where that is not the last", () => {
    const charge = cards("sum", { billingCycle: "quarterly" });
    const { catalog, subscription, bill } = seller([charge]);
    const documents: Invoice[] = [];
    // A quarter is billed by all of its events.
    for (const period of MONTHS.slice(0, 3)) {
      documents.push(bill(period, usage, { previous: documents }));
    }
    const [january, february, march] = documents;
    if (march === undefined || january === undefined || february === undefined) {
      throw new Error("unreachable: three documents");
    }
    expect(march.total).toBe("40.00");
    const months = [
      APRIL,
      { start: "2026-05-01", end: "2026-06-01" },
      { start: "2026-06-01", end: "2026-07-01" },
    ] as const;
    const later: Invoice[] = [...documents];
    for (const period of months.slice(0, 2)) later.push(bill(period, [], { previous: later }));
    const last = later.at(-1);
    if (last === undefined) throw new Error("unreachable: five documents");
    const june = (previous: readonly Invoice[]) => bill(months[2], [], { previous });
    expect(june([march, last]).total).toBe("40.00");
    expect(issuesOf(() => june([last]))).toEqual(["missing_previous previous"]);
    const [due] = documentsDue(subscription, { catalog, until: "2026-07-01", last });
    expect(due?.previous).toContain(march.idempotencyKey);
    expect(
      june(later.filter(({ idempotencyKey }) => due?.previous.includes(idempotencyKey))).total,
    ).toBe("40.00");
  });

  it("is not read from a record of another kind, or of other groups", () => {
    const { bill } = seller([cards("sum")]);
    const january = bill(JANUARY, usage);
    for (const other of [cards("last"), cards("sum", { groupBy: { fields: ["name"] } })]) {
      const { bill: billOther } = seller([other]);
      // Its events alone say how it stands.
      expect(() => billOther(FEBRUARY, usage, { previous: [january] })).not.toThrow();
    }
    const readings = seller([cards("last")]).bill(FEBRUARY, usage, { previous: [january] });
    expect(readings.total).toBe("0.00");
  });

  it("is billed in parts by interim documents, which come to the undivided one", () => {
    for (const type of ["sum", "max", "last"] as const) {
      const { bill } = seller([cards(type)]);
      const events = [at("01-01", 10), at("02-03", 2), at("02-20", 4)];
      const january = bill(JANUARY, events);
      const undivided = bill(FEBRUARY, events, { previous: [january] });
      const interim = bill(FEBRUARY, within(FEBRUARY, events), {
        scope: "interim",
        asOf: "2026-02-10",
        previous: [january],
      });
      const rest = bill(FEBRUARY, within(FEBRUARY, events), { previous: [january, interim] });
      expect(totalOf([interim.total, rest.total])).toBe(totalOf([undivided.total]));
      const march = bill(MARCH, [], { previous: [january, interim, rest] });
      expect(march.total).toBe({ sum: "80.00", max: "20.00", last: "20.00" }[type]);
    }
  });

  it("that was tampered with is refused", () => {
    const { bill } = seller([cards("sum")]);
    const january = stored(bill(JANUARY, usage));
    const text = JSON.stringify(january).replace('"level":"10"', '"level":"1"');
    expect(issuesOf(() => bill(FEBRUARY, [], { previous: [JSON.parse(text)] }))).toEqual([
      "tampered previous.0",
    ]);
    const junk = JSON.parse(JSON.stringify(january).replace('"level":"10"', '"level":{"a":1}'));
    expect(issuesOf(() => bill(FEBRUARY, [], { previous: [junk] })).length).toBeGreaterThan(0);
  });
});

describe("LAWS of levels on documents", () => {
  const DAY = 86_400_000;
  const START = Date.UTC(2026, 0, 1);
  const events = fc
    .array(
      fc.record({
        day: fc.integer({ min: 0, max: 119 }),
        late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 90 })),
        quantity: fc.integer({ min: -3, max: 8 }),
        name: fc.constantFrom("a", "b"),
      }),
      { maxLength: 10 },
    )
    .map((list) =>
      list.map(({ day, late, ...rest }, index) =>
        eventOf({
          id: `e${index}`,
          timestamp: new Date(START + day * DAY + DAY / 2).toISOString(),
          receivedAt: new Date(START + (day + late) * DAY + DAY / 2).toISOString(),
          ...rest,
        }),
      ),
    );
  const types = fc.constantFrom("sum", "last", "max", "min", "weighted-sum", "time-average");
  const charges = fc
    .tuple(types, fc.boolean())
    .map(([type, isGrouped]) => cards(type, isGrouped ? { groupBy: { fields: ["name"] } } : {}));
  const policy = { negativeUsage: "allow" } as const;

  it("what is due is the same by all events, or by the record and what was not known", () => {
    fc.assert(
      fc.property(charges, events, (charge, list) => {
        const { bill } = seller([charge]);
        let previous: readonly Invoice[] = [];
        for (const period of MONTHS) {
          const last = previous.at(-1)?.asOf ?? "";
          const isNew = ({ timestamp, receivedAt }: UsageEventInput) =>
            String(timestamp) >= period.start || String(receivedAt) > last;
          const whole = bill(period, list, { previous, policy });
          const part = bill(period, list.filter(isNew), { previous: previous.map(stored), policy });
          expect(part.lines).toEqual(whole.lines);
          expect(part.basis).toEqual(whole.basis);
          previous = [...previous, whole];
        }
      }),
      tries(15),
    );
  });

  it("all documents, each rating all that is closed again, come to one evaluation of all that is known", () => {
    fc.assert(
      fc.property(charges, events, (charge, list) => {
        const { bill } = seller([charge]);
        const documents: Invoice[] = [];
        for (const [index, period] of MONTHS.entries()) {
          const isLast = index === MONTHS.length - 1;
          documents.push(
            bill(period, list, {
              previous: documents,
              policy,
              ...(index === 0 ? {} : { rerate: { from: "2026-01-01" } }),
              ...(isLast ? { asOf: "2030-01-01" } : {}),
            }),
          );
        }
        const knowing = MONTHS.map((period) => bill(period, list, { asOf: "2030-01-01", policy }));
        expect(totalOf(documents.map(({ total }) => total))).toBe(
          totalOf(knowing.map(({ total }) => total)),
        );
      }),
      tries(15),
    );
  });
});
