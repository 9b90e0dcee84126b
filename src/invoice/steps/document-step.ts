import type { TaxRate } from "../../account/tax-rate.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { add, type Fraction } from "../../money/fraction.js";
import type { Timeline } from "../../subscription/timeline.js";
import type { Interval } from "../../time/interval.js";
import type { History } from "../history/history.js";
import { keyText, type LineKey, type PricedLine } from "../priced-line.js";

/** What a document is priced from: what is due of what it touches, and what was billed of that. */
export interface DocumentPricing {
  /** What stands on the document as its period. */
  readonly period: Interval;
  readonly due: readonly PricedLine[];
  readonly history: History;
  /** Keys that were billed and may be due no longer. */
  readonly mayBeOver: ReadonlySet<string>;
  readonly timeline: Timeline;
  readonly rounding: AmountRounding;
  readonly policy: BillingPolicy;
  /** Ids of the events and signals that became known since a segment was billed, by its key without group. */
  readonly lateEventIds: ReadonlyMap<string, readonly string[]>;
  /** The tax rates of what is billed under a key: as first billed, what is corrected. */
  readonly taxRatesOf: (key: LineKey) => readonly TaxRate[];
}

/** One step: sees all lines so far and adds its own. It never changes a line. */
export type DocumentStep = (
  pricing: DocumentPricing,
  lines: readonly PricedLine[],
) => readonly PricedLine[];

/** What lines come to under a key. */
export interface NetAmount {
  readonly key: LineKey;
  readonly amount: Fraction;
}

/**
 * What is left under each key: its own lines, less what others take off them. A line that takes off others has nothing of
 * its own: its shares are all that there is of it.
 */
export function netByKey(
  lines: readonly Pick<PricedLine, "key" | "amount" | "appliedTo">[],
): ReadonlyMap<string, NetAmount> {
  const nets = new Map<string, NetAmount>();
  const put = (key: LineKey, amount: Fraction) => {
    const name = keyText(key);
    const before = nets.get(name);
    nets.set(name, { key, amount: before === undefined ? amount : add(before.amount, amount) });
  };
  for (const { key, amount, appliedTo } of lines) {
    if (appliedTo.length === 0) put(key, amount);
    for (const share of appliedTo) put(share.key, share.amount);
  }
  return nets;
}
