/**
 * A billing backend in one file: 200 customers over twelve months, billed from a plain store by a loop over
 * `documentsDue`. Customers sign up, upgrade, pause and cancel, some of it recorded late; outcomes are confirmed by
 * silence and taken back; events arrive late; the catalog is edited in July; one run crashes half-way, and a second
 * biller works from the same last documents. In the end every subscription's documents must add up to those of a biller
 * who knew everything from the beginning. Run it with `npx tsx examples/billing-loop.ts`, or for so many customers with
 * `npx tsx examples/billing-loop.ts 20`.
 */
import { argv } from "node:process";
import {
  compareAmounts,
  creditNote,
  type DocumentDue,
  documentsDue,
  type Invoice,
  invoice,
  type Product,
  parseProduct,
  parseSubscription,
  type Subscription,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  sumAmounts,
} from "rateplan";
import { money, table } from "./support/table.js";

const CUSTOMERS = Number(argv[2] ?? 200);
const DAY = 86_400_000;
const YEAR = Date.UTC(2026, 0, 1);
const LAST_RUN = "2027-01-18";
const CRASH = "2026-05-04";
const TWO_BILLERS = "2026-09-07";
/** A document is written when what it bills has been over for two days, so that stragglers are in. */
const GRACE = 2;

const dateOf = (day: number): string => new Date(YEAR + day * DAY).toISOString().slice(0, 10);
const dayOf = (date: string): number => Math.floor((Date.parse(date) - YEAR) / DAY);

// 1. The catalog, and what becomes of it on 15 July: a price is changed in place, a charge is renamed, a charge is added.

const EDITED_ON = "2026-07-15";

function catalogOf(isEdited: boolean): Product {
  const plan = (id: string, fee: number, seat: number, commitment?: number) => ({
    id,
    name: id,
    currency: "USD",
    billingCycle: "monthly" as const,
    effectiveDate: "2026-01-01",
    ...(commitment === undefined ? {} : { minimumCommitment: commitment }),
    charges: [
      {
        id: "setup",
        name: "Set-up",
        chargeType: "one-time" as const,
        pricing: { model: "flat" as const, amount: 150 },
      },
      {
        id: "platform",
        name: isEdited ? "Workspace" : "Platform",
        chargeType: "recurring" as const,
        billingTiming: "in-advance" as const,
        pricing: { model: "flat" as const, amount: fee },
      },
      {
        id: "seats",
        name: "Seats",
        chargeType: "recurring" as const,
        billingTiming: "in-advance" as const,
        unitOfMeasure: "@seat",
        pricing: { model: "per-unit" as const, unitPrice: seat },
      },
      {
        id: "hosting",
        name: "Hosting",
        chargeType: "recurring" as const,
        pricing: { model: "flat" as const, amount: "19.90" },
      },
      {
        id: "calls",
        name: "Calls",
        chargeType: "usage" as const,
        unitOfMeasure: "call",
        pricing: {
          model: "tiered" as const,
          tiers: [{ upTo: 5, unitPrice: isEdited ? "1.25" : "1.10" }, { unitPrice: "0.85" }],
        },
      },
      {
        id: "resolved",
        name: "Resolved conversations",
        chargeType: "usage" as const,
        unitOfMeasure: "@outcome",
        pricing: { model: "per-unit" as const, unitPrice: "0.99" },
        outcome: {
          confirm: { assumedAfter: "PT72H" as const },
          reverse: { within: "P30D" as const },
        },
      },
      ...(isEdited
        ? [
            {
              id: "archive",
              name: "Archive",
              chargeType: "recurring" as const,
              effectiveDate: "2026-08-10",
              pricing: { model: "flat" as const, amount: "6.50" },
            },
          ]
        : []),
    ],
  });
  return parseProduct({
    id: "support-agent",
    name: "Support agent",
    agentType: "support-agent",
    effectiveDate: "2026-01-01",
    ratePlans: [plan("starter", 49, 9), plan("team", 99, 19), plan("business", 249, 29, 400)],
  });
}

const editions = { first: catalogOf(false), edited: catalogOf(true) };
const catalogOn = (date: string): Product => (date < EDITED_ON ? editions.first : editions.edited);

// 2. Who signs up, and what happens: everything from a generator with a seed, so every run is the same.

/** Mulberry32: numbers from 0 to 1, always the same. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A change, and when somebody told us about it. */
interface Recorded {
  readonly on: string;
  readonly change: SubscriptionChangeInput;
}

