/** The units of a billing cycle that is spelled out. */
export type CycleUnit = "day" | "week" | "month" | "year";

/** The billing cycles that have a name. */
export type NamedCycle = "daily" | "weekly" | "monthly" | "quarterly" | "semi-annual" | "annual";

/** A billing cycle of so many days, weeks, months or years: `{ every: 2, unit: "week" }`. */
export interface CustomCycle {
  /** How many units one cycle takes; a whole number from 1. */
  readonly every: number;
  /** The unit that is counted. */
  readonly unit: CycleUnit;
}

/** How often a rate plan is invoiced. */
export type BillingCycle = NamedCycle | CustomCycle;

/** A cycle as the calendar sees it: a number of months, whose days differ, or a number of days. */
export type CycleLength =
  | { readonly months: number; readonly days?: never }
  | { readonly days: number; readonly months?: never };

const namedLengths: { readonly [cycle in NamedCycle]: CycleLength } = {
  daily: { days: 1 },
  weekly: { days: 7 },
  monthly: { months: 1 },
  quarterly: { months: 3 },
  "semi-annual": { months: 6 },
  annual: { months: 12 },
};

const unitLengths: { readonly [unit in CycleUnit]: CycleLength } = {
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  year: { months: 12 },
};

export const NAMED_CYCLES = Object.keys(namedLengths) as readonly NamedCycle[];
export const CYCLE_UNITS = Object.keys(unitLengths) as readonly CycleUnit[];

export function cycleLength(cycle: BillingCycle): CycleLength {
  if (typeof cycle === "string") return namedLengths[cycle];
  const unit = unitLengths[cycle.unit];
  return unit.months === undefined
    ? { days: unit.days * cycle.every }
    : { months: unit.months * cycle.every };
}

/** Whether two cycles have the same length: quarterly is `{ every: 3, unit: "month" }`. */
export function sameCycle(a: BillingCycle, b: BillingCycle): boolean {
  const [first, second] = [cycleLength(a), cycleLength(b)];
  return first.months === second.months && first.days === second.days;
}

/** Whether one cycle is a whole number of the other: a year of quarters, a quarter of months, a week of days. */
export function isMultiple(longer: BillingCycle, shorter: BillingCycle): boolean {
  const count = cyclesIn(longer, shorter);
  return count > 0 && Number.isInteger(count);
}

/** How many cycles of a length fit into another; 0 where they have no common measure. */
export function cyclesIn(longer: BillingCycle, shorter: BillingCycle): number {
  const [a, b] = [cycleLength(longer), cycleLength(shorter)];
  if (a.months !== undefined && b.months !== undefined) return a.months / b.months;
  return a.days !== undefined && b.days !== undefined ? a.days / b.days : 0;
}
