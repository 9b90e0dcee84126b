/** Which form every field has that is read of a stored document, and which may be absent or null. */
import { describe, expect, it } from "vitest";
import type { PricingIssue } from "../../../src/errors.js";
import { readWhole } from "../../../src/invoice/history/read-previous.js";
import { unchecked } from "../../support/plans.js";

const period = { start: "2026-01-01", end: "2026-02-01" };
const date = "2026-01-11";
const segment = {
  ...{ chargeId: "a", name: "A", terms: "t", period, cycle: period, fee: period, quantity: "1/3" },
  allowance: {
    ...{ since: date, cycle: period, used: "1/3", included: "100", held: "2" },
    carried: [{ units: "1.5", until: date }],
  },
  levels: [{ group: ["x", null], level: "5" }],
};

/** All that is read of a document; no document says all of it at once. */
const everything = {
  ...{ schemaVersion: 2, sequence: 3, idempotencyKey: "k3", fingerprint: "f3", scope: "period" },
  ...{ customerId: "acme", subscriptionId: "s1", currency: "USD", period, asOf: date },
  lines: [
    {
      ...{ key: "usage:a@2026-01-01", kind: "usage", chargeId: "a", couponId: "c", grantId: "g" },
      credit: { unit: "USD", quantity: "1/3", timing: "after-tax" },
      taxId: "vat",
      tax: { name: "VAT", percent: "19", inclusive: false, compound: true, marker: "exempt" },
      concession: { invoice: "k2", line: "usage:a", quantity: "1" },
      group: { subject: "x" },
      ...{ description: "A", amount: "-1.50", servicePeriod: period, terms: "t", part: 0 },
      appliedTo: [{ key: "usage:b@2026-01-01", amount: "-0.5", quantity: "2" }],
    },
  ],
  postings: [{ kind: "granted", grantId: "g" }],
  provisional: [{ chargeId: "a", servicePeriod: period, pending: "1", since: date }],
  corrections: [{ period, documents: ["k1"] }],
  basis: {
    previous: { sequence: 2, idempotencyKey: "k2", fingerprint: "f2" },
    billedUntil: date,
    life: [{ until: date, digest: "0" }],
    terms: { t: { chargeType: "usage", pricing: { model: "per-unit" } } },
    parts: [
      {
        ...{ period, part: "in-arrears", until: date },
        states: [{ from: date, ratePlanId: "p", billingCycle: "monthly", isLast: true }],
        ...{ segments: [segment], discounts: [segment] },
        commitments: [
          { ratePlanId: "p", amount: "100", maximumSpend: "500", period, cycle: period },
        ],
        terms: [
          {
            ...{ ratePlanId: "p", amount: "900", term: "annual", cycle: period },
            ...{ from: date, since: date, until: date, billed: "75.5" },
          },
        ],
        drawdowns: [{ chargeId: "a", cycle: period, paid: "100", used: "45.5" }],
        coupons: [{ id: "c" }],
      },
    ],
    taxes: [{ id: "vat", percent: "19" }],
  },
};

type Path = readonly (string | number)[];

/** A copy with something else at a path; without it where that is `undefined`. */
function withValue(whole: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  const copy: Record<string | number, unknown> = Array.isArray(whole)
    ? unchecked([...whole])
    : { ...unchecked<object>(whole) };
  copy[first] = withValue(copy[first], rest, value);
  return copy;
}

/** What is wrong with a document in which something else stands at a path, besides its fingerprint. */
function issuesWith(path: Path, value: unknown): readonly string[] {
  const issues: PricingIssue[] = [];
  readWhole(withValue(everything, path, value), [], issues);
  return issues
    .filter(({ code }) => code !== "tampered")
    .map((issue) => `${issue.code} ${issue.path.join(".")}`);
}

