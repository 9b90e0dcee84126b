/**
 * Input that nobody would write: it must come back as issues, in reasonable time, with nothing of the caller's and
 * nothing global changed.
 */
import { runInNewContext } from "node:vm";
import { Decimal } from "decimal.js";
import fc from "fast-check";
import {
  type ChargeInput,
  invoice,
  isPricingError,
  type ParseResult,
  parseProduct,
  parseSubscription,
  safeParseCharge,
  safeParsePolicy,
  safeParseProduct,
  safeParseRatePlan,
  safeParseSubscription,
  simulate,
} from "rateplan";
import { afterEach, describe, expect, it } from "vitest";
import {
  product as anyProduct,
  subscription as anySubscription,
  ForeignDecimal,
} from "../support/arbitraries.js";

/** What every object inherits from, and its properties as they were when this file began. */
const shared = [Object, Array, Function, String, Number, Map, Date].map(({ prototype }) => ({
  prototype,
  before: Reflect.ownKeys(prototype).map((key) => ({ key, is: descriptor(prototype, key) })),
}));

function descriptor(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  return Reflect.getOwnPropertyDescriptor(object, key);
}

/** The properties of shared prototypes that came, went or changed. */
function pollution(): PropertyKey[] {
  return shared.flatMap(({ prototype, before }) => {
    const known = new Map(before.map(({ key, is }) => [key, is]));
    return [...new Set([...known.keys(), ...Reflect.ownKeys(prototype)])].filter((key) => {
      const [was, is] = [known.get(key), descriptor(prototype, key)];
      return was?.value !== is?.value || was?.get !== is?.get || was?.set !== is?.set;
    });
  });
}

afterEach(() => {
  expect(pollution()).toEqual([]);
});

const charge = {
  id: "fee",
  name: "Fee",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
  pricing: { model: "per-unit", unitPrice: "5" },
} as const satisfies ChargeInput;
const plan = {
  id: "starter",
  name: "Starter",
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2026-01-01",
  charges: [charge],
} as const;
const product = {
  id: "ocr",
  name: "ocr product",
  agentType: "ocr-agent",
  effectiveDate: "2026-01-01",
  ratePlans: [plan],
} as const;
const subscription = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "starter",
  startDate: "2026-01-01",
} as const;

const policy = {
  rounding: { mode: "half-even" },
  currencies: { CREDIT: 4 },
  zeroLines: true,
  negativeUsage: "allow",
  deduplicate: false,
  discounts: { fixed: "line-order" },
  tiersAtChange: "continue",
} as const;

/** A charge and a subscription that say everything there is about time. */
const timedCharge = {
  ...charge,
  chargeType: "recurring",
  billingCycle: { every: 3, unit: "month" },
  billingTiming: "in-advance",
  proration: { method: "fixed-days", daysPerMonth: 30, of: ["fee", "tiers"] },
  revisions: [
    {
      effectiveDate: "2026-06-01",
      pricing: { model: "per-unit", unitPrice: 6 },
      withinPeriod: "split",
      appliesTo: "new",
    },
  ],
} as const;
const timedSubscription = {
  ...subscription,
  timeZone: "America/New_York",
  billingAnchor: "2026-01-15",
  endOfMonth: "sticky",
  trialDays: 14,
  quantities: { fee: 2 },
  overrides: { fee: { model: "per-unit", unitPrice: 4 } },
  changes: [
    {
      effectiveDate: "2026-03-01",
      takesEffect: "at-period-end",
      ratePlanId: "pro",
      quantities: { fee: 3 },
      overrides: { fee: null },
      status: "paused",
      billingAnchor: "calendar",
    },
  ],
} as const;

const parsers: readonly {
  readonly name: string;
  readonly valid: object;
  readonly safeParse: (input: unknown) => ParseResult<object>;
}[] = [
  { name: "charge", valid: charge, safeParse: safeParseCharge },
  { name: "charge in time", valid: timedCharge, safeParse: safeParseCharge },
  { name: "rate plan", valid: plan, safeParse: safeParseRatePlan },
  { name: "product", valid: product, safeParse: safeParseProduct },
  { name: "subscription", valid: timedSubscription, safeParse: safeParseSubscription },
  { name: "policy", valid: policy, safeParse: safeParsePolicy },
];

/** The codes and paths of a result, or `"ok"`. */
function issuesOf(result: ParseResult<object>) {
  return result.ok ? "ok" : result.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
}

