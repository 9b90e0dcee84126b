import fc from "fast-check";
import {
  type ChargeInput,
  parseCharge,
  parsePolicy,
  rate,
  rateAmount,
  simulate,
  summarizeUsage,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  AGENT_TYPE,
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  parsedCase,
  perUnit,
  planCases,
  stored,
  thawed,
  unchecked,
} from "../support/plans.js";

const pages: UsageChargeInput = {
  id: "pages",
  name: "Pages",
  currency: "USD",
  chargeType: "usage",
  unitOfMeasure: "pages",
  includedUnits: 100,
  quantityRounding: { mode: "up", increment: 10 },
  pricing: {
    model: "tiered",
    tiers: [
      { upTo: 1_000, unitPrice: "0.015", flatFee: 2 },
      { unitPrice: "0.0125", flatFee: 3 },
    ],
  },
};

describe("rating a charge", () => {
  it("tells everything that led to the amount", () => {
    // 1302.5 is up to 1310, less 100 included: 1210.
    // 1000 × 0.015 + 2 = 17; 210 × 0.0125 + 3 = 5.625: 22.625 in all, rounded to 22.63.
    const rating = rate({ ...pages, maximum: 20 }, "1302.5");
    expect(rating).toMatchObject({
      chargeId: "pages",
      currency: "USD",
      quantity: "1210",
      unitOfMeasure: "pages",
      unitPrice: null,
      exactAmount: "22.625",
      amount: "20.00",
      warnings: [],
    });
    expect(rating.tiers.map(({ quantity, amount }) => [quantity, amount])).toEqual([
      ["1000", "17"],
      ["210", "5.625"],
    ]);
    expect(rating.steps.map(({ of, kind, value }) => [of, kind, value])).toEqual([
      ["quantity", "metered", "1302.5"],
      ["quantity", "quantity-rounding", "7.5"],
      ["quantity", "included-units", "-100"],
      ["amount", "tier", "15"],
      ["amount", "tier-flat-fee", "2"],
      ["amount", "tier", "2.625"],
      ["amount", "tier-flat-fee", "3"],
      ["amount", "rounding", "0.005"],
      ["amount", "maximum", "-2.63"],
    ]);
    expect(rating.terms).toEqual({
      chargeType: "usage",
      unitOfMeasure: "pages",
      includedUnits: "100",
      quantityRounding: { mode: "up", increment: "10" },
      maximum: "20",
      pricing: {
        model: "tiered",
        tiers: [
          { upTo: "1000", unitPrice: "0.015", flatFee: "2" },
          { unitPrice: "0.0125", flatFee: "3" },
        ],
      },
    });
  });

  it("gives frozen plain data", () => {
    const rating = rate(pages, 500);
    expect(thawed(rating)).toEqual([]);
    expect(stored(rating)).toEqual(rating);
    expect(structuredClone(rating)).toEqual(rating);
  });

  it("takes a usage summary", () => {
    const events = [eventOf({ unitOfMeasure: "pages", quantity: "1302.5" })];
    const summary = summarizeUsage(events, { charge: pages });
    expect(rate(pages, summary)).toEqual(rate(pages, "1302.5"));
    expect(rate(pages, stored(summary))).toEqual(rate(pages, "1302.5"));
  });

  it("takes the summary that an invoice takes, which is of an agent", () => {
    const events = [eventOf({ unitOfMeasure: "pages", quantity: "1302.5" })];
    const scope = { customerId: "acme", subscriptionId: "s1", period: JANUARY };
    const summary = summarizeUsage(events, { charge: pages, agentType: AGENT_TYPE, ...scope });
    expect(rate(pages, summary)).toEqual(rate(pages, "1302.5"));
  });

  it("takes an average that is a fraction", () => {
    const charge = perUnit("outcome", "0.30", { currency: "USD", aggregation: "average" });
    const events = [4, 1, 5].map((quantity, index) => eventOf({ id: `e${index}`, quantity }));
    const rating = rate(charge, summarizeUsage(events, { charge }));
    // 10/3 × 0.30
    expect([rating.quantity, rating.exactAmount, rating.amount]).toEqual(["10/3", "1", "1.00"]);
  });

  it("gives the same for a literal and for a parsed charge, under any policy", () => {
    const parsed = parseCharge(pages);
    const policy = { rounding: { mode: "half-even" } } as const;
    for (const quantity of [0, 1, "1302.5", 10n ** 20n, -7]) {
      expect(rate(parsed, quantity)).toEqual(rate(pages, quantity));
      expect(rateAmount(parsed, quantity)).toBe(rateAmount(pages, quantity));
      const [one, other] = [
        rate(pages, quantity, policy),
        rate(parsed, quantity, parsePolicy(policy)),
      ];
      expect(other).toEqual(one);
      expect(rateAmount(parsed, quantity, policy)).toBe(one.amount);
      // And the default once more, after another policy was asked for.
      expect(rateAmount(parsed, quantity)).toBe(rate(parsed, quantity).amount);
    }
    // 22.625
    expect([rateAmount(pages, "1302.5"), rateAmount(pages, "1302.5", policy)]).toEqual([
      "22.63",
      "22.62",
    ]);
  });

  it("bills a fee whatever the quantity, by rate as by rateAmount", () => {
    const platform = fee("platform", "99", { currency: "USD" });
    expect(rateAmount(platform, 7)).toBe("99.00");
    expect(rate(platform, 7).amount).toBe("99.00");
  });

  it("mirrors or drops usage below zero as the policy says", () => {
    const charge = perUnit("outcome", "0.067", { currency: "USD" });
    const allow = { negativeUsage: "allow" } as const;
    expect([rate(charge, -55).amount, rateAmount(charge, -55)]).toEqual(["0.00", "0.00"]);
    expect(rate(charge, -55).warnings.map(({ code }) => code)).toEqual(["negative_usage"]);
    // 55 × 0.067 = 3.685
    expect([rate(charge, -55, allow).amount, rateAmount(charge, -55, allow)]).toEqual([
      "-3.69",
      "-3.69",
    ]);
  });
});

