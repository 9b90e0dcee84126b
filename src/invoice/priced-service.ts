import type { RatedCharge } from "../catalog/charge-kinds.js";
import { dayCountOf, type ProratedPart } from "../catalog/proration.js";
import type { PathSegment } from "../errors.js";
import { add, type Fraction, isZero, ONE, subtract, sum } from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import type { Interval } from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import { type DayCount, type Passed, pieceOf, shareOf } from "../time/proration.js";
import type { TimeZone } from "../time/zone.js";
import type { Metered } from "../usage/metered.js";
import type { OutcomeUsage } from "../usage/outcomes/outcome-usage.js";
import type { ChargeOrigin } from "./line-terms.js";

/** When a service is rendered. */
export interface ServiceTime {
  readonly zone: TimeZone;
  /** What its line bills. */
  readonly period: Interval;
  /** The whole cycle that the period is, or is a part of. */
  readonly full: Interval;
  /** The part of the cycle in which the same prices hold. */
  readonly pricesHold: Interval;
  /** From when in the cycle the charge is billed for. */
  readonly billedFrom: Instant;
  /** The parts of the cycle before the period that are billed. */
  readonly billedBefore: readonly Interval[];
}

/** A charge with everything that its lines are priced from. */
export interface PricedService {
  readonly charge: RatedCharge;
  readonly metered: readonly Metered[];
  /** The usage of the cycle before the period, where the period goes on from it. */
  readonly before: Fraction | undefined;
  /** What became of its outcomes, where the charge judges them and events were given. */
  readonly outcomes: OutcomeUsage | undefined;
  /** Ids of the events and signals that became known since its usage was billed before. */
  readonly arrivals: readonly string[];
  /** When it is rendered; a simulation has no time. */
  readonly time: ServiceTime | undefined;
  readonly origin: ChargeOrigin | undefined;
  /** Where the caller gave what it is priced from. */
  readonly path: readonly PathSegment[];
}

/** How a charge measures a part of its cycle. */
export function chargeDayCount(charge: RatedCharge): DayCount {
  return dayCountOf(charge.chargeType === "one-time" ? undefined : charge.proration);
}

/** Whether a part of what a charge says is scaled to a part of its cycle. */
export function prorates(charge: RatedCharge, part: ProratedPart): boolean {
  if (charge.chargeType === "one-time") return false;
  const { proration } = charge;
  if (proration === undefined && charge.chargeType === "usage") return false;
  return (proration?.of ?? ["fee"]).includes(part);
}

/** The share of its cycle that a period is. */
export function shareOfCycle(charge: RatedCharge, time: ServiceTime, period: Interval): Fraction {
  return shareOf(chargeDayCount(charge), time.full, period, time.zone);
}

/**
 * The part of a cycle's fee that falls on a period: from the share of the cycle that was billed before it to the share
 * that is billed with it.
 */
export interface FeeShare {
  readonly from: Fraction;
  readonly to: Fraction;
  /** The same in the units of the method, for people. */
  readonly passed: Passed;
  readonly method: DayCount["method"];
}

/**
 * The part of its fee that a service bills; nothing where the fee is not divided. A fee that is not prorated belongs
 * to the first period of its cycle that is billed for.
 */
export function feeShare({ charge, time }: PricedService): FeeShare | undefined {
  if (time === undefined || charge.chargeType === "one-time") return undefined;
  const isFee = modelOf(charge.pricing).needs === "nothing";
  const prorated = prorates(charge, "fee");
  if (!prorated && !isFee && charge.chargeType === "usage") return undefined;
  const count = prorated ? chargeDayCount(charge) : dayCountOf({ method: "none" });
  const { zone, period, billedFrom } = time;
  const full = count.method === "none" ? { start: billedFrom, end: time.full.end } : time.full;
  const shareOfStretch = (stretch: Interval) => shareOf(count, full, stretch, zone);
  const from = sum(time.billedBefore.map(shareOfStretch));
  const to = add(from, shareOfStretch(period));
  if (isZero(from) && isZero(subtract(ONE, to))) return undefined;
  return { from, to, passed: pieceOf(count, full, period, zone), method: count.method };
}

/** Whether a service bills no part of its fee. */
export function billsNothing(service: PricedService): boolean {
  const share = feeShare(service);
  return share !== undefined && isZero(subtract(share.to, share.from));
}

/** The service period as lines write it. */
export function servicePeriodOf(time: ServiceTime | undefined): Period | undefined {
  return time && formatPeriod(time.period, time.zone);
}

/** The fraction of a fee, for people: `"15 of 31 days"`. */
export function describeShare({ passed: { part, whole }, method }: FeeShare): string {
  if (method === "seconds") return `${part / 1_000} of ${whole / 1_000} seconds`;
  if (method === "none") return "billed with the first part of its cycle";
  return `${part} of ${whole} days${method === "days" ? "" : ` (${method})`}`;
}
