/** Whatever stands in for a peer's price or the options: an issue, never a throw, and nothing of the caller's changes. */
import fc from "fast-check";
import type { Charge, ParseResult } from "rateplan";
import {
  fromLagoCharge,
  fromOpenMeterPrice,
  fromStripePrice,
  fromValmiChargeModel,
} from "rateplan/import";
import { describe, expect, it } from "vitest";

const readers: readonly (readonly [
  string,
  (price: unknown, options?: never) => ParseResult<Charge>,
])[] = [
  ["fromStripePrice", fromStripePrice],
  ["fromLagoCharge", fromLagoCharge],
  ["fromOpenMeterPrice", fromOpenMeterPrice as (price: unknown) => ParseResult<Charge>],
  ["fromValmiChargeModel", fromValmiChargeModel],
];

/** A price of each kind with holes, into which anything may be put. */
const shapes = (hole: unknown): readonly object[] => [
  { id: "p", currency: "usd", unit_amount: hole },
  { id: "p", currency: hole, unit_amount_decimal: hole, recurring: hole, type: "recurring" },
  { id: "p", currency: "usd", billing_scheme: "tiered", tiers_mode: "volume", tiers: hole },
  {
    id: "p",
    currency: "usd",
    billing_scheme: "tiered",
    tiers_mode: "volume",
    tiers: [hole, { up_to: hole, flat_amount: hole }],
  },
  {
    id: "p",
    currency: "usd",
    transform_quantity: { divide_by: hole, round: hole },
    recurring: { interval: hole, interval_count: hole },
  },
  { lago_id: "l", charge_model: hole, properties: hole, min_amount_cents: hole },
  {
    lago_id: "l",
    charge_model: "graduated",
    properties: { graduated_ranges: hole, pricing_group_keys: hole },
  },
  {
    lago_id: "l",
    charge_model: "package",
    properties: { amount: hole, package_size: hole, free_units: hole },
  },
  {
    type: "tiered",
    mode: hole,
    tiers: [{ upToAmount: hole, flatPrice: hole, unitPrice: { type: hole, amount: hole } }],
  },
  { type: "dynamic", multiplier: hole, minimumAmount: hole },
  { type: "flat", amount: hole, paymentTerm: hole },
  {
    name: hole,
    type: "tiered",
    pricing_strategy: { tiers: [{ start: hole, counter: hole, price: hole }] },
  },
  { name: "m", type: hole, pricing_strategy: hole },
];

const cycle: Record<string, unknown> = {};
cycle["self"] = cycle;
const throwing = {
  get currency() {
    throw new Error("no");
  },
};
const refusing = new Proxy(
  {},
  {
    ownKeys() {
      throw new Error("no");
    },
    getPrototypeOf() {
      throw new Error("no");
    },
  },
);
/** A proxy that throws at whatever is asked of it, even whether it is a list. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
const oddities: readonly unknown[] = [
  null,
  undefined,
  "",
  "price",
  0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  JSON.parse("1e999"),
  10n ** 5_000n,
  "9".repeat(100_000),
  "1e9999999",
  true,
  Symbol("price"),
  () => 1,
  [],
  [[]],
  {},
  cycle,
  throwing,
  refusing,
  revoked(),
  Promise.resolve({}),
  { toFixed: () => "5", isZero: () => false, toJSON: () => "5" },
  new Date(0),
  new Map(),
  Object.create(null),
  JSON.parse('{"__proto__":{"x":1}}'),
  Array.from({ length: 10_001 }, () => ({})),
];

function check(run: () => ParseResult<Charge>): void {
  const result = run();
  if (result.ok) return;
  expect(result.issues.length).toBeGreaterThan(0);
  for (const issue of result.issues) {
    expect(issue.message.length).toBeLessThan(1_000);
    expect(issue.expected).not.toBe("");
  }
}

describe.each(readers)("%s", (_name, read) => {
  it.each(oddities.map((value, index) => [index, value] as const))(
    "survives oddity %i",
    (_index, value) => {
      check(() => read(value));
      check(() => read({}, value as never));
      for (const shape of shapes(value)) check(() => read(shape));
      for (const name of ["id", "aggregation", "policy", "surge"]) {
        check(() => read(shapes(5)[0], { [name]: value } as never));
      }
    },
  );

  it("survives anything", () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 3, withBigInt: true, withDate: true }), (value) => {
        check(() => read(value));
        for (const shape of shapes(value)) check(() => read(shape, { id: value } as never));
      }),
    );
  });

  it("says that it is no object", () => {
    for (const value of [null, undefined, 5, "x", []]) {
      expect(read(value, {} as never)).toMatchObject({
        ok: false,
        issues: [{ code: "invalid_type", path: [] }],
      });
    }
    expect(read({}, null as never)).toMatchObject({ issues: [{ path: ["options"] }] });
    for (const value of [Promise.resolve({}), new Map(), new Date(0), () => ({})]) {
      expect(read(value, {} as never)).toMatchObject({
        ok: false,
        issues: [{ code: "invalid_type", path: [] }],
      });
    }
    expect(read({}, { policy: { rounding: 5 } } as never)).toMatchObject({
      issues: [{ code: "invalid_type", path: ["options", "policy", "rounding"] }],
    });
  });

  it("says what cannot be read: getters that throw, proxies that refuse", () => {
    const code = expect.stringMatching(/^(invalid_type|not_plain_data)$/);
    for (const value of [throwing, refusing, revoked()]) {
      expect(read(value, {} as never)).toMatchObject({ ok: false, issues: [{ code, path: [] }] });
      expect(read({}, value as never)).toMatchObject({
        ok: false,
        issues: [{ code, path: ["options"] }],
      });
      expect(read({ deep: [value] }, {} as never)).toMatchObject({ ok: false });
      expect(read({}, { id: value } as never)).toMatchObject({ ok: false });
    }
  });

  it("lists no more than the first issues, and says how many there are", () => {
    const strange = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`key${i}`, 1]));
    const codes = shapes(5).map((shape) => {
      const result = read({ ...shape, ...strange }, {} as never);
      const issues = result.ok ? [] : result.issues;
      expect(issues.length).toBeLessThan(1_100);
      return issues.at(-1)?.code;
    });
    expect(codes).toContain("too_many_issues");
  });

  it("holds what configuration may measure", () => {
    const long = Array.from({ length: 10_001 }, () => null);
    const wide = { rows: Array.from({ length: 51 }, () => long.slice(1)) };
    const deep = JSON.parse("[".repeat(40) + "]".repeat(40));
    for (const value of [{ long }, wide, { deep }]) {
      const result = read(value, {} as never);
      expect(result).toMatchObject({ ok: false, issues: [{ code: "too_large" }] });
    }
  });

  it("changes and freezes nothing of the caller's", () => {
    for (const shape of shapes(5)) {
      const before = structuredClone(shape);
      read(shape);
      expect(shape).toEqual(before);
      expect(Object.isFrozen(shape)).toBe(false);
    }
  });
});
