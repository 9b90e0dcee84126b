/** What was judged at an earlier moment can be told from all that is known now, as if nothing had come since. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutcomePolicy } from "../../../src/catalog/outcome.js";
import type { ReadEvent, ReadSignal } from "../../../src/usage/events/event.js";
import { readEvent } from "../../../src/usage/events/read-event.js";
import { billingMoments } from "../../../src/usage/outcomes/apply-signals.js";
import { foldOutcomes } from "../../../src/usage/outcomes/fold.js";
import { knowledgeOf } from "../../../src/usage/outcomes/knowledge.js";
import { crowds, type Happening, on } from "../../support/outcomes.js";

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
      { numRuns: 800 },
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
      { numRuns: 300 },
    );
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
      { numRuns: 200 },
    );
  });
});
