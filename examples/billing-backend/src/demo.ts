/** A tenant to look at: a catalog, six customers with three months of usage, and the documents of these. */
import { newApiKey } from "./http/api-key.js";
import { orProblem } from "./http/problem.js";
import type { Billing } from "./service.js";

const TENANT = "demo";

/** Outcome tiers: the first 100 of a month for $50 each, the next 400 for $40, all above for $30. */
const outcomes = {
  id: "documents-read",
  name: "Documents read",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  outcome: { reverse: { signals: ["rejected"], within: "P60D" } },
  pricing: {
    model: "tiered",
    tiers: [{ upTo: 100, unitPrice: 50 }, { upTo: 500, unitPrice: 40 }, { unitPrice: 30 }],
  },
} as const;

const platform = {
  id: "platform",
  name: "Platform",
  chargeType: "recurring",
  billingTiming: "in-advance",
  pricing: { model: "flat", amount: 499 },
} as const;

interface Customer {
  readonly id: string;
  readonly plan: "starter" | "business";
  /** Outcomes of each of three months, and of the running one. */
  readonly usage: readonly number[];
  /** Has ended in the middle of the third month, as is recorded when the running one is billed already. */
  readonly leaves?: boolean;
  /** Promotional credit in USD. */
  readonly credit?: number;
  /** So many outcomes of the third month are rejected after it was billed. */
  readonly rejected?: number;
}

const CUSTOMERS: readonly Customer[] = [
  // 100 × 50 + 400 × 40 + 150 × 30 = 25,500.00
  { id: "acme", plan: "starter", usage: [650, 480, 705, 210] },
  { id: "globex", plan: "business", usage: [120, 310, 540, 180], rejected: 12 },
  { id: "initech", plan: "starter", usage: [38, 52, 61, 20] },
  { id: "hooli", plan: "business", usage: [75, 90, 110, 40], credit: 1_000 },
  { id: "umbrella", plan: "business", usage: [44, 31, 12, 0], leaves: true },
  { id: "stark", plan: "starter", usage: [260, 275, 298, 95] },
];

/** Makes it, and an API key to it; nothing where it exists already. */
export async function makeDemo(billing: Billing, now: Date): Promise<string | undefined> {
  const existing = await billing.tenants.get(TENANT);
  if (existing.ok) return undefined;
  orProblem(await billing.tenants.create({ id: TENANT, name: "Reader Inc." }));
  const months = [3, 2, 1, 0].map((ago) => monthBefore(now, ago));
  const [start = now] = months;
  const product = {
    id: "reader",
    name: "Document reader",
    agentType: "ocr-agent",
    effectiveDate: start.toISOString(),
    ratePlans: [
      plan("starter", "Starter", [outcomes]),
      plan("business", "Business", [platform, outcomes]),
    ],
  };
  orProblem(await billing.catalogs.put(TENANT, product));
  for (const customer of CUSTOMERS) await subscribe(billing, customer, months);
  for (const customer of CUSTOMERS) {
    const events = customer.usage.flatMap((count, month) =>
      eventsOf(customer.id, count, months[month] ?? now, months[month + 1] ?? now),
    );
    for (let from = 0; from < events.length; from += 1_000) {
      await billing.ingest(TENANT, events.slice(from, from + 1_000));
    }
  }
  orProblem(await billing.close(TENANT));
  await afterwards(billing, months);
  orProblem(await billing.close(TENANT));
  const { id, key, hash } = newApiKey();
  orProblem(await billing.apiKeys.put(TENANT, { id, hash }));
  return key;

  function plan(id: string, name: string, charges: readonly object[]): object {
    const effectiveDate = start.toISOString();
    return { id, name, currency: "USD", billingCycle: "monthly", effectiveDate, charges };
  }
}

async function subscribe(
  billing: Billing,
  { id, plan, credit }: Customer,
  [start]: readonly Date[],
): Promise<void> {
  const subscription = {
    id: `${id}-1`,
    customerId: id,
    ratePlanId: plan,
    startDate: start?.toISOString().slice(0, 10),
  };
  orProblem(await billing.subscriptions.put(TENANT, subscription));
  if (credit === undefined) return;
  const grant = {
    id: `${id}-welcome`,
    unit: "USD",
    amount: credit,
    category: "promotional",
    grantedAt: start?.toISOString(),
  };
  orProblem(await billing.grants.put(TENANT, subscription.id, grant));
}

/** What becomes known only when the months are billed: a customer has left, another rejects outcomes. */
async function afterwards(billing: Billing, [, , third, running]: readonly Date[]): Promise<void> {
  const month = third?.toISOString().slice(0, 7);
  for (const { id, leaves, rejected = 0 } of CUSTOMERS) {
    if (leaves) {
      const change = { effectiveDate: `${month}-16`, status: "canceled" };
      orProblem(await billing.subscriptions.addChange(TENANT, `${id}-1`, change));
    }
    if (rejected === 0) continue;
    const signals = Array.from({ length: rejected }, (_, index) => ({
      id: `${id}-rejected-${index + 1}`,
      customerId: id,
      reverses: `${id}-${month}-${index + 1}`,
      name: "rejected",
      timestamp: running?.toISOString(),
    }));
    await billing.ingest(TENANT, signals);
    orProblem(await billing.correct(TENANT, `${id}-1`));
  }
}

/** Outcomes at even distances from one moment to another. */
function eventsOf(customerId: string, count: number, from: Date, to: Date): readonly object[] {
  const month = from.toISOString().slice(0, 7);
  const step = (to.getTime() - from.getTime()) / (count + 1);
  return Array.from({ length: count }, (_, index) => ({
    id: `${customerId}-${month}-${index + 1}`,
    customerId,
    unitOfMeasure: "@outcome",
    timestamp: new Date(Math.floor(from.getTime() + step * (index + 1))).toISOString(),
  }));
}

/** The first moment of a month, so many before that of a moment. */
function monthBefore(moment: Date, ago: number): Date {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() - ago, 1));
}
