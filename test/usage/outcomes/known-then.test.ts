/** What was judged at an earlier moment can be told from all that is known now, as if nothing had come since. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutcomePolicy } from "../../../src/catalog/outcome.js";
import { type ReadEvent, type ReadSignal, readEvent } from "../../../src/usage/events/event.js";
import { billingMoments } from "../../../src/usage/outcomes/apply-signals.js";
import { foldOutcomes } from "../../../src/usage/outcomes/fold.js";
import { knowledgeOf } from "../../../src/usage/outcomes/knowledge.js";
import { type Happening, histories, on, outcomePolicies } from "../../support/outcomes.js";

const moments = fc.integer({ min: 1, max: 320 }).map((half) => Date.parse(on(half / 2)));

/** Histories in which some signals share an id. */
const rewritten = fc
  .tuple(histories, fc.nat(3))
  .map(([list, ids]) =>
    list.map(
      (each): Happening =>
        "unitOfMeasure" in each
          ? each
          : { ...each, id: `s${Number(each.id.slice(1)) % (ids + 1)}` },
    ),
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
    billingPeriodOf: (instant: number) => new Date(instant).getUTCMonth(),
  };
  return { events, fold: foldOutcomes(input, () => policy) };
}

const byId = (a: { readonly event: ReadEvent }, b: { readonly event: ReadEvent }) =>
  a.event.id < b.event.id ? -1 : 1;

describe("what was known at a moment", () => {
  it("is told alike by what was given then and by what is given now", () => {
    fc.assert(
      fc.property(rewritten, outcomePolicies, moments, (list, policy, asOf) => {
        const now = foldOf(list, policy as OutcomePolicy).fold.at(asOf);
        const then = foldOf(list, policy as OutcomePolicy, asOf).fold.at(asOf);
        expect(now.toSorted(byId)).toEqual(then.toSorted(byId));
      }),
      { numRuns: 400 },
    );
  });

  it("is the same of some outcomes as of all", () => {
    fc.assert(
      fc.property(rewritten, outcomePolicies, moments, fc.nat(), (list, policy, asOf, which) => {
        const { events, fold } = foldOf(list, policy as OutcomePolicy);
        const some = events.filter((_, index) => ((which >> index) & 1) === 1);
        const among = fold.at(asOf).filter(({ event }) => some.includes(event));
        expect(fold.of(some, asOf).toSorted(byId)).toEqual(among.toSorted(byId));
      }),
      { numRuns: 300 },
    );
  });

  it("bills an outcome at no moment but those that its life names", () => {
    fc.assert(
      fc.property(rewritten, outcomePolicies, moments, (list, policy, asOf) => {
        const { fold } = foldOf(list, policy as OutcomePolicy);
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
