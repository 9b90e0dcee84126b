/** One billable outcome for each conversation, order, …: which one, among which, and what gives its place back. */
import {
  mergeUsage,
  type OutcomePolicyInput,
  settleOutcomes,
  summarizeUsage,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  FAR,
  type Happening,
  judging,
  MONTHS,
  on,
  outcome,
  seller,
  signal,
} from "../../support/outcomes.js";
import { stored } from "../../support/plans.js";

type UniqueBy = NonNullable<OutcomePolicyInput["uniqueBy"]>;

function settle(policy: OutcomePolicyInput, events: readonly Happening[], asOf = FAR) {
  return settleOutcomes(events, policy, { asOf, periods: [...MONTHS] }).outcomes;
}

/** The ids that stand. */
function standing(policy: OutcomePolicyInput, events: readonly Happening[], asOf = FAR) {
  const ended = ["superseded", "blocked", "reversed", "unqualified"];
  return settle(policy, events, asOf)
    .filter(({ state }) => !ended.includes(state))
    .map(({ id }) => id);
}

function about(id: string, day: number, more: Partial<UsageEventInput> = {}): UsageEventInput {
  return outcome(id, day, { subject: "a", ...more });
}

const keeps = ["first", "last", "highest"] as const;

describe("one outcome of a subject", () => {
  const events = [
    about("e1", 3, { value: 10 }),
    about("e2", 25, { value: 30 }),
    about("e3", 34, { value: 20 }),
    about("e4", 40, { value: 5 }),
    outcome("e5", 10, { subject: "b" }),
  ];

  it.each([
    [{ per: "lifetime" }, ["e1", "e5"]],
    [{ per: "lifetime", keep: "first" }, ["e1", "e5"]],
    [{ per: "lifetime", keep: "last" }, ["e5", "e4"]],
    [{ per: "lifetime", keep: "highest" }, ["e5", "e2"]],
    [{ per: "billing-period" }, ["e1", "e5", "e3"]],
    [{ per: "billing-period", keep: "last" }, ["e5", "e2", "e4"]],
    [{ per: "billing-period", keep: "highest" }, ["e5", "e2", "e3"]],
    // The first opens a window to day 18, e2 one to day 40, and e4 the next.
    [{ per: "window", window: "P15D" }, ["e1", "e5", "e2", "e4"]],
    [{ per: "window", window: "P15D", keep: "last" }, ["e1", "e5", "e3", "e4"]],
    // To day 40.5, with both ends within.
    [{ per: "window", window: "PT372H", keep: "last" }, ["e1", "e5", "e4"]],
    [{ per: "window", window: "P90D", keep: "highest" }, ["e5", "e2"]],
  ] as const)("%j keeps %j", (uniqueBy: UniqueBy, ids) => {
    expect(standing({ uniqueBy }, events)).toEqual(ids);
    expect(standing({ uniqueBy }, events.toReversed())).toEqual(ids);
  });

  it("supersedes the others, which says by which, and they are not billable", () => {
    const [, second] = settle({ uniqueBy: { per: "lifetime" } }, events.slice(0, 2));
    expect(second).toMatchObject({ id: "e2", state: "superseded", billableAt: null });
    expect(second?.reasons.at(-1)).toEqual({ text: "superseded by e1", eventIds: ["e1"] });
  });

  it("is the earlier id of two at the same moment", () => {
    const two = [about("e2", 3), about("e1", 3)];
    expect(standing({ uniqueBy: { per: "lifetime" } }, two)).toEqual(["e1"]);
    expect(standing({ uniqueBy: { per: "lifetime", keep: "last" } }, two)).toEqual(["e2"]);
  });

  it("opens a window that ends exactly with its length", () => {
    const uniqueBy: UniqueBy = { per: "window", window: "P7D" };
    expect(standing({ uniqueBy }, [about("e1", 3), about("e2", 10)])).toEqual(["e1", "e2"]);
    expect(standing({ uniqueBy }, [about("e1", 3), about("e2", 9.5)])).toEqual(["e1"]);
  });
});

describe("the highest", () => {
  const highest: OutcomePolicyInput = { uniqueBy: { per: "lifetime", keep: "highest" } };

  it("is that of the highest value, else quantity, and the first of equals", () => {
    expect(
      standing(highest, [about("e1", 3, { quantity: 2 }), about("e2", 4, { quantity: 3 })]),
    ).toEqual(["e2"]);
    expect(
      standing(highest, [about("e1", 3, { value: 9 }), about("e2", 4, { value: "10" })]),
    ).toEqual(["e2"]);
    expect(
      standing(highest, [about("e1", 3, { value: "9.0" }), about("e2", 4, { value: 9 })]),
    ).toEqual(["e1"]);
  });

  it("is so by what is left of it", () => {
    const part = signal("s1", 5, { reverses: "e1", value: 8 });
    const two = [about("e1", 3, { value: 10 }), about("e2", 4, { value: 5 })];
    expect(standing({ ...highest, reverse: {} }, two)).toEqual(["e1"]);
    expect(standing({ ...highest, reverse: {} }, [...two, part])).toEqual(["e2"]);
  });
});

