/** Outcomes: what a database says of them, and what it leaves to us, comes to what we say of all of it. */
import fc from "fast-check";
import {
  type Invoice,
  invoice,
  type SubscriptionChangeInput,
  safeParseCharge,
  summarizeUsage,
  type UsageChargeInput,
  type UsageSummary,
} from "rateplan";
import { usageSegments } from "rateplan/sql";
import { expect } from "vitest";
import { type Happening, judging, MONTHS, on, outcome, signal } from "../../support/outcomes.js";
import { AGENT_TYPE, planOf, productOf } from "../../support/plans.js";
import { type Engine, TABLE } from "../../support/sql/engine.js";
import { happenings, judgingCharges } from "../../support/sql/outcomes.js";
import { type Clause, counted } from "./clause.js";

const valid = judgingCharges.filter((each) => safeParseCharge(each).ok);

/** What a summary says of outcomes, wherever they were judged. */
function judgedAs({ quantity, groups, report }: UsageSummary) {
  return { quantity, groups, matched: report.counts.matched };
}

const summaries: Clause = {
  name: "judges outcomes as we do: all policies, keys that look alike, signals, conflicts, late events",
  check: (engine, runs) =>
    fc.assert(
      fc.asyncProperty(
        happenings,
        fc.array(valid, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("UTC", "America/Havana"),
        fc.constantFrom(...MONTHS.slice(0, 3)),
        async (list, charges, timeZone, period) => {
          await engine.load(list);
          const at = { customerId: "acme", subscriptionId: "s1", timeZone, period };
          const known = { ...at, asOf: "2026-03-20T12:00:00Z" };
          const found = await counted(engine, {
            dialect: engine.dialect,
            events: TABLE,
            charges,
            segments: [at, known],
          });
          const expected = [at, known].flatMap((each) =>
            charges.map((charge) => summarizeUsage(list, { charge, ...each })),
          );
          expect(found.map(judgedAs)).toEqual(expected.map(judgedAs));
        },
      ),
      runs,
    ),
};

const documents: Clause = {
  name: "judges outcomes for documents: over changes of plan and price, pauses, rating again",
  share: 2 / 3,
  check: (engine, runs) =>
    fc.assert(
      fc.asyncProperty(happenings, valid, changes, async (happened, charge, some) => {
        const life = { happened, charge, changes: some };
        await engine.load(happened);
        const theirs = await documentsOf(life, undefined);
        expect((await documentsOf(life, engine)).map(billed)).toEqual(theirs.map(billed));
      }),
      runs,
    ),
};

interface Life {
  readonly happened: readonly Happening[];
  readonly charge: UsageChargeInput;
  readonly changes: readonly SubscriptionChangeInput[];
}

/** The documents of January to March, the last of which rates February again; from an engine, or from the events. */
async function documentsOf({ happened, charge, changes: some }: Life, engine: Engine | undefined) {
  const catalog = productOf(
    planOf([charge], { id: "basic" }),
    planOf([{ ...charge, name: "Other outcomes" }], { id: "pro" }),
    planOf([judging({}, { currency: "USD" })], { id: "simple" }),
  );
  const subscription = {
    ...{ id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" },
    changes: some,
  };
  let previous: readonly Invoice[] = [];
  for (const [place, period] of MONTHS.slice(0, 3).entries()) {
    const rerate = place === 2 ? { rerate: { from: MONTHS[1].start } } : {};
    const request = { catalog, subscription, period, previous, ...rerate };
    const policy = { deduplicate: engine === undefined };
    const needed = usageSegments([{ ...request, policy }]);
    const usage =
      engine === undefined || needed.segments.length === 0
        ? happened
        : await counted(engine, { ...needed, dialect: engine.dialect, events: TABLE });
    const given = engine !== undefined && needed.segments.length === 0 ? [] : usage;
    previous = previous.concat(invoice({ ...request, usage: given, policy }));
  }
  return previous;
}

function billed({ lines, total, provisional, unbilled }: Invoice) {
  // Which events came late is known of events alone.
  const told = lines.map(({ lateEventIds: _, ...line }: Invoice["lines"][number] & Late) => line);
  return { lines: told, total, provisional, unbilled };
}

interface Late {
  readonly lateEventIds?: unknown;
}

const changes = fc.array(
  fc
    .tuple(
      fc.integer({ min: 2, max: 80 }).map((day) => on(day).slice(0, 10)),
      fc.constantFrom<Partial<SubscriptionChangeInput>>(
        { ratePlanId: "pro" },
        { ratePlanId: "basic" },
        { ratePlanId: "simple" },
        { status: "paused" },
        { status: "active" },
        // Prices at which less may cost more, and such at which it may not.
        { overrides: { outcome: { model: "per-unit", unitPrice: "2" } } },
        {
          overrides: {
            outcome: { model: "volume", tiers: [{ upTo: 2, unitPrice: 5 }, { unitPrice: 2 }] },
          },
        },
      ),
    )
    .map(([effectiveDate, change]): SubscriptionChangeInput => ({ effectiveDate, ...change })),
  { maxLength: 3 },
);

const repriced: Clause = {
  name: "judges outcomes of one charge together, at prices of which some are credited as they were",
  async check(engine) {
    const happened = [outcome("e1", 24)];
    const volume = {
      model: "volume",
      tiers: [{ upTo: 3, unitPrice: 5 }, { unitPrice: 2 }],
    } as const;
    const life = {
      happened,
      charge: { ...judging({}), pricing: volume },
      changes: [
        {
          effectiveDate: "2026-01-20",
          overrides: { outcome: { model: "per-unit", unitPrice: "2" } },
        },
      ] as const,
    };
    await engine.load(happened);
    // One outcome on the 25th, at the price from the 20th on.
    const totals = (await documentsOf(life, engine)).map(({ total }) => total);
    expect(totals).toEqual(["2.00", "0.00", "0.00"]);
  },
};

const worked: Clause = {
  name: "gives totals of outcomes that nothing else has to do with, and of the others what decides them",
  async check(engine) {
    await engine.load([
      outcome("e1", 5, { subject: "quiet", quantity: 2 }),
      outcome("e2", 6, { quantity: 3 }),
      outcome("e3", 7, { subject: "failed", properties: { csat: 1 } }),
      outcome("e4", 8, { subject: "twice" }),
      outcome("e5", 9, { subject: "twice" }),
      outcome("e6", 10, { subject: "reopened" }),
      signal("s1", 12, { name: "reopened", subject: "reopened" }),
      outcome("e7", 40, { subject: "later" }),
      outcome("old", -40, { subject: "before" }),
      outcome("old2", -39, { subject: "before" }),
    ]);
    const [summary] = await counted(engine, {
      dialect: engine.dialect,
      events: TABLE,
      charges: [
        judging({
          qualifies: { not: { field: "properties.csat", atMost: 2 } },
          uniqueBy: { per: "lifetime" },
          reverse: { signals: ["reopened"], within: "P30D" },
        }),
      ],
      segments: [{ customerId: "acme", agentType: AGENT_TYPE, period: MONTHS[0] }],
    });
    // e1 and e2 by themselves; e4 of its subject; e6 is taken back. Of "before", nothing is of January.
    expect(summary?.quantity).toBe("6");
    // Three attempts by themselves, two of them outcomes; 30 days after the 5th are not over at the end of January.
    expect(summary?.deduplication?.outcomes?.apart).toEqual({
      groups: [{ group: [], count: 2, state: { sum: "5" } }],
      attempts: 3,
      successes: 2,
      reversible: { quantity: "5", since: "2026-01-05T00:00:00.000Z" },
    });
    expect(summary?.deduplication?.events.map(({ id }) => id)).toEqual(["e4", "e5", "e6"]);
  },
};

const activity: Clause = {
  name: "fetches what breaks a silence, whatever its unit, and no subject that was decided long ago",
  async check(engine) {
    await engine.load([
      outcome("e1", 30, { subject: "talks" }),
      outcome("m1", 32, { subject: "talks", unitOfMeasure: "@action" }),
      outcome("m2", 31, { subject: "others", unitOfMeasure: "@action" }),
      outcome("e2", 2, { subject: "done" }),
      outcome("e3", 40, { subject: "new" }),
    ]);
    const [summary] = await counted(engine, {
      dialect: engine.dialect,
      events: TABLE,
      charges: [judging({ confirm: { assumedAfter: "P3D" } })],
      segments: [{ customerId: "acme", period: MONTHS[1] }],
    });
    // e1 is confirmed three days after m1, on the 4th of February, day 35; e3 on day 43. e2 was on the 5th of January.
    expect(summary?.quantity).toBe("2");
    expect(summary?.deduplication?.events.map(({ id }) => id)).toEqual(["e1", "e3", "m1"]);
  },
};

export const OUTCOMES: readonly Clause[] = [summaries, documents, repriced, worked, activity];
