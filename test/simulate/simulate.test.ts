import {
  type ChargeInput,
  parseCharge,
  parsePolicy,
  parseProduct,
  parseRatePlan,
  type SimulateOptions,
  type SimulationTarget,
  simulate,
  summarizeUsage,
  type UsageInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  AGENT_TYPE,
  amountsOf,
  billOf,
  eventOf,
  fee,
  frozen,
  issuesOf,
  JANUARY,
  perUnit,
  planOf,
  productOf,
  stored,
  thawed,
  unchecked,
} from "../support/plans.js";

/** The walkthrough's charge: 100 outcomes at 50 dollars, the next 400 at 40, then 30. */
const outcome = {
  id: "outcome",
  name: "outcome charge",
  currency: "USD",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: {
    model: "tiered",
    tiers: [{ upTo: 100, unitPrice: "50" }, { upTo: 500, unitPrice: "40" }, { unitPrice: "30" }],
  },
} as const satisfies ChargeInput;

const setup: ChargeInput = {
  id: "setup",
  name: "Setup",
  chargeType: "one-time",
  pricing: { model: "flat", amount: 500 },
};
const seats: ChargeInput = {
  id: "seats",
  name: "Seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "12.50" },
};
const actions = perUnit("action", "0.10", { name: "Actions" });
const plan = planOf([setup, fee("platform", "99"), outcome]);

describe("a charge", () => {
  it.each([
    { used: 0, amount: "0.00" },
    { used: 1, amount: "50.00" },
    { used: 100, amount: "5000.00" },
    { used: 101, amount: "5040.00" },
    // 5000 + 400 × 40
    { used: 500, amount: "21000.00" },
    // 5000 + 16000 + 150 × 30
    { used: 650, amount: "25500.00" },
    // 5000 + 0.5 × 40
    { used: "100.5", amount: "5020.00" },
  ])("costs $amount for $used", ({ used, amount }) => {
    expect(simulate(outcome, used).amount).toBe(amount);
  });

  it("is shown tier by tier", () => {
    const [line, ...others] = simulate(outcome, 650).lines;
    expect(others).toEqual([]);
    expect(line?.tiers.map((tier) => [tier.quantity, tier.unitPrice, tier.amount])).toEqual([
      ["100", "50", "5000"],
      ["400", "40", "16000"],
      ["150", "30", "4500"],
    ]);
  });

  it("stands for itself: no plan, the currency it names, no period", () => {
    const result = simulate({ ...outcome, currency: "JPY" }, 1);
    expect(result).toMatchObject({
      schemaVersion: 1,
      ratePlanId: null,
      currency: "JPY",
      amount: "50",
      warnings: [],
    });
    expect(result.lines[0]?.key).toBe("usage:outcome");
    expect(result.lines[0]).not.toHaveProperty("servicePeriod");
  });

  it("needs a currency of its own", () => {
    const { currency: _currency, ...bare } = outcome;
    expect(issuesOf(() => simulate(bare, 1))).toEqual(["missing_currency currency"]);
  });

  it("may be a fee, which asks for no usage", () => {
    const platform = fee("platform", "99", { currency: "USD" });
    expect(simulate(platform, {}).amount).toBe("99.00");
    expect(simulate(platform, []).amount).toBe("99.00");
    expect(simulate({ ...setup, currency: "USD" }, {}).amount).toBe("500.00");
  });

  it("may be seats, whose quantity stands for itself, in a record, or in the options", () => {
    const charge = { ...seats, currency: "USD" };
    expect(simulate(charge, 3).amount).toBe("37.50");
    expect(simulate(charge, { seats: 3 }).amount).toBe("37.50");
    expect(simulate(charge, { "@seat": 3 }).amount).toBe("37.50");
    expect(simulate(charge, {}, { quantities: { seats: 3 } }).amount).toBe("37.50");
    expect(issuesOf(() => simulate(charge, {}))).toEqual(["missing_quantity quantities.seats"]);
    // A number has no field to point at.
    expect(issuesOf(() => simulate(charge, 3, { quantities: { seats: 3 } }))).toEqual([
      "ambiguous_usage quantities.seats",
    ]);
    expect(issuesOf(() => simulate(charge, { seats: 3 }, { quantities: { seats: 3 } }))).toEqual([
      "ambiguous_usage usage.seats",
    ]);
  });

  it("holds its minimum and maximum", () => {
    const charge = { ...outcome, minimum: 100, maximum: 5_010 };
    expect(amountsOf(simulate(charge, 1))).toEqual([
      ["outcome charge", "50.00"],
      ["outcome charge: minimum of 100.00", "50.00"],
    ]);
    expect(amountsOf(simulate(charge, 101))).toEqual([
      ["outcome charge", "5040.00"],
      ["outcome charge: maximum of 5010.00", "-30.00"],
    ]);
  });
});