describe("the key", () => {
  it.each([
    ["name", { name: "x" }],
    ["agentId", { agentId: "x" }],
    ["agentType", { agentType: "x" }],
    ["properties.order", { properties: { order: "x" } }],
    ["properties.order", { properties: { order: 7 } }],
    ["properties.order", { properties: { order: false } }],
  ])("may be %s: %j", (key, same) => {
    const uniqueBy: UniqueBy = { key, per: "lifetime" };
    const events = [outcome("e1", 3, same), outcome("e2", 4, same), outcome("e3", 5)];
    expect(standing({ uniqueBy }, events)).toEqual(["e1", "e3"]);
  });

  it.each(["subject", "properties.order"])(
    "that is missing makes an outcome count alone: %s",
    (key) => {
      const uniqueBy: UniqueBy = { key, per: "lifetime" };
      const outcomes = settle({ uniqueBy }, [outcome("e1", 3), outcome("e2", 4)]);
      expect(outcomes).toMatchObject([{ state: "settled" }, { state: "settled" }]);
      expect(outcomes[1]?.reasons.at(-1)).toEqual({
        text: `counts alone: it has no ${key}`,
        eventIds: [],
      });
    },
  );

  it("tells customers apart", () => {
    const foreign = { ...about("e2", 4), customerId: "globex" };
    expect(standing({ uniqueBy: { per: "lifetime" } }, [about("e1", 3), foreign])).toEqual([
      "e1",
      "e2",
    ]);
  });
});

describe("a place", () => {
  const policy = (keep: UniqueBy["keep"]): OutcomePolicyInput => ({
    uniqueBy: { per: "lifetime", ...(keep === undefined ? {} : { keep }) },
    confirm: { signals: ["solved"] },
    reverse: {},
  });
  const events = [about("e1", 3), about("e2", 4), about("e3", 5)];
  const confirmed = signal("s0", 6, { name: "solved", subject: "a" });

  it.each(keeps)("is given back by what is reversed or blocked, to the next: %s", (keep) => {
    const order = keep === "last" ? ["e3", "e2", "e1"] : ["e1", "e2", "e3"];
    const reversals = order.map((id, index) => signal(`r${index}`, 10 + index, { reverses: id }));
    const all = [...events, confirmed, ...reversals];
    expect([8, 10, 11, 12].map((day) => standing(policy(keep), all, on(day)))).toEqual([
      ...order.map((id) => [id]),
      [],
    ]);
    expect(
      [8, 10, 11, 12].map((day) => standing(policy(keep), [...events, ...reversals], on(day))),
    ).toEqual([...order.map((id) => [id]), []]);
  });

  it("is held while it waits for its confirmation", () => {
    const second = signal("s0", 6, { confirms: "e2" });
    expect(settle(policy("first"), [...events, second])).toMatchObject([
      { id: "e1", state: "pending" },
      { id: "e2", state: "superseded" },
      { id: "e3", state: "superseded" },
    ]);
  });

  it("is not held by what does not qualify", () => {
    const rest = { ...policy("first"), qualifies: { field: "properties.ok", equals: true } };
    const good = about("e4", 6, { properties: { ok: true } });
    expect(standing(rest, [...events, good])).toEqual(["e4"]);
  });

  it("is lost to an earlier outcome that becomes known later", () => {
    const late = about("e0", 2, { receivedAt: on(20) });
    const first: OutcomePolicyInput = { uniqueBy: { per: "lifetime" } };
    expect(standing(first, [...events, late], on(19))).toEqual(["e1"]);
    expect(standing(first, [...events, late], on(20))).toEqual(["e0"]);
  });
});

describe("billing periods", () => {
  it("are those in which outcomes occur, not those in which they are billed", () => {
    const policy: OutcomePolicyInput = {
      uniqueBy: { per: "billing-period" },
      confirm: { assumedAfter: "P10D" },
    };
    expect(standing(policy, [about("e1", 30), about("e2", 33)])).toEqual(["e1", "e2"]);
  });

  it("begin at their start and end before their end", () => {
    const policy: OutcomePolicyInput = { uniqueBy: { per: "billing-period" } };
    expect(standing(policy, [about("e1", 1), about("e2", 31.99), about("e3", 32)])).toEqual([
      "e1",
      "e3",
    ]);
  });
});

