import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { isProblem, readExact } from "../../money/decimal.js";
import { date } from "../../schema/entity-fields.js";
import type { OutcomeState } from "../../usage/outcomes/outcome.js";

/** An exact number, as it stands in what is drawn. */
const number = onFirstUse(() =>
  z
    .string()
    .refine((text) => !isProblem(readExact(text)), "an exact number, as the library writes it"),
);
const amounts = onFirstUse(() => z.record(z.string(), number()));

/** What is drawn of a comparison. */
export const comparisonSchema = onFirstUse(() =>
  z.looseObject({
    currency: z.string(),
    baseline: z.string(),
    targets: z.array(z.looseObject({ name: z.string() })),
    rows: z.array(z.looseObject({ quantity: z.nullable(number()), amounts: amounts() })),
  }),
);
export type DrawnComparison = z.infer<ReturnType<typeof comparisonSchema>>;

/** What is drawn of break-even points. */
export const breakEvenSchema = onFirstUse(() =>
  z.looseObject({
    currency: z.string(),
    points: z.array(
      z.looseObject({
        quantity: number(),
        kind: z.enum(["crossing", "touch", "stretch", "jump"]),
        amounts: z.looseObject({ a: number(), b: number() }),
      }),
    ),
  }),
);
export type DrawnBreakEven = z.infer<ReturnType<typeof breakEvenSchema>>;

const percentiles = onFirstUse(() =>
  z.array(z.looseObject({ percentile: z.number(), difference: number() })),
);
const side = onFirstUse(() => z.looseObject({ customers: z.number() }));
const movers = onFirstUse(() =>
  z.array(z.looseObject({ customerId: z.string(), difference: number() })),
);

/** What is drawn of a replay. */
export const replaySchema = onFirstUse(() =>
  z.looseObject({
    currency: z.string(),
    baseline: z.string(),
    customers: z.number(),
    candidates: z.array(
      z.looseObject({
        name: z.string(),
        difference: number(),
        winners: side(),
        losers: side(),
        unchanged: z.number(),
        percentiles: percentiles(),
        topWinners: movers(),
        topLosers: movers(),
      }),
    ),
  }),
);
export type DrawnReplay = z.infer<ReturnType<typeof replaySchema>>;

const numbers = onFirstUse(() =>
  z.looseObject({
    mean: number(),
    percentiles: z.array(z.looseObject({ percentile: z.number(), value: number() })),
  }),
);
const figures = onFirstUse(() => ({ revenue: numbers(), cost: numbers(), margin: numbers() }));

/** What is drawn of a forecast. */
export const forecastSchema = onFirstUse(() =>
  z.looseObject({
    currency: z.string(),
    runs: z.number(),
    periods: z.array(z.looseObject({ period: z.number(), ...figures() })),
    total: z.looseObject(figures()),
  }),
);
export type DrawnForecast = z.infer<ReturnType<typeof forecastSchema>>;

/** What is drawn of a simulation over time. */
export const seriesSchema = onFirstUse(() =>
  z.looseObject({
    currency: z.string(),
    range: z.looseObject({ from: z.string(), through: z.string() }),
    bucket: z.string(),
    buckets: z.array(
      z.looseObject({ start: date(), end: date(), revenue: number(), margin: number() }),
    ),
    plans: z.array(
      z.looseObject({
        ratePlanId: z.nullable(z.string()),
        charges: z.array(
          z.looseObject({
            name: z.string(),
            buckets: z.looseObject({ revenue: z.array(number()) }),
          }),
        ),
      }),
    ),
    costs: z.array(z.looseObject({ name: z.string(), buckets: z.array(number()) })),
    total: z.looseObject({ revenue: number(), margin: number(), marginRate: z.nullable(number()) }),
  }),
);
export type DrawnSeries = z.infer<ReturnType<typeof seriesSchema>>;

const STATES = [
  "settled",
  "confirmed",
  "free",
  "pending",
  "reversed",
  "blocked",
  "superseded",
  "unqualified",
] as const satisfies readonly OutcomeState[];

/** What is drawn of outcomes. */
export const settlementSchema = onFirstUse(() =>
  z.looseObject({
    outcomes: z.array(
      z.looseObject({ state: z.enum(STATES), confirmedAt: z.nullable(z.string()) }),
    ),
  }),
);
export type DrawnSettlement = z.infer<ReturnType<typeof settlementSchema>>;
