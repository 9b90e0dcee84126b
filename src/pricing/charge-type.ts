/** When a charge is due: once, with every period, or by what was used in the period. */
export type ChargeType = "one-time" | "recurring" | "usage";

export const CHARGE_TYPES = [
  "one-time",
  "recurring",
  "usage",
] as const satisfies readonly ChargeType[];
