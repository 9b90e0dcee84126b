/** Both entries read a charge and a policy in the same words, one with a schema library and one by hand. */
import { Decimal } from "decimal.js";
import fc from "fast-check";
import {
  type ChargeInput,
  isPricingError,
  type PricingIssue,
  parseCharge,
  rateAmount,
} from "rateplan";
import * as small from "rateplan/rate";
import { describe, expect, it } from "vitest";
import { charge as anyCharge, policy as anyPolicy } from "../support/arbitraries.js";
import { anyDesign, fewQuantities } from "../support/designs.js";
import { stored, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

/** Fields that the small entry knows by name only, each with something that may stand there. */
const unread: Readonly<Record<string, unknown>> = {
  eventQuantity: { minimum: 1 },
  taxCodes: ["a"],
  aggregation: "sum",
  metadata: { a: 1 },
  effectiveDate: "2026-01-01",
  endDate: "2027-01-01",
  billingCycle: "monthly",
  resetCycle: "annual",
  billingTiming: "in-arrears",
  quantityBilling: "as-held",
  proration: { method: "days", of: ["tiers", "included-units", "fee"] },
  filter: { names: ["a"] },
  groupBy: { fields: ["name"] },
  revisions: [],
};
const UNREAD = new Set([...Object.keys(unread), "drawdown", "outcome", "guarantee"]);

type Outcome = string | readonly PricingIssue[];

function outcomeOf(compute: () => string): Outcome {
  try {
    return compute();
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues;
  }
}

type Json = Readonly<Record<string, unknown>>;

/** The charge with what both entries look at. */
function withoutUnread(charge: Json): Json {
  return Object.fromEntries(Object.entries(charge).filter(([name]) => !UNREAD.has(name)));
}

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const throwing: object = Object.defineProperties(
  {},
  {
    model: {
      enumerable: true,
      get() {
        throw new Error("a getter of the caller's");
      },
    },
    [fc.toStringMethod]: { value: () => "{ get model() { throw } }" },
  },
);

/** Whether a value is looked into: neither an object of a class nor one that does not end or be looked at. */
function isOpen(data: unknown): data is Json | readonly unknown[] {
  if (typeof data !== "object" || data === null || data === cyclic || data === throwing)
    return false;
  return [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(data));
}

/** What stands in data, by where. */
function placesIn(
  data: unknown,
  path: readonly (string | number)[] = [],
): readonly (readonly (string | number)[])[] {
  if (!isOpen(data)) return [path];
  const entries = Array.isArray(data) ? [...data.entries()] : Object.entries(data);
  return [path, ...entries.flatMap(([key, value]) => placesIn(value, [...path, key]))];
}

/** The data with another value at a place; without it where the value is the mark. */
const GONE: unique symbol = Symbol("gone");
function replaced(
  data: unknown,
  [key, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (key === undefined) return value;
  if (Array.isArray(data)) {
    const list = data.map((item, index) => (index === key ? replaced(item, rest, value) : item));
    return list.filter((item) => item !== GONE);
  }
  const record = { ...(data as Json), [key]: replaced((data as Json)[key], rest, value) };
  return Object.fromEntries(Object.entries(record).filter(([, item]) => item !== GONE));
}

/** The charge model that a literal names. */
function modelIn(input: unknown): unknown {
  const { pricing } = isOpen(input) ? (input as { readonly pricing?: unknown }) : {};
  return isOpen(pricing) ? (pricing as { readonly model?: unknown }).model : undefined;
}

const junk = fc.constantFrom<unknown>(
  ...[GONE, null, "", "x", "inf", "1/2", "1e400", "-1", "0", -1, 0, 0.5, 3, 2_000, 2 ** 60],
  ...[
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    1n,
    [],
    {},
    [1],
    ["a", "a"],
    { units: 1 },
    { code: "c" },
  ],
  ...[
    { code: "c", rate: 0 },
    { units: 1, per: "" },
    { units: 1, rollover: { periods: 1.5 } },
    { length: 0 },
  ],
  ...[
    new Decimal("1.5"),
    new Decimal(-1),
    new Decimal(Number.NaN),
    new Date(0),
    new Date(Number.NaN),
    new Map(),
  ],
  ...[
    () => 1,
    Symbol("s"),
    cyclic,
    throwing,
    "x".repeat(300),
    "x".repeat(10_001),
    "discount",
    "flat",
    "matrix",
  ],
  ...["percentage", "tiered", "usage", "recurring", "one-time", "USD", "usd", "EUR", "up", "error"],
  ...[
    { start: 1, end: 5, unitPrice: 1 },
    { upTo: 5, unitPrice: 1 },
    { percent: 1 },
    { flatFee: 1, upTo: "Infinity" },
  ],
);

/** Keys as people misspell them, and as they put them into the wrong object. */
const keys = fc.constantFrom(
  "unitprice",
  "upto",
  "overflow",
  "tiers",
  "flatFee",
  "percent",
  "start",
  "end",
  "x",
  "model",
);

function mutated(data: Json): fc.Arbitrary<unknown> {
  const places = fc.constantFrom(...placesIn(data).filter(([name]) => !UNREAD.has(String(name))));
  const change = fc.oneof(
    fc.record({ place: places, value: junk }),
    fc.record({ place: places, value: junk, key: keys }),
  );
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce<unknown>((now, { place, value, ...more }) => {
      const at = placesIn(now).find((each) => JSON.stringify(each) === JSON.stringify(place));
      if (at === undefined) return now;
      if (!("key" in more)) return replaced(now, at, value);
      const parent = at.reduce<unknown>((each, key) => (each as Json)[key], now);
      const isObject = isOpen(parent) && !Array.isArray(parent);
      return isObject ? replaced(now, [...at, more.key], value) : now;
    }, data),
  );
}

const charges: fc.Arbitrary<Json> = fc
  .tuple(
    fc.oneof(anyDesign, anyCharge),
    fc.boolean(),
    fc.subarray(Object.keys(unread), { maxLength: 2 }),
  )
  .map(([charge, isDollars, more]) => ({
    ...withoutUnread({ ...charge }),
    ...(isDollars ? { currency: "USD" } : {}),
    // How usage is counted is for the other entry to check, where any is.
    ...(charge.chargeType === "usage"
      ? {}
      : Object.fromEntries(more.map((name) => [name, unread[name]]))),
  }));

/** Issues of what both entries look at. */
const shared = (outcome: Outcome) =>
  typeof outcome === "string"
    ? outcome
    : outcome.filter(({ path: [field] }) => !UNREAD.has(String(field)));

describe("LAW: rateplan/rate answers as rateplan does", () => {
  it("for literals, parsed charges and their JSON", () => {
    fc.assert(
      fc.property(fc.oneof(anyDesign, anyCharge), fewQuantities, (input, quantity) => {
        const charge = { ...input, currency: "USD" };
        const expected = outcomeOf(() => rateAmount(charge, quantity));
        const parsed = parseCharge(charge);
        expect(outcomeOf(() => small.rateAmount(charge, quantity))).toEqual(expected);
        expect(outcomeOf(() => small.rateAmount(parsed, quantity))).toEqual(expected);
        expect(outcomeOf(() => small.rateAmount(stored(parsed), quantity))).toEqual(expected);
        expect(outcomeOf(() => small.ratePrepared(parsed)(quantity))).toEqual(expected);
      }),
      tries(250),
    );
  });

  it("for charges in which something is wrong", () => {
    fc.assert(
      fc.property(charges.chain(mutated), (input) => {
        const charge = unchecked<ChargeInput>(input);
        const expected = shared(outcomeOf(() => rateAmount(charge, 7)));
        const found = shared(outcomeOf(() => small.rateAmount(charge, 7)));
        // What is wrong in a discount only the other entry says.
        if (modelIn(input) === "discount") return;
        expect(found).toEqual(expected);
      }),
      tries(1_500),
    );
  });

  it("for policies in which something is wrong", () => {
    const charge = {
      id: "a",
      name: "a",
      chargeType: "usage",
      unitOfMeasure: "x",
      currency: "USD",
      pricing: { model: "per-unit", unitPrice: "0.125" },
    } as const;
    const policies = anyPolicy.chain((policy) =>
      fc.oneof(fc.constant(policy), mutated({ ...policy })),
    );
    fc.assert(
      fc.property(policies, fewQuantities, (input, quantity) => {
        const policy = unchecked<undefined>(input);
        expect(outcomeOf(() => small.rateAmount(charge, quantity, policy))).toEqual(
          outcomeOf(() => rateAmount(charge, quantity, policy)),
        );
      }),
      tries(500),
    );
  });
});

describe("what rateplan/rate does not look at", () => {
  it("may hold anything, and a key that no charge has may not", () => {
    const charge = {
      id: "a",
      name: "a",
      chargeType: "usage",
      unitOfMeasure: "x",
      currency: "USD",
      pricing: { model: "per-unit", unitPrice: 2 },
    };
    const strange = Object.fromEntries([...UNREAD].map((name) => [name, "?"]));
    const all = unchecked<ChargeInput>({
      ...charge,
      ...strange,
      billingTiming: undefined,
      quantityBilling: undefined,
    });
    expect(small.rateAmount(all, 3)).toBe("6.00");
    const misspelt = unchecked<ChargeInput>({ ...charge, agregation: "sum" });
    const issues = outcomeOf(() => small.rateAmount(misspelt, 3));
    expect(issues).toEqual(outcomeOf(() => rateAmount(misspelt, 3)));
    expect(issues).toMatchObject([{ code: "unknown_key", path: ["agregation"] }]);
  });

  it("a discount has no amount, whatever it takes off", () => {
    const discount = unchecked<ChargeInput>({
      id: "a",
      name: "a",
      chargeType: "usage",
      currency: "USD",
      pricing: { model: "discount", percent: 10 },
    });
    const issues = outcomeOf(() => small.rateAmount(discount, 3));
    expect(issues).toEqual(outcomeOf(() => rateAmount(discount, 3)));
    expect(issues).toMatchObject([{ code: "invalid_value", path: ["pricing", "model"] }]);
  });
});