function cycle(): object {
  const loop: Record<string, unknown> = { a: { b: [] } };
  loop["self"] = loop;
  return loop;
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

/** What JSON.parse makes of a text with a `__proto__` key: an own property, unlike in a literal. */
const polluting = JSON.parse(
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
);

class Row {
  readonly id = "fee";
  readonly name = "Fee";
  readonly chargeType = "recurring";
  readonly currency = "USD";
  readonly pricing = { model: "flat", amount: "1" };
  readonly metadata: Record<string, unknown> = { nested: { deep: [1] } };
}

/** An object of a class that holds itself. */
function cyclicRow(): Row {
  const row = new Row();
  row.metadata["self"] = row.metadata;
  return row;
}

/** Values that no field of ours holds. */
const strangers: readonly { readonly title: string; readonly value: unknown }[] = [
  { title: "a symbol", value: Symbol("x") },
  { title: "a function", value: () => ({}) },
  { title: "a class", value: Row },
  { title: "a date", value: new Date(0) },
  { title: "a map", value: new Map([["id", "x"]]) },
  { title: "a set", value: new Set(["id"]) },
  { title: "a weak map", value: new WeakMap() },
  { title: "a regular expression", value: /x/ },
  { title: "an error", value: new Error("x") },
  { title: "a promise", value: Promise.resolve({}) },
  { title: "a buffer", value: new ArrayBuffer(8) },
  { title: "a typed array", value: new Uint8Array(8) },
  { title: "a boxed text", value: Object("x") },
  { title: "a boxed number", value: Object(1) },
  { title: "a boxed bigint", value: Object(1n) },
  { title: "a huge bigint", value: 10n ** 100_000n },
  { title: "a sparse list", value: Object.assign([], { length: 5 }) },
  { title: "a list with a property", value: Object.assign([], { id: "x" }) },
  { title: "a generator", value: (function* () {})() },
  { title: "a cycle", value: cycle() },
  { title: "an object of a class", value: new Row() },
  { title: "an object of a class that holds itself", value: cyclicRow() },
  { title: "10,000 objects deep", value: nested(10_000, (a) => ({ a })) },
  { title: "10,000 lists deep", value: nested(10_000, (a) => [a]) },
  { title: "a 1 MB text", value: "x".repeat(2 ** 20) },
  { title: "an object of another realm", value: runInNewContext("({ id: 'x' })") },
  { title: "a list of another realm", value: runInNewContext("[1, 2]") },
  { title: "a date of another realm", value: runInNewContext("new Date(0)") },
  { title: "an object without a prototype", value: Object.create(null) },
  { title: "an object with inherited fields", value: Object.create({ ...charge }) },
  { title: "a __proto__ key", value: polluting },
  { title: "a decimal", value: new Decimal("1.5") },
  { title: "a proxy", value: new Proxy({}, {}) },
  { title: "document.all's likeness", value: Object.assign(() => 1, { id: "x" }) },
];

describe.each(parsers)("the parser of a $name", ({ valid, safeParse }) => {
  it.each(strangers)("reports $title in its place", ({ value }) => {
    const result = safeParse(value);
    // An empty object is a policy of defaults.
    if (result.ok) expect(Object.keys(value as object)).toEqual([]);
    else expect(result.issues.length).toBeGreaterThan(0);
  });

  it.each(strangers)("reports $title in every field", ({ value }) => {
    for (const field of Object.keys(valid)) {
      const result = safeParse({ ...valid, [field]: value });
      // Some of them are what a field asks for: any object is metadata, an empty one is a policy's currencies.
      if (!result.ok) expect(result.issues[0]?.path[0]).toBe(field);
      else expect(JSON.parse(JSON.stringify(result.value))).toStrictEqual(result.value);
    }
  });

  it("reports each of them under an unknown key", () => {
    for (const { value } of strangers) {
      expect(issuesOf(safeParse({ ...valid, stranger: value }))).toContain("unknown_key stranger");
    }
  });

  it("reports a __proto__ key and inherits nothing from it", () => {
    const result = safeParse(
      JSON.parse(`{"__proto__":{"id":"x"},${JSON.stringify(valid).slice(1)}`),
    );
    expect(issuesOf(result)).toEqual(["unknown_key __proto__"]);
  });

  it("takes no field from a prototype that JSON.parse made", () => {
    const result = safeParse(
      JSON.parse(`{"__proto__":${JSON.stringify({ ...valid, zeroLines: true })}}`),
    );
    expect(issuesOf(result)).toContain("unknown_key __proto__");
  });
});

describe("depth and size", () => {
  it.each([
    { title: "objects", metadata: nested(10_000, (a) => ({ a })) },
    { title: "lists", metadata: { list: nested(10_000, (a) => [a]) } },
  ])("stops at the 32nd of 10,000 nested $title", ({ metadata }) => {
    const result = safeParseCharge({ ...charge, metadata });
    expect(result).toMatchObject({
      ok: false,
      issues: [
        {
          code: "too_large",
          message: expect.stringContaining("must have at most 32 levels of nesting"),
        },
      ],
    });
    expect(result.ok || result.issues[0]?.path).toHaveLength(32);
  });

  it("refuses a million tiers in one line", () => {
    const tiers = Array.from({ length: 1_000_000 }, (_, index) => ({
      upTo: index + 1,
      unitPrice: 1,
    }));
    expect(safeParseCharge({ ...charge, pricing: { model: "tiered", tiers } })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "too_large",
          path: ["pricing", "tiers"],
          message: "pricing.tiers must have at most 10000 elements, got an array of 1000000",
        },
      ],
    });
  });

  it("prices ten thousand tiers", () => {
    const tiers = Array.from({ length: 9_999 }, (_, index) => ({ upTo: index + 1, unitPrice: 1 }));
    const pricing = { model: "tiered", tiers: [...tiers, { unitPrice: 2 }] } as const;
    expect(simulate({ ...charge, pricing }, 10_000).amount).toBe("10001.00");
  });

  it("refuses a list that says it is longer than memory", () => {
    const tiers = Object.assign([], { length: 2 ** 32 - 1 });
    expect(issuesOf(safeParseCharge({ ...charge, pricing: { model: "tiered", tiers } }))).toEqual([
      "too_large pricing.tiers",
    ]);
  });

  it("refuses small data that would unfold to 10^12 values", () => {
    let metadata: unknown = 1;
    for (let level = 0; level < 12; level += 1)
      metadata = Array.from({ length: 10 }, () => metadata);
    expect(issuesOf(safeParseCharge({ ...charge, metadata: { metadata } }))).toEqual([
      expect.stringMatching(/^too_large metadata\./),
    ]);
  });

  it("does not multiply a thousand dimensions by fifty cells that lack them", () => {
    const dimensions = Array.from({ length: 1_000 }, (_, index) => `properties.p${index}`);
    const prices = Array.from({ length: 50 }, (_, index) => ({ when: {}, unitPrice: index }));
    const result = safeParseCharge({ ...charge, pricing: { model: "matrix", dimensions, prices } });
    expect(result.ok || result.issues.length).toBeGreaterThan(0);
    expect(result.ok || result.issues.length).toBeLessThan(5_000);
  });

  it("takes one object in many places, which is no cycle", () => {
    const shared = { a: [1, 2] };
    const metadata = { first: shared, second: shared, list: [shared, shared] };
    expect(safeParseCharge({ ...charge, metadata })).toMatchObject({ value: { metadata } });
  });

  it("reports a cycle once, where it closes", () => {
    const loop: Record<string, unknown> = {};
    loop["inner"] = { list: [loop] };
    expect(safeParseCharge({ ...charge, metadata: loop })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "not_plain_data",
          path: ["metadata", "inner", "list", 0],
          message: "metadata.inner.list[0] must be data without cycles, got an object",
        },
      ],
    });
  });

  it("reports a cycle through the charge itself", () => {
    const loop: Record<string, unknown> = { ...charge };
    loop["pricing"] = loop;
    expect(issuesOf(safeParseCharge(loop))).toEqual(["not_plain_data pricing"]);
  });

  const wrongKeys = Object.fromEntries(
    Array.from({ length: 150_000 }, (_, index) => [`k${index}`, 1]),
  );
  const manyIssues = { ...charge, ...wrongKeys };

  it.each([
    { title: "simulate", ask: () => simulate(manyIssues, 1) },
    {
      title: "invoice",
      ask: () =>
        invoice({
          catalog: { ...product, ...wrongKeys },
          subscription,
          period: { start: "2026-01-01", end: "2026-02-01" },
          usage: [],
        }),
    },
  ])("counts 150,000 issues from $title, carries a thousand and shows twenty", ({ ask }) => {
    let thrown: unknown;
    try {
      ask();
    } catch (error) {
      thrown = error;
    }
    if (!isPricingError(thrown)) throw thrown;
    expect(thrown.issues).toHaveLength(1_001);
    expect(thrown.issues.at(-1)).toMatchObject({
      code: "too_many_issues",
      received: "150000 issues",
    });
    expect(thrown.message.split("\n")).toHaveLength(22);
    expect(thrown.message).toContain("… and 149980 more");
  });
});

