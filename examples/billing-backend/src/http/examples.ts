/** What the OpenAPI document shows, and the tests send: one customer's way through the routes. */

export const product = {
  id: "reader",
  name: "Document reader",
  agentType: "ocr-agent",
  effectiveDate: "2026-01-01",
  ratePlans: [
    {
      id: "starter",
      name: "Starter",
      currency: "USD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [
        {
          id: "documents-read",
          name: "Documents read",
          chargeType: "usage",
          unitOfMeasure: "@outcome",
          pricing: {
            model: "tiered",
            tiers: [
              { upTo: 100, unitPrice: "50" },
              { upTo: 500, unitPrice: "40" },
              { unitPrice: "30" },
            ],
          },
        },
      ],
    },
  ],
};

export const subscription = {
  id: "acme-1",
  customerId: "acme",
  ratePlanId: "starter",
  startDate: "2026-01-01",
};

export const event = {
  id: "doc-1",
  customerId: "acme",
  unitOfMeasure: "@outcome",
  quantity: "3",
  timestamp: "2026-01-15T09:30:00Z",
};

export const cloudEvent = {
  specversion: "1.0",
  id: "doc-2",
  source: "/readers/7",
  type: "document.read",
  subject: "invoice-4711",
  time: "2026-02-03T10:00:00Z",
  data: { customerId: "acme", unitOfMeasure: "@outcome" },
};

export const grant = {
  id: "acme-welcome",
  unit: "USD",
  amount: "100",
  category: "promotional",
  grantedAt: "2026-01-01T00:00:00Z",
};

/** The document of January. */
export const documentKey = "period:acme-1@2026-01-01/2026-02-01";

export const credit = { invoice: documentKey, amount: "10", reason: "goodwill" };

export const change = { effectiveDate: "2030-01-01", status: "canceled" };
