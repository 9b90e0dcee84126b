import { formatScaled, powerOfTen } from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";

/** A percentile of differences. */
export interface ReplayPercentile {
  /** Of a hundred customers, so many have this difference or a smaller one. */
  readonly percentile: number;
  /** A difference that a customer has (nearest rank). */
  readonly difference: string;
}

/** One customer under one candidate. */
export interface ReplayMover {
  /** The customer. */
  readonly customerId: string;
  /** What is billed at present: see `Replay`. */
  readonly present: string;
  /** What the candidate bills. */
  readonly amount: string;
  /** That less the present: below zero where the customer pays less. */
  readonly difference: string;
  /** Difference ÷ present, to 6 decimals, half away from zero; `null` where nothing is billed at present. */
  readonly change: string | null;
}

/** Customers who pay less, or more. */
export interface ReplaySide {
  /** How many they are. */
  readonly customers: number;
  /** Their differences, added up. */
  readonly difference: string;
}

/** What customers come to under one candidate. */
export interface ReplayFigures {
  /** What the candidate bills all of them. */
  readonly amount: string;
  /** That less what is billed at present. */
  readonly difference: string;
  /** Those who pay less. */
  readonly winners: ReplaySide;
  /** Those who pay more. */
  readonly losers: ReplaySide;
  /** How many pay the same. */
  readonly unchanged: number;
}

/** A customer in minor units. */
export interface CustomerUnits {
  readonly customerId: string;
  readonly present: bigint;
  readonly amount: bigint;
}

/** Adds up customers under one candidate. */
export function figuresTally() {
  let amount = 0n;
  let present = 0n;
  let unchanged = 0;
  const winners = { customers: 0, units: 0n };
  const losers = { customers: 0, units: 0n };
  return {
    add(each: CustomerUnits): void {
      amount += each.amount;
      present += each.present;
      const difference = each.amount - each.present;
      if (difference === 0n) unchanged += 1;
      else {
        const side = difference < 0n ? winners : losers;
        side.customers += 1;
        side.units += difference;
      }
    },
    write(decimals: number): ReplayFigures {
      const text = (units: bigint) => formatScaled(units, decimals);
      const side = ({ customers, units }: typeof winners) => ({
        customers,
        difference: text(units),
      });
      return {
        amount: text(amount),
        difference: text(amount - present),
        winners: side(winners),
        losers: side(losers),
        unchanged,
      };
    },
  };
}

/** The customers whose difference goes furthest in one direction: of equal ones those that came first. */
export function topMovers(most: number, direction: 1 | -1) {
  const movers: CustomerUnits[] = [];
  const extent = ({ amount, present }: CustomerUnits) => BigInt(direction) * (amount - present);
  return {
    add(customer: CustomerUnits): void {
      const own = extent(customer);
      const last = movers.at(-1);
      if (own <= 0n || most === 0) return;
      if (movers.length === most && last !== undefined && extent(last) >= own) return;
      const index = movers.findIndex((each) => extent(each) < own);
      movers.splice(index === -1 ? movers.length : index, 0, customer);
      if (movers.length > most) movers.pop();
    },
    write(decimals: number): readonly ReplayMover[] {
      return movers.map((customer) => writeMover(customer, decimals));
    },
  };
}

/** A customer as it is written. */
export function writeMover(
  { customerId, present, amount }: CustomerUnits,
  decimals: number,
): ReplayMover {
  const text = (units: bigint) => formatScaled(units, decimals);
  return {
    customerId,
    present: text(present),
    amount: text(amount),
    difference: text(amount - present),
    change: present === 0n ? null : changeOf(amount - present, present),
  };
}

const RATE_DECIMALS = 6;

function changeOf(difference: bigint, present: bigint): string {
  const sign = present < 0n ? -1n : 1n;
  const scaled = roundQuotient(
    sign * difference * powerOfTen(RATE_DECIMALS),
    sign * present,
    "half-away-from-zero",
  );
  return formatScaled(scaled, RATE_DECIMALS);
}