describe("a rate plan", () => {
  it("costs what its first full period bills", () => {
    const result = simulate(plan, 650);
    expect(result.ratePlanId).toBe("starter");
    expect(amountsOf(result)).toEqual([
      ["Setup", "500.00"],
      ["platform", "99.00"],
      ["outcome charge", "25500.00"],
    ]);
    expect(result.amount).toBe("26099.00");
  });

  it("takes its discounts and its minimum commitment into account", () => {
    const off = {
      id: "off",
      name: "off",
      chargeType: "recurring",
      pricing: { model: "discount", percent: 10 },
    } as const;
    const result = simulate(planOf([fee("platform", "99"), off], { minimumCommitment: 95 }), {});
    // 99 − 9.90 = 89.10, and 5.90 to the commitment.
    expect(result.lines.map(({ amount }) => amount)).toEqual(["99.00", "-9.90", "5.90"]);
    expect(result.amount).toBe("95.00");
  });

  it("without charges costs nothing", () => {
    expect(simulate(planOf([]), {})).toMatchObject({ amount: "0.00", lines: [] });
  });
});

describe("a product", () => {
  it("is its only rate plan", () => {
    expect(simulate(productOf(plan), 650)).toEqual(simulate(plan, 650));
  });

  it("with several plans needs to be told which", () => {
    const pro = planOf([fee("platform", "299")], { id: "pro" });
    const product = productOf(plan, pro);
    expect(simulate(product, {}, { ratePlanId: "pro" }).amount).toBe("299.00");
    expect(simulate(product, 1, { ratePlanId: "starter" }).ratePlanId).toBe("starter");
    expect(issuesOf(() => simulate(product, 1))).toEqual(["ambiguous_rate_plan ratePlans"]);
    expect(issuesOf(() => simulate(product, 1, { ratePlanId: "free" }))).toEqual([
      expect.stringMatching(/^unknown_rate_plan .*ratePlanId$/),
    ]);
  });

  it("with one plan refuses the name of another", () => {
    expect(issuesOf(() => simulate(productOf(plan), 1, { ratePlanId: "pro" }))).toHaveLength(1);
  });

  it("without plans has nothing to simulate", () => {
    expect(issuesOf(() => simulate(productOf(), 1))).toEqual(["ambiguous_rate_plan ratePlans"]);
  });

  it("leaves out the events of other agents, and nobody else's", () => {
    const events = [
      eventOf({ id: "1" }),
      eventOf({ id: "2", agentType: AGENT_TYPE, customerId: "globex", subscriptionId: "s9" }),
      eventOf({ id: "3", timestamp: "1999-01-01T00:00:00Z", receivedAt: "2999-01-01T00:00:00Z" }),
      eventOf({ id: "4", agentType: "chat-agent" }),
    ];
    const result = simulate(productOf(planOf([outcome])), events);
    expect(result.amount).toBe("150.00");
    expect(result.usage.counts).toMatchObject({ matched: 3, unmatched: 1 });
    // A plan or a charge by itself is of no agent.
    expect(simulate(planOf([outcome]), events).amount).toBe("200.00");
    expect(simulate(outcome, events).amount).toBe("200.00");
  });
});

