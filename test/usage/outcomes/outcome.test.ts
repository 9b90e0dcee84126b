/** The states of an outcome: which of them hold a place, and that each can be reached. */
import { type OutcomePolicyInput, type OutcomeState, settleOutcomes } from "rateplan";
import { describe, expect, it } from "vitest";
import { ZERO } from "../../../src/money/fraction.js";
import { isStanding } from "../../../src/usage/outcomes/outcome.js";
import { on, outcome, signal } from "../../support/outcomes.js";
import { unchecked } from "../../support/plans.js";

const STANDS: { readonly [S in OutcomeState]: boolean } = {
  pending: true,
  confirmed: true,
  settled: true,
  blocked: false,
  reversed: false,
  superseded: false,
  free: false,
  unqualified: false,
};

describe("an outcome", () => {
  it.each(Object.entries(STANDS))("that is %s stands: %s", (state, stands) => {
    expect(isStanding(unchecked({ state, quantity: ZERO }))).toBe(stands);
  });

  it("can be in every state", () => {
    const policy: OutcomePolicyInput = {
      qualifies: { not: { field: "name", equals: "lost" } },
      uniqueBy: { per: "lifetime" },
      confirm: { signals: ["solved"] },
      reverse: { within: "P10D" },
    };
    const events = [
      ...["pending", "confirmed", "settled", "blocked", "reversed"].map((state, index) =>
        outcome(state, 2 + index, { subject: state }),
      ),
      outcome("superseded", 8, { subject: "confirmed" }),
      outcome("unqualified", 9, { name: "lost" }),
      signal("s1", 10, { confirms: "settled" }),
      signal("s2", 10, { reverses: "blocked" }),
      signal("s3", 10, { confirms: "reversed" }),
      signal("s4", 11, { reverses: "reversed" }),
      signal("s5", 15, { confirms: "confirmed" }),
    ];
    const { outcomes } = settleOutcomes(events, policy, { asOf: on(20) });
    expect(outcomes.map(({ state }) => state)).toEqual(outcomes.map(({ id }) => id));
    const uniqueBy = { per: "lifetime", limit: 2, free: 1 } as const;
    const [free] = settleOutcomes(
      [outcome("free", 2, { subject: "a" })],
      { uniqueBy },
      { asOf: on(3) },
    ).outcomes;
    const states = new Set([free, ...outcomes].map((each) => each?.state));
    expect(states.size).toBe(Object.keys(STANDS).length);
  });
});