/** A row of the table of events; a signal where it reverses another. */
interface Row {
  readonly id: string;
  readonly customerId: string;
  readonly timestamp: string;
  readonly receivedAt: string;
  readonly unitOfMeasure?: string;
  readonly reverses?: string;
  /** When what it is about happened: for a reversal, the outcome. */
  readonly about: string;
}

interface Customer {
  readonly signedUp: SubscriptionInput;
  readonly recorded: readonly Recorded[];
  readonly events: readonly Row[];
  readonly changes: "next-document" | "at-moment";
}

const ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata"] as const;
const PLANS = ["starter", "team", "business"] as const;

function customerOf(index: number): Customer {
  const next = numbersFrom(index + 1);
  const below = (bound: number) => Math.floor(next() * bound);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const often = (share: number) => next() < share;

  const start = below(300);
  const signedUp: SubscriptionInput = {
    id: `sub-${index}`,
    customerId: `customer-${index}`,
    ratePlanId: pick(PLANS),
    startDate: dateOf(start),
    timeZone: pick(ZONES),
    billingAnchor: often(0.4) ? "calendar" : "anniversary",
    quantities: { seats: 1 + below(9) },
    ...(often(0.25) ? { trialDays: 14 } : {}),
  };

  const recorded: Recorded[] = [];
  const isCanceled = often(0.25) && start < 250;
  const end = isCanceled ? start + 60 + below(285 - start) : 345;
  const days = new Set<number>();
  const dayBefore = (end: number): number => {
    let day = start + 3 + below(Math.max(1, end - start - 10));
    while (days.has(day)) day += 1;
    days.add(day);
    return day;
  };
  // Most changes are recorded on their day, some are scheduled, some come to us late; what a plan cost before the
  // edit is only known before the edit, so nobody moves a customer to it afterwards.
  const record = (day: number, change: Omit<SubscriptionChangeInput, "effectiveDate">) => {
    const shift = often(0.6) ? 0 : often(0.5) ? -below(40) : below(20);
    const edit = dayOf(EDITED_ON);
    const isOver = change.ratePlanId !== undefined && day < edit + 31 && day + shift >= edit;
    const on = dateOf(Math.max(start, isOver ? day : day + shift));
    recorded.push({ on, change: { effectiveDate: dateOf(day), ...change } });
  };
  if (often(0.5)) record(dayBefore(end), { quantities: { seats: 1 + below(12) } });
  if (often(0.3)) record(dayBefore(end), { quantities: { seats: 1 + below(12) } });
  if (often(0.4)) record(dayBefore(end), { ratePlanId: pick(PLANS) });
  if (often(0.15) && end - start > 50) {
    const day = dayBefore(end - 35);
    record(day, { status: "paused" });
    record(day + 3 + below(30), { status: "active" });
  }
  if (isCanceled) {
    const takesEffect = often(0.5) ? "at-period-end" : "on-date";
    record(end, { status: "canceled", takesEffect });
  }

  const rows: Row[] = [];
  const put = (id: string, at: number, rest: Partial<Row>) => {
    const timestamp = new Date(at).toISOString();
    // One in twenty arrives up to 25 days late.
    const delay = often(0.05) ? 1 + below(25 * 24) * 3_600_000 : 60_000;
    const receivedAt = new Date(at + delay).toISOString();
    rows.push({
      id,
      customerId: signedUp.customerId,
      timestamp,
      receivedAt,
      about: timestamp,
      ...rest,
    });
  };
  const perMonth = 3 + below(12);
  const total = Math.floor((perMonth * (365 - start)) / 30);
  for (let count = 0; count < total; count += 1) {
    const at = YEAR + start * DAY + Math.floor(next() * (365 - start) * DAY);
    const id = `${index}-${count}`;
    if (often(0.5)) {
      put(id, at, { unitOfMeasure: "call" });
      continue;
    }
    put(id, at, { unitOfMeasure: "@outcome" });
    // One in eight is taken back: before its silence is over, or in the thirty days after.
    if (!often(0.125)) continue;
    const about = new Date(at).toISOString();
    put(`${id}-back`, at + 3_600_000 + Math.floor(next() * 32 * DAY), { reverses: id, about });
  }
  rows.sort((a, b) => a.timestamp.localeCompare(b.timestamp));
  const changes = often(0.5) ? "at-moment" : "next-document";
  return { signedUp, recorded, events: rows, changes };
}

const customers = Array.from({ length: CUSTOMERS }, (_, index) => customerOf(index));

// What the database knows on a date.

const parsed = new Map<string, Subscription>();

