/** What comes between the reading and the committing of another: each order, made to happen. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OnStep, Step } from "../../src/billing/steps.js";
import type { Database } from "../../src/database/database.js";
import { openPostgres } from "../../src/database/postgres.js";
import { openBilling } from "../../src/open.js";
import { ingest } from "../../src/store/events.js";
import { got, openTest, type TestBilling } from "../support/billing.js";
import { call, newTenant } from "../support/plans.js";

/** What waits, and is let go. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A database whose transactions do all of their work, say so, and wait with the commit. */
function holding(database: Database, opened: Promise<void>, reached = () => {}): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction(async (within) => {
        const result = await work(within);
        reached();
        await opened;
        return result;
      }),
  };
}

let open: TestBilling;
let other: Database;
let tenant: string;
/** Where the biller stops, if it does, and until when. */
let stop:
  | { readonly at: Step; readonly opened: Promise<void>; readonly reached: () => void }
  | undefined;
const onStep: OnStep = async (step) => {
  if (step !== stop?.at) return;
  stop.reached();
  await stop.opened;
};

beforeEach(async () => {
  stop = undefined;
  open = await openTest({ onStep });
  other = openPostgres(open.url ?? "", { connections: 2 });
  await open.at("2026-01-01T00:00:00Z");
  tenant = await newTenant(open);
  await open.at("2026-01-01T02:00:00Z");
  await got(open.billing.close(tenant));
  await open.at("2026-02-01T02:00:00Z");
});

afterEach(async () => {
  await other.close();
  await open.close();
});

/** Until somebody waits for a lock of a customer. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const waiting = await open.database.query(
      "select 1 from pg_locks where locktype = 'advisory' and not granted",
    );
    if (waiting.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function totals(): Promise<readonly string[]> {
  const { items } = await got(open.billing.documents.list(tenant));
  return items.map(({ sequence, total }) => `${sequence} ${total}`);
}

describe("an event and a document at once", () => {
  it("counts an event that was stamped before the biller came, and is committed after", async () => {
    const [held, reached] = [gate(), gate()];
    const slow = holding(other, held.opened, reached.open);
    const sent = ingest(slow, tenant, [call("c1", "2026-01-10T00:00:00Z")]);
    await reached.opened;
    const closing = open.billing.close(tenant);
    await somebodyWaits();
    held.open();
    await Promise.all([sent, closing]);
    // The fee of 30, and then the call and the fee of February.
    expect(await totals()).toEqual(["1 30.00", "2 30.50"]);
  });

  it.each(["read", "priced", "document", "postings", "outbox", "known"] as const)(
    "bills an event that comes after the step %s with the next document, as late",
    async (at) => {
      const [held, reached] = [gate(), gate()];
      stop = { at, opened: held.opened, reached: reached.open };
      const closing = open.billing.close(tenant);
      await reached.opened;
      const sent = ingest(other, tenant, [call("c1", "2026-01-10T00:00:00Z")]);
      // It has no stamp before the document is committed.
      await somebodyWaits();
      stop = undefined;
      held.open();
      await Promise.all([sent, closing]);
      expect(await totals()).toEqual(["1 30.00", "2 30.00"]);
      const [document, event] = [
        await got(open.billing.documents.get(tenant, "period:s1@2026-01-01/2026-02-01")),
        (await got(open.billing.events.list(tenant))).items[0],
      ];
      expect(Date.parse(event?.receivedAt ?? "")).toBeGreaterThan(Date.parse(document.asOf));
      await open.at("2026-03-01T02:00:00Z");
      await got(open.billing.close(tenant));
      expect(await totals()).toEqual(["1 30.00", "2 30.00", "3 30.50"]);
    },
  );

  it("lets senders of one customer work at once", async () => {
    const held = gate();
    const first = ingest(holding(other, held.opened), tenant, [call("c1", "2026-01-10T00:00:00Z")]);
    const second = await open.billing.ingest(tenant, [call("c2", "2026-01-10T00:00:00Z")]);
    expect(second.accepted).toBe(1);
    held.open();
    expect((await first).accepted).toBe(1);
  });

  it("does not keep a biller waiting while senders never stop", async () => {
    let isOver = false;
    let sent = 0;
    const sender = async (name: string) => {
      while (!isOver) {
        sent += 1;
        await ingest(other, tenant, [call(`${name}-${sent}`, "2026-01-10T00:00:00Z")]);
      }
    };
    const senders = [sender("a"), sender("b")];
    await got(open.billing.close(tenant));
    isOver = true;
    await Promise.all(senders);
    expect(await totals()).toHaveLength(2);
    await open.at("2026-03-01T02:00:00Z");
    await got(open.billing.close(tenant));
    // Whichever document has them: each call once, and three fees.
    const { items } = await got(open.billing.documents.list(tenant));
    const total = items.reduce((sum, each) => sum + Number(each.total) * 100, 0);
    expect(total).toBe(3 * 3_000 + sent * 50);
  });
});

describe("clocks", () => {
  it("loses nothing when the database's clock is set back", async () => {
    await got(open.billing.close(tenant));
    await open.at("2026-01-31T02:00:00Z");
    await ingest(other, tenant, [call("late", "2026-01-10T00:00:00Z")]);
    await open.at("2026-03-01T02:00:00Z");
    await got(open.billing.close(tenant));
    expect(await totals()).toEqual(["1 30.00", "2 30.00", "3 30.50"]);
    const { items } = await got(open.billing.documents.list(tenant));
    const moments = items.map(({ asOf }) => Date.parse(asOf));
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });

  it("does not believe a sender about when an event was received", async () => {
    const event = call("c1", "2026-01-10T00:00:00Z", { receivedAt: "2036-01-01T00:00:00Z" });
    await ingest(other, tenant, [event]);
    await got(open.billing.close(tenant));
    expect(await totals()).toEqual(["1 30.00", "2 30.50"]);
  });
});

describe("several at once", () => {
  it("writes each document once, whoever bills", async () => {
    const second = await openBilling({ databaseUrl: open.url, connections: 2 });
    try {
      await open.at("2026-07-01T02:00:00Z");
      await Promise.all([open.closeAll(), second.closeAll(), open.closeAll()]);
      const { items } = await got(open.billing.documents.list(tenant));
      expect(items.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    } finally {
      await second.close();
    }
  });

  it("hands each document over once, whoever delivers, those of a subscription in their order", async () => {
    await open.at("2026-07-01T02:00:00Z");
    await got(open.billing.close(tenant));
    const delivered: number[] = [];
    const provider = {
      async deliver({ sequence }: { readonly sequence: number }) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        delivered.push(sequence);
      },
    };
    const reports = await Promise.all([open.deliverDue(provider), open.deliverDue(provider)]);
    // One may have had nothing to do while the other was at it; nothing is left then.
    await open.deliverDue(provider);
    expect(delivered).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(reports.map(({ failed }) => failed)).toEqual([0, 0]);
  });
});
