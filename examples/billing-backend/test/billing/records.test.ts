import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../../src/database/migrate.js";
import { got, openTest, problemOf, type TestBilling } from "../support/billing.js";
import { call, calls, newTenant, plan, platform, product } from "../support/plans.js";

let open: TestBilling;
beforeAll(async () => {
  open = await openTest();
});
afterAll(() => open.close());

describe("catalogs", () => {
  it("find what was in force at a moment", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [calls]);
    const { catalogs } = open.billing;
    await open.at("2026-02-01T00:00:00Z");
    await got(catalogs.put(tenant, product(plan("basic", [calls, platform]))));
    const next = { validFrom: "2026-03-01T00:00:00Z" };
    await got(catalogs.put(tenant, product(plan("basic", [platform])), next));
    const charges = async (at: string) => {
      const { version, product: found } = await got(catalogs.get(tenant, "voice", at));
      return [version, found.ratePlans[0]?.charges.map(({ id }) => id)];
    };
    expect(await charges("2026-01-01T00:00:00Z")).toEqual([1, ["calls"]]);
    expect(await charges("2026-01-31T23:59:59.999Z")).toEqual([1, ["calls"]]);
    expect(await charges("2026-02-01T00:00:00Z")).toEqual([2, ["calls", "platform"]]);
    expect(await charges("2026-03-01T01:00:00+01:00")).toEqual([3, ["platform"]]);
    const before = await problemOf(catalogs.get(tenant, "voice", "2025-12-31T00:00:00Z"));
    expect(before.kind).toBe("not-found");
    const listed = await got(catalogs.list(tenant, "2026-02-10T00:00:00Z"));
    expect(listed.map(({ productId, version }) => [productId, version])).toEqual([["voice", 2]]);
  });

  it("make no version of the same content, and none that reaches back", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [calls]);
    const { catalogs } = open.billing;
    await open.at("2026-02-01T00:00:00Z");
    expect((await got(catalogs.put(tenant, product(plan("basic", [calls]))))).version).toBe(1);
    const back = { validFrom: "2026-01-15T00:00:00Z" };
    const refused = await problemOf(catalogs.put(tenant, product(plan("basic", [platform])), back));
    expect(refused.kind).toBe("conflict");
    const other = { ...product(plan("basic", [calls])), id: "second" };
    expect((await problemOf(catalogs.put(tenant, other))).detail).toContain("rate plan basic");
    const wrong = await problemOf(catalogs.put(tenant, { ...other, ratePlans: "none" }));
    expect(wrong.issues.map(({ path }) => path)).toEqual([["ratePlans"]]);
    const when = await problemOf(catalogs.get(tenant, "voice", "tomorrow"));
    expect(when.kind).toBe("invalid");
  });
});

describe("subscriptions", () => {
  it("are stored once, and changed by dated changes, each once", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const { subscriptions } = open.billing;
    const input = { id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" };
    expect((await got(subscriptions.put(tenant, input))).recordedAt).toBe(
      "2026-01-01T00:00:00.000Z",
    );
    const moved = await problemOf(subscriptions.put(tenant, { ...input, customerId: "other" }));
    expect(moved.kind).toBe("conflict");
    await open.at("2026-01-10T00:00:00Z");
    const change = { effectiveDate: "2026-02-01", status: "canceled" };
    const first = await got(subscriptions.addChange(tenant, "s1", change));
    expect(first.subscription.changes).toEqual([change]);
    expect(first.recordedAt).toBe("2026-01-10T00:00:00.000Z");
    await open.at("2026-01-11T00:00:00Z");
    expect(await got(subscriptions.addChange(tenant, "s1", change))).toEqual(first);
    const twice = { ...change, status: "paused" };
    expect((await problemOf(subscriptions.addChange(tenant, "s1", twice))).kind).toBe("invalid");
  });

  it("are refused where the catalog does not have what they name", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const { subscriptions } = open.billing;
    const input = { id: "s2", customerId: "acme", ratePlanId: "gone", startDate: "2026-01-01" };
    const refused = await problemOf(subscriptions.put(tenant, input));
    expect(refused.issues.map(({ code }) => code)).toEqual(["unknown_rate_plan"]);
    const change = { effectiveDate: "2026-02-01", ratePlanId: "gone" };
    const changed = await problemOf(subscriptions.addChange(tenant, "s1", change));
    expect(changed.issues.map(({ code }) => code)).toEqual(["unknown_rate_plan"]);
    expect((await problemOf(subscriptions.get(tenant, "s2"))).kind).toBe("not-found");
    expect((await problemOf(subscriptions.get(tenant, "a\0b"))).kind).toBe("invalid");
  });

  it("are listed page by page", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const { subscriptions } = open.billing;
    for (const id of ["s2", "s3"]) {
      const input = { id, customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" };
      await got(subscriptions.put(tenant, input));
    }
    const first = await got(subscriptions.list(tenant, { limit: 2 }));
    expect(first.items.map(({ subscription }) => subscription.id)).toEqual(["s1", "s2"]);
    const rest = await got(subscriptions.list(tenant, { after: first.next ?? "", limit: 2 }));
    expect(rest.items.map(({ subscription }) => subscription.id)).toEqual(["s3"]);
    expect(rest.next).toBeNull();
  });
});

describe("what is written", () => {
  it("stays as it was: no row of a record is changed or removed", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    await open.billing.ingest(tenant, [call("c1", "2026-01-01T00:00:00Z")]);
    await got(open.billing.close(tenant));
    const tables = ["catalog_versions", "subscription_changes", "events", "documents", "postings"];
    for (const table of tables) {
      const change = open.database.query(`update ${table} set tenant_id = tenant_id`);
      await expect(change).rejects.toThrow(`rows of ${table} are never changed`);
      const removal = open.database.query(`delete from ${table}`);
      await expect(removal).rejects.toThrow(`rows of ${table} are never changed`);
    }
  });

  it("says where a migration was changed after it had been applied", async () => {
    expect(await migrate(open.database)).toEqual([]);
    await open.database.query("update migrations set sha256 = 'other' where number = 2");
    await expect(migrate(open.database)).rejects.toThrow("0002-catalogs.sql was changed");
  });
});
