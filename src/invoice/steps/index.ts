import type { PricedLine } from "../document/priced-line.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import { carryOver } from "./carry-over.js";
import { limitPlan } from "./commitment.js";
import { concessionReturns } from "./concession-returns.js";
import { concede } from "./concessions.js";
import { couponLines } from "./coupons.js";
import { applyCredits } from "./credits.js";
import { differences } from "./differences.js";
import { discountLines } from "./discounts.js";
import type {
  DocumentLines,
  DocumentPricing,
  DocumentStep,
  PricedPosting,
} from "./document-step.js";
import { drawDown } from "./drawdown.js";
import { honourGuarantees } from "./guarantees.js";
import { limitCharges } from "./limits.js";
import type { PeriodPricing, PeriodStep } from "./period-step.js";
import { rateSegments } from "./rate.js";
import { taxLines } from "./taxes.js";
import { trueUp } from "./true-up.js";

/**
 * What a billing period comes to, in this order. Each step reads rounded amounts and adds signed lines, so that the
 * lines always add up to the total. Run for each part of a billing period that a document touches, and by `simulate`.
 */
export const periodSteps: readonly PeriodStep[] = [
  rateSegments,
  discountLines,
  couponLines,
  limitCharges,
  drawDown,
  limitPlan,
  trueUp,
  honourGuarantees,
];

/** What a document bills of it, in this order. Run once for a document. */
export const documentSteps: readonly DocumentStep[] = [
  differences,
  concessionReturns,
  applyCredits("before-tax"),
  taxLines,
  applyCredits("after-tax"),
  carryOver,
];

/** What a document comes to that credits by choice, in this order. What is credited is taxed and paid as it was billed. */
export const concessionSteps: readonly DocumentStep[] = [concede, carryOver];

/** The lines of one part of a billing period. */
export function pricePart(pricing: PeriodPricing): readonly PricedLine[] {
  return runSteps(periodSteps, pricing);
}

const [, ...stepsAfterRating] = periodSteps;

/** The same where somebody has rated its segments already: the lines that they became, and those that follow from them. */
export function priceRated(
  pricing: PeriodPricing,
  rated: ReadonlyMap<PricedLine, MeteredSegment>,
): readonly PricedLine[] {
  const asRated: PeriodStep = () => ({ lines: [...rated.keys()], rated });
  return runSteps([asRated, ...stepsAfterRating], pricing);
}

function runSteps(steps: readonly PeriodStep[], pricing: PeriodPricing): readonly PricedLine[] {
  const all: PricedLine[] = [];
  const segmentOf = new Map<PricedLine, MeteredSegment>();
  for (const step of steps) {
    const { lines, rated } = step(pricing, { all, segmentOf });
    for (const line of lines) all.push(line);
    for (const [line, segment] of rated ?? []) segmentOf.set(line, segment);
  }
  return all;
}

/** The lines of a document, and what it does to credit grants. */
export function priceDocument(
  pricing: DocumentPricing,
  steps: readonly DocumentStep[],
): Required<DocumentLines> {
  const lines: PricedLine[] = [];
  const postings: PricedPosting[] = [];
  for (const step of steps) {
    const added = step(pricing, lines);
    lines.push(...added.lines);
    postings.push(...(added.postings ?? []));
  }
  return { lines, postings };
}