describe("a target", () => {
  const targets: readonly {
    readonly title: string;
    readonly literal: SimulationTarget;
    readonly parsed: SimulationTarget;
  }[] = [
    { title: "charge", literal: outcome, parsed: parseCharge(outcome) },
    { title: "rate plan", literal: plan, parsed: parseRatePlan(plan) },
    { title: "product", literal: productOf(plan), parsed: parseProduct(productOf(plan)) },
  ];

  it.each(targets)("gives the same parsed, frozen or stored: a $title", ({ literal, parsed }) => {
    const expected = simulate(literal, 650);
    expect(simulate(parsed, 650)).toEqual(expected);
    expect(simulate(frozen(stored(literal)), 650)).toEqual(expected);
    expect(simulate(stored(parsed), 650)).toEqual(expected);
  });

  it.each(targets)("gives frozen plain data: a $title", ({ literal }) => {
    const result = simulate(literal, [eventOf(), eventOf()]);
    expect(thawed(result)).toEqual([]);
    expect(stored(result)).toEqual(result);
    expect(structuredClone(result)).toEqual(result);
  });

  it("may be a plan or a charge out of a parsed product", () => {
    const product = parseProduct(productOf(plan));
    const [parsedPlan] = product.ratePlans;
    const parsedCharge = parsedPlan?.charges[2];
    if (parsedPlan === undefined || parsedCharge === undefined) throw new Error("a parsed plan");
    expect(simulate(parsedPlan, 650)).toEqual(simulate(plan, 650));
    expect(simulate(parsedCharge, 650)).toEqual(simulate(outcome, 650));
  });

  it.each([null, undefined, 5, "starter", [], {}, () => plan])("is refused when it is %s", (it) => {
    expect(issuesOf(() => simulate(unchecked(it), 1)).length).toBeGreaterThan(0);
  });

  it("is refused with every issue, by its path", () => {
    const broken = productOf(
      planOf([{ ...outcome, name: unchecked(5) }, fee("platform", "-1"), fee("platform", "1")]),
    );
    expect(issuesOf(() => simulate(broken, 1)).toSorted()).toEqual([
      "duplicate_id ratePlans.0.charges.2.id",
      "invalid_type ratePlans.0.charges.0.name",
      "negative_price ratePlans.0.charges.1.pricing.amount",
    ]);
  });
});

describe("usage", () => {
  const both = planOf([outcome, { ...actions, aggregation: "count" }]);
  const events = [
    eventOf({ id: "1", quantity: 100 }),
    eventOf({ id: "2", quantity: 2.5 }),
    eventOf({ id: "2", quantity: 2.5 }),
    eventOf({ id: "3", unitOfMeasure: "@action", quantity: 99 }),
    eventOf({ id: "4", unitOfMeasure: "@action" }),
    eventOf({ id: "5", unitOfMeasure: "@other" }),
    unchecked<ReturnType<typeof eventOf>>(null),
  ];
  const summaries = [outcome, { ...actions, aggregation: "count" as const }].map((charge) =>
    summarizeUsage(events, { charge }),
  );
  const forms: readonly { readonly form: string; readonly usage: UsageInput }[] = [
    { form: "events", usage: events },
    { form: "a stream of events", usage: events.values() },
    { form: "a record by charge", usage: { outcome: "102.5", action: 2 } },
    { form: "a record by unit", usage: { "@outcome": 102.5, "@action": 2n } },
    { form: "summaries", usage: summaries },
    { form: "stored summaries", usage: stored(summaries) },
  ];

  it.each(forms)("costs the same by $form", ({ usage }) => {
    // 5000 + 2.5 × 40 = 5100, and 2 × 0.10.
    expect(amountsOf(simulate(both, usage))).toEqual([
      ["outcome charge", "5100.00"],
      ["Actions", "0.20"],
    ]);
  });

  it("by events is reported on", () => {
    expect(simulate(both, events).usage.counts).toEqual({
      matched: 4,
      signal: 0,
      duplicate: 1,
      conflict: 0,
      "outside-period": 0,
      unmatched: 1,
      invalid: 1,
    });
  });

  it("by one quantity needs one usage charge", () => {
    expect(simulate(plan, 2).amount).toBe("699.00");
    expect(issuesOf(() => simulate(both, 2))).toEqual(["ambiguous_usage usage"]);
  });

  it("by unit needs one charge on it", () => {
    const twice = planOf([outcome, { ...actions, unitOfMeasure: "@outcome" }]);
    expect(issuesOf(() => simulate(twice, { "@outcome": 2 }))).toEqual([
      "ambiguous_usage usage.@outcome",
    ]);
    expect(simulate(twice, { outcome: 2, action: 3 }).amount).toBe("100.30");
  });

  it.each([
    { usage: { nothing: 1 }, issue: "unknown_charge usage.nothing" },
    { usage: { setup: 1 }, issue: "unknown_charge usage.setup" },
    { usage: { outcome: "1,5" }, issue: "not_a_decimal usage.outcome" },
    { usage: { outcome: 1, "@outcome": 1 }, issue: "ambiguous_usage usage.@outcome" },
    { usage: "some", issue: "not_a_decimal usage" },
    { usage: Number.POSITIVE_INFINITY, issue: "not_finite usage" },
    { usage: null, issue: "missing usage" },
    { usage: undefined, issue: "missing usage" },
  ])("is refused when it is $usage", ({ usage, issue }) => {
    expect(issuesOf(() => simulate(plan, unchecked(usage)))).toEqual([issue]);
  });

  it("by a summary of anyone, of any time, is taken", () => {
    const summary = summarizeUsage(events, {
      charge: outcome,
      customerId: "acme",
      subscriptionId: "s1",
      period: JANUARY,
    });
    expect(simulate(plan, summary).amount).toBe("5699.00");
    expect(simulate(outcome, [summary]).amount).toBe("5100.00");
  });

  it("by the summary that an invoice takes is taken, for a charge, a plan or a product", () => {
    const agentType = AGENT_TYPE;
    const summary = summarizeUsage(events, { charge: outcome, agentType, period: JANUARY });
    expect(simulate(productOf(plan), summary).amount).toBe("5699.00");
    expect(simulate(plan, summary).amount).toBe("5699.00");
    expect(simulate(outcome, summary).amount).toBe("5100.00");
  });

  it("by the summary of another agent is refused for a product, whose events would be left out", () => {
    const agentType = "chat-agent";
    const summary = summarizeUsage(events, { charge: outcome, agentType });
    expect(issuesOf(() => simulate(productOf(plan), [summary]))).toEqual([
      "usage_mismatch usage.0.agentType",
    ]);
    expect(simulate(plan, [summary]).amount).toBe("5699.00");
  });

  it("by a summary of another unit or aggregation is refused", () => {
    const other = summarizeUsage([], { charge: { ...outcome, unitOfMeasure: "@action" } });
    expect(issuesOf(() => simulate(outcome, [other]))).toEqual([
      "usage_mismatch usage.0.fingerprint",
    ]);
    const counted = summarizeUsage([], { charge: { ...outcome, aggregation: "count" } });
    expect(issuesOf(() => simulate(outcome, [counted]))).toEqual([
      "usage_mismatch usage.0.aggregation",
    ]);
  });

  it("below zero costs nothing, with a warning, unless it is allowed", () => {
    const result = simulate(outcome, -3);
    expect([result.amount, result.warnings.map(({ code }) => code)]).toEqual([
      "0.00",
      ["negative_usage"],
    ]);
    const allowed = simulate(outcome, -3, { policy: { negativeUsage: "allow" } });
    expect([allowed.amount, allowed.warnings]).toEqual(["-150.00", []]);
  });
});

