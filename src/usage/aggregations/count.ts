import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { fraction } from "../../money/fraction.js";
import type { AggregationDefinition } from "./aggregation.js";

export const count: AggregationDefinition<"count", number> = {
  name: "count",
  additive: true,
  countsEvents: true,
  ignoresQuantities: true,
  start: () => 1,
  merge: (a, b) => a + b,
  result: (events) => fraction(BigInt(events)),
  stored: onFirstUse(() => z.strictObject({ count: z.int().min(0) })),
  write: (events) => ({ count: events }),
  read: (stored) => stored.count,
};
