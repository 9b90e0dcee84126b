import { parseProduct } from "rateplan";

/**
 * What the support agent costs: 99 a month with one seat, 29 for each further seat, and a price for each resolved conversation that falls
 * with their number. A conversation that is reopened within a week was not resolved.
 */
export const catalog = parseProduct({
  id: "support-agent",
  name: "Support agent",
  agentType: "support",
  effectiveDate: "2026-01-01",
  ratePlans: [
    {
      id: "team",
      name: "Team",
      currency: "USD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [
        {
          id: "platform",
          name: "Platform",
          chargeType: "recurring",
          pricing: { model: "flat", amount: 99 },
        },
        {
          id: "seats",
          name: "Further seats",
          chargeType: "recurring",
          unitOfMeasure: "@seat",
          includedUnits: 1,
          pricing: { model: "per-unit", unitPrice: 29 },
        },
        {
          id: "resolutions",
          name: "Resolved conversations",
          chargeType: "usage",
          unitOfMeasure: "@outcome",
          outcome: {
            uniqueBy: { key: "subject", per: "billing-period" },
            reverse: { signals: ["reopened"], within: "P7D" },
          },
          pricing: {
            model: "tiered",
            tiers: [{ upTo: 500, unitPrice: "0.99" }, { unitPrice: "0.79" }],
          },
        },
      ],
    },
  ],
});