describe("seats", () => {
  const withSeats = planOf([seats, outcome]);

  it("come from the options or from a record of usage", () => {
    // 4 × 12.50 + 2 × 50
    const asked: readonly (readonly [UsageInput, SimulateOptions])[] = [
      [2, { quantities: { seats: 4 } }],
      [{ outcome: 2 }, { quantities: { seats: "4.0" } }],
      [{ outcome: 2, seats: 4 }, {}],
      [{ "@outcome": 2, "@seat": 4 }, {}],
      [[eventOf({ quantity: 2 })], { quantities: { seats: 4 } }],
    ];
    for (const [usage, options] of asked) {
      expect(simulate(withSeats, usage, options).amount).toBe("150.00");
    }
  });

  it("leave their unit to the usage charge on it, as an invoice does", () => {
    const extra = perUnit("extra", "2", { unitOfMeasure: "@seat" });
    const sale = { charges: [seats, extra], subscription: { quantities: { seats: 4 } } };
    // 4 × 12.50 + 3 × 2
    expect(billOf({ ...sale, usage: { "@seat": 3 } }).total).toBe("56.00");
    const quantities = { seats: 4 };
    expect(simulate(planOf([seats, extra]), { "@seat": 3 }, { quantities }).amount).toBe("56.00");
  });

  it("are asked for", () => {
    for (const usage of [2, { outcome: 2 }, [eventOf()]]) {
      expect(issuesOf(() => simulate(withSeats, usage))).toEqual([
        "missing_quantity quantities.seats",
      ]);
    }
  });

  it("are given once", () => {
    const twice = () => simulate(withSeats, { seats: 1 }, { quantities: { seats: 1 } });
    expect(issuesOf(twice)).toEqual(["ambiguous_usage usage.seats"]);
  });

  it("are quantities of recurring charges, from 0", () => {
    const wrong = { seats: -1, outcome: 1, nothing: 1 };
    expect(issuesOf(() => simulate(withSeats, 1, { quantities: wrong })).toSorted()).toEqual([
      "out_of_range quantities.seats",
      "unknown_charge quantities.nothing",
      "unknown_charge quantities.outcome",
    ]);
  });

  it("below zero are refused in a record as they are in the options", () => {
    expect(issuesOf(() => simulate(withSeats, { seats: -1, outcome: 1 }))).toEqual([
      "out_of_range usage.seats",
    ]);
  });
});

