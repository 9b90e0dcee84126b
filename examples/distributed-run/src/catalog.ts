/** What is sold, and the month that is billed. */
import { parseProduct, type RatePlanInput } from "rateplan";

const support = (
  id: string,
  fee: { readonly amount: number; readonly billingTiming: "in-advance" | "in-arrears" },
  resolved: readonly { upTo?: number; unitPrice: string }[],
) =>
  ({
    id,
    name: id,
    currency: "USD",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: [
      {
        id: "platform",
        name: "Platform",
        chargeType: "recurring",
        billingTiming: fee.billingTiming,
        pricing: { model: "flat", amount: fee.amount },
      },
      {
        id: "resolved",
        name: "Resolved conversations",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: { model: "tiered", tiers: resolved },
      },
      {
        id: "tokens",
        name: "Tokens",
        chargeType: "usage",
        unitOfMeasure: "token",
        filter: { where: { not: { field: "properties.cached", equals: true } } },
        pricing: { model: "package", size: 1000, price: "0.40" },
      },
    ],
  }) as const satisfies RatePlanInput;

export const catalog = parseProduct({
  id: "support-agent",
  name: "Support agent",
  agentType: "support",
  effectiveDate: "2026-01-01",
  ratePlans: [
    support("starter", { amount: 49, billingTiming: "in-arrears" }, [{ unitPrice: "0.99" }]),
    support("team", { amount: 99, billingTiming: "in-arrears" }, [
      { upTo: 10, unitPrice: "0.99" },
      { unitPrice: "0.79" },
    ]),
    // Two documents in the first month: the fee at the start, and the usage with the next fee at its end.
    support("business", { amount: 249, billingTiming: "in-advance" }, [
      { upTo: 10, unitPrice: "0.89" },
      { unitPrice: "0.69" },
    ]),
  ],
});

/** The month, in each customer's time zone; what is due by its end is written. */
export const period = { start: "2026-01-01", end: "2026-02-01" } as const;

/** Ids were told apart when the events were summed up. */
export const policy = { deduplicate: false } as const;
