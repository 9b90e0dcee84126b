import * as z from "zod";
import { isProblem, readExact } from "../../money/decimal.js";

/** An exact number, as it stands in what is drawn. */
const number = z
  .string()
  .refine((text) => !isProblem(readExact(text)), "an exact number, as the library writes it");
const amounts = z.record(z.string(), number);

/** What is drawn of a comparison. */
export const comparisonSchema = z.looseObject({
  currency: z.string(),
  baseline: z.string(),
  targets: z.array(z.looseObject({ name: z.string() })),
  rows: z.array(z.looseObject({ quantity: z.nullable(number), amounts })),
});
export type DrawnComparison = z.infer<typeof comparisonSchema>;

/** What is drawn of break-even points. */
export const breakEvenSchema = z.looseObject({
  currency: z.string(),
  points: z.array(
    z.looseObject({
      quantity: number,
      kind: z.enum(["crossing", "touch", "stretch", "jump"]),
      amounts: z.looseObject({ a: number, b: number }),
    }),
  ),
});
export type DrawnBreakEven = z.infer<typeof breakEvenSchema>;