describe("what charges say about time", () => {
  const later = { effectiveDate: "2026-01-02", withinPeriod: "split" } as const;
  const timed: readonly ChargeInput[] = [
    fee("platform", "99", { billingTiming: "in-advance" } as Partial<ChargeInput>),
    {
      ...seats,
      proration: { method: "fixed-days", daysPerMonth: 30, of: ["fee", "limits"] },
      revisions: [{ ...later, pricing: { model: "per-unit", unitPrice: 1 } }],
    } as ChargeInput,
    perUnit("action", "0.10", {
      name: "Actions",
      proration: "days",
      revisions: [{ ...later, pricing: { model: "per-unit", unitPrice: 9 } }],
    }),
  ];

  it("means nothing where there is no time: a full cycle at the charge's own prices", () => {
    const options = { quantities: { seats: 4 } };
    const timeless = [fee("platform", "99"), seats, actions];
    const bare = simulate(planOf(timeless), { action: 30 }, options);
    const result = simulate(planOf(timed), { action: 30 }, options);
    expect(amountsOf(result)).toEqual(amountsOf(bare));
    expect(result.amount).toBe("152.00");
  });

  it("stands in the terms, but for the prices of other times", () => {
    const { lines } = simulate(planOf(timed), { action: 30 }, { quantities: { seats: 4 } });
    expect(lines.map(({ terms }) => terms)).toEqual([
      {
        chargeType: "recurring",
        ratePlanId: "starter",
        billingTiming: "in-advance",
        pricing: { model: "flat", amount: "99" },
      },
      {
        chargeType: "recurring",
        ratePlanId: "starter",
        unitOfMeasure: "@seat",
        proration: { method: "fixed-days", daysPerMonth: 30, of: ["fee", "limits"] },
        pricing: { model: "per-unit", unitPrice: "12.5" },
      },
      {
        chargeType: "usage",
        ratePlanId: "starter",
        unitOfMeasure: "@action",
        proration: { method: "days" },
        pricing: { model: "per-unit", unitPrice: "0.1" },
      },
    ]);
  });

  it("is checked as in any catalog", () => {
    const wrong = [fee("platform", "99", { billingCycle: "weekly" } as Partial<ChargeInput>)];
    expect(issuesOf(() => simulate(planOf(wrong), 1))).toEqual([
      "cycle_mismatch charges.0.billingCycle",
    ]);
  });
});

describe("the policy", () => {
  it("is the default one unless given, and is recorded", () => {
    expect(simulate(outcome, 1).policy).toEqual(parsePolicy({}));
    const policy = { rounding: { mode: "half-even" }, zeroLines: true } as const;
    expect(simulate(outcome, 1, { policy }).policy).toEqual(parsePolicy(policy));
    expect(simulate(outcome, 1, { policy: parsePolicy(policy) }).policy).toEqual(
      parsePolicy(policy),
    );
  });

  it("decides how amounts are rounded, which lines are kept, and which currencies there are", () => {
    const small = perUnit("outcome", "0.125", { currency: "CREDIT" });
    const currencies = { CREDIT: 2 };
    const with2 = (policy: object) => ({ policy: { currencies, ...policy } });
    expect(simulate(small, 1, with2({})).amount).toBe("0.13");
    expect(simulate(small, 1, with2({ rounding: { mode: "half-even" } })).amount).toBe("0.12");
    expect(simulate(small, 0, with2({})).lines).toEqual([]);
    expect(simulate(small, 0, with2({ zeroLines: true })).lines).toHaveLength(1);
    expect(issuesOf(() => simulate(small, 1))).toEqual(["unknown_currency currency"]);
  });

  it("is refused with its issues, along with those of the target", () => {
    const policy = unchecked<SimulateOptions["policy"]>({ rounding: { mode: "nearest" }, x: 1 });
    const broken = { ...outcome, id: "" };
    expect(issuesOf(() => simulate(broken, 1, unchecked({ policy }))).toSorted()).toEqual([
      "invalid_id id",
      "invalid_value policy.rounding.mode",
      "unknown_key policy.x",
    ]);
  });

  it("refuses an increment that is no multiple of the minor unit", () => {
    const policy = { rounding: { increment: "0.001" } };
    expect(issuesOf(() => simulate(outcome, 1, { policy }))).toEqual([
      "invalid_increment policy.rounding.increment",
    ]);
  });
});

describe("an option that does not exist", () => {
  it("is refused, for an option misspelt is an option lost", () => {
    const misspelt = { rateplanId: "starter" } as never;
    const fee = perUnit("calls", "1", { currency: "USD" });
    expect(issuesOf(() => simulate(fee, 1, misspelt))).toEqual(["unknown_key rateplanId"]);
  });
});
