/** What the rounds bill: a few subscriptions with everything that must be neither lost nor doubled. */
import type { Billing } from "../../src/service.js";

export const TENANT = "north";
const SUBSCRIPTIONS = 4;

const SILENCE = "PT72H";

const plan = (id: string, fee: number, grant: number) => ({
  id,
  name: id,
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2026-01-01",
  // What is left of a month's credit can be used in the next one.
  grants: [
    {
      id: "monthly",
      unit: "USD",
      amount: grant,
      category: "promotional",
      rollover: { periods: 1 },
    },
  ],
  charges: [
    {
      id: "platform",
      name: "Platform",
      chargeType: "recurring",
      billingTiming: "in-advance",
      pricing: { model: "flat", amount: fee },
    },
    {
      id: "calls",
      name: "Calls",
      chargeType: "usage",
      unitOfMeasure: "call",
      pricing: { model: "tiered", tiers: [{ upTo: 5, unitPrice: "1.10" }, { unitPrice: "0.85" }] },
    },
    {
      id: "resolved",
      name: "Resolved conversations",
      chargeType: "usage",
      unitOfMeasure: "@outcome",
      pricing: { model: "per-unit", unitPrice: "0.99" },
      outcome: { confirm: { assumedAfter: SILENCE }, reverse: { within: "P30D" } },
    },
  ],
});

export async function makeFixture(billing: Billing): Promise<void> {
  await billing.tenants.create({ id: TENANT, name: "North" });
  await must(
    billing.catalogs.put(TENANT, {
      id: "agent",
      name: "Support agent",
      agentType: "support",
      effectiveDate: "2026-01-01",
      ratePlans: [plan("starter", 49, 5), plan("team", 99, 8)],
    }),
  );
  for (let number = 0; number < SUBSCRIPTIONS; number += 1) {
    const id = `sub-${number}`;
    await must(
      billing.subscriptions.put(TENANT, {
        id,
        customerId: customerOf(number),
        ratePlanId: number % 2 === 0 ? "starter" : "team",
        startDate: `2026-01-0${1 + number}`,
        billingAnchor: number === 1 ? "calendar" : "anniversary",
        // Its days begin when those of New York do.
        ...(number === 2 ? { timeZone: "America/New_York" } : {}),
      }),
    );
    await must(
      billing.grants.put(TENANT, id, {
        id: "deposit",
        unit: "USD",
        amount: 60,
        grantedAt: "2026-01-01",
      }),
    );
  }
}

/** The last two subscriptions are one customer's. */
function customerOf(number: number): string {
  return `customer-${Math.min(number, SUBSCRIPTIONS - 2)}`;
}

/** Numbers from 0 to 1, always the same for a seed: Mulberry32. */
export function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type Event = Readonly<Record<string, unknown>> & { readonly id: string };

/** Usage of `[from, to)`: calls, outcomes, and outcomes that are taken back within it. */
export function usageBetween(
  prefix: string,
  from: string,
  to: string,
  next: () => number,
): readonly Event[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const instant = (at: number) => new Date(at).toISOString();
  const events: Event[] = [];
  for (let number = 0; number < SUBSCRIPTIONS; number += 1) {
    const customerId = customerOf(number);
    const count = 4 + Math.floor(next() * 8);
    for (let index = 0; index < count; index += 1) {
      const at = start + Math.floor(next() * (end - start));
      const id = `${prefix}-${number}-${index}`;
      // Two subscriptions of a customer tell their usage apart.
      const event = { id, source: "agent", customerId, subscriptionId: `sub-${number}` };
      if (next() < 0.5) {
        events.push({ ...event, unitOfMeasure: "call", timestamp: instant(at) });
        continue;
      }
      events.push({ ...event, unitOfMeasure: "@outcome", timestamp: instant(at) });
      const back = at + Math.floor(next() * 20 * 86_400_000);
      if (next() < 0.2 && back < end) {
        const signal = { ...event, id: `${id}-back`, reverses: id, timestamp: instant(back) };
        events.push(signal);
      }
    }
  }
  return events;
}

/** The same events as networks deliver them: in any order, some of them twice. */
export function asDelivered(events: readonly Event[], next: () => number): readonly Event[] {
  const twice = [...events, ...events.filter(() => next() < 0.2)];
  return twice
    .map((event): readonly [number, Event] => [next(), event])
    .sort(([a], [b]) => a - b)
    .map(([, event]) => event);
}

async function must(answer: Promise<{ readonly ok: boolean }>): Promise<void> {
  const given = await answer;
  if (!given.ok) throw new Error(JSON.stringify(given));
}
