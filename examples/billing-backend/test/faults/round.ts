/** One round: months of usage, senders and billers that are killed, and the same without. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Step } from "../../src/billing/steps.js";
import { openPostgres } from "../../src/database/postgres.js";
import { type OpenBilling, openBilling } from "../../src/open.js";
import { httpProvider } from "../../src/outbox/provider.js";
import { setClock } from "../support/clock.js";
import type { Server } from "../support/server.js";
import {
  checkChains,
  checkDeliveries,
  checkLedger,
  checkTotals,
  type Faults,
  written,
} from "./check.js";
import { asDelivered, type Event, numbersFrom, TENANT, usageBetween } from "./fixture.js";
import { runWatched } from "./processes.js";
import { type Provider, startProvider } from "./provider.js";

export const STEPS = [
  "read",
  "priced",
  "document",
  "postings",
  "outbox",
  "known",
  "committed",
  "claimed",
  "delivered",
  "marked",
] as const satisfies readonly Step[];

/** What a round came to. */
export interface Round {
  readonly faults: Faults;
  /** By the step at which a process killed itself, or "outside". */
  readonly kills: ReadonlyMap<string, number>;
  readonly documents: number;
  readonly postings: number;
  readonly events: number;
  /** Deliveries that the provider had already, and answers that were errors or none. */
  readonly repeated: number;
  readonly disturbed: number;
}

const START = "2026-01-01T06:00:00Z";
const CLOSED = "2026-03-01T00:00:00Z";
const FIRST_RUN = "2026-03-06T02:00:00Z";
const SECOND_RUN = "2026-04-06T02:00:00Z";
const LAST_RUN = "2026-05-06T02:00:00Z";

export async function runRound(server: Server, template: string, seed: number): Promise<Round> {
  const next = numbersFrom(seed);
  const disturbed = await copyOf(server, template, `disturbed_${seed}`);
  const calm = await copyOf(server, template, `calm_${seed}`);
  const provider = await startProvider(next);
  const folder = mkdtempSync(join(tmpdir(), "billing-faults-"));
  const round = { server, seed, next, provider, folder, kills: new Map<string, number>() };
  const faults: Faults = [];
  try {
    // Two months, closed at once. Events come first, so that every document must be the same.
    const first = usageBetween("a", START, CLOSED, next);
    await setClock(disturbed.database, FIRST_RUN);
    await disturbed.billing.ingest(TENANT, asDelivered(first, next));
    await bill(round, disturbed, 0, 150 + next() * 500);
    await setClock(calm.database, FIRST_RUN);
    await calm.billing.ingest(TENANT, first);
    await calm.closeAll();
    const [found, right] = [await written(disturbed.database), await written(calm.database)];
    for (const what of ["documents", "postings"] as const) {
      if (JSON.stringify(found[what]) === JSON.stringify(right[what])) continue;
      faults.push(`${what} differ from those of an undisturbed biller`);
    }

    // A third, with late events of the two that come in while it is closed: some are counted now, some in a month.
    const late = usageBetween("late", START, CLOSED, next);
    const third = usageBetween("b", CLOSED, "2026-04-01T00:00:00Z", next);
    await setClock(disturbed.database, SECOND_RUN);
    await Promise.all([send(round, disturbed, [...third, ...late]), bill(round, disturbed, 1)]);
    await setClock(disturbed.database, LAST_RUN);
    await disturbed.closeAll();
    await setClock(calm.database, SECOND_RUN);
    await calm.billing.ingest(TENANT, [...third, ...late]);
    await calm.closeAll();
    await setClock(calm.database, LAST_RUN);
    await calm.closeAll();
    await deliverAll(round, disturbed);

    const [all, allRight] = [await written(disturbed.database), await written(calm.database)];
    checkChains(all, allRight, faults);
    checkTotals(all, allRight, faults);
    await checkLedger(disturbed.database, faults);
    await checkLedger(calm.database, faults);
    checkDeliveries(all, provider, faults);
    return {
      faults,
      kills: round.kills,
      documents: all.documents.length,
      postings: all.postings.length,
      events: first.length + late.length + third.length,
      repeated: provider.repeated,
      disturbed: provider.disturbed,
    };
  } finally {
    provider.close();
    rmSync(folder, { recursive: true });
    for (const each of [disturbed, calm]) await each.drop();
  }
}

interface Running {
  readonly next: () => number;
  readonly seed: number;
  readonly provider: Provider;
  readonly folder: string;
  readonly kills: Map<string, number>;
}

interface Copy extends OpenBilling {
  readonly url: string;
  drop(): Promise<void>;
}

async function copyOf(server: Server, template: string, name: string): Promise<Copy> {
  const admin = openPostgres(server.url(), { connections: 1 });
  await admin.script(`create database ${name} template ${template}`);
  const url = server.url(name);
  const open = await openBilling({ databaseUrl: url, connections: 2 });
  return {
    ...open,
    url,
    async drop() {
      await open.close();
      await admin.script(`drop database ${name} with (force)`);
      await admin.close();
    },
  };
}

/** Two billers at once: one dies in the middle of a step, the other may be killed from outside; both are started again. */
async function bill(
  round: Running,
  { url }: Copy,
  phase: number,
  killedAfter?: number,
): Promise<void> {
  const { next, seed, provider } = round;
  const at = STEPS[(seed + phase * 5) % STEPS.length] ?? "read";
  const work = { databaseUrl: url, paymentUrl: provider.url };
  const time = 1 + Math.floor(next() * 4);
  const [inside, outside] = await Promise.all([
    runWatched({ ...work, dies: { at, time } }),
    runWatched(work, killedAfter),
  ]);
  count(round, at, inside);
  count(round, "outside", outside);
}

/** A sender that is killed, and begins again with the first event: whatever comes twice is there once. */
async function send(round: Running, { url }: Copy, events: readonly Event[]): Promise<void> {
  const file = join(round.folder, `${events.length}.json`);
  writeFileSync(file, JSON.stringify(asDelivered(events, round.next)));
  const killed = await runWatched({ databaseUrl: url, events: file }, 100 + round.next() * 400);
  count(round, "sender", killed);
}

/** Until the outbox is empty, hour by hour: what failed is tried again later. */
async function deliverAll({ provider }: Running, { database, deliverDue }: Copy): Promise<void> {
  provider.settle();
  for (let hour = 3; hour < 8; hour += 1) {
    await setClock(database, LAST_RUN.replace("T02", `T0${hour}`));
    await deliverDue(httpProvider(provider.url));
  }
}

function count({ kills }: Running, what: string, times: number): void {
  kills.set(what, (kills.get(what) ?? 0) + times);
}
