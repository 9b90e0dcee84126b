import { memoryUsage } from "node:process";
import { type ChargeInput, type ReplayCustomer, replay } from "rateplan";
import { type Growth, planOf, times } from "./inputs.js";

const MONTHS = 12;
const MOST_MEMORY = 512 * 2 ** 20;

const outcome = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
} as const;
const platform = {
  id: "platform",
  name: "Platform",
  chargeType: "recurring",
  pricing: { model: "flat", amount: 99 },
} as const;
const plan = (id: string, charges: readonly ChargeInput[]) => planOf("monthly", charges, id);

const candidates = {
  each: plan("each", [{ ...outcome, pricing: { model: "per-unit", unitPrice: "0.90" } }]),
  tiered: plan("tiered", [
    platform,
    {
      ...outcome,
      pricing: {
        model: "tiered",
        tiers: [
          { upTo: 100, unitPrice: 0 },
          { upTo: 1_000, unitPrice: "0.60" },
          { unitPrice: "0.40" },
        ],
      },
    },
  ]),
  volume: plan("volume", [
    {
      ...outcome,
      pricing: {
        model: "volume",
        tiers: [{ upTo: 500, unitPrice: "0.80" }, { unitPrice: "0.60" }],
      },
    },
  ]),
};

/** Customers that are made as they are read: what the replay itself keeps is what it takes. */
function* customersOf(size: number): Generator<ReplayCustomer> {
  const before = memoryUsage.rss();
  for (let index = 0; index < size; index += 1) {
    yield {
      id: `c${index}`,
      usage: times(MONTHS, (month) => ({ "@outcome": (index * 7_919 + month * 131) % 2_003 })),
      properties: { region: `r${index % 5}` },
    };
  }
  const taken = memoryUsage.rss() - before;
  if (taken > MOST_MEMORY) throw new Error(`the replay took ${taken} bytes`);
}

export const portfolioGrowth: readonly Growth[] = [
  {
    name: "Replay of a portfolio, customers",
    input: "twelve months each, three plans, from a generator; at most 512 MiB",
    size: 25_000,
    jobOf: (size) => () => replay(customersOf(size), candidates, { by: "region" }),
  },
];
