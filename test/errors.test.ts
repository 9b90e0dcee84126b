/** The error: what it carries, how it reads, and how it is told from others. */
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import {
  isPricingError,
  PricingError,
  type PricingIssue,
  parseProduct,
  safeParseCharge,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { excerpt } from "../src/data/excerpt.js";
import { formatPath, issueAt, issueUnder, throwIssues } from "../src/errors.js";

const issue: PricingIssue = {
  code: "negative_price",
  path: ["pricing", "amount"],
  message: "pricing.amount must be 0 or more, got -1",
  expected: "0 or more",
  received: "-1",
};

describe("an issue of what is not allowed", () => {
  it("is a sentence, whether something is allowed somewhere or nowhere", () => {
    const message = (expected: string) =>
      issueAt("field_not_allowed", ["a"], { expected, received: 1 }).message;
    expect(message("only beside b")).toBe("a is allowed only beside b, got 1");
    expect(message("absent, as there is b")).toBe("a must be absent, as there is b, got 1");
    expect(message("absent: b says it")).toBe("a must be absent: b says it, got 1");
  });
});

describe("PricingError", () => {
  it("is an error with a name, a message, a stack and all issues", () => {
    const error = new PricingError([issue]);
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(PricingError);
    expect(error.name).toBe("PricingError");
    expect(error.message).toBe(
      "1 issue:\n  pricing.amount must be 0 or more, got -1 (negative_price)",
    );
    expect(error.issues).toEqual([issue]);
    expect(String(error)).toBe(`PricingError: ${error.message}`);
    expect(error.stack).toContain("errors.test.ts");
  });

  it("keeps the list as it was given: frozen, and not the caller's", () => {
    const issues = [issue];
    const error = new PricingError(issues);
    issues.push(issue);
    expect(error.issues).toHaveLength(1);
    expect(Object.isFrozen(error.issues)).toBe(true);
  });

  it("shows twenty issues and counts the others", () => {
    const lines = (count: number) => new PricingError(Array(count).fill(issue)).message.split("\n");
    expect(lines(20)).toHaveLength(21);
    expect(lines(21)).toHaveLength(22);
    expect(lines(21).at(0)).toBe("21 issues:");
    expect(lines(21).at(-1)).toBe("  … and 1 more");
  });

  it("has the path in the message that DESIGN shows", () => {
    const charge = {
      id: "a",
      name: "A",
      chargeType: "one-time",
      pricing: { model: "flat", amount: 1 },
    };
    const tiered = {
      id: "outcome",
      name: "Outcomes",
      chargeType: "usage",
      unitOfMeasure: "@outcome",
      pricing: {
        model: "tiered",
        tiers: [{ upTo: 100, unitPrice: 50 }, { upTo: 50, unitPrice: 40 }, { unitPrice: 30 }],
      },
    };
    const product = {
      id: "ocr",
      name: "ocr product",
      agentType: "ocr-agent",
      effectiveDate: "2026-01-01",
      ratePlans: [
        {
          id: "starter",
          name: "Starter",
          currency: "USD",
          billingCycle: "monthly",
          effectiveDate: "2026-01-01",
          charges: [charge, { ...charge, id: "b" }, tiered],
        },
      ],
    };
    expect(() => parseProduct(product as never)).toThrow(
      new PricingError([
        {
          code: "tier_not_increasing",
          path: ["ratePlans", 0, "charges", 2, "pricing", "tiers", 1, "upTo"],
          message:
            "ratePlans[0].charges[2].pricing.tiers[1].upTo must be more than 100 (tiers[0].upTo), got 50",
          expected: "more than 100 (tiers[0].upTo)",
          received: "50",
        },
      ]),
    );
  });

  it("carries issues that are plain data", () => {
    const result = safeParseCharge({
      id: Symbol("x"),
      pricing: { model: () => 1 },
      extra: new Map(),
    });
    if (result.ok) throw new Error("a charge without anything passed");
    expect(result.issues.length).toBeGreaterThan(3);
    expect(structuredClone(result.issues)).toEqual(result.issues);
    expect(JSON.parse(JSON.stringify(result.issues))).toEqual(result.issues);
  });
});

describe("isPricingError", () => {
  const brand = Symbol.for("rateplan.PricingError");

  it("knows the error of this copy", () => {
    expect(isPricingError(new PricingError([issue]))).toBe(true);
  });

  it("knows the error of another copy of the package by its brand, where instanceof fails", () => {
    class OtherPricingError extends Error {
      readonly issues = [issue];
      readonly [brand] = true;
    }
    const error = new OtherPricingError("x");
    expect(error instanceof PricingError).toBe(false);
    expect(isPricingError(error)).toBe(true);
  });

  it("knows the error of another realm, which shares the registry of symbols", () => {
    const error = runInNewContext(
      `Object.assign(new Error("x"), { [Symbol.for("rateplan.PricingError")]: true, issues: [] })`,
    );
    expect(error instanceof Error).toBe(false);
    expect(isPricingError(error)).toBe(true);
  });

  it.each([
    ["an error", new Error("x")],
    [
      "an error by that name",
      Object.assign(new Error("x"), { name: "PricingError", issues: [issue] }),
    ],
    ["an object with a symbol of that description", { [Symbol("rateplan.PricingError")]: true }],
    ["a text", "PricingError"],
    ["null", null],
    ["undefined", undefined],
    ["a number", 1],
    ["a function", () => 1],
  ])("does not take %s for one", (_title, value) => {
    expect(isPricingError(value)).toBe(false);
  });
});

describe("throwIssues", () => {
  it("throws all of them, and nothing when there are none", () => {
    expect(() => throwIssues([])).not.toThrow();
    expect(() => throwIssues([issue, issue])).toThrow(/^2 issues:/);
  });
});

describe("formatPath", () => {
  it.each<[readonly (string | number)[], string]>([
    [[], ""],
    [["ratePlans"], "ratePlans"],
    [
      ["ratePlans", 0, "charges", 2, "pricing", "tiers", 1, "upTo"],
      "ratePlans[0].charges[2].pricing.tiers[1].upTo",
    ],
    [[0], "[0]"],
    [[0, 1, "a"], "[0][1].a"],
    [["a b"], '["a b"]'],
    [["quantities", "seat-1", "x"], 'quantities["seat-1"].x'],
    [["quantities", "0"], 'quantities["0"]'],
    [["quantities", ""], 'quantities[""]'],
    [["quantities", 'say "hi"'], 'quantities["say \\"hi\\""]'],
    [["quantities", "a\nb"], 'quantities["a\\nb"]'],
    [["$ref", "_x", "ä"], '$ref._x["ä"]'],
  ])("writes %j as %s", (path, text) => {
    expect(formatPath(path)).toBe(text);
  });

  it("shortens a key that is long, whatever it is made of", () => {
    const long = ["x".repeat(1_000), "x y ".repeat(250)];
    for (const key of long) {
      const text = formatPath(["quantities", key]);
      expect(text.length).toBeLessThan(120);
      expect(text).toContain("(1000 characters)");
    }
  });

  it("tells any two paths of short keys apart", () => {
    const segment = fc.oneof(
      fc.nat({ max: 3 }),
      fc.string({ maxLength: 3 }),
      fc.constantFrom("0", "a.b", "[0]"),
    );
    const path = fc.array(segment, { maxLength: 3 });
    fc.assert(
      fc.property(path, path, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        return (formatPath(a) === formatPath(b)) === same;
      }),
    );
  });
});

