/** What may be reduced, and what reduces it, for tests of discounts and coupons by themselves. */
import { DEFAULT_POLICY, type DiscountPolicy } from "../../src/catalog/policy.js";
import type { LineTerms } from "../../src/invoice/document/line-terms.js";
import type { PricedLine } from "../../src/invoice/document/priced-line.js";
import type { MeteredSegment } from "../../src/invoice/rating/metered-segment.js";
import type { PeriodLines, PeriodPricing } from "../../src/invoice/steps/period-step.js";
import type { Reduction } from "../../src/invoice/steps/reduction.js";
import { takeOff } from "../../src/invoice/steps/take-off.js";
import { exact } from "../../src/money/decimal.js";
import { unchecked } from "./plans.js";
import { JANUARY, keyOf, lineOf, periodPricing, written } from "./step-lines.js";

/** A fee from a day on, or usage where it has a unit. */
export function fee(
  id: string,
  amount: string,
  period = JANUARY,
  unitOfMeasure?: string,
): PricedLine {
  const kind = unitOfMeasure === undefined ? "recurring" : "usage";
  const terms = unchecked<LineTerms>({ chargeType: kind, unitOfMeasure });
  return lineOf(keyOf(kind, id, { start: period.start }), amount, { period, terms });
}

/** So much of a hundred off all of January. */
export function percent(id: string, off: string, more: Partial<Reduction> = {}): Reduction {
  return {
    source: { kind: "discount", chargeId: id },
    name: id,
    target: "all",
    period: JANUARY,
    percent: off,
    written: undefined,
    amount: undefined,
    ...more,
  };
}

export function fixed(id: string, amount: string, more: Partial<Reduction> = {}): Reduction {
  return {
    ...percent(id, ""),
    percent: undefined,
    written: amount,
    amount: exact(amount),
    ...more,
  };
}

interface Context {
  readonly pricing?: Partial<PeriodPricing>;
  readonly rules?: Partial<DiscountPolicy>;
  /** What lines were rated from. */
  readonly segments?: ReadonlyMap<PricedLine, object>;
}

/** What reductions take off lines. */
export function off(
  lines: readonly PricedLine[],
  reductions: readonly Reduction[],
  { pricing, rules, segments = new Map() }: Context = {},
): readonly PricedLine[] {
  const all = { ...DEFAULT_POLICY.discounts, ...rules };
  return takeOff(reductions, periodPricing(pricing), linesSoFar(lines, segments), all);
}

export function linesSoFar(
  all: readonly PricedLine[],
  segments: Context["segments"] = new Map(),
): PeriodLines {
  return { all, segmentOf: unchecked<ReadonlyMap<PricedLine, MeteredSegment>>(segments) };
}

/** What each reduction takes off, line by line. */
export function shares(lines: readonly PricedLine[]) {
  return lines.map(({ appliedTo }) => written(appliedTo));
}
