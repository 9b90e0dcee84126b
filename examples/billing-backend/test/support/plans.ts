/** What the tests sell: a fee of 30 in advance, calls of 0.50, and outcomes of 1 that may be taken back. */
import type { TestBilling } from "./billing.js";
import { got } from "./billing.js";

export const platform = {
  id: "platform",
  name: "Platform",
  chargeType: "recurring",
  billingTiming: "in-advance",
  pricing: { model: "flat", amount: 30 },
} as const;

export const calls = {
  id: "calls",
  name: "Calls",
  chargeType: "usage",
  unitOfMeasure: "call",
  pricing: { model: "per-unit", unitPrice: "0.50" },
} as const;

const resolved = {
  id: "resolved",
  name: "Resolved conversations",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: 1 },
  outcome: { reverse: { within: "P60D" } },
} as const;

export function plan(id: string, charges: readonly object[], more: object = {}) {
  const names = { id, name: id, currency: "USD", billingCycle: "monthly" };
  return { ...names, effectiveDate: "2026-01-01", charges, ...more };
}

export function product(...ratePlans: readonly object[]) {
  const names = { id: "voice", name: "Voice agent", agentType: "voice" };
  return { ...names, effectiveDate: "2026-01-01", ratePlans };
}

export function call(id: string, timestamp: string, more: object = {}) {
  return { id, customerId: "acme", unitOfMeasure: "call", timestamp, ...more };
}

export function outcome(id: string, timestamp: string, more: object = {}) {
  return { id, customerId: "acme", unitOfMeasure: "@outcome", timestamp, ...more };
}

let tenants = 0;

/** A new tenant who sells the plan `basic`, and the subscription `s1` of `acme` to it from 1 January 2026 on. */
export async function newTenant(
  { billing }: TestBilling,
  charges: readonly object[] = [platform, calls, resolved],
  more: object = {},
): Promise<string> {
  tenants += 1;
  const tenant = `tenant-${tenants}`;
  await got(billing.tenants.create({ id: tenant, name: "Tenant" }));
  await got(billing.catalogs.put(tenant, product(plan("basic", charges, more))));
  await got(
    billing.subscriptions.put(tenant, {
      id: "s1",
      customerId: "acme",
      ratePlanId: "basic",
      startDate: "2026-01-01",
    }),
  );
  return tenant;
}
