/** What the type of a line's kind says of its parts: the library writes lines of each kind with what the kind has. */
import fc from "fast-check";
import { creditNote, invoice, type Line, type LineKind, simulate } from "rateplan";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import { lives, outcomeLives, WIDE } from "../support/lives.js";
import { judging, MONTHS, on, outcome, seller } from "../support/outcomes.js";
import { fee, parsedCase, perUnit, planCases, requestFor } from "../support/plans.js";
import { tries } from "../support/tries.js";

type Part =
  | "group"
  | "unitOfMeasure"
  | "unitPrice"
  | "tiers"
  | "appliedTo"
  | "adjustment"
  | "terms";

const ofCharges = { always: ["terms"], never: ["appliedTo", "adjustment"] } as const;
const sharesAlone = {
  always: ["appliedTo"],
  never: ["group", "unitOfMeasure", "unitPrice", "tiers", "adjustment", "terms"],
} as const;
const amountsAlone = {
  always: [],
  never: ["group", "unitOfMeasure", "unitPrice", "tiers", "appliedTo", "adjustment", "terms"],
} as const;
/** Kinds of which a line may be of one charge, or of the whole plan. */
const ofAny: ReadonlySet<LineKind> = new Set<LineKind>(["concession", "concession-return"]);

/** The parts that lines of a kind always have, and never. */
const PARTS: {
  readonly [kind in LineKind]: {
    readonly always: readonly Part[];
    readonly never: readonly Part[];
  };
} = {
  "one-time": ofCharges,
  recurring: ofCharges,
  usage: ofCharges,
  discount: sharesAlone,
  coupon: sharesAlone,
  tax: sharesAlone,
  "included-tax": sharesAlone,
  credit: sharesAlone,
  "credit-return": sharesAlone,
  carried: amountsAlone,
  concession: sharesAlone,
  "coupon-return": sharesAlone,
  "concession-return": sharesAlone,
  minimum: amountsAlone,
  maximum: amountsAlone,
  guarantee: amountsAlone,
  "minimum-commitment": amountsAlone,
  "maximum-spend": sharesAlone,
  "true-up": amountsAlone,
  drawdown: sharesAlone,
  overage: sharesAlone,
  adjustment: { always: ["adjustment"], never: ["unitOfMeasure", "unitPrice", "tiers"] },
};

function has(line: Line, part: Part): boolean {
  const value = line[part];
  return Array.isArray(value) ? value.length > 0 : value !== null;
}

function check(line: Line): void {
  const { always, never } = PARTS[line.kind];
  for (const part of always) expect(has(line, part), `${line.key} has ${part}`).toBe(true);
  for (const part of never) expect(has(line, part), `${line.key} has ${part}`).toBe(false);
  if (line.kind !== "adjustment") {
    const ofCharges = ["one-time", "recurring", "usage", "discount"];
    const ofOneCharge = [...ofCharges, "minimum", "maximum", "guarantee", "drawdown", "overage"];
    if (!ofAny.has(line.kind)) {
      expect(line.chargeId !== null, line.key).toBe(ofOneCharge.includes(line.kind));
    }
  }
}

const JANUARY = MONTHS[0];

/** A plan whose lines are of every kind but adjustments. */
const pricing = { model: "per-unit", unitPrice: "10" } as const;
const business = seller(
  [
    {
      id: "setup",
      name: "setup",
      chargeType: "one-time",
      pricing: { model: "flat", amount: "5" },
    },
    fee("fee", "20"),
    perUnit("few", "1", { minimum: "3" }),
    perUnit("many", "1", { maximum: "2" }),
    judging(
      { qualifies: { field: "properties.csat", atLeast: 4 } },
      { pricing, guarantee: { successRate: 90, remedy: { waive: true } } },
    ),
    {
      ...fee("off", "0"),
      pricing: { model: "discount", percent: "10", appliesTo: { charges: ["fee"] } },
    },
  ],
  { minimumCommitment: "1000" },
);

/** A fee that usage is drawn from and goes beyond, and a term that ends with the second month. */
const prepaid = seller(
  [
    perUnit("many", "1"),
    fee("paid", "2", { billingTiming: "in-advance", drawdown: { overageFactor: "1.5" } }),
  ],
  { minimumCommitment: { amount: 500, term: { every: 2, unit: "month" } } },
);

const capped = seller([perUnit("many", "1")], { maximumSpend: "2" });

describe("a line has the parts of its kind, and no others", () => {
  it("of every kind", () => {
    const events = [
      outcome("won", 3, { properties: { csat: 5 } }),
      outcome("lost", 4, { properties: { csat: 1 } }),
      ...["a", "b", "c"].map((id) => outcome(id, 5, { unitOfMeasure: "@many" })),
    ];
    const coupons = [{ id: "welcome", percent: 10, from: "2026-01-01" }];
    const taxes = [{ id: "vat", percent: 20, inclusive: true }];
    const january = business.bill(JANUARY, events, { coupons, taxes });
    const late = outcome("late", 6, { unitOfMeasure: "@few", receivedAt: on(35) });
    const again = business.bill(MONTHS[1], [], {
      previous: [january],
      rerate: [{ period: JANUARY, usage: [...events, late] }],
    });
    const credits = [{ id: "gift", unit: "USD", amount: 1, grantedAt: "2026-01-01" }];
    const used = capped.bill(JANUARY, events, { credits });
    const unused = capped.bill(MONTHS[1], [], {
      previous: [used],
      rerate: [{ period: JANUARY, usage: [] }],
      policy: { negativeTotal: "carry" },
    });
    const note = creditNote({
      catalog: business.catalog,
      subscription: business.subscription,
      previous: [january],
      credit: { invoice: january.idempotencyKey },
      asOf: on(35),
    });
    const nothing = business.bill(MONTHS[1], [], {
      previous: [january, note],
      rerate: [{ period: JANUARY, usage: [] }],
    });
    const opening = prepaid.bill({ start: "2026-01-01", end: "2026-01-01" }, []);
    const drawn = prepaid.bill(JANUARY, events, { previous: [opening] });
    const filled = prepaid.bill(MONTHS[1], [], { previous: [opening, drawn] });
    const all = [january, again, used, unused, note, nothing, drawn, filled];
    const lines = all.flatMap((document) => document.lines);
    for (const line of lines) check(line);
    const kinds = new Set(lines.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(Object.keys(PARTS).sort());
  });

  it("of any plan, in a document and in a simulation", () => {
    fc.assert(
      fc.property(planCases(), (one) => {
        const request = requestFor(parsedCase(one));
        for (const line of invoice(request).lines) check(line);
        const { charges, usage } = { ...one.plan, usage: one.usage };
        for (const charge of charges) {
          if (charge.chargeType !== "usage" || charge.pricing.model === "discount") continue;
          const currency = one.plan.currency ?? charge.currency ?? "USD";
          const { lines } = simulate({ ...charge, currency }, usage[charge.id] ?? 0);
          for (const line of lines) check(line);
        }
      }),
    );
  });

  it("of any life, adjusted by later documents", () => {
    const some = fc.oneof(
      lives(WIDE),
      outcomeLives({ kinds: ["plan", "override"], changes: 2, back: true }),
    );
    fc.assert(
      fc.property(some, (life) => {
        for (const { lines } of bill(life, { rerate: "always" })) lines.forEach(check);
      }),
      tries(5),
    );
  });
});
