import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { got, openTest, problemOf, type TestBilling } from "../support/billing.js";
import { call, calls, newTenant, platform } from "../support/plans.js";

let open: TestBilling;
beforeAll(async () => {
  open = await openTest();
});
afterAll(() => open.close());

describe("a preview", () => {
  it("is the document that is written then, and stores nothing", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open);
    const { billing } = open;
    await got(billing.close(tenant));
    await open.at("2026-01-20T00:00:00Z");
    await billing.ingest(tenant, [call("c1", "2026-01-10T00:00:00Z", { quantity: 7 })]);
    // 7 × 0.50 and the fee of February.
    const today = await got(billing.preview(tenant, "s1"));
    expect([today.sequence, today.scope, today.total]).toEqual([2, "period", "33.50"]);
    const then = "2026-02-01T00:00:00.000Z";
    const ahead = await got(billing.preview(tenant, "s1", "2026-01-31T23:59:59.999Z"));
    expect(ahead.total).toBe("33.50");
    await open.at(then);
    await got(billing.close(tenant));
    const written = await got(billing.documents.get(tenant, ahead.idempotencyKey));
    expect(written.lines).toEqual(ahead.lines);
    expect((await got(billing.documents.list(tenant))).items).toHaveLength(2);
  });

  it("says why there is nothing to come, and for whom there is nothing", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [calls]);
    const canceled = { effectiveDate: "2026-02-01", status: "canceled" };
    await got(open.billing.subscriptions.addChange(tenant, "s1", canceled));
    await open.at("2026-02-01T00:00:00Z");
    await got(open.billing.close(tenant));
    const over = await problemOf(open.billing.preview(tenant, "s1", "2026-03-01T00:00:00Z"));
    expect([over.kind, over.issues[0]?.code]).toEqual(["not-billable", "not_a_billing_period"]);
    expect((await problemOf(open.billing.preview(tenant, "s2"))).kind).toBe("not-found");
  });
});

describe("credit by choice", () => {
  it("is given once for a request, however often that is sent", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const { billing } = open;
    await got(billing.close(tenant));
    const credit = { invoice: "opening:s1@2026-01-01/2026-01-01", amount: "5", reason: "outage" };
    const request = { requestKey: "r1", credit };
    const note = await got(billing.credit(tenant, "s1", request));
    expect([note.sequence, note.total]).toEqual([2, "-5.00"]);
    expect(await got(billing.credit(tenant, "s1", request))).toEqual(note);
    const other = { requestKey: "r1", credit: { ...credit, amount: "6" } };
    expect((await problemOf(billing.credit(tenant, "s1", other))).kind).toBe("conflict");
    const more = { requestKey: "r2", credit: { ...credit, amount: "26" } };
    const refused = await problemOf(billing.credit(tenant, "s1", more));
    expect(refused.issues.map(({ code }) => code)).toEqual(["out_of_range"]);
  });

  it("does not hide what had come late before it", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open);
    const { billing } = open;
    await open.at("2026-02-01T00:00:00Z");
    await got(billing.close(tenant));
    await open.at("2026-02-02T00:00:00Z");
    await billing.ingest(tenant, [call("late", "2026-01-31T00:00:00Z", { quantity: 4 })]);
    await open.at("2026-02-03T00:00:00Z");
    const credit = { invoice: "opening:s1@2026-01-01/2026-01-01", amount: "5" };
    await got(billing.credit(tenant, "s1", { requestKey: "r1", credit }));
    await open.at("2026-03-01T00:00:00Z");
    const { documents } = await got(billing.close(tenant));
    // 4 × 0.50 of January and the fee of March.
    expect(documents.map(({ total }) => total)).toEqual(["32.00"]);
  });
});

describe("credit grants", () => {
  it("pay, and the ledger says for what", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform, calls]);
    const { billing } = open;
    const gift = { id: "gift", unit: "USD", amount: 50, grantedAt: "2026-01-01" };
    expect((await got(billing.grants.put(tenant, "s1", gift))).balance).toBe("50");
    await got(billing.close(tenant));
    await open.at("2026-02-01T00:00:00Z");
    const { documents } = await got(billing.close(tenant));
    // 30 of 50 for January; 20 of the 30 of February.
    expect(documents.map(({ total }) => total)).toEqual(["10.00"]);
    const [left] = await got(billing.grants.list(tenant, "s1"));
    expect(Number(left?.balance)).toBe(0);
    const ledger = await got(billing.grants.postings(tenant, "s1"));
    expect(
      ledger.map(({ document, number, kind, amount }) => [document, number, kind, amount]),
    ).toEqual([
      ["opening:s1@2026-01-01/2026-01-01", 0, "drawdown", "-30.00"],
      ["period:s1@2026-01-01/2026-02-01", 0, "drawdown", "-20.00"],
    ]);
    // What was granted and used stays as it was.
    expect(Number((await got(billing.grants.put(tenant, "s1", gift))).balance)).toBe(0);
    const more = { ...gift, amount: 60 };
    expect((await problemOf(billing.grants.put(tenant, "s1", more))).kind).toBe("conflict");
  });

  it("are refused in a unit that nothing is billed in", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const gift = { id: "gift", unit: "EUR", amount: 50, grantedAt: "2026-01-01" };
    const refused = await problemOf(open.billing.grants.put(tenant, "s1", gift));
    expect(refused.issues.map(({ code }) => code)).toEqual(["unknown_unit"]);
    expect((await problemOf(open.billing.grants.put(tenant, "s9", gift))).kind).toBe("not-found");
  });

  it("come with each month where the plan says so, once", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const monthly = { id: "monthly", unit: "USD", amount: 2 };
    const tenant = await newTenant(open, [calls], { grants: [monthly] });
    const { billing } = open;
    await billing.ingest(tenant, [call("c1", "2026-01-10T00:00:00Z", { quantity: 6 })]);
    await open.at("2026-03-01T00:00:00Z");
    const { documents } = await got(billing.close(tenant));
    // 6 × 0.50 less 2; nothing in February.
    expect(documents.map(({ total }) => total)).toEqual(["1.00", "0.00"]);
    const ledger = await got(billing.grants.postings(tenant, "s1"));
    expect(ledger.map(({ grantId, kind, amount }) => `${grantId} ${kind} ${amount}`)).toEqual([
      "monthly@2026-01-01 grant 2.00",
      "monthly@2026-01-01 drawdown -2.00",
      "monthly@2026-02-01 grant 2.00",
      "monthly@2026-02-01 expiry -2.00",
    ]);
  });
});
