import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Handover } from "../../src/outbox/provider.js";
import { got, openTest, type TestBilling } from "../support/billing.js";
import { newTenant, platform } from "../support/plans.js";

let open: TestBilling;
beforeAll(async () => {
  open = await openTest();
});
afterAll(() => open.close());

/** A provider that takes what it can, and remembers under which keys. */
function provider(refuses: (handover: Handover) => boolean = () => false) {
  const asked: string[] = [];
  const taken: Handover[] = [];
  return {
    asked,
    taken,
    deliver(handover: Handover, key: string): Promise<void> {
      asked.push(key);
      if (refuses(handover)) return Promise.reject(new Error("no money today"));
      taken.push(handover);
      return Promise.resolve();
    },
  };
}

describe("the outbox", () => {
  it("hands a document over as items of Stripe that add up to it", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    await got(open.billing.close(tenant));
    const bank = provider();
    expect(await open.deliverDue(bank)).toEqual({ delivered: 1, failed: 0 });
    const [handover] = bank.taken;
    expect(handover).toMatchObject({ tenantId: tenant, customerId: "acme", total: "30.00" });
    expect(handover?.items.map(({ amount, currency }) => [amount, currency])).toEqual([
      [3_000, "usd"],
    ]);
    expect(await open.deliverDue(bank)).toEqual({ delivered: 0, failed: 0 });
  });

  it("tries again under the same key, later each time, and nothing of the subscription overtakes", async () => {
    await open.at("2026-02-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const { billing, deliverDue } = open;
    // The opening and January.
    await got(billing.close(tenant));
    let isDown = true;
    const bank = provider(() => isDown);
    const status = async () => {
      const { items } = await got(billing.outbox.list(tenant));
      return items.map(({ status: each, attempts, nextAttemptAt }) => [
        each,
        attempts,
        nextAttemptAt.slice(14, 19),
      ]);
    };
    expect(await deliverDue(bank)).toEqual({ delivered: 0, failed: 1 });
    expect(await status()).toEqual([
      ["pending", 1, "00:01"],
      ["pending", 0, "00:00"],
    ]);
    // A second is not over yet; then two are to pass.
    expect(await deliverDue(bank)).toEqual({ delivered: 0, failed: 0 });
    await open.at("2026-02-01T00:00:01Z");
    expect(await deliverDue(bank)).toEqual({ delivered: 0, failed: 1 });
    expect((await status())[0]).toEqual(["pending", 2, "00:03"]);
    const [waiting] = (await got(billing.outbox.list(tenant, { status: "pending" }))).items;
    expect(waiting?.lastError).toBe("no money today");
    // Somebody says that it is up again.
    isDown = false;
    await got(billing.outbox.retry(tenant, waiting?.idempotencyKey ?? ""));
    expect(await deliverDue(bank)).toEqual({ delivered: 2, failed: 0 });
    expect(bank.taken.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(new Set(bank.asked.slice(0, 3)).size).toBe(1);
    expect((await got(billing.outbox.list(tenant, { status: "pending" }))).items).toEqual([]);
  });

  it("does not keep other subscriptions waiting for one that is refused", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const [first, second] = [await newTenant(open, [platform]), await newTenant(open, [platform])];
    await got(open.billing.close(first));
    await got(open.billing.close(second));
    const bank = provider(({ tenantId }) => tenantId === first);
    expect(await open.deliverDue(bank)).toEqual({ delivered: 1, failed: 1 });
    expect(bank.taken.map(({ tenantId }) => tenantId)).toEqual([second]);
    await open.at("2026-01-01T00:00:01Z");
    expect(await open.deliverDue(provider())).toEqual({ delivered: 1, failed: 0 });
  });

  it("delivers again, under the same key, what was delivered and not written down", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    await got(open.billing.close(tenant));
    const bank = provider();
    // It has the document; what says so is lost on the way back.
    const lossy = {
      async deliver(handover: Handover, key: string) {
        await bank.deliver(handover, key);
        throw new Error("the connection was lost");
      },
    };
    expect(await open.deliverDue(lossy)).toEqual({ delivered: 0, failed: 1 });
    await open.at("2026-01-01T00:00:01Z");
    expect(await open.deliverDue(bank)).toEqual({ delivered: 1, failed: 0 });
    expect(bank.asked).toHaveLength(2);
    expect(new Set(bank.asked).size).toBe(1);
    expect(bank.taken[1]).toEqual(bank.taken[0]);
  });
});
