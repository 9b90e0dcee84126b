import type { Posting } from "../../account/posting.js";
import type { TaxRate } from "../../account/tax-rate.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import type { Period } from "../../time/billing-period.js";
import type { UsageReport } from "../../usage/events/report.js";
import type { InvoiceLine } from "./line.js";
import type { RecordedPart, RecordedTerms } from "./recorded.js";
import type { PricingWarning } from "./warning.js";

/** Whether the customer owes or is owed. */
export type InvoiceKind = "invoice" | "credit-note";

/**
 * What a document is for. `"opening"`: what is billed in advance for the first period. `"period"`: a billing period that
 * is over, and the fees in advance of the next. `"change"`: what a change makes due at once. `"correction"`: earlier
 * periods alone, corrected or credited by choice. `"interim"`: the usage of a billing period so far, before it is over. `"run-off"`: what becomes certain only after
 * the end of the subscription.
 */
export type DocumentScope = "opening" | "period" | "change" | "correction" | "interim" | "run-off";

/** What of a charge's outcomes is not final. */
export interface ProvisionalUsage {
  /** The charge. */
  readonly chargeId: string;
  /** The time that is billed. */
  readonly servicePeriod: Period;
  /** Quantity that is billed by this document and may still be reversed. */
  readonly reversible: string;
  /**
   * Quantity that is not billed yet and may still be, whenever it occurred: it waits for its confirmation, or to settle,
   * or is certain already, but only from a moment on that a later document bills.
   */
  readonly pending: string;
  /** When the earliest of them occurred, UTC: later documents need events from then on. */
  readonly since: string;
}

/** A stretch of time for which nothing is billed. */
export interface UnbilledPeriod {
  /** Why. */
  readonly reason: "trial" | "paused";
  /** When. */
  readonly period: Period;
}

/** A billing period that has been corrected, or credited by choice, and by which documents. */
export interface CorrectedPeriod {
  /** The billing period. */
  readonly period: Period;
  /** The idempotency keys of all documents that had a part in it, in order: to correct it again needs them. */
  readonly documents: readonly string[];
}

/** The document before this one. */
export interface PrecedingDocument {
  /** Its number. */
  readonly sequence: number;
  /** Its key. */
  readonly idempotencyKey: string;
  /** Its fingerprint. */
  readonly fingerprint: string;
}

/** How the subscription's life was known up to a date. */
export interface RecordedLife {
  /** The date. */
  readonly until: string;
  /** A digest of its states: equal digests, equal lives. */
  readonly digest: string;
}

/** What a document was priced from: enough to price its periods again without today's catalog. */
export interface InvoiceBasis {
  /** The document before this one in the subscription's chain; `null` for the first. */
  readonly previous: PrecedingDocument | null;
  /** Up to where billing periods have been billed, by this document and those before it; `null` while none has. */
  readonly billedUntil: string | null;
  /** The subscription's life as it was known: up to the moment of the document, and up to the end of what it bills. */
  readonly life: readonly RecordedLife[];
  /** Terms of charges and discounts, each once, by a digest of them. */
  readonly terms: Readonly<Record<string, RecordedTerms>>;
  /** What was priced, billing period by billing period. */
  readonly parts: readonly RecordedPart[];
  /** The tax rates in force, at which what it first bills is corrected, too; absent where there are none. */
  readonly taxes?: readonly TaxRate[];
}

/** How a fee stands that usage is drawn from, by this document and those before it. */
export interface DrawdownUse {
  /** The charge of the fee. */
  readonly chargeId: string;
  /** The cycle that the fee is for. */
  readonly period: Period;
  /** What there is to draw from: the fee, and what was carried over. */
  readonly paid: string;
  /** What has been drawn. */
  readonly drawn: string;
  /** What is left. */
  readonly left: string;
  /** What is left and expires, as the cycle is over; `null` while it is not, or where the rest is carried over. */
  readonly expired: string | null;
}

