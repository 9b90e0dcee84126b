import type { EventsTable } from "rateplan/sql";
import type { Job } from "./bill.js";
import { catalog } from "./catalog.js";
import { dueOf } from "./customers.js";
import { type Scale, shareOf } from "./files.js";

/** What the view over a batch's files is called, and what its columns mean. */
const EVENTS: EventsTable = {
  table: "events",
  columns: {
    id: "id",
    customerId: "customer",
    unitOfMeasure: "unit",
    subject: "subject",
    timestamp: "happened_at",
    receivedAt: "received_at",
    quantity: "quantity",
    properties: "properties",
  },
};

/**
 * Makes up a batch's events from their numbers alone, by a hash, so that every run has the same: 36 days from 27 May on, a few
 * customers with many events and many with few. One row in 64 is a second delivery of an event shortly before it; every fourth of
 * those says something else, an hour later. Most events come in within minutes, some on the next day, one in a hundred after
 * nine days: too late for the bill.
 */
function eventsOf(batch: number, scale: Scale): string {
  const { from, until, firstCustomer, customers } = shareOf(batch, scale);
  return `
WITH row AS (
  SELECT number, number % 64 = 63 AS is_copy,
    CASE WHEN number % 64 = 63 THEN number - 1 - hash(number, 'which') % 60 ELSE number END AS source,
    number % 64 = 63 AND hash(number, 'altered') % 4 = 0 AS is_altered
  FROM range(${from}, ${until}) r(number)
), drawn AS (
  SELECT number, source, is_altered,
    hash(source, 'customer') % 1000000 AS place,
    hash(source, 'unit') % 100 AS kind,
    hash(source, 'time') % 3110400000 + CASE WHEN is_altered THEN 3600000 ELSE 0 END AS moment,
    hash(source, 'quantity') AS size,
    hash(number, 'delay') % 1000 AS delay
  FROM row
)
SELECT
  'e' || source AS id,
  printf('c%07d', CAST(${firstCustomer} + floor(${customers} * place * place / 1e12) AS BIGINT)) AS customer,
  CASE WHEN kind < 45 THEN 'kilotoken' WHEN kind < 75 THEN 'call' WHEN kind < 90 THEN 'megabit' ELSE 'gigabyte' END AS unit,
  CASE WHEN kind BETWEEN 45 AND 74 THEN 'user-' || hash(source, 'user') % 40 END AS subject,
  TIMESTAMP '2026-05-27' + to_milliseconds(CAST(moment AS BIGINT)) AS happened_at,
  TIMESTAMP '2026-05-27' + to_milliseconds(CAST(moment + CASE WHEN delay < 10 THEN 777600000 WHEN delay < 20 THEN 86400000 ELSE delay * 60 END AS BIGINT)) AS received_at,
  CAST(CASE
    WHEN kind < 45 THEN CAST(size % 20000 AS DECIMAL(12, 3)) / 1000
    WHEN kind < 75 THEN 1
    WHEN kind < 90 THEN 1 + size % 500
    ELSE size % 21
  END + CASE WHEN is_altered THEN 1 ELSE 0 END AS DECIMAL(12, 3)) AS quantity,
  CASE WHEN kind BETWEEN 45 AND 74 THEN
    '{"model":"' || CASE hash(source, 'model') % 3 WHEN 0 THEN 'large' WHEN 1 THEN 'small' ELSE 'vision' END ||
    '","region":"' || CASE WHEN hash(source, 'region') % 10 < 5 THEN 'eu' WHEN hash(source, 'region') % 10 < 8 THEN 'us' ELSE 'ap' END ||
    '","status":' || CASE hash(source, 'status') % 50 WHEN 0 THEN 503 WHEN 1 THEN 429 ELSE 200 END || '}'
  END AS properties
FROM drawn
ORDER BY moment, number`;
}

/** A platform: a fee, and five ways in which events become a quantity. */
export const usageJob: Job = { name: "events", catalog, events: EVENTS, eventsOf, dueOf };
