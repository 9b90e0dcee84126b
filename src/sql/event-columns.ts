/** What is read of each event, by the name that it has in our statements. All are texts, but for two instants and JSON. */
export const EVENT_COLUMNS = {
  id: "event_id",
  source: "event_source",
  customerId: "customer_id",
  subscriptionId: "subscription_id",
  unitOfMeasure: "unit",
  name: "event_name",
  subject: "subject",
  agentType: "agent_type",
  agentId: "agent_id",
  timestamp: "at_ms",
  receivedAt: "received_ms",
  quantity: "quantity_text",
  value: "value_text",
  currency: "currency",
  properties: "properties",
  confirms: "confirms",
  reverses: "reverses",
} as const;

/** A field of an event that a table may hold. */
export type EventColumn = keyof typeof EVENT_COLUMNS;

export const EVENT_COLUMN_NAMES = Object.keys(EVENT_COLUMNS) as readonly EventColumn[];

/** Those that hold texts. */
export const TEXT_COLUMNS = EVENT_COLUMN_NAMES.filter(
  (field) => !["timestamp", "receivedAt", "quantity", "value", "properties"].includes(field),
);
