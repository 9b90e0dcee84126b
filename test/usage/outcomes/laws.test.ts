/** Laws of the outcome fold: it looks at sets, and what is settled stays so unless it is reversed or superseded. */
import fc from "fast-check";
import {
  type OutcomePolicyInput,
  type OutcomeSettlement,
  type OutcomeState,
  settleOutcomes,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { type Happening, histories, MONTHS, on, outcomePolicies } from "../../support/outcomes.js";
import { mixedEvents } from "../../support/plans.js";
import { tries } from "../../support/tries.js";

const moments = fc.integer({ min: 1, max: 320 }).map((half) => on(half / 2));

function settle(
  events: Iterable<Happening>,
  policy: OutcomePolicyInput,
  asOf: string,
): OutcomeSettlement {
  return settleOutcomes(events, policy, { asOf, periods: [...MONTHS] });
}

/** A list, and the same in another order. */
const inTwoOrders = histories.chain((list) =>
  fc.tuple(
    fc.constant(list),
    fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
  ),
);

describe("settling outcomes", () => {
  it("does not depend on the order of the events, nor on how they are handed over", () => {
    fc.assert(
      fc.property(inTwoOrders, outcomePolicies, moments, ([list, shuffled], policy, asOf) => {
        const settled = settle(list, policy, asOf);
        expect(settle(shuffled, policy, asOf)).toEqual(settled);
        expect(settle(new Set(shuffled).values(), policy, asOf)).toEqual(settled);
      }),
      tries(75),
    );
  });

  it("does not depend on which delivery of an event comes first", () => {
    const redelivered = fc.tuple(histories, fc.integer({ min: 1, max: 80 })).map(([list, half]) => {
      const late = (each: Happening) => ({
        ...each,
        receivedAt: new Date(
          Date.parse(String(each.receivedAt ?? each.timestamp)) + half * 43_200_000,
        ).toISOString(),
      });
      return [list, list.map(late)] as const;
    });
    fc.assert(
      fc.property(redelivered, outcomePolicies, moments, ([list, again], policy, asOf) => {
        const once = settle(list, policy, asOf);
        // What became known first is what was known; a later delivery of the same tells nothing.
        expect(settle([...list, ...again], policy, asOf).outcomes).toEqual(once.outcomes);
        expect(settle([...again, ...list], policy, asOf).outcomes).toEqual(once.outcomes);
      }),
      tries(75),
    );
  });

  it("counts duplicates and changes nothing else", () => {
    fc.assert(
      fc.property(histories, outcomePolicies, moments, (list, policy, asOf) => {
        const once = settle(list, policy, asOf);
        const twice = settle([...list, ...list], policy, asOf);
        expect(twice.outcomes).toEqual(once.outcomes);
        expect(twice.unusedSignals).toEqual(once.unusedSignals);
        const { duplicate, signal, "outside-period": outside, ...rest } = once.report.counts;
        const unknown = list.filter((each) => (each.receivedAt ?? "") > asOf);
        const unknownEvents = unknown.filter((each) => "unitOfMeasure" in each).length;
        expect(twice.report.counts).toEqual({
          ...rest,
          // Signals, and what is not known yet, are reported as often as they are given.
          signal: 2 * signal,
          "outside-period": outside + unknownEvents,
          duplicate:
            duplicate + list.filter((each) => "unitOfMeasure" in each).length - unknownEvents,
        });
      }),
      tries(50),
    );
  });

  it("reports each event in exactly one bucket, whatever is given", () => {
    fc.assert(
      fc.property(
        mixedEvents(MONTHS[0]),
        histories,
        outcomePolicies,
        moments,
        (mixed, list, policy, asOf) => {
          const events = [...mixed, ...list];
          const { report, outcomes } = settle(events as Happening[], policy, asOf);
          const total = Object.values(report.counts).reduce((sum, count) => sum + count, 0);
          expect(total).toBe(events.length);
          const billable = outcomes.filter(({ billableAt }) => billableAt !== null);
          expect(report.counts.matched).toBe(billable.length);
        },
      ),
      tries(50),
    );
  });

  it("moves what is settled only to reversed, superseded or free as more becomes known", () => {
    fc.assert(
      fc.property(
        histories,
        outcomePolicies,
        fc.uniqueArray(moments, { minLength: 2, maxLength: 12, size: "max" }),
        (list, policy, given) => {
          const before = new Map<string, OutcomeState>();
          // A signal that names an outcome may confirm it anew after a reversal: a second life.
          const confirmed = new Set(list.map((each) => ("confirms" in each ? each.confirms : "")));
          for (const asOf of given.toSorted()) {
            for (const { id, state } of settle(list, policy, asOf).outcomes) {
              const was = before.get(id);
              before.set(id, state);
              if (was === "settled" && !confirmed.has(id)) {
                const allowed = ["settled", "superseded"];
                if (policy.reverse !== undefined) allowed.push("reversed");
                // Where one of the free is taken back, the next is free in its place.
                if (policy.uniqueBy?.free !== undefined) allowed.push("free");
                expect(allowed).toContain(state);
              }
            }
          }
        },
      ),
      tries(100),
    );
  });

  it("never loses an outcome, and knows each from when it was received", () => {
    fc.assert(
      fc.property(histories, outcomePolicies, moments, (list, policy, asOf) => {
        const known = list.filter(
          (each) => "unitOfMeasure" in each && (each.receivedAt ?? "") <= asOf,
        );
        const { outcomes } = settle(list, policy, asOf);
        expect(outcomes.map(({ id }) => id).toSorted()).toEqual(
          known.map(({ id }) => id).toSorted(),
        );
      }),
      tries(25),
    );
  });

  it("does not look at other customers", () => {
    fc.assert(
      fc.property(histories, histories, outcomePolicies, moments, (own, others, policy, asOf) => {
        const elsewhere = others.map((each) => ({
          ...each,
          id: `globex-${each.id}`,
          customerId: "globex",
        }));
        const alone = settle(own, policy, asOf).outcomes;
        const { outcomes } = settle([...elsewhere, ...own], policy, asOf);
        expect(outcomes.filter(({ customerId }) => customerId === "acme")).toEqual(alone);
      }),
      tries(25),
    );
  });
});

describe("one outcome of each key", () => {
  const standing: readonly OutcomeState[] = ["pending", "confirmed", "settled"];
  const lasting = (state: OutcomeState) => standing.includes(state);

  it.each(["first", "last", "highest"] as const)("stands, the %s of them", (keep) => {
    const per = fc.constantFrom("lifetime" as const, "billing-period" as const);
    fc.assert(
      fc.property(histories, outcomePolicies, per, moments, (list, policy, scope, asOf) => {
        const { uniqueBy: _, ...rest } = policy;
        const free = settle(list, rest, asOf).outcomes.filter(({ state }) => lasting(state));
        const { outcomes } = settle(list, { ...rest, uniqueBy: { per: scope, keep } }, asOf);
        const places = new Map<string, typeof free>();
        for (const each of free) {
          const month = scope === "lifetime" ? "" : each.occurredAt.slice(0, 7);
          const place = each.subject === null ? each.id : `${each.subject} ${month}`;
          places.set(place, [...(places.get(place) ?? []), each]);
        }
        const expected = [...places.values()].map((all) => {
          const value = ({ value: worth, quantity }: (typeof free)[number]) =>
            Number(worth ?? quantity);
          // `free` is in the order of time, so the first of equals is the earliest.
          const highest = all.reduce((best, each) => (value(each) > value(best) ? each : best));
          return { first: all[0], last: all.at(-1), highest }[keep]?.id;
        });
        const kept = outcomes.filter(({ state }) => lasting(state)).map(({ id }) => id);
        expect(kept.toSorted()).toEqual(expected.toSorted());
      }),
      tries(40),
    );
  });

  it.each(["first", "last", "highest"] as const)(
    "stands, or as many as count, the %s of them, and the first of those are free",
    (keep) => {
      const many = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat({ max: 3 }), fc.boolean());
      fc.assert(
        fc.property(histories, outcomePolicies, many, moments, (list, policy, places, asOf) => {
          const [limit, wanted, isUnlimited] = places;
          const free = isUnlimited ? wanted : Math.min(wanted, limit - 1);
          const { uniqueBy: _, ...rest } = policy;
          const alone = settle(list, rest, asOf).outcomes.filter(({ state }) => lasting(state));
          const count = isUnlimited ? "unlimited" : limit;
          const uniqueBy = { per: "lifetime", keep, limit: count, free } as const;
          const { outcomes } = settle(list, { ...rest, uniqueBy }, asOf);
          const worth = ({ value, quantity }: (typeof alone)[number]) => Number(value ?? quantity);
          for (const each of alone) {
            const stands = outcomes.find(({ id }) => id === each.id)?.state ?? "";
            const rivals = alone.filter(({ subject }) => subject === each.subject);
            // How many of the key come before it, and of those that count, how many happened before it.
            const place = rivals.indexOf(each);
            const before = (one: (typeof alone)[number]) =>
              rivals.filter((other, at) =>
                keep === "first"
                  ? at < rivals.indexOf(one)
                  : keep === "last"
                    ? at > rivals.indexOf(one)
                    : worth(other) > worth(one) ||
                      (worth(other) === worth(one) && at < rivals.indexOf(one)),
              ).length;
            const counts = (one: (typeof alone)[number]) => isUnlimited || before(one) < limit;
            const earlier = rivals.slice(0, place).filter(counts).length;
            const isAlone = each.subject === null;
            const expected = isAlone
              ? each.state
              : !counts(each)
                ? "superseded"
                : earlier < free
                  ? "free"
                  : each.state;
            expect([each.id, stands]).toEqual([each.id, expected]);
          }
        }),
        tries(40),
      );
    },
  );

  it("stands in each window", () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(7, 30), (list, days) => {
        const window = `P${days}D`;
        const { outcomes } = settle(list, { uniqueBy: { per: "window", window } }, on(400));
        const opened = new Map<string, number>();
        for (const { id, subject, occurredAt, state } of outcomes) {
          const last = opened.get(subject ?? id) ?? Number.NEGATIVE_INFINITY;
          const opens = Date.parse(occurredAt) >= last + days * 86_400_000;
          if (opens) opened.set(subject ?? id, Date.parse(occurredAt));
          expect([id, state]).toEqual([id, opens ? "settled" : "superseded"]);
        }
      }),
      tries(40),
    );
  });
});
