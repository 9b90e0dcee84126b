/** What was judged at an earlier moment can be told from all that is known now, as if nothing had come since. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutcomePolicy } from "../../../src/catalog/outcome.js";
import type { ReadEvent, ReadSignal } from "../../../src/usage/events/event.js";
import { readEvent } from "../../../src/usage/events/read-event.js";
import { billingMoments } from "../../../src/usage/outcomes/apply-signals.js";
import { foldOutcomes } from "../../../src/usage/outcomes/fold.js";
import { knowledgeOf } from "../../../src/usage/outcomes/knowledge.js";
import { crowds, type Happening, on, outcome, signal } from "../../support/outcomes.js";
import { tries } from "../../support/tries.js";

const moments = fc.integer({ min: 4, max: 44 }).map((quarter) => Date.parse(on(quarter / 4)));

const several = fc.array(moments, { minLength: 8, maxLength: 8 });

/** What happens within a week: now much, now little, and some signals share an id. */
const rewritten = fc
  .tuple(crowds, fc.nat(3), fc.constantFrom(2, 4, 8, 30))
  .map(([list, ids, most]) =>
    list
      .slice(0, most)
      .map(
        (each): Happening =>
          "unitOfMeasure" in each
            ? each
            : { ...each, id: `s${Number(each.id.slice(1)) % (ids + 1)}` },
      ),
  );

const lengths = fc.constantFrom("PT18H" as const, "P1D" as const, "P3D" as const);

const policies: fc.Arbitrary<OutcomePolicy> = fc.record(
  {
    uniqueBy: fc.record({
      per: fc.constantFrom("lifetime" as const, "billing-period" as const),
      keep: fc.constantFrom("first" as const, "last" as const, "highest" as const),
    }),
    confirm: fc.oneof(
      fc.record({ signals: fc.constant(["solved"]) }),
      fc.record({ signals: fc.constant(["solved"]), assumedAfter: lengths }),
      fc.record({
        assumedAfter: lengths,
        silenceFrom: fc.constantFrom("last-event" as const, "first-event" as const),
      }),
    ),
    reverse: fc.record({
      signals: fc.constant(["reopened"]),
      within: fc.constantFrom("confirmation" as const, "P1D" as const, "P2D" as const),
    }),
    billOn: fc.constantFrom("occurred" as const, "confirmed" as const, "settled" as const),
  },
  { requiredKeys: ["confirm"] },
);

function foldOf(
  list: readonly Happening[],
  policy: OutcomePolicy,
  until = Number.POSITIVE_INFINITY,
) {
  const [events, signals]: [ReadEvent[], ReadSignal[]] = [[], []];
  for (const each of list) {
    const reading = readEvent(each);
    if (reading.kind === "usage" && reading.event.receivedAt <= until) events.push(reading.event);
    if (reading.kind === "signal" && reading.signal.receivedAt <= until)
      signals.push(reading.signal);
  }
  const input = {
    candidates: events,
    knowledgeAt: knowledgeOf(events, signals),
    zone: "UTC",
    billingPeriodOf: (instant: number) => new Date(instant).getUTCDay(),
  };
  return { events, fold: foldOutcomes(input, () => policy) };
}

const byId = (a: { readonly event: ReadEvent }, b: { readonly event: ReadEvent }) =>
  a.event.id < b.event.id ? -1 : 1;

describe("what was known at a moment", () => {
  it("is told alike by what was given then and by what is given now", () => {
    fc.assert(
      fc.property(rewritten, policies, several, (list, policy, all) => {
        const { fold } = foldOf(list, policy);
        for (const asOf of all) {
          const then = foldOf(list, policy, asOf).fold.at(asOf);
          expect(fold.at(asOf).toSorted(byId)).toEqual(then.toSorted(byId));
        }
      }),
      tries(400),
    );
  });

  it("is the same of some outcomes as of all", () => {
    fc.assert(
      fc.property(rewritten, policies, moments, fc.nat(), (list, policy, asOf, which) => {
        const { events, fold } = foldOf(list, policy);
        const some = events.filter((_, index) => ((which >> index) & 1) === 1);
        const among = fold.at(asOf).filter(({ event }) => some.includes(event));
        expect(fold.of(some, asOf).toSorted(byId)).toEqual(among.toSorted(byId));
      }),
      tries(150),
    );
  });

  it("tells of one outcome what others of its key make of it, of those alone", () => {
    const policy: OutcomePolicy = { uniqueBy: { per: "lifetime" } };
    const list = [
      outcome("e1", 1, { subject: "a" }),
      outcome("e2", 2, { subject: "a" }),
      outcome("e3", 3, { subject: "b" }),
      outcome("e4", 4),
    ];
    const { events, fold } = foldOf(list, policy);
    const states = events.map((event) =>
      fold.of([event], Date.parse(on(9))).map(({ event: { id }, state }) => `${id} ${state}`),
    );
    expect(states).toEqual([["e1 settled"], ["e2 superseded"], ["e3 settled"], ["e4 settled"]]);
  });

  it("bills an outcome at no moment but those that its life names", () => {
    fc.assert(
      fc.property(rewritten, policies, moments, (list, policy, asOf) => {
        const { fold } = foldOf(list, policy);
        for (const { event, billableAt } of fold.at(asOf)) {
          if (billableAt === undefined) continue;
          const life = fold.lifeOf(event, fold.knowledgeAt(asOf));
          expect([...(life === undefined ? [] : billingMoments(life))]).toContain(billableAt);
        }
      }),
      tries(100),
    );
  });
});

