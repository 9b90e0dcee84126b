/**
 * Two years of one subscription, invoice by invoice: a trial, an upgrade on the 31st, seats that come and go, a price
 * revision, a pause and a cancellation, in a time zone with daylight saving. The fee and the seats are billed in
 * advance, resolved conversations in arrears, support once a year. Each invoice sees the earlier ones, so what a change
 * makes due or undue is on the next invoice. Run it with `npx tsx examples/subscriptions/lifecycle.ts`.
 */
import {
  billingPeriods,
  compareAmounts,
  type Invoice,
  type InvoiceLine,
  invoice,
  parseProduct,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  sumAmounts,
  type UsageEventInput,
} from "rateplan";
import { money, table } from "../support/table.js";

// 1. The catalog: two plans that share their charges on outcomes and on support.

const resolved = {
  id: "resolved",
  name: "Resolved conversations",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: {
    model: "tiered",
    tiers: [
      { upTo: 100, unitPrice: "0.99" },
      { upTo: 500, unitPrice: "0.90" },
      { unitPrice: "0.79" },
    ],
  },
  // From May 2026 on, for everyone; a period that has begun keeps its price.
  revisions: [
    {
      effectiveDate: "2026-05-15",
      pricing: {
        model: "tiered",
        tiers: [{ upTo: 200, unitPrice: "0.95" }, { unitPrice: "0.75" }],
      },
    },
  ],
} as const;

const support = {
  id: "support",
  name: "Premium support",
  chargeType: "recurring",
  billingCycle: "annual",
  billingTiming: "in-advance",
  pricing: { model: "flat", amount: "1200" },
} as const;

function ratePlan(id: string, name: string, fee: string, seat: string) {
  const inAdvance = { chargeType: "recurring", billingTiming: "in-advance" } as const;
  return {
    id,
    name,
    currency: "USD",
    billingCycle: "monthly",
    effectiveDate: "2025-01-01",
    charges: [
      {
        ...inAdvance,
        id: "platform",
        name: `${name} platform`,
        pricing: { model: "flat", amount: fee },
      },
      {
        ...inAdvance,
        id: "seats",
        name: "Seats",
        unitOfMeasure: "@seat",
        pricing: { model: "per-unit", unitPrice: seat },
      },
      support,
      resolved,
    ],
  } as const;
}

const catalog = parseProduct({
  id: "support-agent",
  name: "Support agent",
  agentType: "support-agent",
  effectiveDate: "2025-01-01",
  ratePlans: [ratePlan("team", "Team", "99", "29"), ratePlan("business", "Business", "249", "39")],
});

// 2. The subscription, and everything that happens to it.

const signedUp: SubscriptionInput = {
  id: "sub-7",
  customerId: "acme",
  ratePlanId: "team",
  startDate: "2025-01-16",
  timeZone: "America/New_York",
  // Fourteen days of trial: billing periods are counted from 30 January.
  trialDays: 14,
  quantities: { seats: 5 },
};

const history: readonly SubscriptionChangeInput[] = [
  { effectiveDate: "2025-04-10", quantities: { seats: 8 } },
  { effectiveDate: "2025-05-31", ratePlanId: "business" },
  { effectiveDate: "2025-10-31", quantities: { seats: 6 }, takesEffect: "at-period-end" },
  { effectiveDate: "2026-07-31", status: "paused" },
  { effectiveDate: "2026-08-20", status: "active" },
  { effectiveDate: "2027-01-16", status: "canceled" },
];

/** The subscription as it is stored on a date: nobody knows then what changes after it. */
function subscriptionOn(date: string): SubscriptionInput {
  return { ...signedUp, changes: history.filter(({ effectiveDate }) => effectiveDate <= date) };
}

// 3. Conversations that were resolved: a few every day, at noon in New York or near it.

const DAY = 86_400_000;
const days = Array.from({ length: 740 }, (_, day) => Date.UTC(2025, 0, 16, 17) + day * DAY);
const events = days.flatMap((noon, day) =>
  Array.from({ length: 3 + ((day * 7) % 11) }, (_, index): UsageEventInput => {
    const timestamp = new Date(noon + index * 60_000).toISOString();
    return { id: `conv-${day}-${index}`, customerId: "acme", unitOfMeasure: "@outcome", timestamp };
  }),
);

// 4. One invoice after the other. The first is the trial's: it carries the fees in advance for the first paid period.

const life = { ...signedUp, changes: history };
const invoices: Invoice[] = [];
for (const { start, end } of billingPeriods(life, { catalog, limit: 60 })) {
  const usage = events.filter(({ timestamp }) => isNear(timestamp, start, end));
  const subscription = subscriptionOn(end);
  const period = { start, end };
  invoices.push(invoice({ catalog, subscription, period, usage, previous: invoices }));
}

/** The events of a period and two days around it; the invoice itself decides by the subscription's time zone. */
function isNear(timestamp: string | Date, start: string, end: string): boolean {
  const at = new Date(timestamp).getTime();
  return at >= Date.parse(start) - 2 * DAY && at < Date.parse(end) + 2 * DAY;
}

for (const each of invoices) print(each);
const totals = invoices.map(({ total }) => total);
console.log(`${invoices.length} invoices, ${money(sumAmounts(totals))} USD in all`);
const largest = totals.reduce((most, total) => (compareAmounts(total, most) > 0 ? total : most));
console.log(`the largest ${money(largest)} USD`);

function print({ kind, period, lines, total, currency, unbilled }: Invoice): void {
  console.log(`${kind} ${period.start} to ${period.end}`);
  for (const { reason, period: rest } of unbilled) {
    console.log(`  nothing is billed from ${rest.start} to ${rest.end}: ${reason}`);
  }
  const rows = lines.map((line) => [
    `  ${line.description}`,
    `${line.servicePeriod.start} to ${line.servicePeriod.end}`,
    line.kind === "adjustment" ? "" : line.quantity,
    money(line.amount),
    note(line),
  ]);
  if (rows.length > 0) {
    console.log(table(["  line", "service period", "quantity", "amount", "why"], rows));
  }
  console.log(`  total ${money(total)} ${currency}\n`);
}

/** The fraction of a prorated fee, or what an adjustment corrects. */
function note({ adjustment, steps }: InvoiceLine): string {
  if (adjustment !== null) {
    const dates = adjustment.causes.flatMap(({ date }) => date ?? []);
    return `${adjustment.due} due, ${adjustment.billed} billed; change of ${dates.join(", ")}`;
  }
  const share = steps.find(({ kind }) => kind === "proration");
  return share?.text.split(":")[0] ?? "";
}