describe("depth and size of what is said about time", () => {
  const day = (index: number) => new Date(Date.UTC(2026, 0, 2 + index)).toISOString().slice(0, 10);
  const changes = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      effectiveDate: day(index),
      overrides: { fee: { model: "flat", amount: index } },
    }));
  const revisions = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      effectiveDate: day(index),
      pricing: { model: "per-unit", unitPrice: index },
    }));

  it("reads ten thousand changes, and as many revisions", () => {
    expect(safeParseSubscription({ ...subscription, changes: changes(10_000) })).toMatchObject({
      ok: true,
      value: { changes: { length: 10_000 } },
    });
    expect(safeParseCharge({ ...charge, revisions: revisions(10_000) })).toMatchObject({
      ok: true,
      value: { revisions: { length: 10_000 } },
    });
  });

  it("refuses more than that in one line", () => {
    for (const count of [10_001, 100_000]) {
      expect(issuesOf(safeParseSubscription({ ...subscription, changes: changes(count) }))).toEqual(
        ["too_large changes"],
      );
      expect(issuesOf(safeParseCharge({ ...charge, revisions: revisions(count) }))).toEqual([
        "too_large revisions",
      ]);
    }
    const endless = Object.assign([], { length: 2 ** 32 - 1 });
    expect(issuesOf(safeParseSubscription({ ...subscription, changes: endless }))).toEqual([
      "too_large changes",
    ]);
    expect(issuesOf(safeParseCharge({ ...charge, revisions: endless }))).toEqual([
      "too_large revisions",
    ]);
    const proration = { method: "days", of: endless };
    expect(issuesOf(safeParseCharge({ ...charge, proration }))).toEqual(["too_large proration.of"]);
  });

  it("refuses 200,000 overrides in one line", () => {
    const prices = Object.fromEntries(
      Array.from({ length: 200_000 }, (_, index) => [`c${index}`, { model: "flat", amount: 1 }]),
    );
    expect(issuesOf(safeParseSubscription({ ...subscription, overrides: prices }))).toEqual([
      expect.stringMatching(/^too_large overrides/),
    ]);
  });

  it("says once that a change names nothing, for each of the first thousand, and counts the rest", () => {
    const nothing = Array.from({ length: 10_000 }, () => ({ effectiveDate: "2026-03-01" }));
    const issues = issuesOf(safeParseSubscription({ ...subscription, changes: nothing }));
    const each = Array.from({ length: 1_000 }, (_, index) => `missing changes.${index}`);
    expect(issues).toEqual([...each, expect.stringMatching(/^too_many_issues/)]);
  });

  it("bills a subscription whose price changes every day for years", () => {
    const flat = {
      ...charge,
      chargeType: "recurring",
      pricing: { model: "flat", amount: 0 },
    } as const;
    const bill = invoice({
      catalog: { ...product, ratePlans: [{ ...plan, charges: [flat] }] },
      subscription: parseSubscription({ ...subscription, changes: changes(2_000) } as never),
      period: { start: "2026-02-01", end: "2026-03-01" },
      usage: [],
    });
    // 1 February is the 30th change after that of 2 January: (30 + 31 + … + 57) / 28 = 43.5.
    expect(bill.lines).toHaveLength(28);
    expect(Number(bill.total)).toBeCloseTo(43.5, 0);
  });

  it("reports a cycle where it closes", () => {
    const change: Record<string, unknown> = { effectiveDate: "2026-03-01", status: "paused" };
    change["quantities"] = { fee: change };
    expect(issuesOf(safeParseSubscription({ ...subscription, changes: [change] }))).toEqual([
      "not_plain_data changes.0.quantities.fee",
    ]);
    const pricing: Record<string, unknown> = { model: "tiered" };
    pricing["tiers"] = [pricing];
    expect(
      issuesOf(safeParseSubscription({ ...subscription, overrides: { fee: pricing } })),
    ).toEqual(["not_plain_data overrides.fee.tiers.0"]);
    const revision: Record<string, unknown> = { effectiveDate: "2026-06-01" };
    revision["pricing"] = revision;
    expect(issuesOf(safeParseCharge({ ...charge, revisions: [revision] }))).toEqual([
      "not_plain_data revisions.0.pricing",
    ]);
    const of: unknown[] = [];
    of.push(of);
    expect(issuesOf(safeParseCharge({ ...charge, proration: { method: "days", of } }))).toEqual([
      "not_plain_data proration.of.0",
    ]);
  });

  it("takes one change in many places, which is no cycle", () => {
    const shared = { model: "flat", amount: "1" };
    const given = {
      ...subscription,
      overrides: { a: shared, b: shared },
      changes: [{ effectiveDate: "2026-03-01", overrides: { a: shared, b: shared } }],
    };
    expect(safeParseSubscription(given)).toStrictEqual({ ok: true, value: given });
  });
});

