/** What earlier documents say, put together: what was billed under which key, for which part of a period. */
import type {
  Invoice,
  InvoiceLine,
  InvoiceRequest,
  PricingIssue,
  SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { catalogReader } from "../../../src/catalog/catalog.js";
import { DEFAULT_POLICY } from "../../../src/catalog/policy.js";
import { keyText, type LineKey } from "../../../src/invoice/document/priced-line.js";
import {
  type BilledLine,
  partText,
  readHistory,
  readKey,
  segmentName,
} from "../../../src/invoice/history/history.js";
import { formatExact } from "../../../src/money/fraction.js";
import { documentOf } from "../../support/chain.js";
import { days, on } from "../../support/closed-parts.js";
import { sealed } from "../../support/documents.js";
import { fee, JANUARY, perUnit, planOf, unchecked } from "../../support/plans.js";
import { timelineOf } from "../../support/timelines.js";

const [january, february] = [days("01-01", "02-01"), days("02-01", "03-01")];
const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const off = unchecked<ReturnType<typeof fee>>({
  ...{ id: "off", name: "off", chargeType: "recurring" },
  pricing: { model: "discount", percent: 10 },
});
const plans = [planOf([fee("fee", "100"), off])];

function read(previous: unknown, subscription: Partial<SubscriptionInput> = {}) {
  const timeline = timelineOf(plans, { startDate: "2026-01-01", ...subscription });
  const issues: PricingIssue[] = [];
  const history = readHistory(previous, timeline, catalogReader(DEFAULT_POLICY), issues);
  return { history, issues: issues.map(({ code, path }) => [code, ...path].join(" ")) };
}

const first = documentOf({ plans }, JANUARY);

/** A document after another, of other content. */
function following(before: Invoice, more: Partial<Invoice>, basis: object = {}): Invoice {
  const { sequence, idempotencyKey, fingerprint } = before;
  const previous = { sequence, idempotencyKey, fingerprint };
  return sealed({
    ...before,
    sequence: sequence + 1,
    idempotencyKey: `after ${idempotencyKey}`,
    lines: [],
    ...more,
    basis: { ...before.basis, previous, parts: [], ...basis },
  });
}

/** A recorded part of a billing period, on the plan `starter` unless it has no states. */
function partOf(part: string, start: string, end: string, more: object = {}) {
  const states = [{ from: start, ratePlanId: "starter", billingCycle: "monthly" }];
  const nothing = { segments: [], discounts: [], commitments: [] };
  return { period: { start, end }, part, states, ...nothing, ...more };
}

const keyOf = (kind: LineKey["kind"], chargeId: string, start = on("01-01")): LineKey => ({
  ...{ kind, chargeId, start, group: null },
});
const sharesOf = (line: BilledLine | undefined) =>
  line?.shares.map(({ key, amount }) => [keyText(key), formatExact(amount)]);

describe("a history", () => {
  it("of no documents is empty; of such that cannot be read it is broken", () => {
    for (const none of [undefined, null, []]) {
      const { history, issues } = read(none);
      expect(issues).toEqual([]);
      expect(history).toMatchObject({ documents: [], isBroken: false, settled: [] });
      expect([history.billed.size, history.parts.size, history.interims.size]).toEqual([0, 0, 0]);
      expect(history.byTime["in-advance"].at(on("01-01"))).toEqual([]);
    }
    expect(read([null])).toMatchObject({
      history: { documents: [], isBroken: true },
      issues: ["invalid_type previous 0"],
    });
    expect(read([first, null]).history).toMatchObject({
      documents: [{ document: first }],
      isBroken: true,
    });
    expect(read([first])).toMatchObject({ history: { isBroken: false }, issues: [] });
  });

  it("says what was billed under each key, by all documents together", () => {
    const [line] = first.lines;
    const adjusted = { ...line, kind: "adjustment", amount: "-30.00" } as InvoiceLine;
    const parts = [partOf("in-arrears", JANUARY.start, JANUARY.end)];
    const second = following(first, { lines: [{ ...adjusted, part: 0 }] }, { parts });
    const { history } = read([second, first]);
    const billed = history.billed.get(keyText(keyOf("recurring", "fee")));
    expect(billed?.key).toEqual(keyOf("recurring", "fee"));
    expect(billed && formatExact(billed.amount)).toBe("70");
    expect(billed?.lines.map((each) => [each.line.kind, each.document])).toEqual([
      ["recurring", first],
      ["adjustment", second],
    ]);
    expect(billed?.lines[0]?.period).toEqual(january);
    expect(history.bySegment.get(segmentName("fee", on("01-01")))).toEqual([billed]);
    const names = [null, "null", "fee"].map((chargeId) => segmentName(chargeId, 5));
    expect(new Set([...names, segmentName("fee", 6)]).size).toBe(4);
  });

  it("says what a discount took off which line, also of an earlier document", () => {
    const { history } = read([first]);
    const [line] = history.billed.get(keyText(keyOf("discount", "off")))?.lines ?? [];
    const own = [keyText(keyOf("recurring", "fee")), "-10"];
    expect(sharesOf(line)).toEqual([own]);
    const [, discount] = first.lines;
    const shares = [
      ...(discount?.appliedTo ?? []),
      { key: "recurring:gone@2026-01-01", amount: "-1" },
    ];
    const later = { ...discount, kind: "adjustment", part: 0, appliedTo: shares } as InvoiceLine;
    const parts = [partOf("in-arrears", JANUARY.start, JANUARY.end)];
    const second = following(first, { lines: [later] }, { parts });
    const both = read([first, second]).history.billed.get(keyText(keyOf("discount", "off")));
    expect(both?.lines.map(sharesOf)).toEqual([[own], [own]]);
  });

  it("keeps taxes and credits apart, which are of a document as a whole", () => {
    const request: Partial<InvoiceRequest> = {
      taxes: [{ id: "vat", name: "VAT", percent: 19 }],
      credits: [{ id: "gift", unit: "USD", amount: 5, grantedAt: "2026-01-01" }],
    };
    const { history } = read([documentOf({ plans }, JANUARY, [], request)]);
    const kinds = ["credit", "tax"] as const;
    const own = kinds.map((kind) => history.settled.find(({ line }) => line.kind === kind));
    expect(own.map((each) => each?.key)).toEqual(
      kinds.map((kind) => ({ kind, chargeId: null, start: on("01-01"), group: null })),
    );
    expect(own.every((each) => each?.line.part === null)).toBe(true);
    expect([...history.billed.values()].map(({ key }) => key.kind)).toEqual([
      "recurring",
      "discount",
    ]);
  });

  it("says of credit in units how much it took off each line", () => {
    const request: Partial<InvoiceRequest> = {
      credits: [{ id: "gift", unit: "@call", amount: 5, grantedAt: "2026-01-01" }],
      usage: { calls: 8 },
    };
    const call = perUnit("calls", "2", { unitOfMeasure: "@call" });
    const document = documentOf({ plans: [planOf([call])] }, JANUARY, [], request);
    const [credit] = read([document]).history.settled;
    const [share] = credit?.shares ?? [];
    // 5 calls of 8, at 2.00.
    expect(share && formatExact(share.amount)).toBe("-10");
    expect(share?.quantity && formatExact(share.quantity)).toBe("-5");
    const money = documentOf({ plans }, JANUARY, [], {
      credits: [{ id: "gift", unit: "USD", amount: 5, grantedAt: "2026-01-01" }],
    });
    expect(read([money]).history.settled[0]?.shares[0]).not.toHaveProperty("quantity");
  });

  it("reads times in the zone of the subscription", () => {
    const timeZone = "America/New_York";
    const document = documentOf({ plans, subscription: { timeZone } }, JANUARY);
    const { history } = read([document], { timeZone });
    // Midnight is at 5, UTC.
    const start = Date.parse("2026-01-01T05:00:00Z");
    const [line] = history.billed.get(keyText(keyOf("recurring", "fee", start)))?.lines ?? [];
    expect(line?.period).toEqual({ start, end: Date.parse("2026-02-01T05:00:00Z") });
  });
});

describe("the parts of billing periods", () => {
  it("are as the last document priced them, and know the first", () => {
    const parts = [partOf("in-arrears", JANUARY.start, JANUARY.end)];
    const second = following(first, {}, { parts });
    const { history } = read([first, second]);
    expect(history.parts.get(partText("in-arrears", january))).toMatchObject({
      ...{ first: { document: first }, latest: { document: second }, segments: [] },
    });
    for (const part of ["in-arrears", "in-advance"] as const) {
      const found = history.byTime[part].at(on("01-31"));
      expect(found.map((each) => [each.part, each.period])).toEqual([[part, january]]);
    }
  });

  it("are not closed by an interim document", () => {
    const until = { until: "2026-02-15" };
    const parts = [partOf("in-arrears", FEBRUARY.start, FEBRUARY.end, until)];
    const lines = first.lines.map((line) => ({ ...line, part: 0 }));
    const { history } = read([first, following(first, { lines }, { parts })]);
    const name = partText("in-arrears", february);
    expect(history.parts.has(name)).toBe(false);
    expect(history.interims.get(name)).toEqual(february);
    expect(history.keysOf.get(name)?.size).toBe(2);
  });

  it("are reported with their path where something of them cannot be read", () => {
    const parts = [
      partOf("in-advance", FEBRUARY.start, FEBRUARY.end),
      partOf("in-arrears", JANUARY.start, JANUARY.end, { coupons: [{ id: "c1" }] }),
    ];
    const { history, issues } = read([first, following(first, {}, { parts })]);
    expect(issues[0]).toMatch(/ previous 1 basis parts 1 coupons 0/);
    expect(history.isBroken).toBe(true);
  });

  it("that are no more leave what they billed ahead to those in their place", () => {
    const recorded = [partOf("in-advance", JANUARY.start, JANUARY.end)];
    const lines = first.lines.slice(0, 1).map((line) => ({ ...line, part: 0 }));
    const ahead = sealed({
      ...first,
      lines,
      basis: unchecked({ ...first.basis, parts: recorded }),
    });
    const moved = [
      partOf("in-advance", "2026-01-01", "2026-01-15"),
      partOf("in-advance", "2026-01-15", "2026-02-15"),
      partOf("in-arrears", "2026-01-01", "2026-01-15"),
    ];
    const retired = partOf("in-advance", JANUARY.start, JANUARY.end, { states: [] });
    const keysIn = (parts: readonly object[], part: "in-advance" | "in-arrears", span = january) =>
      read([ahead, following(ahead, {}, { parts })]).history.keysOf.get(partText(part, span))?.size;
    const early = days("01-01", "01-15");
    expect(keysIn([...moved, retired], "in-advance", early)).toBe(1);
    expect(keysIn([...moved, retired], "in-advance")).toBe(1);
    expect(keysIn([...moved, retired], "in-advance", days("01-15", "02-15"))).toBeUndefined();
    expect(keysIn([...moved, retired], "in-arrears", early)).toBeUndefined();
    // While it is due, it keeps them to itself.
    expect(keysIn(moved, "in-advance", early)).toBeUndefined();
    // What usage billed stays where it is.
    const usage = partOf("in-arrears", JANUARY.start, JANUARY.end, { states: [] });
    expect(keysIn([...moved, usage], "in-advance", early)).toBeUndefined();
  });
});

describe("the key of a line", () => {
  const parsed = (key: string, more: object = {}) =>
    readKey(unchecked({ key, chargeId: "a", group: null, ...more }), "UTC");
  const start = on("01-01");

  it("is read with its dates", () => {
    const own = { kind: "usage", chargeId: "a", start, group: null };
    expect(parsed("usage:a@2026-01-01")).toStrictEqual(own);
    expect(parsed("usage:a@2026-01-01/2026-02-01")).toStrictEqual({ ...own, mark: on("02-01") });
    const ahead = { ...own, mark: on("02-01"), ahead: true };
    expect(parsed("usage:a@2026-01-01>2026-02-01")).toStrictEqual(ahead);
  });

  it("is read with its group, or the coupon that it follows from", () => {
    const group = { subject: "x#y" };
    expect(parsed('usage:a@2026-01-01#{"subject":"x#y"}', { group })).toStrictEqual({
      ...{ kind: "usage", chargeId: "a", start, group },
    });
    const coupon = { chargeId: null, couponId: "c1" };
    expect(parsed("coupon:c1@2026-01-01", coupon)).toStrictEqual({
      ...{ kind: "coupon", chargeId: null, sourceId: "c1", start, group: null },
    });
    expect(parsed("minimum-commitment:@2026-01-01", { chargeId: null })).toMatchObject({
      chargeId: null,
      start,
    });
  });

  it("is none where its dates are none", () => {
    for (const key of [
      "usage:a@",
      "usage:b@@2026-01-01",
      "usage:a@2026-02-30",
      "usage:a@2026-01-01/x",
    ]) {
      expect(parsed(key)).toBeUndefined();
    }
  });
});
