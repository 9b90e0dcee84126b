import { parseProduct } from "rateplan";
import type { EventsTable } from "rateplan/sql";
import type { Job } from "./bill.js";
import { dueOf } from "./customers.js";
import { type Scale, shareOf } from "./files.js";

const EVENTS: EventsTable = {
  table: "events",
  columns: {
    id: "id",
    customerId: "customer",
    unitOfMeasure: "unit",
    name: "name",
    subject: "subject",
    timestamp: "happened_at",
    receivedAt: "received_at",
  },
};

/** One plan for all: a resolved conversation, once, when it has stayed quiet for a day and is not reopened within a week. */
const catalog = parseProduct({
  id: "support",
  name: "Support",
  agentType: "support",
  effectiveDate: "2026-01-01",
  ratePlans: ["starter", "growth", "scale"].map((id) => ({
    ...{ id, name: id, currency: "USD", billingCycle: "monthly" as const },
    effectiveDate: "2026-01-01",
    charges: [
      {
        ...{ id: "resolved", name: "resolved", chargeType: "usage", unitOfMeasure: "@outcome" },
        pricing: {
          model: "tiered",
          tiers: [{ upTo: 50, unitPrice: "0.99" }, { unitPrice: "0.79" }],
        },
        outcome: {
          uniqueBy: { key: "subject", per: "lifetime" },
          confirm: { assumedAfter: "P1D" },
          reverse: { signals: ["reopened"], within: "P7D" },
        },
      },
    ],
  })),
});

/** Outcomes of conversations, some with several; one row in eight says that a conversation was opened again. */
function eventsOf(batch: number, scale: Scale): string {
  const { from, until, firstCustomer, customers } = shareOf(batch, scale);
  return `
WITH drawn AS (
  SELECT number, number % 8 = 7 AS is_signal,
    -- A conversation, by the number of the event that it begins with.
    CASE WHEN number % 8 = 7 OR hash(number, 'again') % 10 = 0 THEN number - hash(number, 'which') % 7 - 1 ELSE number END AS conversation
  FROM range(${from + 8}, ${until + 8}) r(number)
), timed AS (
  SELECT *, hash(conversation, 'time') % 3110400000 + CASE WHEN conversation = number THEN 0 ELSE hash(number, 'later') % 950400000 END AS moment
  FROM drawn
)
SELECT 'o' || number AS id,
  printf('c%07d', CAST(${firstCustomer} + hash(conversation, 'customer') % ${customers} AS BIGINT)) AS customer,
  CASE WHEN NOT is_signal THEN '@outcome' END AS unit,
  CASE WHEN is_signal THEN 'reopened' ELSE 'resolution' END AS name,
  'conversation-' || conversation AS subject,
  TIMESTAMP '2026-05-27' + to_milliseconds(CAST(moment AS BIGINT)) AS happened_at,
  TIMESTAMP '2026-05-27' + to_milliseconds(CAST(moment + 60000 AS BIGINT)) AS received_at
FROM timed
ORDER BY moment, number`;
}

/** Outcomes are confirmed by silence: the statement gives everything about the conversations that decides them, as it is. */
export const outcomesJob: Job = { name: "outcomes", catalog, events: EVENTS, eventsOf, dueOf };