describe("what cannot be rated", () => {
  const unpriced = perUnit("outcome", "1");
  const discount = {
    id: "off",
    name: "off",
    chargeType: "usage",
    currency: "USD",
    pricing: { model: "discount", percent: 10 },
  } as const satisfies ChargeInput;
  const bounded = perUnit("outcome", "1", {
    currency: "USD",
    pricing: { model: "volume", tiers: [{ upTo: 10, unitPrice: 1 }], overflow: "error" },
  });

  it.each([
    { title: "a charge without a currency", charge: unpriced, codes: ["missing_currency"] },
    { title: "a discount", charge: discount, codes: ["invalid_value"] },
    {
      title: "no charge",
      charge: unchecked<ChargeInput>(null),
      codes: ["invalid_type"],
    },
    {
      title: "a charge with several things wrong",
      charge: unchecked<ChargeInput>({ ...unpriced, id: "", currency: "XXX", minimum: -1 }),
      codes: ["invalid_id", "negative_price", "unknown_currency"],
    },
  ])("is refused by both: $title", ({ charge, codes }) => {
    for (const rateIt of [() => rate(charge, 1), () => rateAmount(charge, 1)]) {
      expect(
        issuesOf(rateIt)
          .map((issue) => issue.split(" ")[0])
          .toSorted(),
      ).toEqual(codes);
    }
  });

  it.each(["many", Number.NaN, "1e999", null, undefined, true, {}])(
    "is refused by both when the quantity is %s",
    (quantity) => {
      const charge = perUnit("outcome", "1", { currency: "USD" });
      const amount = issuesOf(() => rateAmount(charge, unchecked(quantity)));
      expect(amount).toEqual([expect.stringMatching(/ usage$/)]);
      if (typeof quantity === "object" && quantity !== null) return;
      expect(issuesOf(() => rate(charge, unchecked(quantity)))).toEqual(amount);
    },
  );

  it("is refused by both in the same way above a bounded last tier", () => {
    expect([rate(bounded, 10).amount, rateAmount(bounded, 10)]).toEqual(["10.00", "10.00"]);
    const issues = issuesOf(() => rate(bounded, "10.5"));
    expect(issues).toEqual(["quantity_above_last_tier usage"]);
    expect(issuesOf(() => rateAmount(bounded, "10.5"))).toEqual(issues);
  });
});

describe("LAWS of rating", () => {
  it("rate, rateAmount and simulate agree on a charge by itself", () => {
    fc.assert(
      fc.property(planCases().map(parsedCase), ({ plan, policy, usage, seats }) => {
        for (const charge of plan.charges.filter(pricesQuantity)) {
          const quantity = { ...usage, ...seats }[charge.id] ?? "0";
          const rating = rate(charge, quantity, policy);
          expect(rateAmount(charge, quantity, policy)).toBe(rating.amount);
          const simulation = simulate(charge, quantity, { policy });
          expect(simulation.amount).toBe(rating.amount);
          const [line] = simulation.lines.filter(({ terms }) => terms !== null);
          if (line === undefined) continue;
          for (const field of ["quantity", "exactAmount", "tiers", "terms", "unitPrice"] as const) {
            expect(line[field]).toEqual(rating[field]);
          }
        }
      }),
    );
  });

  it("rate and rateAmount of a fee are what simulate makes of it, whatever the quantity", () => {
    fc.assert(
      fc.property(planCases().map(parsedCase), fc.integer(), ({ plan, policy }, quantity) => {
        for (const charge of plan.charges.filter(({ pricing }) => pricing.model === "flat")) {
          const { amount } = simulate(charge, {}, { policy });
          expect(rateAmount(charge, quantity, policy)).toBe(amount);
          expect(rate(charge, quantity, policy).amount).toBe(amount);
        }
      }),
    );
  });
});

function pricesQuantity({ pricing: { model } }: ChargeInput): boolean {
  return model !== "flat" && model !== "discount";
}

describe("a percentage of a quantity that is given", () => {
  const pricing = { model: "percentage", percent: 1, minPerEvent: "2", maxPerEvent: "8" } as const;
  const fees: UsageChargeInput = {
    ...pages,
    id: "fees",
    includedUnits: null,
    quantityRounding: null,
    pricing,
  };

  it("is that of one event about it, with its minimum and maximum", () => {
    // 1 % of 100 is 1, of 500 is 5, of 1,000 is 10.
    for (const [quantity, amount] of [
      [100, "2.00"],
      ["500", "5.00"],
      [1_000n, "8.00"],
      [0, "2.00"],
    ] as const) {
      expect(rateAmount(fees, quantity)).toBe(amount);
      expect(rate(fees, quantity).amount).toBe(amount);
      expect(simulate(fees, quantity).amount).toBe(amount);
      expect(simulate(fees, { fees: quantity }).amount).toBe(amount);
      expect(simulate(fees, { pages: quantity }).amount).toBe(amount);
    }
  });

  it("takes back its percentage, and nothing else, below 0", () => {
    const policy = { negativeUsage: "allow" } as const;
    expect(simulate(fees, -100, { policy }).amount).toBe("-1.00");
  });
});