describe("long texts", () => {
  const long = "x".repeat(2 ** 20);

  it.each([
    { title: "an id", input: { ...charge, id: long }, issue: "invalid_id", path: ["id"] },
    { title: "a name", input: { ...charge, name: long }, issue: "too_large", path: ["name"] },
    {
      title: "a currency",
      input: { ...charge, currency: long },
      issue: "unknown_currency",
      path: ["currency"],
    },
    {
      title: "a unit",
      input: { ...charge, unitOfMeasure: long },
      issue: "invalid_id",
      path: ["unitOfMeasure"],
    },
    {
      title: "a model",
      input: { ...charge, pricing: { model: long } },
      issue: "unknown_model",
      path: ["pricing", "model"],
    },
    {
      title: "a charge type",
      input: { ...charge, chargeType: long },
      issue: "invalid_value",
      path: ["chargeType"],
    },
    {
      title: "an aggregation",
      input: { ...charge, aggregation: long },
      issue: "invalid_value",
      path: ["aggregation"],
    },
    { title: "a key", input: { ...charge, [long]: 1 }, issue: "unknown_key", path: [long] },
  ])(
    "of 1 MB are refused as $title, in a message that people can read",
    ({ input, issue, path }) => {
      const result = safeParseCharge(input);
      expect(result).toMatchObject({ ok: false, issues: [{ code: issue, path }] });
      expect(result.ok || result.issues[0]?.message.length).toBeLessThan(500);
    },
  );

  const flat = { model: "flat", amount: 1 };
  const change = { effectiveDate: "2026-03-01", status: "paused" };

  it.each([
    {
      title: "the key of a quantity",
      more: { quantities: { [long]: 1 } },
      path: ["quantities", long],
    },
    {
      title: "the key of an override",
      more: { overrides: { [long]: flat } },
      path: ["overrides", long],
    },
    { title: "a time zone", more: { timeZone: long }, path: ["timeZone"] },
    { title: "an anchor", more: { billingAnchor: long }, path: ["billingAnchor"] },
    { title: "the end of a month", more: { endOfMonth: long }, path: ["endOfMonth"] },
    {
      title: "a model",
      more: { overrides: { fee: { model: long } } },
      path: ["overrides", "fee", "model"],
    },
    {
      title: "the date of a change",
      more: { changes: [{ ...change, effectiveDate: long }] },
      path: ["changes", 0, "effectiveDate"],
    },
    {
      title: "a plan",
      more: { changes: [{ ...change, ratePlanId: long }] },
      path: ["changes", 0, "ratePlanId"],
    },
    {
      title: "a status",
      more: { changes: [{ ...change, status: long }] },
      path: ["changes", 0, "status"],
    },
    {
      title: "the key of a change",
      more: { changes: [{ ...change, [long]: 1 }] },
      path: ["changes", 0, long],
    },
  ])(
    "of 1 MB are refused as $title of a subscription, in a message that people can read",
    ({ more, path }) => {
      const result = safeParseSubscription({ ...subscription, ...more });
      expect(result).toMatchObject({ ok: false, issues: [{ path }] });
      expect(result.ok || result.issues[0]?.message.length).toBeLessThan(500);
    },
  );

  it("of 1 MB are refused where one thing is changed twice, in a message that people can read", () => {
    const twice = ["a", "b"].map((ratePlanId) => ({
      effectiveDate: "2026-03-01",
      ratePlanId,
      quantities: { [long]: 1 },
    }));
    const result = safeParseSubscription({ ...subscription, changes: twice });
    for (const issue of result.ok ? [] : result.issues) {
      expect(issue.message.length).toBeLessThan(500);
    }
    expect(result.ok).toBe(false);
  });
});

