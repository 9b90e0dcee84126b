import { type ChargeInput, parseProduct, type RatePlanInput } from "rateplan";

/** The month that is billed, in each customer's time zone. */
export const PERIOD = { start: "2026-06-01", end: "2026-07-01" } as const;
/** The moment of knowledge: what came in later belongs to the next document. */
export const AS_OF = "2026-07-04T00:00:00Z";

/** What a plan costs: the plans have the same charges, at other prices. */
interface Prices {
  readonly fee: number;
  /** Per thousand tokens: up to 50 thousand, up to 500 thousand, beyond. */
  readonly tokens: readonly [string, string, string];
  readonly user: string;
  /** Per call; the first 20 of each model are free. */
  readonly call: string;
  readonly megabit: string;
  readonly gigabyte: string;
}

const PLANS: Readonly<Record<"starter" | "growth" | "scale", Prices>> = {
  starter: {
    ...{ fee: 19, tokens: ["0.40", "0.35", "0.30"], user: "1.50" },
    ...{ call: "0.06", megabit: "0.05", gigabyte: "0.25" },
  },
  growth: {
    ...{ fee: 99, tokens: ["0.35", "0.28", "0.22"], user: "1.20" },
    ...{ call: "0.045", megabit: "0.04", gigabyte: "0.20" },
  },
  scale: {
    ...{ fee: 499, tokens: ["0.30", "0.21", "0.14"], user: "0.90" },
    ...{ call: "0.0325", megabit: "0.03", gigabyte: "0.145" },
  },
};

/** A fee, and five ways in which events become a quantity. */
function chargesOf({ fee, tokens, user, call, megabit, gigabyte }: Prices): readonly ChargeInput[] {
  const usage = (id: string, unitOfMeasure: string) =>
    ({ id, name: id, chargeType: "usage", unitOfMeasure }) as const;
  return [
    { id: "fee", name: "fee", chargeType: "recurring", pricing: { model: "flat", amount: fee } },
    {
      ...usage("tokens", "kilotoken"),
      pricing: {
        model: "tiered",
        tiers: [
          { upTo: 50, unitPrice: tokens[0] },
          { upTo: 500, unitPrice: tokens[1] },
          { unitPrice: tokens[2] },
        ],
      },
    },
    {
      ...usage("users", "call"),
      aggregation: { type: "unique-count", by: "subject" },
      pricing: { model: "per-unit", unitPrice: user },
    },
    {
      ...usage("calls", "call"),
      filter: {
        where: {
          all: [
            { field: "properties.region", in: ["eu", "us"] },
            { field: "properties.status", lessThan: 500 },
          ],
        },
      },
      groupBy: { fields: ["properties.model"] },
      pricing: { model: "tiered", tiers: [{ upTo: 20, unitPrice: 0 }, { unitPrice: call }] },
    },
    {
      ...usage("bandwidth", "megabit"),
      aggregation: { type: "percentile", percentile: 95 },
      pricing: { model: "per-unit", unitPrice: megabit },
    },
    {
      ...usage("storage", "gigabyte"),
      // Events say what comes and goes; a month opens with what is there.
      aggregation: { type: "weighted-sum", carryOver: true },
      pricing: { model: "per-unit", unitPrice: gigabyte },
    },
  ];
}

export const catalog = parseProduct({
  id: "platform",
  name: "Platform",
  agentType: "platform",
  effectiveDate: "2026-01-01",
  ratePlans: Object.entries(PLANS).map(
    ([id, prices]): RatePlanInput => ({
      ...{ id, name: id, currency: "USD", billingCycle: "monthly" },
      effectiveDate: "2026-01-01",
      charges: chargesOf(prices),
    }),
  ),
});
