import type { CreditGrant } from "../../account/credit-grant.js";
import type { Posting } from "../../account/posting.js";
import type { TaxRate } from "../../account/tax-rate.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { add, type Fraction, isZero, subtract, sum } from "../../money/fraction.js";
import type { Timeline } from "../../subscription/timeline.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { keyText, type LineKey, type PricedLine } from "../document/priced-line.js";
import type { History } from "../history/history.js";
import type { Concession } from "../history/line-accounts.js";

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
  /** The customer's credit grants. */
  readonly credits: readonly CreditGrant[];
  /** What at most of some grants is taken over into the next period. */
  readonly rollovers: readonly {
    readonly isOf: (grantId: string) => boolean;
    readonly max: Fraction;
  }[];
  /** The charge that is billed under a key; nothing for what concerns the whole plan. */
  readonly chargeOf: (key: LineKey) => BilledCharge | undefined;
  /** The moment of the document: what holds and what has expired by then. */
  readonly moment: Instant;
  readonly currency: string;
  readonly documentKey: string;
  /** What is credited by choice. */
  readonly concessions: readonly Concession[];
}

/** One step: sees all lines so far and adds its own. It never changes a line. */
export type DocumentStep = (
  pricing: DocumentPricing,
  lines: readonly PricedLine[],
) => DocumentLines;

/** What a step adds; with what it does to credit grants. */
export interface DocumentLines {
  readonly lines: readonly PricedLine[];
  readonly postings?: readonly PricedPosting[];
}

/** What a document does to a credit grant, in numbers. */
export interface PricedPosting {
  readonly kind: Posting["kind"];
  readonly grantId: string;
  readonly unit: string;
  readonly amount: Fraction;
  /** The balances; nothing where the grant was not given. */
  readonly before: Fraction | undefined;
  readonly after: Fraction | undefined;
  readonly grant: CreditGrant | undefined;
}

/** What of a charge decides which grants pay for it. */
export interface BilledCharge {
  readonly id: string;
  readonly chargeType: string;
  readonly unitOfMeasure?: string;
}

/** What lines come to under a key. */
export interface NetAmount {
  readonly key: LineKey;
  readonly amount: Fraction;
}

/**
 * What is left under each key: its own lines, less what others take off them. Of a line that takes off others, its own is what its
 * shares are not. So all of it is what the lines come to.
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
    const own = subtract(amount, sum(appliedTo.map((share) => share.amount)));
    if (appliedTo.length === 0 || !isZero(own)) put(key, own);
    for (const share of appliedTo) put(share.key, share.amount);
  }
  return nets;
}
