/**
 * The terms of six vendors with a story each, as data: the charges and events of `examples/outcomes/policies`, where the sources
 * stand, and what is known from third parties or assumed. The tests hold the two to the same invoices.
 */
import type { JsonRecord } from "./json.js";

export interface Vendor {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly charges: readonly JsonRecord[];
  readonly events: readonly JsonRecord[];
}

/** An event on `@outcome`, of June 2026 unless `at` says more than day and time ("03T10:00"). */
function outcome(id: string, subject: string, at: string, more: JsonRecord = {}): JsonRecord {
  const timestamp = instant(at);
  return { id, customerId: "shop", unitOfMeasure: "@outcome", subject, timestamp, ...more };
}

/** Something that happened to a subject and bills nothing. */
function signal(
  id: string,
  name: string,
  subject: string,
  at: string,
  more: JsonRecord = {},
): JsonRecord {
  return { id, customerId: "shop", name, subject, timestamp: instant(at), ...more };
}

function instant(at: string): string {
  return at.length > 8 ? `2026-${at}:00Z` : `2026-06-${at}:00Z`;
}

const verified = { properties: { verified: true } };

export const VENDORS: readonly Vendor[] = [
  {
    id: "intercom-fin",
    name: "Intercom Fin: one outcome a conversation",
    about:
      "$0.99 an outcome, $9.99 a qualification; confirmed by the customer or after 24 hours of silence; a customer who returns takes it back, even a month later.",
    charges: [
      {
        id: "outcomes",
        name: "Fin outcomes",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: {
          model: "matrix",
          dimensions: ["name"],
          prices: [
            { when: { name: "resolution" }, unitPrice: "0.99" },
            { when: { name: "procedure-handoff" }, unitPrice: "0.99" },
            { when: { name: "disqualification" }, unitPrice: "0.99" },
            { when: { name: "qualification" }, unitPrice: "9.99" },
          ],
        },
        outcome: {
          uniqueBy: { key: "subject", per: "lifetime" },
          confirm: { signals: ["confirmed"], assumedAfter: "PT24H" },
          reverse: { signals: ["returned"], within: "unlimited" },
        },
      },
    ],
    events: [
      outcome("o1", "conv-1", "03T10:00", { name: "resolution" }),
      outcome("o2", "conv-1", "03T10:20", { name: "resolution" }),
      outcome("o3", "conv-2", "10T09:00", { name: "resolution" }),
      signal("s1", "returned", "conv-2", "10T11:00"),
      outcome("o4", "conv-2", "10T11:05", { name: "resolution" }),
      signal("s2", "confirmed", "conv-2", "10T11:10"),
      outcome("o5", "conv-3", "15T09:00", { name: "procedure-handoff" }),
      outcome("o6", "conv-4", "16T09:00", { name: "qualification" }),
      outcome("o7", "conv-5", "28T09:00", { name: "resolution" }),
      signal("s3", "returned", "conv-5", "07-04T08:00"),
      outcome("o8", "conv-6", "07-06T09:00", { name: "resolution" }),
    ],
  },
  {
    id: "zendesk",
    name: "Zendesk: verified after 72 hours",
    about:
      "$2.00 a verified resolution; a ticket is judged 72 hours after its first message; an escalation before that prevents it.",
    charges: [
      {
        id: "resolutions",
        name: "Verified resolutions",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: { model: "per-unit", unitPrice: "2.00" },
        outcome: {
          qualifies: { field: "properties.verified", equals: true },
          uniqueBy: { key: "subject", per: "lifetime" },
          confirm: { assumedAfter: "PT72H", silenceFrom: "first-event" },
          reverse: { signals: ["escalated", "followed-up"], within: "PT1S" },
        },
      },
    ],
    events: [
      signal("m1", "message", "ticket-1", "01T08:00"),
      outcome("a1", "ticket-1", "01T08:05", verified),
      outcome("a2", "ticket-2", "02T08:00", { properties: { verified: false } }),
      outcome("a3", "ticket-3", "03T08:00", verified),
      signal("s3", "escalated", "ticket-3", "05T08:00"),
      outcome("a4", "ticket-4", "04T08:00", verified),
      signal("s4", "escalated", "ticket-4", "09T08:00"),
      signal("m5", "message", "ticket-5", "28T20:00"),
      outcome("a5", "ticket-5", "28T23:00", verified),
      signal("m6", "message", "ticket-6", "27T20:00"),
      outcome("a6", "ticket-6", "29T23:00", verified),
    ],
  },
  {
    id: "sierra",
    name: "Sierra: several kinds of outcomes",
    about:
      "Saved cancellations at $15 once the customer stays two weeks, a commission on upsells, and resolved conversations; each with rules of its own.",
    charges: [
      {
        id: "saved",
        name: "Saved cancellations",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        filter: { names: ["cancellation-saved"] },
        pricing: { model: "per-unit", unitPrice: "15.00" },
        outcome: {
          uniqueBy: { key: "subject", per: "lifetime" },
          confirm: { assumedAfter: "P14D", silenceFrom: "first-event" },
          reverse: { signals: ["cancelled"], within: "P30D" },
        },
      },
      {
        id: "upsells",
        name: "Commission on upsells",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        filter: { names: ["upsell"] },
        pricing: { model: "percentage", percent: "10", maxPerEvent: "50.00" },
        outcome: { reverse: { signals: ["refunded"], within: "P30D" } },
      },
      {
        id: "resolved",
        name: "Resolved conversations",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        filter: { names: ["resolved"] },
        pricing: { model: "per-unit", unitPrice: "1.20" },
        outcome: {
          qualifies: { not: { field: "properties.escalated", equals: true } },
          uniqueBy: { key: "subject", per: "lifetime" },
          confirm: { assumedAfter: "PT48H" },
          reverse: { signals: ["reopened"], within: "P7D" },
        },
      },
    ],
    events: [
      outcome("r1", "conv-1", "02T10:00", { name: "resolved" }),
      outcome("r2", "conv-2", "02T11:00", { name: "resolved", properties: { escalated: true } }),
      outcome("r3", "conv-3", "03T10:00", { name: "resolved" }),
      signal("s3", "reopened", "conv-3", "04T10:00"),
      outcome("c1", "member-1", "05T10:00", { name: "cancellation-saved" }),
      outcome("c2", "member-2", "06T10:00", { name: "cancellation-saved" }),
      signal("s4", "cancelled", "member-2", "12T10:00"),
      outcome("u1", "order-1", "08T10:00", { name: "upsell", value: "240.00" }),
      outcome("u2", "order-2", "09T10:00", { name: "upsell", value: "900.00" }),
      signal("s5", "refunded", "order-1", "07-02T10:00"),
      signal("s6", "cancelled", "member-1", "07-05T10:00"),
    ],
  },
  {
    id: "riskified",
    name: "Riskified: a fee that refunds give back",
    about:
      "0.5 % of each approved order; refunds give it back in full or in proportion; the guarantee pays for fraud, so a month may end in a credit note.",
    charges: [
      {
        id: "approvals",
        name: "Approved orders",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: { model: "percentage", percent: "0.5" },
        outcome: {
          qualifies: { field: "properties.decision", equals: "approved" },
          uniqueBy: { key: "subject", per: "lifetime" },
          reverse: { signals: ["cancelled", "refunded", "fraud-chargeback"], within: "P60D" },
        },
      },
      {
        id: "guarantee",
        name: "Chargeback guarantee",
        chargeType: "usage",
        unitOfMeasure: "covered-chargeback",
        pricing: { model: "pre-rated" },
      },
    ],
    events: [
      approved("o1", "order-1", "02T10:00", "200.00"),
      outcome("o2", "order-2", "05T10:00", {
        value: "80.00",
        properties: { decision: "declined" },
      }),
      approved("o3", "order-3", "10T10:00", "120.00"),
      signal("s3", "cancelled", "order-3", "11T10:00"),
      approved("o4", "order-4", "12T10:00", "400.00"),
      approved("o5", "order-5", "20T10:00", "90.00"),
      signal("s4", "refunded", "order-4", "07-03T10:00", { value: "100.00" }),
      signal("s5", "fraud-chargeback", "order-5", "07-10T10:00"),
      {
        ...outcome("c5", "order-5", "07-10T10:00", { value: "-97.50", currency: "USD" }),
        unitOfMeasure: "covered-chargeback",
      },
      approved("o6", "order-6", "07-15T10:00", "300.00"),
    ],
  },
  {
    id: "chargeflow",
    name: "Chargeflow: a quarter of what is recovered",
    about:
      "25 % of disputes that are won, nothing for lost ones; a dispute won in part is billed in part.",
    charges: [
      {
        id: "recovered",
        name: "Recovered chargebacks",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: { model: "percentage", percent: "25" },
        outcome: {
          uniqueBy: { key: "subject", per: "lifetime" },
          confirm: { signals: ["dispute-won"] },
          reverse: { signals: ["dispute-lost", "lost-in-part"] },
        },
      },
    ],
    events: [
      outcome("d1", "dispute-1", "02T10:00", { value: "120.00" }),
      signal("w1", "dispute-won", "dispute-1", "20T10:00"),
      outcome("d2", "dispute-2", "03T10:00", { value: "75.00" }),
      signal("l2", "dispute-lost", "dispute-2", "21T10:00"),
      outcome("d3", "dispute-3", "04T10:00", { value: "100.00" }),
      signal("p3", "lost-in-part", "dispute-3", "22T10:00", { value: "40.00" }),
      signal("w3", "dispute-won", "dispute-3", "22T10:01"),
      outcome("d4", "dispute-4", "25T10:00", { value: "310.00" }),
    ],
  },
  {
    id: "salesforce-agentforce",
    name: "Salesforce Agentforce: conversations of 24 hours",
    about: "$2 a conversation, resolved or not; what a user does within 24 hours is one.",
    charges: [
      {
        id: "conversations",
        name: "Conversations",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: { model: "per-unit", unitPrice: "2.00" },
        outcome: { uniqueBy: { key: "subject", per: "window", window: "PT24H" } },
      },
    ],
    events: [
      outcome("m1", "user-1", "01T10:00"),
      outcome("m2", "user-1", "01T10:05"),
      outcome("m3", "user-1", "02T09:59"),
      outcome("m4", "user-1", "02T10:00"),
      outcome("m5", "user-2", "02T10:00", { properties: { escalated: true } }),
    ],
  },
];

function approved(id: string, subject: string, at: string, value: string): JsonRecord {
  return outcome(id, subject, at, { value, properties: { decision: "approved" }, currency: "USD" });
}