describe("names that every object has", () => {
  const names = [
    "constructor",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "__proto__",
    "__defineGetter__",
  ];

  it.each(names)("identify charges, plans and customers: %s", (name) => {
    const input = {
      ...product,
      id: name,
      agentType: name,
      ratePlans: [{ ...plan, id: name, charges: [{ ...charge, id: name, unitOfMeasure: name }] }],
    };
    const parsed = parseProduct(input);
    expect(parsed.ratePlans[0]?.charges[0]?.id).toBe(name);
    const own = parseSubscription({ ...subscription, customerId: name, ratePlanId: name });
    const bill = invoice({
      catalog: parsed,
      subscription: own,
      period: { start: "2026-01-01", end: "2026-02-01" },
      usage: 3,
    });
    expect(bill).toMatchObject({ customerId: name, total: "15.00" });
  });

  it.each(names.filter((name) => name !== "__proto__"))(
    "are found as keys of quantities: %s",
    (name) => {
      const seats = { ...charge, id: name, chargeType: "recurring" } as const;
      const own = parseSubscription({ ...subscription, quantities: { [name]: 4 } });
      expect(Object.entries(own.quantities ?? {})).toEqual([[name, "4"]]);
      const bill = invoice({
        catalog: { ...product, ratePlans: [{ ...plan, charges: [seats] }] },
        subscription: own,
        period: { start: "2026-01-01", end: "2026-02-01" },
        usage: [],
      });
      expect(bill.total).toBe("20.00");
    },
  );

  it.each(names.filter((name) => name !== "__proto__"))(
    "are found as keys of overrides: %s",
    (name) => {
      const flat = {
        ...charge,
        id: name,
        chargeType: "recurring",
        pricing: { model: "flat", amount: 31 },
      } as const;
      const own = { model: "flat", amount: 62 } as const;
      const billed = (more: object) =>
        invoice({
          catalog: { ...product, ratePlans: [{ ...plan, charges: [flat] }] },
          subscription: parseSubscription({ ...subscription, ...more }),
          period: { start: "2026-01-01", end: "2026-02-01" },
          usage: [],
        }).total;
      expect(billed({ overrides: { [name]: own } })).toBe("62.00");
      expect(
        billed({ changes: [{ effectiveDate: "2026-01-01", overrides: { [name]: own } }] }),
      ).toBe("62.00");
      expect(
        billed({
          overrides: { [name]: own },
          changes: [{ effectiveDate: "2026-01-01", overrides: { [name]: null } }],
        }),
      ).toBe("31.00");
      // Nobody wrote it: what every object inherits is no price.
      expect(billed({ overrides: {} })).toBe("31.00");
      expect(billed({ changes: [{ effectiveDate: "2026-01-10", status: "active" }] })).toBe(
        "31.00",
      );
    },
  );

  it.each(names)("are no time zones, anchors or cycles: %s", (name) => {
    expect(issuesOf(safeParseSubscription({ ...subscription, timeZone: name }))).toEqual([
      "unknown_time_zone timeZone",
    ]);
    expect(issuesOf(safeParseSubscription({ ...subscription, billingAnchor: name }))).toEqual([
      "invalid_date billingAnchor",
    ]);
    for (const field of ["billingCycle", "billingTiming", "proration"]) {
      expect(issuesOf(safeParseCharge({ ...timedCharge, [field]: name }))).toEqual([
        `invalid_value ${field}`,
      ]);
    }
  });

  it("are not found where nobody wrote them", () => {
    const policy = safeParsePolicy({ currencies: {} });
    expect(policy.ok).toBe(true);
    for (const name of names) {
      expect(issuesOf(safeParseCharge({ ...charge, currency: name }))).toEqual([
        "unknown_currency currency",
      ]);
    }
  });

  it("are refused as __proto__ wherever a key is free to choose", () => {
    const quantities = JSON.parse('{"__proto__":1}') as unknown;
    expect(issuesOf(safeParseSubscription({ ...subscription, quantities }))).toEqual([
      "unknown_key quantities.__proto__",
    ]);
    expect(issuesOf(safeParseCharge({ ...charge, metadata: { deep: polluting } }))).toEqual([
      "unknown_key metadata.deep.__proto__",
    ]);
    const overrides = JSON.parse('{"__proto__":{"model":"flat","amount":1}}') as unknown;
    expect(issuesOf(safeParseSubscription({ ...subscription, overrides }))).toEqual([
      "unknown_key overrides.__proto__",
    ]);
    const changes = JSON.parse(
      '[{"effectiveDate":"2026-03-01","status":"paused","quantities":{"__proto__":1},"overrides":{"__proto__":null}}]',
    ) as unknown;
    expect(issuesOf(safeParseSubscription({ ...subscription, changes }))).toEqual([
      "unknown_key changes.0.quantities.__proto__",
      "unknown_key changes.0.overrides.__proto__",
    ]);
    const revisions = JSON.parse(
      '[{"__proto__":{},"effectiveDate":"2026-06-01","pricing":{"model":"per-unit","unitPrice":1,"__proto__":{}}}]',
    ) as unknown;
    expect(issuesOf(safeParseCharge({ ...charge, revisions }))).toEqual([
      "unknown_key revisions.0.__proto__",
      "unknown_key revisions.0.pricing.__proto__",
    ]);
    expect(issuesOf(safeParsePolicy({ currencies: quantities }))).toEqual([
      "unknown_key currencies.__proto__",
    ]);
  });

  it("are kept in metadata, where they mean nothing", () => {
    const metadata = { constructor: { prototype: { polluted: true } }, toString: "x" };
    const parsed = safeParseCharge({ ...charge, metadata });
    expect(parsed.ok && Object.entries(parsed.value)).toContainEqual(["metadata", metadata]);
  });
});

