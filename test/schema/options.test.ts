/** The one strict reader of options and requests, and what it makes of keys that nobody knows. */
import {
  type PricingIssue,
  safeParseCharge,
  safeParsePolicy,
  safeParseSubscription,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  nearest,
  oneOf,
  readOptions,
  readText,
  readWholeNumber,
} from "../../src/schema/options.js";

const KEYS = ["catalog", "subscription", "quantities", "asOf"] as const;

function read(input: unknown, more: Parameters<typeof readOptions<(typeof KEYS)[number]>>[3] = {}) {
  const issues: PricingIssue[] = [];
  return { options: readOptions(input, KEYS, issues, more), issues };
}

describe("options", () => {
  it("are read by their known keys, where null and undefined are absent", () => {
    const { options, issues } = read({ catalog: 1, subscription: null, asOf: undefined });
    expect(options).toEqual({ catalog: 1 });
    expect(issues).toEqual([]);
  });

  it.each([undefined, null, 5, "catalog", [], () => 1])("are an object, not %o", (input) => {
    expect(read(input, { path: ["options"] }).issues).toMatchObject([
      {
        code: "invalid_type",
        path: ["options"],
        expected: "an object with catalog, subscription, quantities, asOf",
      },
    ]);
  });

  it("report a key that is not known with the known ones, the nearest first", () => {
    const { options, issues } = read(
      { quantity: 1, colour: 2, shape: null, size: undefined },
      { path: ["request"] },
    );
    expect(options).toEqual({});
    expect(issues.map(({ code, message }) => [code, message])).toEqual([
      [
        "unknown_key",
        "request.quantity is not a known key and must be quantities, or else one of catalog, subscription, asOf, got 1",
      ],
      [
        "unknown_key",
        "request.colour is not a known key and must be one of catalog, subscription, quantities, asOf, got 2",
      ],
    ]);
  });

  it.each([{}, { catalog: undefined }, { catalog: null }])(
    "report what is required: %o",
    (input) => {
      expect(read(input, { required: ["catalog"] }).issues.map(({ message }) => message)).toEqual([
        "catalog is required: a value, as it has no default, got nothing",
      ]);
    },
  );

  it("do not read what an object has from its prototype", () => {
    const { options, issues } = read(Object.create({ catalog: 1 }), { required: ["catalog"] });
    expect(options).toEqual({});
    expect(issues).toMatchObject([{ code: "missing", path: ["catalog"] }]);
  });

  it("hold texts that are not empty", () => {
    const issues: PricingIssue[] = [];
    const texts = ["acme", undefined, "", 5].map((text) => readText(text, ["customerId"], issues));
    expect(texts).toEqual(["acme", undefined, undefined, undefined]);
    expect(issues.map(({ message }) => message)).toEqual([
      'customerId must be a text that is not empty, got ""',
      "customerId must be a text that is not empty, got 5",
    ]);
  });

  it("hold whole numbers within their range, both ends included", () => {
    const issues: PricingIssue[] = [];
    const given = [1, 9, undefined, 0, 10, 1.5, Number.NaN, "5"];
    const numbers = given.map((each) => readWholeNumber(each, ["limit"], [1, 9], issues));
    expect(numbers.slice(0, 2)).toEqual([1, 9]);
    expect(numbers.slice(2).every((each) => each === undefined)).toBe(true);
    expect(issues).toHaveLength(5);
    expect(issues[0]?.message).toBe("limit must be a whole number from 1 to 9, got 0");
  });
});

describe("the key that was meant", () => {
  const known = ["unitPrice", "flatFee", "upTo", "ratePlanId", "quantities"];

  it.each([
    ["unitPrise", "unitPrice"],
    ["unit_price", "unitPrice"],
    ["rate_plan_id", "ratePlanId"],
    ["quantity", "quantities"],
    ["upto", "upTo"],
    ["UNITPRICE", "unitPrice"],
  ])("for %s is %s", (given, meant) => {
    expect(nearest(given, known)).toBe(meant);
  });

  it.each(["colour", "x", "", "u".repeat(41)])("is not guessed for %j", (given) => {
    expect(nearest(given, known)).toBeUndefined();
    expect(oneOf(known, given)).toBe(`one of ${known.join(", ")}`);
  });

  it("stands alone where it is the only one", () => {
    expect(oneOf(["policy"], "polcy")).toBe("policy");
  });
});

describe("a key that a catalog's data may not have", () => {
  const perUnit = { model: "per-unit", unitPrice: 1 };
  const charge = {
    id: "c",
    name: "C",
    chargeType: "usage",
    unitOfMeasure: "call",
    pricing: perUnit,
  };
  const unknown = (result: ReturnType<typeof safeParseCharge>) =>
    result.ok ? [] : result.issues.filter(({ code }) => code === "unknown_key");

  it("is reported with the keys of its own object, the nearest first", () => {
    const pricing = { ...perUnit, unitPrise: 2 };
    expect(unknown(safeParseCharge({ ...charge, pricing }))).toMatchObject([
      {
        path: ["pricing", "unitPrise"],
        message:
          "pricing.unitPrise is not a known key and must be unitPrice, or else one of model, got 2",
      },
    ]);
  });

  it("is reported in lists, in unions and beside a rule", () => {
    const tiers = [{ upTo: 1, unit_price: 1, unitPrice: 1 }, { unitPrice: 1 }];
    const [tier] = unknown(safeParseCharge({ ...charge, pricing: { model: "tiered", tiers } }));
    expect(tier?.expected).toMatch(/^unitPrice, or else one of upTo, /);
    const aggregation = { type: "unique-count", by: "subject", bye: 1 };
    expect(safeParseCharge({ ...charge, aggregation: unchecked(aggregation) }).ok).toBe(false);
    const [field] = unknown(safeParseCharge({ ...charge, group_by: {} }));
    expect(field?.expected).toMatch(/^groupBy, or else one of id, name, /);
  });

  it("is reported in subscriptions and policies", () => {
    const subscription = { id: "s", customerId: "a", ratePlanId: "p", startDate: "2026-01-01" };
    const issuesOf = (result: { ok: true } | { ok: false; issues: readonly PricingIssue[] }) =>
      result.ok ? [] : result.issues.map(({ expected }) => expected);
    expect(issuesOf(safeParseSubscription({ ...subscription, rate_plan_id: "p" }))[0]).toMatch(
      /^ratePlanId, or else one of id, /,
    );
    expect(issuesOf(safeParsePolicy({ zeroLine: true }))[0]).toMatch(/^zeroLines, or else one of /);
  });

  it("is reported in the options of the parser", () => {
    expect(safeParseCharge(charge, unchecked({ polcy: {} }))).toMatchObject({
      issues: [{ code: "unknown_key", path: ["polcy"], expected: "policy" }],
    });
  });
});

function unchecked<T>(value: unknown): T {
  return value as T;
}
