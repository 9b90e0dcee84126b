/** Earlier documents are read in the order of their numbers, whole, and of the subscription that is billed. */
import type { Invoice, PricingIssue, SubscriptionInput } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  fingerprintOf,
  MOST_DOCUMENTS,
  readDocument,
  readPrevious,
  readWhole,
} from "../../../src/invoice/history/read-previous.js";
import { billUntil } from "../../support/chain.js";
import { days, on } from "../../support/closed-parts.js";
import { sealed } from "../../support/documents.js";
import { fee, planOf, stored } from "../../support/plans.js";
import { timelineOf } from "../../support/timelines.js";

const plans = [planOf([fee("fee", "10")])];
const [first, second, third] = billUntil("2026-04-01", { plans });
if (first === undefined || second === undefined || third === undefined) throw new Error("none");

const lifeOf = (more: Partial<SubscriptionInput> = {}) =>
  timelineOf(plans, { startDate: "2026-01-01", ...more });

function read(previous: unknown, more: Partial<SubscriptionInput> = {}) {
  const issues: PricingIssue[] = [];
  const documents = readPrevious(previous, lifeOf(more), issues);
  return {
    numbers: documents.map(({ document }) => document.sequence),
    places: documents.map(({ path }) => path.join(".")),
    issues: issues.map(({ code, path, expected }) => [code, path.join("."), expected]),
  };
}

/** A document with another number, after another document. */
function numbered(document: Invoice, sequence: number, before: Partial<Invoice> | null): Invoice {
  const previous = before && {
    sequence: sequence - 1,
    idempotencyKey: String(before.idempotencyKey),
    fingerprint: String(before.fingerprint),
  };
  return sealed({ ...document, sequence, basis: { ...document.basis, previous } });
}

describe("earlier documents", () => {
  it("are read in the order of their numbers, each with its place in the list", () => {
    expect(read([third, first, second])).toEqual({
      numbers: [1, 2, 3],
      places: ["previous.1", "previous.2", "previous.0"],
      issues: [],
    });
  });

  it("may be absent, and are a list of so many where they are not", () => {
    for (const none of [undefined, null, []]) expect(read(none)).toMatchObject({ issues: [] });
    expect(read({}).issues).toEqual([["invalid_type", "previous", "a list of documents"]]);
    const many = Array.from({ length: MOST_DOCUMENTS + 1 }, () => null);
    expect(read(many).issues).toEqual([
      ["too_large", "previous", `at most ${MOST_DOCUMENTS} elements`],
    ]);
  });

  it("have each a number of its own: of two with the same, the first counts", () => {
    const again = sealed({ ...second, issueDate: "2026-03-02" });
    expect(read([first, second, again])).toEqual({
      numbers: [1, 2],
      places: ["previous.0", "previous.1"],
      issues: [
        [
          "duplicate_id",
          "previous.2.sequence",
          `another number than that of ${second.idempotencyKey}`,
        ],
      ],
    });
  });

  it("follow each the one that it says it follows, where both are given", () => {
    const other = sealed({ ...first, issueDate: "2026-02-02" });
    const path = "previous.1.basis.previous.fingerprint";
    const expected = `the fingerprint of ${first.idempotencyKey}, which has the number before`;
    expect(read([other, second])).toMatchObject({
      numbers: [1, 2],
      issues: [["previous_mismatch", path, expected]],
    });
    expect(read([first, numbered(second, 2, null)]).issues).toEqual([
      ["previous_mismatch", path, expected],
    ]);
    // What lies between is not given.
    expect(read([other, third])).toMatchObject({ numbers: [1, 3], issues: [] });
    expect(read([third])).toMatchObject({ numbers: [3], issues: [] });
  });
});

describe("an earlier document", () => {
  const of = (document: unknown, more: Partial<SubscriptionInput> = {}) => {
    const issues: PricingIssue[] = [];
    const result = readDocument(document, ["credit", "invoice"], lifeOf(more), issues);
    return {
      result,
      issues: issues.map(({ code, path }) => [code, ...path].join(" ")),
      all: issues,
    };
  };

  it("has its time and its moment in the zone of the subscription", () => {
    expect(of(stored(first)).result).toEqual({
      document: first,
      period: days("01-01", "02-01"),
      asOf: on("02-01"),
      path: ["credit", "invoice"],
    });
    const berlin = of(first, { timeZone: "Europe/Berlin" }).result;
    // Midnight is at 23, UTC.
    const start = Date.parse("2025-12-31T23:00:00Z");
    const end = Date.parse("2026-01-31T23:00:00Z");
    expect([berlin?.period, berlin?.asOf]).toEqual([{ start, end }, end]);
  });

  it("is of the subscription, the customer and the currency that are billed", () => {
    const others = { subscriptionId: "s2", customerId: "globex", currency: "EUR" };
    const { result, all } = of(sealed({ ...first, ...others }));
    expect(result).toBeUndefined();
    const names = ["subscriptionId", "customerId", "currency"] as const;
    expect(all).toMatchObject(
      names.map((name) => ({
        code: "previous_mismatch",
        path: ["credit", "invoice", name],
        expected: `${first[name]}, as on the subscription that is billed`,
        received: JSON.stringify(others[name]),
      })),
    );
    for (const name of names) {
      expect(of(sealed({ ...first, [name]: others[name] })).issues).toEqual([
        `previous_mismatch credit invoice ${name}`,
      ]);
    }
  });
});

describe("a document, whoever's it is", () => {
  const whole = (document: unknown) => {
    const issues: PricingIssue[] = [];
    const result = readWhole(document, ["at"], issues);
    return { result, issues };
  };

  it("is as it was written: any change is found, also one that was refused before", () => {
    expect(whole(stored(first)).result).toEqual(first);
    const changed = { ...stored(first), total: "0.00" };
    for (const _time of [1, 2]) {
      const { result, issues } = whole(changed);
      expect(result).toBeUndefined();
      expect(issues).toMatchObject([
        {
          code: "tampered",
          path: ["at"],
          expected: `document ${first.idempotencyKey} as it was written, whose content has the fingerprint ${first.fingerprint}`,
        },
      ]);
    }
    expect(fingerprintOf({ ...first, fingerprint: "other" })).toBe(first.fingerprint);
    expect(fingerprintOf({ ...first, total: "0.00" })).not.toBe(first.fingerprint);
  });

  it("is of version 2: one of version 1 does not say what it was priced from", () => {
    const { result, issues } = whole({ ...first, schemaVersion: 1 });
    expect(result).toBeUndefined();
    expect(issues).toMatchObject([
      { code: "unsupported_version", path: ["at", "schemaVersion"], received: "1" },
    ]);
    expect(whole({ schemaVersion: 1 }).issues).toHaveLength(1);
    const hostile = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("a trap");
        },
      },
    );
    for (const none of [null, 1, "x", [], { schemaVersion: "1" }, hostile]) {
      const codes = whole(none).issues.map(({ code }) => code);
      expect(codes).not.toContain("unsupported_version");
      expect(codes.length).toBeGreaterThan(0);
    }
  });
});
