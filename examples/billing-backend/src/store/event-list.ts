import { answer, problem } from "../answer.js";
import type { Database } from "../database/database.js";
import type { Billing, StoredEvent } from "../service.js";
import { instantIn, limitOf, type Time, timeOf } from "./rows.js";

interface ListRow {
  readonly source: string;
  readonly id: string;
  readonly event: StoredEvent["event"];
  readonly received_at: Time;
}

export function eventsIn(database: Database): Billing["events"] {
  return {
    async list(tenantId, page = {}) {
      const after = page.after === undefined ? NOWHERE : placeIn(page.after);
      if (after === undefined) return problem("invalid", "`after` is no `next` of this list.");
      const limit = limitOf(page);
      const rows = await database.query<ListRow>(
        `select source, id, event, received_at from events
         where tenant_id = $1 and ($2::text is null or customer_id = $2)
           and (received_at, source, id) > ($3::timestamptz, $4, $5)
         order by received_at, source, id limit $6`,
        [tenantId, page.customerId ?? null, ...after, limit + 1],
      );
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return answer({
        items: items.map(({ event, received_at }) => ({ event, receivedAt: timeOf(received_at) })),
        next: last === undefined ? null : placeOf(last),
      });
    },
  };
}

/** A place among events: when one was received, and its key. */
type Place = readonly [receivedAt: string, source: string, id: string];

const NOWHERE: Place = ["-infinity", "", ""];

function placeOf({ received_at, source, id }: ListRow): string {
  return Buffer.from(JSON.stringify([timeOf(received_at), source, id])).toString("base64url");
}

function placeIn(text: string): Place | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (!Array.isArray(read) || read.length !== 3) return undefined;
    const [receivedAt, source, id]: unknown[] = read;
    return typeof source === "string" && typeof id === "string" && !`${source}${id}`.includes("\0")
      ? [instantIn(String(receivedAt)), source, id]
      : undefined;
  } catch {
    return undefined;
  }
}