describe("what becomes known late", () => {
  const stateAt = (list: readonly Happening[], policy: OutcomePolicy, id: string) => {
    const { fold } = foldOf(list, policy);
    return (day: number) => {
      const one = fold.at(Date.parse(on(day))).find(({ event }) => event.id === id);
      return one?.confirmedAt === undefined ? one?.state : new Date(one.confirmedAt).toISOString();
    };
  };
  const about = (id: string, day: number, known: number, subject = "a") =>
    outcome(id, day, { subject, receivedAt: on(known) });

  it("takes the place of a signal of its id from then on, whichever was named first", () => {
    const policy: OutcomePolicy = { confirm: { signals: ["solved"] } };
    const said = (id: string, name: string, day: number, known: number, subject: string) =>
      signal(id, day, { name, subject, receivedAt: on(known) });
    const list = [
      about("e1", 1, 1, "a"),
      about("e2", 1, 1, "b"),
      // An earlier signal counts under the id of a later one: x from day 20 on, y from day 10 on.
      said("x", "solved", 4, 4, "b"),
      said("x", "seen", 3, 20, "b"),
      said("y", "solved", 4, 4, "a"),
      said("y", "seen", 3, 10, "a"),
    ];
    const [first, second] = [stateAt(list, policy, "e1"), stateAt(list, policy, "e2")];
    expect([3, 4, 9.5, 10, 25].map(first)).toEqual([
      ...["pending", on(4), on(4), "pending", "pending"],
    ]);
    expect([3, 4, 10, 19.5, 20].map(second)).toEqual([
      ...["pending", on(4), on(4), on(4), "pending"],
    ]);
  });

  it("begins a subject's silence earlier from then on, not before", () => {
    const policy: OutcomePolicy = {
      confirm: { assumedAfter: "P5D", silenceFrom: "first-event" },
    };
    // Five days from the first event of its own, then of e2 (day 9), then of e3 (day 8): 15, 14, 13.
    const list = [
      about("e3", 8, 22),
      about("e1", 10, 10),
      about("e2", 9, 20),
      // Neither a later one nor one of another subject changes anything.
      about("e4", 9.5, 21),
      about("e5", 1, 15, "b"),
    ];
    for (const given of [list, list.toReversed()]) {
      const at = stateAt(given, policy, "e1");
      expect([14.5, 15, 19.9, 20, 21, 21.9, 22, 40].map(at)).toEqual([
        "pending",
        ...[on(15), on(15)],
        ...[on(14), on(14), on(14)],
        ...[on(13), on(13)],
      ]);
    }
  });

  it("takes the place of a signal with the same id from then on, where it happened before it", () => {
    const policy: OutcomePolicy = { confirm: { signals: ["solved"] } };
    const said = (day: number, known: number, confirms: string) =>
      signal("s1", day, { confirms, receivedAt: on(known) });
    const events = [about("e1", 10, 10), about("e2", 10, 10), about("e3", 10, 10)];
    // s1 is about e1; from the 18th on about e2, as it happened earlier; from the 20th on about e3. A later one is none.
    const signals = [
      ...[said(13, 13, "e1"), said(12, 18, "e2"), said(11, 20, "e3"), said(14, 19, "e1")],
      signal("s2", 30, { confirms: "e1", receivedAt: on(30) }),
    ];
    for (const given of [signals, signals.toReversed()]) {
      const [first, second, third] = ["e1", "e2", "e3"].map((id) =>
        stateAt([...events, ...given], policy, id),
      );
      const days = [12, 13, 17.9, 18, 19, 19.9, 20, 29];
      expect(days.map((day) => first?.(day))).toEqual([
        "pending",
        ...[on(13), on(13)],
        ...["pending", "pending", "pending", "pending", "pending"],
      ]);
      expect(days.map((day) => second?.(day))).toEqual([
        ...["pending", "pending", "pending"],
        ...[on(18), on(18), on(18)],
        ...["pending", "pending"],
      ]);
      expect(days.map((day) => third?.(day))).toEqual([
        ...["pending", "pending", "pending", "pending", "pending", "pending"],
        ...[on(20), on(20)],
      ]);
      expect(first?.(30)).toBe(on(30));
    }
  });

  it("is one knowledge between two such moments", () => {
    const { fold } = foldOf(
      [
        about("e1", 10, 10),
        about("e2", 9, 20),
        signal("s1", 13, { confirms: "e1", receivedAt: on(13) }),
        signal("s1", 12, { confirms: "e1", receivedAt: on(18) }),
      ],
      { confirm: { assumedAfter: "P5D", silenceFrom: "first-event" } },
    );
    const at = (day: number) => fold.knowledgeAt(Date.parse(on(day)));
    const known = [at(1), at(17.9), at(18), at(19.9), at(20), at(99)];
    expect([at(5), at(18.5), at(20)]).toEqual([known[0], known[2], known[4]]);
    expect(known.map((each) => known.indexOf(each))).toEqual([0, 0, 2, 2, 4, 4]);
  });
});
