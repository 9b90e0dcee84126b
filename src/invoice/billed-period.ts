import { isRated } from "../catalog/charge-kinds.js";
import { sumAmounts } from "../money/amounts.js";
import { modelOf } from "../pricing/models/index.js";
import type { Service } from "../subscription/service.js";
import type { Timeline } from "../subscription/timeline.js";
import { formatPeriod } from "../time/billing-period.js";
import { contains, type Interval } from "../time/cycle-grid.js";
import { lineKey } from "./line.js";
import type { LineTerms } from "./line-terms.js";
import type { TimedLine } from "./pipeline.js";
import type { Billed, BilledLine } from "./previous.js";

/** A key under which something was billed, with the line that billed it first. */
export interface BilledKey {
  readonly key: string;
  readonly original: BilledLine;
}

/** What was billed for a billing period: in advance what begins in it, in arrears what ends in it. */
export function billedFor(billed: Billed, period: Interval): readonly BilledKey[] {
  return [...billed.lines].flatMap(([key, lines]) => {
    const original = originalOf(lines);
    if (original === undefined || !isFor(original, period, billed)) return [];
    return [{ key, original }];
  });
}

/** The line that billed a key first; adjustments came later. */
export function originalOf(lines: readonly BilledLine[]): BilledLine | undefined {
  return lines.find(({ line }) => line.kind !== "adjustment") ?? lines[0];
}

function isFor(billedLine: BilledLine, within: Interval, billed: Billed): boolean {
  const { start, end } = billedLine.period;
  const terms = termsBehind(billedLine, billed);
  // Discounts, commitments and one-time charges lie inside of one billing period.
  const isInside = terms === undefined || terms.chargeType === "one-time";
  if (isInside || terms?.billingTiming === "in-advance") return contains(within, start);
  return within.start < end && end <= within.end;
}

/** The terms of the charge that a line belongs to: its own, or for a limit or a guarantee those of what it limits. */
function termsBehind({ line, period }: BilledLine, { terms }: Billed): LineTerms | undefined {
  if (line.terms !== null) return line.terms;
  if (line.chargeId === null) return undefined;
  for (const other of terms.values()) {
    const isOfCharge = other.line.chargeId === line.chargeId;
    if (isOfCharge && contains(period, other.period.start)) return other.line.terms ?? undefined;
  }
  return undefined;
}

/** Whether today's catalog no longer lists the charge that a line was billed for: what was sold stays sold. */
export function isDropped({ line }: BilledLine, { products }: Timeline): boolean {
  const { terms, chargeId } = line;
  if (terms === null) return false;
  const plans = products.flatMap(({ ratePlans }) => ratePlans);
  const plan = plans.find(({ id }) => id === terms.ratePlanId);
  return plan?.charges.every(({ id }) => id !== chargeId) ?? false;
}

/**
 * Whether a service can have been sold when its period was billed. A fee of a plan that was billed from the same date
 * without it has been added to the catalog since.
 */
export function wasSold(
  { charge, period, ratePlanId }: Service,
  { terms }: Billed,
  { zone }: Timeline,
): boolean {
  if (!isRated(charge) || charge.chargeType === "usage") return true;
  if (modelOf(charge.pricing).needs !== "nothing") return true;
  const key = lineKey(charge.chargeType, charge.id, formatPeriod(period, zone));
  if (terms.has(key)) return true;
  const timing = charge.chargeType === "recurring" ? charge.billingTiming : undefined;
  return ![...terms.values()].some(
    ({ line, period: own }) =>
      line.terms?.ratePlanId === ratePlanId &&
      line.terms.chargeType === charge.chargeType &&
      line.terms.billingTiming === timing &&
      own.start === period.start,
  );
}

/** Lines as all invoices together have billed them, to be taken over as they are. */
export function keptLines(
  billed: Billed,
  period: Interval,
  stays: (original: BilledLine) => boolean,
): readonly TimedLine[] {
  return billedFor(billed, period).flatMap(({ key, original }) => {
    if (!stays(original)) return [];
    const [first = "0", ...rest] = (billed.lines.get(key) ?? []).map(({ line }) => line.amount);
    const amount = rest.length === 0 ? first : sumAmounts([first, ...rest]);
    const { servicePeriod, ...line } = original.line;
    return [{ line: { ...line, amount }, period: original.period, servicePeriod }];
  });
}

/** Whether a line bills usage, or holds a usage charge to its limits or its guarantee. */
export function isOfUsage(original: BilledLine, billed: Billed): boolean {
  return termsBehind(original, billed)?.chargeType === "usage";
}
