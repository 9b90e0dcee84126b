import { settleOutcomes } from "rateplan";
import type { Benchmark } from "./benchmark.js";
import { times } from "./growth/inputs.js";

const START = Date.UTC(2026, 0, 1);

const outcomes = times(10_000, (n) => ({
  id: `o${n}`,
  customerId: `customer_${n % 100}`,
  unitOfMeasure: "@outcome",
  subject: `s${n}`,
  timestamp: new Date(START + n * 60_000).toISOString(),
}));
const signals = times(1_000, (n) => ({
  id: `r${n}`,
  customerId: `customer_${(10 * n) % 100}`,
  subject: `s${10 * n}`,
  name: "reopened",
  timestamp: new Date(START + 10 * n * 60_000 + 3_600_000).toISOString(),
}));
const given = [...outcomes, ...signals];
const policy = { reverse: { signals: ["reopened"], within: "P7D" } } as const;

/** Outcomes by customer and subject, taken back by the first signal about them in a week. */
function settledInHouse(): number {
  const reversed = new Map<string, Date>();
  for (const { customerId, subject, timestamp } of signals) {
    const key = `${customerId} ${subject}`;
    const at = new Date(timestamp);
    const known = reversed.get(key);
    if (known === undefined || at < known) reversed.set(key, at);
  }
  const states = new Map<
    string,
    { readonly state: string; readonly at: Date; readonly why: string }
  >();
  for (const { id, customerId, subject, timestamp } of outcomes) {
    const at = new Date(timestamp);
    const end = reversed.get(`${customerId} ${subject}`);
    const isReversed = end !== undefined && end >= at && +end - +at <= 7 * 86_400_000;
    const why = isReversed ? `reversed at ${end.toISOString()}` : `confirmed at ${timestamp}`;
    states.set(`${customerId} ${id}`, { state: isReversed ? "reversed" : "confirmed", at, why });
  }
  return [...states.values()].filter(({ state }) => state === "reversed").length;
}

/** Outcomes and what becomes of them. */
export const settling: readonly Benchmark[] = [
  {
    name: "outcomes settled",
    input: "10,000 outcomes of 100 customers, a tenth taken back",
    isLong: true,
    ways: () => ({
      settleOutcomes: () =>
        settleOutcomes(given, policy, { asOf: "2026-02-01" }).outcomes.filter(
          ({ state }) => state === "reversed",
        ).length,
      "in-house map by subject": settledInHouse,
    }),
  },
];