describe("getters and proxies", () => {
  it("reads a getter that changes its answer once, and keeps to what was checked", () => {
    let reads = 0;
    const input = {
      ...charge,
      get id() {
        reads += 1;
        return reads === 1 ? "first" : { toString: () => "other" };
      },
    };
    expect(safeParseCharge(input)).toMatchObject({ ok: true, value: { id: "first" } });
    expect(reads).toBe(1);
  });

  it("keeps to what was checked where prices change between two looks", () => {
    let price = 1;
    const tier = {
      get unitPrice() {
        price *= -1;
        return price * -1;
      },
    };
    const parsed = safeParseCharge({ ...charge, pricing: { model: "tiered", tiers: [tier] } });
    expect(parsed).toMatchObject({ ok: true, value: { pricing: { tiers: [{ unitPrice: "1" }] } } });
    expect(parsed.ok && simulate(parsed.value, 5).amount).toBe("5.00");
  });

  it("reports a throwing getter, and works on", () => {
    const input = {
      ...charge,
      get name(): string {
        throw new TypeError("not today");
      },
    };
    expect(issuesOf(safeParseCharge(input))).toEqual(["not_plain_data "]);
    expect(safeParseCharge(charge).ok).toBe(true);
  });

  it("reads through a proxy as through an object", () => {
    const layered = new Proxy(
      { ...charge, pricing: new Proxy({ ...charge.pricing }, {}), metadata: new Proxy([], {}) },
      {
        get: (target, key) =>
          key === "metadata" ? { list: new Proxy([1, 2], {}) } : Reflect.get(target, key),
      },
    );
    expect(safeParseCharge(layered)).toMatchObject({
      ok: true,
      value: { id: "fee", metadata: { list: [1, 2] } },
    });
  });

  it("never changes what a proxy guards", () => {
    const changes: string[] = [];
    const guard = new Proxy(Object.create(null), {
      get: (_target, trap: string) => {
        if (
          ![
            "set",
            "defineProperty",
            "deleteProperty",
            "preventExtensions",
            "setPrototypeOf",
          ].includes(trap)
        )
          return undefined;
        return (target: object, ...rest: unknown[]) => {
          changes.push(trap);
          return Reflect.apply(Reflect[trap as "set"], Reflect, [target, ...rest]);
        };
      },
    });
    const watched = (value: unknown): unknown => {
      if (typeof value !== "object" || value === null) return value;
      const copy = Array.isArray(value)
        ? value.map(watched)
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, watched(item)]));
      return new Proxy(copy, guard);
    };
    const parsed = parseProduct(watched({ ...product, metadata: { a: [{}] } }) as typeof product);
    expect(simulate(watched(charge) as ChargeInput, 3).amount).toBe("15.00");
    expect(parsed.ratePlans).toHaveLength(1);
    expect(changes).toEqual([]);
  });

  it("is not kept busy by a list that grows while it is read", () => {
    let length = 0;
    const endless = new Proxy([], {
      get: (target, key, receiver) => {
        if (key !== "length") return key === "0" ? 1 : Reflect.get(target, key, receiver);
        length += 1;
        return length;
      },
    });
    const result = safeParseCharge({ ...charge, metadata: { endless } });
    expect(issuesOf(result)).toEqual(["too_large metadata.endless"]);
  });
});

