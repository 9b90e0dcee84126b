import { billsSubscriptionQuantity } from "../../catalog/charge-kinds.js";
import { groupBy } from "../../data/group-by.js";
import { exact } from "../../money/decimal.js";
import { add, compare, ONE, ZERO } from "../../money/fraction.js";
import { isRatedPricing } from "../../pricing/models/index.js";
import { termsText } from "../../subscription/effective-charge.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import type { Instant } from "../../time/instant.js";
import { sameInterval } from "../../time/interval.js";
import type { LineTerms } from "../document/line-terms.js";
import { type AppliedShare, keyText, type PricedLine } from "../document/priced-line.js";
import type { RecordedTerms } from "../document/recorded.js";
import type { ClosedSegment } from "./closed-part.js";
import { type BilledKey, type BilledLine, type History, segmentName } from "./history.js";

/** Whether a segment of today is the one that was recorded. */
export function isSame(segment: ChargeSegment, recorded: ClosedSegment): boolean {
  const { charge, period, cycle, feeSpan, quantity, ratePlanId, overridden, held } = segment;
  return (
    charge.id === recorded.charge.id &&
    charge.chargeType === recorded.charge.chargeType &&
    sameInterval(period, recorded.period) &&
    sameInterval(cycle, recorded.cycle) &&
    sameInterval(feeSpan ?? period, recorded.feeSpan ?? period) &&
    ratePlanId === recorded.ratePlanId &&
    overridden === recorded.overridden &&
    (!overridden || termsText(charge) === termsText(recorded.charge)) &&
    (!billsSubscriptionQuantity(charge) || sameQuantity(quantity, recorded.quantity)) &&
    held === recorded.allowance?.held
  );
}

/** Finds the segments of a record that a segment of today is. */
export function sameFinder(
  recorded: readonly ClosedSegment[],
): (segment: ChargeSegment) => readonly ClosedSegment[] {
  const nameOf = ({ charge, period }: ClosedSegment | ChargeSegment) =>
    segmentName(charge.id, period.start);
  const byName = groupBy(recorded, nameOf);
  return (segment) => (byName.get(nameOf(segment)) ?? []).filter((one) => isSame(segment, one));
}

function sameQuantity(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return compare(exact(a), exact(b)) === 0;
}

/**
 * The lines of a segment as all documents together have billed them; a guarantee's among them. `mark` is when the
 * outcomes occurred, where it bills those of another time.
 */
export function keptLines(
  history: History,
  { charge, period }: Pick<ChargeSegment, "charge" | "period">,
  mark?: Instant,
): readonly PricedLine[] {
  const kinds = [charge.chargeType, "guarantee"];
  const billed = history.bySegment.get(segmentName(charge.id, period.start)) ?? [];
  return billed.filter(({ key }) => kinds.includes(key.kind) && key.mark === mark).map(keptLine);
}

/** What was billed under a key, as one line that is taken over. */
export function keptLine({ key, lines, amount }: BilledKey): PricedLine {
  const [original] = lines;
  if (original === undefined) throw new Error("unreachable: a key without lines");
  const { line, period, document } = original;
  return {
    key,
    kind: key.kind,
    description: line.description,
    period,
    quantity: ONE,
    unitOfMeasure: line.unitOfMeasure,
    unitPrice: null,
    tiers: [],
    exactAmount: amount,
    amount,
    terms: line.terms === null ? null : ratedTerms(document.basis.terms[line.terms]),
    appliedTo: sharesOf(lines),
    adjustment: null,
    steps: [],
  };
}

/** What lines under one key have taken off which others together, if they are discounts. */
function sharesOf(lines: readonly BilledLine[]): readonly AppliedShare[] {
  const shares = new Map<string, AppliedShare>();
  for (const { key, amount } of lines.flatMap((each) => each.shares)) {
    const name = keyText(key);
    shares.set(name, { key, amount: add(shares.get(name)?.amount ?? ZERO, amount) });
  }
  return [...shares.values()];
}

/** Terms that a line was rated on; those of discounts are none. */
function ratedTerms(terms: RecordedTerms | undefined): LineTerms | null {
  if (terms === undefined || !isRatedPricing(terms.pricing)) return null;
  return { ...terms, pricing: terms.pricing };
}
