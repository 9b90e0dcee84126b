import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { type DayCount, PRORATION_METHODS, type ProrationMethod } from "../time/day-count.js";

/** What of a charge is scaled to the part of the period that it bills for. */
export type ProratedPart = "fee" | "included-units" | "limits" | "tiers";

/**
 * How a charge bills for a part of its period: a stub, or the time up to a change. Recurring charges prorate by whole
 * local days where nothing is said, usage charges do not.
 */
export interface Proration {
  /** How parts of a period are measured; the whole is always the full period that the part belongs to. */
  readonly method: ProrationMethod;
  /** Days of a month under `"fixed-days"`, 1 to 31; default 30. */
  readonly daysPerMonth?: number;
  /**
   * What is scaled. `"fee"`: the amount. `"included-units"`: the units that cost nothing. `"limits"`: minimum and
   * maximum. `"tiers"`: everything that the prices say, as if the usage had gone on for the full period: bounds, included
   * units and fees. Default: `["fee"]` on recurring charges and recurring discounts, nothing on others.
   */
  readonly of?: readonly ProratedPart[];
}

/** Proration as it may be written: the method alone, or with its options. */
export type ProrationInput = ProrationMethod | Proration;

export const PRORATED_PARTS = [
  "fee",
  "included-units",
  "limits",
  "tiers",
] as const satisfies readonly ProratedPart[];

export const prorationSchema: () => z.ZodType<Proration, ProrationInput> = onFirstUse(() =>
  z.union([
    z.enum(PRORATION_METHODS).transform((method): Proration => ({ method })),
    z.strictObject({
      method: z.enum(PRORATION_METHODS),
      daysPerMonth: z.exactOptional(z.int().min(1).max(31)),
      of: z.exactOptional(z.array(z.enum(PRORATED_PARTS))),
    }),
  ]),
);

/** Whether parts of a cycle bill parts of a recurring fee. */
export function dividesFee({ method, of = ["fee"] }: Proration = { method: "days" }): boolean {
  return method !== "none" && of.includes("fee");
}

const DEFAULT_MONTH = 30;

/** How parts of a period are measured, by whole local days where nothing is said. */
export function dayCountOf({
  method = "days",
  daysPerMonth = DEFAULT_MONTH,
}: Partial<Proration> = {}): DayCount {
  return { method, daysPerMonth };
}