describe("objects that are no plain data", () => {
  class OptionalRow extends Row {
    readonly description = undefined;
  }

  it.each([
    { title: "an object of a class", row: new Row() },
    { title: "one with a field that is undefined", row: new OptionalRow() },
    { title: "one that holds itself", row: cyclicRow() },
    { title: "one that only inherits its fields", row: Object.create({ ...charge }) as object },
    { title: "a date", row: new Date(0) },
    { title: "a map", row: new Map(Object.entries(charge)) },
  ])("refuses $title, by itself and in a list", ({ row }) => {
    expect(issuesOf(safeParseCharge(row))).toEqual(["invalid_type "]);
    expect(issuesOf(safeParseRatePlan({ ...plan, charges: [charge, row] }))).toEqual([
      "invalid_type charges.1",
    ]);
  });

  it("says of an object of a class what keeps it from being plain data", () => {
    expect(safeParseRatePlan({ ...plan, charges: [new Row()] })).toMatchObject({
      issues: [{ message: "charges[0] must be an object, got an object that is no plain data" }],
    });
  });

  it("neither reads, freezes nor changes an object of a class", () => {
    const row = new Row();
    const watched = new Proxy(row, {
      get: (target, key) => {
        throw new Error(`${String(key)} of ${target.id} was read`);
      },
    });
    row.metadata["deep"] = nested(10_000, (a) => [a]);
    expect(safeParseCharge({ ...charge, metadata: { watched: row } }).ok).toBe(false);
    expect(safeParseCharge(row).ok).toBe(false);
    expect([row, row.pricing, row.metadata].map(Object.isFrozen)).toEqual([false, false, false]);
    expect(() => safeParseCharge({ ...charge, metadata: { watched } })).not.toThrow();
  });

  it.each([
    { title: "a date", value: new Date(0) },
    { title: "a map", value: new Map([["atLeast", 100]]) },
    { title: "a set", value: new Set([1]) },
    { title: "an object of a class", value: new (class {})() },
    { title: "an error", value: new Error("x") },
    { title: "a regular expression", value: /./ },
  ])("does not take $title for an empty object, which asks for nothing", ({ value }) => {
    expect(issuesOf(safeParseCharge({ ...charge, filter: value }))).not.toBe("ok");
    expect(issuesOf(safeParseCharge({ ...charge, outcome: value }))).not.toBe("ok");
    expect(issuesOf(safeParseSubscription({ ...subscription, changes: value }))).not.toBe("ok");
    expect(Object.isFrozen(value)).toBe(false);
  });

  it.each([
    { title: "a map", value: new Map([["CREDIT", 4]]) },
    { title: "a date", value: new Date(0) },
    { title: "a set", value: new Set(["CREDIT"]) },
  ])("does not take $title for an empty record", ({ value }) => {
    expect(issuesOf(safeParsePolicy({ currencies: value }))).not.toBe("ok");
    expect(issuesOf(safeParseSubscription({ ...subscription, quantities: value }))).not.toBe("ok");
    expect(issuesOf(safeParseCharge({ ...charge, metadata: value }))).not.toBe("ok");
  });

  it("reads objects and lists of another realm", () => {
    const text = JSON.stringify({ ...product, metadata: { list: [{ a: 1 }] } });
    const foreign = runInNewContext(`(${text})`) as unknown;
    const parsed = safeParseProduct(foreign);
    expect(parsed).toStrictEqual(safeParseProduct(JSON.parse(text)));
    expect(parsed.ok && Object.getPrototypeOf(parsed.value)).toBe(Object.prototype);
  });

  it("reads objects without a prototype", () => {
    const bare = (value: object) => Object.assign(Object.create(null) as object, value);
    const input = bare({ ...charge, pricing: bare(charge.pricing), metadata: bare({ a: 1 }) });
    expect(safeParseCharge(input)).toStrictEqual(
      safeParseCharge({ ...charge, metadata: { a: 1 } }),
    );
  });

  it("reports each hole of a sparse list as missing", () => {
    const charges: unknown[] = [];
    charges[2] = charge;
    expect(issuesOf(safeParseRatePlan({ ...plan, charges }))).toEqual([
      "missing charges.0",
      "missing charges.1",
    ]);
  });

  it("ignores keys that are symbols, as JSON does", () => {
    expect(safeParseCharge({ ...charge, [Symbol("note")]: 1 })).toStrictEqual(
      safeParseCharge(charge),
    );
  });
});