/** The subscription with the changes that are recorded; parsed once for each state of the record. */
function subscriptionOn({ signedUp, recorded }: Customer, date: string): Subscription {
  const changes = recorded.filter(({ on }) => on <= date).map(({ change }) => change);
  const version = `${signedUp.id} ${recorded.map(({ on }) => (on <= date ? 1 : 0)).join("")}`;
  const subscription = parsed.get(version) ?? parseSubscription({ ...signedUp, changes });
  parsed.set(version, subscription);
  return subscription;
}

function eventsOn({ events }: Customer, date: string): readonly Row[] {
  return events.filter(({ receivedAt }) => receivedAt < runAt(date));
}

/** The biller runs at two in the morning, UTC. */
const runAt = (date: string): string => `${date}T02:00:00.000Z`;

type UsageInput = Omit<Row, "about">;
const asUsage = (rows: readonly Row[]): readonly UsageInput[] =>
  rows.map(({ about: _about, ...event }) => event);

// 3. The table of documents, with its two unique keys.

class Documents {
  readonly #rows = new Map<string, readonly Invoice[]>();
  readonly #unique = new Set<string>();
  collisions = 0;

  /** Inserts a document, or nothing when one of its keys is taken. */
  insert(document: Invoice): boolean {
    const { subscriptionId, sequence, idempotencyKey } = document;
    const keys = [`${subscriptionId} ${sequence}`, idempotencyKey];
    if (keys.some((key) => this.#unique.has(key))) {
      this.collisions += 1;
      return false;
    }
    for (const key of keys) this.#unique.add(key);
    this.#rows.set(subscriptionId, [...this.of(subscriptionId), document]);
    return true;
  }

  of(subscriptionId: string): readonly Invoice[] {
    return this.#rows.get(subscriptionId) ?? [];
  }

  all(): readonly Invoice[] {
    return [...this.#rows.values()].flat();
  }
}

// 4. The biller.

/** Writes what is due of one customer. Whoever collides has been overtaken, and leaves the customer to the other. */
function bill(customer: Customer, today: string, store: Documents, read: readonly Invoice[]): void {
  const subscription = subscriptionOn(customer, today);
  const catalog = catalogOn(today);
  const until = dateOf(dayOf(today) - GRACE);
  const previous = [...read];
  for (;;) {
    const last = previous.at(-1);
    const so = last === undefined ? {} : { last };
    const [due] = documentsDue(subscription, { catalog, until, changes: customer.changes, ...so });
    if (due === undefined) return;
    const news = newsOf(customer, last, today);
    const document = invoice({
      catalog,
      subscription,
      period: due.period,
      usage: usageFor(customer, due, news, today),
      previous,
      asOf: runAt(today),
      ...(news === undefined ? {} : { rerate: { from: news } }),
    });
    if (!store.insert(document)) return;
    previous.push(document);
  }
}

/** When the oldest happened of what has become known since the last document. */
function newsOf(customer: Customer, last: Invoice | undefined, today: string): string | undefined {
  if (last === undefined) return undefined;
  const since = Date.parse(last.asOf);
  const news = eventsOn(customer, today).filter(({ receivedAt }) => Date.parse(receivedAt) > since);
  const [oldest] = news.map(({ about }) => about).sort();
  return oldest;
}

/** The events that a document needs: as far back as it says, or as what is rated again. */
function usageFor(
  customer: Customer,
  { usage }: DocumentDue,
  news: string | undefined,
  today: string,
): readonly UsageInput[] {
  const starts = [
    // Civil dates begin in the customer's time zone: up to a day earlier or later.
    ...(usage === null ? [] : [Date.parse(usage.from) - DAY]),
    // The period in which the news happened began up to 31 days before, and its first outcomes up to three days earlier.
    ...(news === undefined ? [] : [Date.parse(news) - 35 * DAY]),
  ];
  const from = new Date(Math.min(...starts, Date.parse(today))).toISOString();
  return asUsage(eventsOn(customer, today).filter(({ timestamp }) => timestamp >= from));
}

/**
 * What came in after the last document of a subscription, as a correction of its own; and what that leaves open, as it
 * belongs to a time after the end.
 */
function correct(customer: Customer, today: string, store: Documents): void {
  const { id } = customer.signedUp;
  const previous = store.of(id);
  const news = newsOf(customer, previous.at(-1), today);
  if (news === undefined) return;
  const note = creditNote({
    catalog: catalogOn(today),
    subscription: subscriptionOn(customer, today),
    previous,
    rerate: { from: news },
    usage: asUsage(eventsOn(customer, today)),
    asOf: runAt(today),
  });
  if (note.lines.length === 0 && note.provisional.length === 0) return;
  store.insert(note);
  bill(customer, today, store, store.of(id));
}

// 5. Twelve months of Mondays.

const mondays = Array.from({ length: 55 }, (_, week) => dateOf(4 + week * 7));
const documents = new Documents();

/** What a biller knows of the documents: it reads them when its run begins, as the JSON that is stored. */
function readAll(): ReadonlyMap<string, readonly Invoice[]> {
  const read = customers.map(({ signedUp: { id } }): [string, readonly Invoice[]] => [
    id,
    JSON.parse(JSON.stringify(documents.of(id))),
  ]);
  return new Map(read);
}

function run(
  today: string,
  of: (id: string) => readonly Invoice[] = (id) => documents.of(id),
  crashAt?: Customer,
): void {
  for (const customer of customers) {
    if (customer === crashAt) throw new Error("the biller's machine went down");
    bill(customer, today, documents, of(customer.signedUp.id));
  }
}

for (const today of mondays) {
  const stored = today === CRASH || today === TWO_BILLERS ? readAll() : undefined;
  const known = (id: string) => stored?.get(id) ?? [];
  if (today === CRASH) {
    try {
      run(today, known, customers[Math.floor(CUSTOMERS / 2)]);
    } catch {
      // Nothing to repair: the next run goes on with what is stored.
    }
  }
  run(today);
  // The second biller has read the documents when the first had, before the run: all that it writes is there already.
  if (today === TWO_BILLERS) run(today, known);
}
for (const customer of customers) correct(customer, LAST_RUN, documents);

// 6. One all-knowing evaluation: the final subscription, all events, the catalog as it was on each day of billing.

function allKnowing(customer: Customer): readonly Invoice[] {
  const subscription = subscriptionOn(customer, LAST_RUN);
  const usage = asUsage(eventsOn(customer, LAST_RUN));
  const until = dateOf(dayOf(LAST_RUN) - GRACE);
  const asOf = runAt(LAST_RUN);
  const documents: Invoice[] = [];
  for (;;) {
    const last = documents.at(-1);
    const so = last === undefined ? {} : { last };
    // What is due when does not depend on the edition: both have the same cycles.
    const list = documentsDue(subscription, { catalog: editions.edited, until, ...so });
    if (list.length === 0) return documents;
    for (const { period, dueFrom } of list) {
      const written = mondays.find((day) => dayOf(day) >= dayOf(dueFrom) + GRACE) ?? LAST_RUN;
      const catalog = catalogOn(written);
      documents.push(invoice({ catalog, subscription, period, usage, previous: documents, asOf }));
    }
  }
}

const totalOf = (list: readonly Invoice[]) => sumAmounts(list.map(({ total }) => total));
const differences = customers.flatMap((customer) => {
  const { id } = customer.signedUp;
  const billed = totalOf(documents.of(id));
  const right = totalOf(allKnowing(customer));
  return compareAmounts(billed, right) === 0 ? [] : [[`  ${id}`, money(billed), money(right)]];
});

// 7. What became of it.

const all = documents.all();
/** Documents in groups: how many there are of each, and what they come to. */
function summary(heading: string, nameOf: (document: Invoice) => string): string {
  const groups = new Map<string, Invoice[]>();
  for (const each of all) groups.set(nameOf(each), [...(groups.get(nameOf(each)) ?? []), each]);
  const rows = [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, list]) => [`  ${name}`, `${list.length}`, money(totalOf(list))]);
  return table([`  ${heading}`, "documents", "USD"], rows);
}

const adjusted = all.filter(({ lines }) => lines.some(({ kind }) => kind === "adjustment"));
const lines = adjusted.flatMap((each) => each.lines.filter(({ kind }) => kind === "adjustment"));
console.log(`${CUSTOMERS} customers, ${all.length} documents, ${money(totalOf(all))} USD\n`);
console.log(`${summary("scope", ({ scope, kind }) => `${scope}, ${kind}`)}\n`);
console.log(`${summary("written in", ({ asOf }) => asOf.slice(0, 7))}\n`);
const corrected = money(sumAmounts(lines.map(({ amount }) => amount)));
console.log(`corrections: ${lines.length} lines on ${adjusted.length} documents, ${corrected} USD`);
console.log(`collisions: ${documents.collisions} documents dropped by a unique key\n`);
if (differences.length === 0) {
  console.log("Each subscription's documents add up to those of a biller who knew everything.");
} else {
  console.log(table(["  differs", "billed", "right"], differences));
  process.exitCode = 1;
}
