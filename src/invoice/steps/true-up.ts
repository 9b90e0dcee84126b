import { formatAmount } from "../../money/amount-rounding.js";
import { compare, type Fraction, sum } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import { contains } from "../../time/interval.js";
import type { LineKind } from "../document/line.js";
import type { PricedLine } from "../document/priced-line.js";
import { differenceLine } from "./limits.js";
import {
  isMeasured,
  type PeriodPricing,
  type PeriodStep,
  type TermPricing,
} from "./period-step.js";

/** What a term is not filled with: what another has lacked, and what was promised to be given back. */
const NOT_COUNTED: ReadonlySet<LineKind> = new Set<LineKind>(["true-up", "guarantee"]);

/**
 * What has been billed of a term by the end of a period, with what the period bills. A line counts where the service begins that
 * it bills, or, where that began before the period, where the period does.
 */
export function billedOf(
  { held, billed }: Pick<TermPricing, "held" | "billed">,
  { before, period, policy }: PeriodPricing,
  all: readonly PricedLine[],
): Fraction {
  const timeOf = (start: Instant) => Math.max(start, period.start);
  const counted = [...before, ...all].filter(
    ({ key }) =>
      !NOT_COUNTED.has(key.kind) &&
      isMeasured(key.kind, policy) &&
      contains(held, timeOf(key.start)),
  );
  return sum([billed, ...counted.map(({ amount }) => amount)]);
}

/** Brings what has been billed over a term to its minimum, in its last billing period. */
export const trueUp: PeriodStep = (pricing, { all }) => {
  const { terms, isInterim, rounding } = pricing;
  const lines = (isInterim ? [] : terms).flatMap((term) => {
    const { bound, held: period } = term;
    const net = billedOf(term, pricing, all);
    if (bound === undefined || compare(net, bound) >= 0) return [];
    const key = { kind: "true-up", chargeId: null, start: period.start, group: null } as const;
    const description = `True-up to a commitment of ${formatAmount(bound, rounding)}`;
    return [differenceLine({ key, description, period, net, bound }, pricing)];
  });
  return { lines };
};