describe("decimals of other copies of decimal.js", () => {
  const pricedAt = (unitPrice: unknown) => ({
    ...charge,
    pricing: { model: "per-unit", unitPrice },
  });

  it("are read exactly, whatever their own settings", () => {
    const price = new ForeignDecimal("123456.789012345");
    expect(safeParseCharge(pricedAt(price))).toMatchObject({
      value: { pricing: { unitPrice: "123456.789012345" } },
    });
  });

  it("are not impersonated by JSON", () => {
    const forged: readonly unknown[] = [
      5,
      "123",
      [],
      ["x"],
      [1.5],
      [-1],
      [1e9],
      [null],
      null,
      {},
    ].map((d) => JSON.parse(JSON.stringify({ toStringTag: "[object Decimal]", s: 1, e: 0, d })));
    for (const unitPrice of [
      ...forged,
      { toStringTag: "[object Decimal]", s: 7, e: null, d: [1] },
    ]) {
      expect(issuesOf(safeParseCharge(pricedAt(unitPrice)))).not.toBe("ok");
    }
  });

  it("do not hide the caller's metadata from the copy", () => {
    const metadata = { toStringTag: "[object Decimal]", nested: { list: [1] } };
    safeParseCharge({ ...charge, metadata });
    expect(Object.isFrozen(metadata)).toBe(false);
    expect(Object.isFrozen(metadata.nested)).toBe(false);
  });

  it("do not hide a cycle", () => {
    const metadata: Record<string, unknown> = { toStringTag: "[object Decimal]" };
    metadata["self"] = metadata;
    expect(issuesOf(safeParseCharge({ ...charge, metadata }))).not.toBe("ok");
  });
});

describe("laws of bad input", () => {
  type Path = readonly (string | number)[];
  /** Keys that our objects may have or must not have, tried on each of them. */
  const more = [
    "filter",
    "outcome",
    "guarantee",
    "metadata",
    "overflow",
    "aggregation",
    "currency",
    "billingCycle",
    "billingTiming",
    "proration",
    "revisions",
    "effectiveDate",
    "other",
  ];

  /** Every place in data where something stands or could stand. */
  function placesIn(data: unknown, path: Path = []): readonly Path[] {
    if (typeof data !== "object" || data === null) return [];
    const own = Array.isArray(data)
      ? [...data.keys(), data.length]
      : [...new Set([...Object.keys(data), ...more])];
    return own.flatMap((key) => [
      [...path, key],
      ...placesIn(Reflect.get(data, key), [...path, key]),
    ]);
  }

  function replaced(data: unknown, [step, ...rest]: Path, value: unknown): unknown {
    if (step === undefined || typeof data !== "object" || data === null) return value;
    const copy = Array.isArray(data) ? [...data] : { ...data };
    return Object.assign(copy, { [step]: replaced(Reflect.get(data, step), rest, value) });
  }

  const junk = fc.oneof(
    fc.anything({
      maxDepth: 2,
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    fc.constantFrom(...strangers.map(({ value }) => value)),
    fc.constantFrom(-1, 0, "", "x", null, [], {}, "USD", "2026-01-01", 1e300),
  );
  function broken(valid: fc.Arbitrary<object>) {
    return fc.tuple(valid, fc.nat(), junk).map(([data, at, value]) => {
      const places = placesIn(data);
      return { value, input: replaced(data, places[at % places.length] ?? [], value) };
    });
  }

  describe.each([
    { kind: "product", input: broken(anyProduct), safeParse: safeParseProduct },
    { kind: "subscription", input: broken(anySubscription), safeParse: safeParseSubscription },
  ])("of a $kind", ({ input: anyBroken, safeParse }) => {
    it("either reports or returns JSON that parses to itself, and never fails otherwise", () => {
      fc.assert(
        fc.property(anyBroken, ({ input }) => {
          const result = safeParse(input);
          if (!result.ok) return result.issues.length > 0;
          const stored: unknown = JSON.parse(JSON.stringify(result.value));
          expect(stored).toStrictEqual(result.value);
          expect(safeParse(stored)).toStrictEqual(result);
          return true;
        }),
      );
    });

    it("freezes nothing that the caller holds", () => {
      fc.assert(
        fc.property(anyBroken, ({ input, value }) => {
          const before = Object.isFrozen(value);
          safeParse(input);
          return Object.isFrozen(value) === before;
        }),
      );
    });

    it("says where, by which rule and what was found, in one line that is not long", () => {
      fc.assert(
        fc.property(anyBroken, ({ input }) => {
          const result = safeParse(input);
          for (const issue of result.ok ? [] : result.issues) {
            expect(issue.expected).not.toBe("");
            expect(issue.received).not.toBe("");
            expect(issue.message).toMatch(/ (must|is) .*, got /);
            expect(issue.message.endsWith(`, got ${issue.received}`)).toBe(true);
            expect(issue.message.length).toBeLessThan(500);
            expect(issue.message).not.toMatch(/[\n\r]/);
            expect(JSON.parse(JSON.stringify(issue))).toStrictEqual(issue);
          }
        }),
      );
    });
  });
});