describe("the value in a message", () => {
  it.each<[unknown, string]>([
    ["50", '"50"'],
    ["", '""'],
    ['say "hi"\n', '"say \\"hi\\"\\n"'],
    [50, "50"],
    [0.1, "0.1"],
    [Number.NaN, "NaN"],
    [50n, "50n"],
    [-(10n ** 59n), `-1${"0".repeat(59)}n`],
    [10n ** 60n, "a very long bigint"],
    [-(10n ** 60n), "a very long bigint"],
    [true, "true"],
    [null, "null"],
    [undefined, "nothing"],
    [{}, "an object"],
    [[1, 2], "an array of 2"],
    [() => 1, "a function"],
    [Symbol("x"), "a symbol"],
    [Symbol("two\nlines"), "a symbol"],
    [Symbol(), "a symbol"],
    ["x".repeat(60), `"${"x".repeat(60)}"`],
    ["x".repeat(61), `"${"x".repeat(60)}… (61 characters)"`],
  ])("is shown in short: %s", (value, text) => {
    expect(excerpt(value)).toBe(text);
  });

  it("fits on one short line, whatever it is", () => {
    const anything = fc.anything({
      maxDepth: 1,
      withBigInt: true,
      withDate: true,
      withNullPrototype: true,
      withObjectString: true,
    });
    const value = fc.oneof(anything, fc.string({ maxLength: 200, unit: "binary" }), fc.bigInt());
    fc.assert(
      fc.property(value, (each) => {
        const text = excerpt(each);
        expect(text).not.toMatch(/[\n\r]/);
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThan(500);
      }),
    );
  });
});

