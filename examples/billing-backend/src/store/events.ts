import { type PricingIssue, type Signal, safeParseEvents, type UsageEvent } from "rateplan";
import type { Database, Queries } from "../database/database.js";
import type { IngestReport, RefusedEvent } from "../service.js";
import { lockCustomers } from "./locks.js";
import { canonicalJson, isStorable, keyRule, type Time, timeOf } from "./rows.js";

/** An event of a batch as its row holds it. */
interface Row {
  readonly index: number;
  readonly source: string;
  readonly id: string;
  readonly customerId: string;
  readonly subscriptionId: string | null;
  readonly isSignal: boolean;
  readonly names: string | null;
  readonly subject: string | null;
  readonly happenedAt: string;
  readonly text: string;
}

/** Reads and stores a batch; see {@link import("../service.js").Billing}. */
export async function ingest(
  database: Database,
  tenantId: string,
  batch: readonly unknown[],
): Promise<IngestReport> {
  const read = batch.map(readEvent);
  const refused = read.filter((each): each is RefusedEvent => "reason" in each);
  const rows = read.filter((each): each is Row => !("reason" in each));
  if (rows.length === 0) return { accepted: 0, duplicates: 0, refused };
  const { accepted, stored } = await database.transaction((within) =>
    store(within, tenantId, rows),
  );
  const conflicts = rows.filter((row) => stored.get(keyOf(row)) !== row.text);
  return {
    accepted,
    duplicates: rows.length - accepted - conflicts.length,
    refused: [...refused, ...conflicts.map(conflict)].sort((a, b) => a.index - b.index),
  };
}

function conflict({ index, id }: Row): RefusedEvent {
  return { index, id, reason: "conflict", issues: [] };
}

function readEvent(input: unknown, index: number): Row | RefusedEvent {
  const read = safeParseEvents([input]);
  if (!read.ok) {
    const issues = read.issues.map((issue) => ofBatch(issue, index));
    return { index, id: idIn(input), reason: "invalid", issues };
  }
  const [event] = read.value;
  if (event === undefined) throw new Error("unreachable: one event was read");
  // Who sends it does not say when we received it.
  const { receivedAt: _said, ...content } = event;
  // The event that a signal names.
  const names =
    ("confirms" in content && content.confirms) ||
    ("reverses" in content && content.reverses) ||
    null;
  const text = canonicalJson(content);
  const row: Row = {
    index,
    source: content.source ?? "",
    id: content.id,
    customerId: content.customerId,
    subscriptionId: content.subscriptionId || null,
    isSignal: names !== null || !("unitOfMeasure" in content && content.unitOfMeasure),
    names,
    subject: content.subject || null,
    happenedAt: content.timestamp,
    text,
  };
  const issues = unstorable(row);
  return issues.length === 0 ? row : { index, id: null, reason: "invalid", issues };
}

/** An issue of an event, as one of its batch. */
function ofBatch(issue: PricingIssue, index: number): PricingIssue {
  const [, ...path] = issue.path;
  return { ...issue, path: [index, ...path], message: issue.message.replace("[0]", `[${index}]`) };
}

function idIn(input: unknown): string | null {
  const id = typeof input === "object" && input !== null && "id" in input ? input.id : undefined;
  return typeof id === "string" ? id : null;
}

/** What rateplan takes and the table does not. */
function unstorable(row: Row): readonly PricingIssue[] {
  const { source, subscriptionId, names, subject } = row;
  const keys = { id: row.id, customerId: row.customerId, source, subscriptionId, names, subject };
  const issues = Object.entries(keys).flatMap(([field, key]) => {
    const expected = key === null || key === "" ? undefined : keyRule(key);
    return expected === undefined ? [] : [issue(row.index, field, expected, key ?? "")];
  });
  if (row.happenedAt.startsWith("0000")) {
    issues.push(issue(row.index, "timestamp", "of a year from 0001", row.happenedAt));
  }
  if (issues.length === 0 && !isStorable(row.text)) {
    issues.push(issue(row.index, "properties", "texts without U+0000 and halves of pairs", ""));
  }
  return issues;
}

function issue(index: number, field: string, expected: string, key: string): PricingIssue {
  const received = JSON.stringify(key.slice(0, 40));
  const message = `[${index}].${field} must be ${expected}, got ${received}`;
  return { code: "invalid_value", path: [index, field], expected, received, message };
}

const keyOf = ({ source, id }: Pick<Row, "source" | "id">) => `${source}\n${id}`;

