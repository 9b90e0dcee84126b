/** What the tests sell, to whom, and what was used of it. */
import { type ProductInput, parseEvents, type SubscriptionInput, type UsageEvent } from "rateplan";

export const catalog = {
  id: "voice",
  name: "Voice agent",
  agentType: "voice",
  effectiveDate: "2026-01-01",
  ratePlans: [
    {
      id: "basic",
      name: "Basic",
      currency: "USD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [
        {
          id: "platform",
          name: "Platform",
          chargeType: "recurring",
          billingTiming: "in-advance",
          pricing: { model: "flat", amount: 99 },
        },
        {
          id: "calls",
          name: "Calls",
          chargeType: "usage",
          unitOfMeasure: "call",
          pricing: { model: "per-unit", unitPrice: "0.50" },
        },
      ],
    },
  ],
} as const satisfies ProductInput;

/** India is five and a half hours ahead of UTC: January begins on 31 December, 18:30. */
export const acme: SubscriptionInput = {
  id: "sub-1",
  customerId: "acme",
  ratePlanId: "basic",
  startDate: "2026-01-01",
  timeZone: "Asia/Kolkata",
};

export function call(id: string, timestamp: string, quantity = 1, customerId = "acme"): UsageEvent {
  const [event] = parseEvents([{ id, customerId, unitOfMeasure: "call", timestamp, quantity }]);
  if (event === undefined || !("unitOfMeasure" in event)) throw new Error("no event of usage");
  return event;
}

/** In January: 1 + 2 + 4 calls, the first in India's January alone. */
export const calls: readonly UsageEvent[] = [
  call("c1", "2025-12-31T20:00:00Z"),
  call("c2", "2026-01-10T09:00:00Z", 2),
  call("c3", "2026-01-31T18:29:59Z", 4),
  call("c4", "2026-01-31T18:30:00Z", 8),
];

/** 99 of the opening; 7 × 0.50 and February's 99. */
export const TOTALS = ["99.00", "102.50"] as const;