describe("an issue", () => {
  it("reads: path, rule, value", () => {
    const facts = { expected: "more than 100", received: "50" };
    expect(issueAt("tier_not_increasing", ["tiers", 1, "upTo"], facts)).toEqual({
      code: "tier_not_increasing",
      path: ["tiers", 1, "upTo"],
      message: 'tiers[1].upTo must be more than 100, got "50"',
      expected: "more than 100",
      received: '"50"',
    });
  });

  it("shows what was found as it is, where it is words already", () => {
    const facts = { expected: "one", found: "2 plans" };
    expect(issueAt("ambiguous_rate_plan", ["ratePlans"], facts)).toMatchObject({
      message: "ratePlans must be one, got 2 plans",
      received: "2 plans",
    });
  });

  it("calls what has no path the value", () => {
    const facts = { expected: "an object", received: 5 };
    expect(issueAt("invalid_type", [], facts).message).toBe("value must be an object, got 5");
  });

  it("takes the path in front when it stands in something larger", () => {
    const facts = { expected: "an object", received: 5 };
    const inner = issueAt("invalid_type", [], facts);
    const field = issueAt("invalid_type", ["id"], facts);
    expect(issueUnder(["charges", 1], inner)).toEqual({
      ...inner,
      path: ["charges", 1],
      message: "charges[1] must be an object, got 5",
    });
    expect(issueUnder(["charges", 1], field)).toEqual({
      ...field,
      path: ["charges", 1, "id"],
      message: "charges[1].id must be an object, got 5",
    });
    expect(issueUnder([], field)).toEqual(field);
  });

  it("comes to the same in one step as in several", () => {
    const path = fc.array(fc.oneof(fc.nat(), fc.string()), { maxLength: 4 });
    fc.assert(
      fc.property(path, path, path, (outer, middle, own) => {
        const facts = { expected: "x", received: 1 };
        const direct = issueAt("invalid_value", [...outer, ...middle, ...own], facts);
        const inner = issueAt("invalid_value", own, facts);
        expect(issueUnder(outer, issueUnder(middle, inner))).toEqual(direct);
        expect(issueUnder([...outer, ...middle], inner)).toEqual(direct);
      }),
    );
  });
});

describe("an issue about data of a caller", () => {
  it("stays short, whatever of the data its rule and finding hold", () => {
    const long = "x".repeat(100_000);
    const { message, expected, received } = issueAt("usage_mismatch", ["fingerprint"], {
      expected: long,
      found: long,
    });
    expect(expected).toBe(`${"x".repeat(600)}… (100000 characters)`);
    expect(received).toBe(`${"x".repeat(200)}… (100000 characters)`);
    expect(message.length).toBeLessThan(1_000);
  });
});