/** The paths to all that has others below it, and to all that has none. */
function pathsIn(value: unknown, path: Path = []): readonly (readonly [string, Path])[] {
  if (typeof value !== "object" || value === null) return [[path.join("."), path]];
  const below = Object.entries(value).flatMap(([key, each]) =>
    pathsIn(each, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [[path.join("."), path], ...below];
}

const places = pathsIn(everything).slice(1);
const isGroup = (name: string) => places.some(([other]) => other.startsWith(`${name}.`));
const groups = places.filter(([name]) => isGroup(name));
const single = places.filter(([name]) => !isGroup(name));

/** What is wrong where the same stands in place of every single value. */
function issuesWithAll(value: unknown): readonly string[] {
  const whole = single.reduce<unknown>((all, [, path]) => withValue(all, path, value), everything);
  return issuesWith([], whole).toSorted();
}
const placesWithAll = (value: unknown) =>
  issuesWithAll(value)
    .map((each) => each.replace(/^\S+ /, ""))
    .toSorted();
const namesOf = (paths: typeof places, isAny: (name: string) => boolean) =>
  paths.flatMap(([name]) => (isAny(name) ? [name] : [])).toSorted();

const NULLABLE =
  /(^lines\.0\.(chargeId|group|group\.subject|terms|part|tax\.marker|concession\.quantity)|levels\.0\.group\.\d|^basis\.(previous|billedUntil))$/;
const OPTIONAL = [
  /^lines\.0\.(couponId|grantId|credit|taxId|tax|concession|appliedTo\.0\.quantity)$/,
  /\.(segments|discounts)\.0\.(period|cycle|fee|quantity|allowance|levels)$/,
  /allowance\.(since|cycle|held)$/,
  /parts\.0\.(until|terms|drawdowns|coupons|states\.0\.isLast)$/,
  /commitments\.0\.(amount|maximumSpend|period|cycle)$/,
  /parts\.0\.terms\.0\.(since|until)$/,
  /^basis\.taxes$/,
  // Of what callers name themselves, there may be more or less.
  /^(basis\.terms\.t|lines\.0\.group\.subject)$/,
];
const isOptional = (name: string) => OPTIONAL.some((pattern) => pattern.test(name));
/** Texts that may say anything. */
const FREE =
  /(key|kind|name|marker|description|currency|digest|fingerprint|idempotencyKey|invoice|line|model|chargeType|terms|subject|documents\.\d|group\.\d)$/;
const IDS = /(Id|unit|coupons\.0\.id|taxes\.0\.id)$/;

describe("every field that is read of a stored document", () => {
  it("may have the form that it is written in", () => {
    expect(issuesWith([], everything)).toEqual([]);
  });

  it("is asked for where it is not there, unless it may be absent", () => {
    const needed = namesOf(single, (name) => !isOptional(name));
    expect(issuesWithAll(undefined)).toEqual(needed.map((name) => `missing ${name}`));
    for (const [name, path] of groups.filter((each) => !/\.\d+$/.test(each[0]))) {
      const issues = isOptional(name) ? [] : [`missing ${name}`];
      expect([name, issuesWith(path, undefined)]).toEqual([name, issues]);
    }
  });

  it("is null only where it may be", () => {
    expect(placesWithAll(null)).toEqual(namesOf(single, (name) => !NULLABLE.test(name)));
    for (const [name, path] of groups) {
      expect([name, issuesWith(path, null).length === 0]).toEqual([name, NULLABLE.test(name)]);
    }
  });

  it("is of its own type, and any text only where it may say anything", () => {
    const isText = (name: string) => FREE.test(name) || IDS.test(name);
    // A percentage may be written as a number.
    const isNone = (name: string) => name !== "basis.taxes.0.percent";
    expect(placesWithAll(7.5)).toEqual(namesOf(single, isNone));
    expect(placesWithAll("?")).toEqual(namesOf(single, (name) => !isText(name)));
    expect(placesWithAll("")).toEqual(namesOf(single, (name) => !FREE.test(name)));
    for (const [name, path] of groups) {
      expect([name, issuesWith(path, "?").length > 0]).toEqual([name, true]);
    }
  });
});

describe("a number of a stored document", () => {
  const longest = `1${"0".repeat(211)}`;
  const [amount, quantity] = [
    ["lines", 0, "amount"],
    ["basis", "parts", 0, "segments", 0, "quantity"],
  ] as const;
  const isRead = (path: Path) => (text: string) => issuesWith(path, text).length === 0;

  it("is an amount as documents write it", () => {
    const read = isRead(amount);
    expect(["0", "12", "-1.50", "0.005", longest].filter((text) => !read(text))).toEqual([]);
    const none = ["", "-", "1.", ".5", "+1", "1e5", "1/3", " 1", "1 ", "x1", "1x", "--1"];
    expect([...none, "1.5.5", "1.x", `${longest}0`].filter(read)).toEqual([]);
  });

  it("is an exact quantity, which may be a fraction", () => {
    const read = isRead(quantity);
    expect(["0", "-12", "1.50", "1/3", "-10/30", longest].filter((text) => !read(text))).toEqual(
      [],
    );
    const none = [
      "",
      "1.",
      "1/",
      "1/0",
      "1/03",
      "1/-3",
      "/3",
      "1.5/3",
      "1/3/3",
      "x1",
      "1/3x",
      "1/x",
    ];
    expect([...none, `${longest}0`].filter(read)).toEqual([]);
  });

  it("of a document begins with 1, of a part with 0, and both are whole", () => {
    const sequence = isRead(["sequence"]);
    const of = (path: Path) => (value: number) => issuesWith(path, value).length === 0;
    expect([0, 1, 2, 1.5, -1].map(of(["sequence"]))).toEqual([false, true, true, false, false]);
    expect([0, 1, -1, 0.5].map(of(["lines", 0, "part"]))).toEqual([true, true, false, false]);
    expect(sequence("1")).toBe(false);
  });
});

describe("a word of a stored document", () => {
  it.each<readonly [string, Path, readonly unknown[], readonly unknown[]]>([
    ["version", ["schemaVersion"], [2], [3, "2"]],
    [
      "scope",
      ["scope"],
      ["opening", "period", "change", "correction", "interim", "run-off"],
      ["preview", ""],
    ],
    [
      "timing of a credit",
      ["lines", 0, "credit", "timing"],
      ["before-tax", "after-tax"],
      ["later"],
    ],
    ["part", ["basis", "parts", 0, "part"], ["in-advance", "in-arrears"], ["in-between"]],
    ["mark of a last state", ["basis", "parts", 0, "states", 0, "isLast"], [true], [false, 1]],
  ])("is a %s that there is", (_title, path, known, unknown) => {
    for (const value of known) expect(issuesWith(path, value)).toEqual([]);
    for (const value of unknown) expect(issuesWith(path, value)).toHaveLength(1);
  });
});