/** What a coupon has taken off a billing period, by this document and those before it. */
export interface CouponUse {
  /** The coupon. */
  readonly couponId: string;
  /** The billing period. */
  readonly period: Period;
  /** What its lines took off, as an amount from 0. */
  readonly applied: string;
  /**
   * What is left of a fixed amount, 0 or more: with `applied` it is the amount of the coupon. It is final when the period is
   * over. `null` for a percentage.
   */
  readonly unused: string | null;
}

/** What a subscription is billed by one document. Plain JSON data. */
export interface Invoice {
  /** Version of this shape. */
  readonly schemaVersion: 2;
  /**
   * The number of the document among those of its subscription, from 1. Store (subscriptionId, sequence) as unique: two
   * billers at once, or one who has forgotten a document, collide there instead of billing twice.
   */
  readonly sequence: number;
  /** The same whenever the same thing is billed, whatever the amounts. Store it as unique too. */
  readonly idempotencyKey: string;
  /** SHA-256 of the document's content: equal documents, equal fingerprints. */
  readonly fingerprint: string;
  /** `"credit-note"` when the total is negative. */
  readonly kind: InvoiceKind;
  /** What the document is for. */
  readonly scope: DocumentScope;
  /** Who is billed. */
  readonly customerId: string;
  /** The subscription. */
  readonly subscriptionId: string;
  /** The rate plan at the end of the period. */
  readonly ratePlanId: string;
  /** Currency of all amounts. */
  readonly currency: string;
  /** The billing period, `[start, end)`; or a moment, whose start is its end. */
  readonly period: Period;
  /** The moment of knowledge: what was received later did not count. */
  readonly asOf: string;
  /** When the document is issued, where the request says so. */
  readonly issueDate?: string;
  /** When payment is due, where the request gives payment terms. */
  readonly dueDate?: string;
  /** Every amount, signed, in the order in which they came about. */
  readonly lines: readonly InvoiceLine[];
  /**
   * Sum of the lines of charges, catalog discounts, minimums, maximums and the minimum commitment, without the taxes that
   * prices hold.
   */
  readonly subtotal: string;
  /** Sum of what coupons take off; catalog discounts are part of the subtotal. */
  readonly discounts: string;
  /** Sum of the credits applied, given back and carried over. */
  readonly creditsApplied: string;
  /** Sum of taxes. */
  readonly taxes: string;
  /** Sum of all lines: what is owed. */
  readonly total: string;
  /** What it does to credit grants: entries for your ledger, which `applyPostings` carries out. */
  readonly postings: readonly Posting[];
  /** What became of the events that were given. All counts are 0 where usage came as quantities or summaries. */
  readonly usage: UsageReport;
  /**
   * What of the outcomes may still change: reversible ones that are billed now, and pending ones. Pending ones whose usage
   * a document does not bill (a change, a correction, a charge with a longer cycle) stand here as the last document said
   * it, with what a period that is priced again adds to them.
   */
  readonly provisional: readonly ProvisionalUsage[];
  /** What became of the coupons that cover what is billed. */
  readonly coupons: readonly CouponUse[];
  /** How the fees stand that usage of what is billed is drawn from; absent where there are none. */
  readonly drawdowns?: readonly DrawdownUse[];
  /** The parts of the period in which nothing is billed, and why. */
  readonly unbilled: readonly UnbilledPeriod[];
  /** What was billed otherwise than it was given. */
  readonly warnings: readonly PricingWarning[];
  /**
   * All periods that were priced again after they had been billed, in advance or in arrears, or of which something was credited by
   * choice, up to this document.
   */
  readonly corrections: readonly CorrectedPeriod[];
  /** What the document was priced from. */
  readonly basis: InvoiceBasis;
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

/** The key of a document: what is billed, and of whom. Where several may exist, their number tells them apart. */
export function documentKey(
  scope: DocumentScope,
  subscriptionId: string,
  { start, end }: Period,
  sequence: number,
): string {
  const several = scope === "change" || scope === "correction" ? `#${sequence}` : "";
  return `${scope}:${subscriptionId}@${start}/${end}${several}`;
}