describe("several outcomes of a subject", () => {
  const five = [1, 2, 3, 4, 5].map((day) => about(`e${day}`, day, { value: day % 3 }));
  const statesBy = (uniqueBy: UniqueBy, events: readonly Happening[] = five) =>
    settle({ uniqueBy, reverse: {} }, events).map(({ id, state }) => `${id} ${state}`);

  it("count up to a limit, by what is kept", () => {
    // Their values are 1, 2, 0, 1, 2.
    expect(standing({ uniqueBy: { per: "lifetime", limit: 2 } }, five)).toEqual(["e1", "e2"]);
    expect(standing({ uniqueBy: { per: "lifetime", keep: "last", limit: 3 } }, five)).toEqual([
      "e3",
      "e4",
      "e5",
    ]);
    expect(standing({ uniqueBy: { per: "lifetime", keep: "highest", limit: 3 } }, five)).toEqual([
      "e1",
      "e2",
      "e5",
    ]);
    expect(standing({ uniqueBy: { per: "lifetime", limit: "unlimited" } }, five)).toHaveLength(5);
  });

  it("count up to a limit in each window", () => {
    // e1 opens one to day 4, e4 the next.
    const uniqueBy: UniqueBy = { per: "window", window: "P3D", limit: 2 };
    expect(standing({ uniqueBy }, five)).toEqual(["e1", "e2", "e4", "e5"]);
  });

  it("say by how many they were superseded", () => {
    const [, , third] = settle({ uniqueBy: { per: "lifetime", limit: 2 } }, five);
    expect(third?.reasons.at(-1)).toEqual({
      text: "superseded by e2 and 1 more",
      eventIds: ["e2"],
    });
  });

  it("are free as far as the first go, and the next are billed", () => {
    const uniqueBy: UniqueBy = { per: "lifetime", limit: "unlimited", free: 3 };
    expect(statesBy(uniqueBy)).toEqual([
      "e1 free",
      "e2 free",
      "e3 free",
      "e4 confirmed",
      "e5 confirmed",
    ]);
    const [first] = settle({ uniqueBy }, five);
    expect(first).toMatchObject({ billableAt: null });
    expect(first?.reasons.at(-1)).toEqual({
      text: "free: one of the first 3 of its subject",
      eventIds: [],
    });
  });

  it("are free in the order of time, whichever count", () => {
    const uniqueBy: UniqueBy = { per: "lifetime", keep: "last", limit: 3, free: 1 };
    expect(statesBy(uniqueBy)).toEqual([
      "e1 superseded",
      "e2 superseded",
      "e3 free",
      "e4 confirmed",
      "e5 confirmed",
    ]);
  });

  it("give the free place back when they are taken back", () => {
    const uniqueBy: UniqueBy = { per: "lifetime", limit: "unlimited", free: 1 };
    const back = signal("s1", 9, { reverses: "e1" });
    expect(statesBy(uniqueBy, [...five.slice(0, 3), back])).toEqual([
      "e1 reversed",
      "e2 free",
      "e3 confirmed",
    ]);
  });

  it("are none where they have no key: each counts, and none is free", () => {
    const uniqueBy: UniqueBy = { per: "lifetime", limit: 2, free: 1 };
    const events = [outcome("e1", 1), outcome("e2", 2), outcome("e3", 3)];
    expect(statesBy(uniqueBy, events)).toEqual(["e1 confirmed", "e2 confirmed", "e3 confirmed"]);
  });

  it("are billed from the fourth on, over the months, and a guarantee counts the free ones", () => {
    const uniqueBy: UniqueBy = { per: "lifetime", limit: "unlimited", free: 3 };
    const guarantee = { successRate: 100, remedy: { waive: true } } as const;
    const { bill } = seller([judging({ uniqueBy }, { guarantee })]);
    // Two in January, two in February: the fourth is the first that is billed, 1.00 each.
    const usage = [about("e1", 3), about("e2", 20), about("e3", 33), about("e4", 40)];
    const january = bill(MONTHS[0], usage);
    expect([january.total, january.usage.counts.unmatched]).toEqual(["0.00", 2]);
    const february = bill(MONTHS[1], usage, { previous: [january] });
    expect(february.total).toBe("1.00");
    expect(february.lines.map(({ kind }) => kind)).toEqual(["usage"]);
  });

  it("settle alike in parts that are merged", () => {
    const uniqueBy: UniqueBy = { per: "lifetime", limit: 3, free: 1 };
    const options = { charge: judging({ uniqueBy }), customerId: "acme" };
    const whole = summarizeUsage(five, options);
    const [a, b] = [five.slice(3), five.slice(0, 3)].map((part) => summarizeUsage(part, options));
    if (a === undefined || b === undefined) throw new Error("unreachable: two summaries");
    expect(mergeUsage(stored(a), stored(b))).toEqual(whole);
    // e1 is free, e2 and e3 count, e4 and e5 are beyond the limit.
    expect(whole.quantity).toBe("2");
  });
});