/** Stores what is new; gives how many that were, and the texts that now stand under all keys. */
async function store(within: Queries, tenantId: string, rows: readonly Row[]) {
  const customers = [...new Set(rows.map(({ customerId }) => customerId))];
  await lockCustomers(within, tenantId, customers, "shared");
  // In the order of the keys, so that two batches with the same events wait for each other in one direction.
  const added = await within.query<{ customer_id: string }>(
    `insert into events (tenant_id, source, id, customer_id, subscription_id, is_signal, names, subject,
       happened_at, received_at, event)
     select $1, e.source, e.id, e.customer_id, e.subscription_id, e.is_signal, e.names, e.subject, e.happened_at,
       greatest(clock.now, c.known_at + interval '1 millisecond'), e.event::json
     from (select billing_now() as now) as clock, unnest(
       $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::text[], $9::timestamptz[],
       $10::text[]
     ) with ordinality
       as e (source, id, customer_id, subscription_id, is_signal, names, subject, happened_at, event, place)
     left join customers c on c.tenant_id = $1 and c.id = e.customer_id
     order by e.source, e.id, e.place
     on conflict do nothing
     returning customer_id`,
    [
      tenantId,
      rows.map(({ source }) => source),
      rows.map(({ id }) => id),
      rows.map(({ customerId }) => customerId),
      rows.map(({ subscriptionId }) => subscriptionId),
      rows.map(({ isSignal }) => isSignal),
      rows.map(({ names }) => names),
      rows.map(({ subject }) => subject),
      rows.map(({ happenedAt }) => happenedAt),
      rows.map(({ text }) => text),
    ],
  );
  await wakeEnded(within, tenantId, [...new Set(added.map(({ customer_id }) => customer_id))]);
  return { accepted: added.length, stored: await textsUnder(within, tenantId, rows) };
}

/** A subscription that is over has no next document that would take up what is late: the biller looks at it again. */
async function wakeEnded(within: Queries, tenantId: string, customerIds: readonly string[]) {
  await within.query(
    `update subscriptions set due_at = billing_now() where (tenant_id, id) in (
       select tenant_id, id from subscriptions
       where tenant_id = $1 and customer_id = any ($2::text[]) and due_at is null order by id for update
     )`,
    [tenantId, customerIds],
  );
}

async function textsUnder(within: Queries, tenantId: string, rows: readonly Row[]) {
  const found = await within.query<{ source: string; id: string; text: string }>(
    `select e.source, e.id, e.event::text as text from events e
     join (select distinct * from unnest($2::text[], $3::text[])) as given (source, id)
       on e.source = given.source and e.id = given.id
     where e.tenant_id = $1`,
    [tenantId, rows.map(({ source }) => source), rows.map(({ id }) => id)],
  );
  return new Map(found.map((each) => [keyOf(each), each.text]));
}

/** Whose usage is asked for, as it was known at a moment. */
export interface UsageOf {
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly timeZone: string;
  /** The moment of knowledge. */
  readonly asOf: string;
}

/** The events that a document may count: of `[from, to)`, dates of rateplan. */
export async function usageOf(
  within: Queries,
  tenantId: string,
  { subscriptionId, customerId, timeZone, asOf }: UsageOf,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly (UsageEvent | Signal)[]> {
  const rows = await within.query<{ event: UsageEvent | Signal; received_at: Time }>(
    `select event, received_at from events
     where tenant_id = $1 and customer_id = $2 and (subscription_id is null or subscription_id = $3)
       and received_at <= $4 and happened_at >= instant_of($5, $7) and happened_at < instant_of($6, $7)
     order by happened_at, source, id`,
    [tenantId, customerId, subscriptionId, asOf, from, to, timeZone],
  );
  return rows.map(({ event, received_at }) => ({ ...event, receivedAt: timeOf(received_at) }));
}

/**
 * When the oldest happened of what has become known of closed periods since a moment; of a signal, what it is about. Nothing where there
 * is no news.
 */
export async function oldestNews(
  within: Queries,
  tenantId: string,
  { subscriptionId, customerId, timeZone, asOf }: UsageOf,
  since: string,
  closed: { readonly from: string; readonly until: string },
): Promise<string | undefined> {
  const [row] = await within.query<{ about: Time | null }>(
    `select greatest(min(about), instant_of($6, $8)) as about from (
       select case when not e.is_signal then e.happened_at else least(e.happened_at, (
         select min(o.happened_at) from events o
         where o.tenant_id = e.tenant_id and o.customer_id = e.customer_id and not o.is_signal
           and case when e.names is null then o.subject = e.subject else o.id = e.names end
       )) end as about
       from events e
       where e.tenant_id = $1 and e.customer_id = $2 and (e.subscription_id is null or e.subscription_id = $3)
         and e.received_at > $4 and e.received_at <= $5
     ) as news
     where about < instant_of($7, $8) having count(*) > 0`,
    [tenantId, customerId, subscriptionId, since, asOf, closed.from, closed.until, timeZone],
  );
  return row?.about ? timeOf(row.about) : undefined;
}
