import type { CreditTiming } from "../../account/credit-grant.js";
import type { TaxRate } from "../../account/tax-rate.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { once } from "../../data/recent.js";
import { type AmountRounding, formatAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import { divide, type Fraction, formatExact, isZero, ONE, subtract } from "../../money/fraction.js";
import {
  amountStep,
  type ExactStep,
  type ExactTierUse,
  writeStep,
  writeTierUse,
} from "../../pricing/step.js";
import type { PricingUnit } from "../../pricing/terms.js";
import { formatDate } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type { UsageGroup } from "../../usage/meter/metered.js";
import type { LineKind, LooseLine } from "./line.js";
import type { AdjustmentCause, ConcessionDetail } from "./line-details.js";
import type { LineTerms } from "./line-terms.js";

/** Identifies what is billed within a subscription. */
export interface LineKey {
  readonly kind: LineKind;
  readonly chargeId: string | null;
  /** What it follows from, where that is no charge: the coupon, the credit grant, the tax, the line that is credited. */
  readonly sourceId?: string;
  /** When what is billed begins. No two segments of a charge begin together; where one ends may change later. */
  readonly start: Instant;
  /**
   * A second date, where the first alone does not tell what is billed: the end of the discounted cycle, where it is billed
   * ahead; the beginning of the billing period, where what began before is billed with it; the beginning of the time in
   * which outcomes occurred that are billed after it.
   */
  readonly mark?: Instant;
  /** Whether it takes something off what is billed ahead, up to its mark. */
  readonly ahead?: true;
  readonly group: UsageGroup | null;
}

/** A line in numbers, as the steps make it and read it. It becomes text once, last. */
export interface PricedLine {
  readonly key: LineKey;
  /** The key's kind, or `"adjustment"`. */
  readonly kind: LineKind;
  readonly description: string;
  /** The time that it bills for. */
  readonly period: Interval;
  readonly quantity: Fraction;
  readonly unitOfMeasure: string | null;
  readonly unitPrice: Fraction | null;
  readonly tiers: readonly ExactTierUse[];
  readonly exactAmount: Fraction;
  /** On the currency's grid. */
  readonly amount: Fraction;
  readonly terms: LineTerms | null;
  /** What other quantities would come to in its place, before discounts; absent where it is not a quantity alone that is priced. */
  readonly priceOf?: (quantity: Fraction) => Fraction;
  /** On a discount, what it took off which line. */
  readonly appliedTo: readonly AppliedShare[];
  readonly adjustment: PricedAdjustment | null;
  /** The unit that its price is in, where that is not money. */
  readonly pricingUnit?: PricingUnit;
  /** On a tax line, what it charges on what. */
  readonly tax?: PricedTax;
  /** On a credit line, what it is in the grant's own unit. */
  readonly credit?: PricedCredit;
  /** On a line that is credited by choice, of what. */
  readonly concession?: ConcessionDetail;
  readonly steps: readonly ExactStep[];
}

/** A tax, and what it is charged on. */
export interface PricedTax {
  readonly rate: TaxRate;
  readonly taxable: Fraction;
}

/** What a grant paid, or got back, in its own unit: less than 0, or more. */
export interface PricedCredit {
  readonly unit: string;
  readonly quantity: Fraction;
  readonly timing: CreditTiming;
}

/** What a discount took off one line: 0 or less, on an adjustment the difference. */
export interface AppliedShare {
  readonly key: LineKey;
  readonly amount: Fraction;
  /** On credit in a unit that is no money, what that is in the unit. */
  readonly quantity?: Fraction;
}

/** What an adjustment brings from one amount to another. */
export interface PricedAdjustment {
  readonly billed: Fraction;
  readonly due: Fraction;
  readonly invoices: readonly string[];
  readonly causes: readonly AdjustmentCause[];
}

/** A line that is an amount alone, without quantity or tiers. */
export function amountLine(
  line: Pick<PricedLine, "key" | "description" | "period" | "exactAmount" | "amount" | "steps"> &
    Partial<
      Pick<
        PricedLine,
        | "kind"
        | "unitOfMeasure"
        | "appliedTo"
        | "terms"
        | "adjustment"
        | "tax"
        | "credit"
        | "concession"
      >
    >,
): PricedLine {
  return {
    kind: line.key.kind,
    quantity: ONE,
    unitOfMeasure: null,
    unitPrice: null,
    tiers: [],
    terms: null,
    appliedTo: [],
    adjustment: null,
    ...line,
  };
}

/** The step for what rounding added or took away; none where it did nothing. */
export function roundingStep(
  exact: Fraction,
  rounded: Fraction,
  { decimals, mode }: AmountRounding,
): readonly ExactStep[] {
  const difference = subtract(rounded, exact);
  if (isZero(difference)) return [];
  return [amountStep("rounding", difference, `rounding to ${decimals} decimals, ${mode}`)];
}

const OF_DOCUMENT: ReadonlySet<LineKind> = new Set<LineKind>([
  "tax",
  "included-tax",
  "credit",
  "credit-return",
  "carried",
  "concession",
  "coupon-return",
  "concession-return",
]);

/** Whether what a key names is worked out for a document as a whole, and belongs to no part of it. */
export function isOfDocument({ kind }: LineKey): boolean {
  return OF_DOCUMENT.has(kind);
}

/** Stands in a key between the start and the end of what is billed ahead; before other second dates stands a slash. */
export const AHEAD = ">";

/** A key as one text, to be compared and looked up; no two keys have the same. */
export const keyText = once(({ kind, chargeId, sourceId, start, mark, ahead, group }: LineKey) => {
  // Ids may hold anything: they stand behind their lengths.
  const own = `${kind} ${start} ${mark} ${ahead} ${idText(chargeId)} ${idText(sourceId)}`;
  return group === null ? own : `${own} ${canonicalJson(group)}`;
});

function idText(id: string | null | undefined): string {
  return id == null ? "-" : `${id.length} ${id}`;
}

/** What of a key all groups of a segment share. */
export const segmentKeyText = once((key: LineKey) => {
  return keyText(key.group === null ? key : { ...key, group: null });
});

/** How numbers and times of lines are written: in which currency and zone; without dates where there are none. */
export interface LineForm {
  readonly rounding: AmountRounding;
  readonly zone: TimeZone | undefined;
}

/**
 * A key as documents show it. Unambiguous whatever the charge's id: kinds hold no colon, and a date has one form, or,
 * without dates, the signs after the id are written otherwise in it.
 */
export function writeKey(
  { kind, chargeId, sourceId, start, mark, ahead, group }: LineKey,
  { zone }: LineForm,
): string {
  const id = sourceId ?? chargeId ?? "";
  const named = `${kind}:${zone === undefined ? id.replace(/[%#>]/g, encodeURIComponent) : id}`;
  const date = zone === undefined ? "" : `@${formatDate(start, zone)}`;
  const until = zone === undefined || mark === undefined ? "" : formatDate(mark, zone);
  const second = ahead === true ? `${AHEAD}${until}` : until === "" ? "" : `/${until}`;
  return `${named}${date}${second}${group === null ? "" : `#${canonicalJson(group)}`}`;
}

/** What a line follows from besides charges, as its kind shows it. */
function sourceOf(
  { key: { kind, sourceId }, tax, credit, concession }: PricedLine,
  money: (amount: Fraction) => string,
) {
  if (tax !== undefined) {
    const {
      id,
      name = id,
      percent = "0",
      inclusive = false,
      compound = false,
      marker = null,
    } = tax.rate;
    const taxable = money(tax.taxable);
    return { taxId: id, tax: { name, percent, inclusive, compound, marker, taxable } };
  }
  if (concession !== undefined) return { concession };
  if (sourceId === undefined) return {};
  if (kind === "coupon" || kind === "coupon-return") return { couponId: sourceId };
  const { unit, quantity, timing } = credit ?? {};
  if (unit === undefined || quantity === undefined) return { grantId: sourceId };
  return { grantId: sourceId, credit: { unit, quantity: formatExact(quantity), timing } };
}

function inPricingUnit({ pricingUnit, exactAmount }: PricedLine) {
  if (pricingUnit === undefined) return {};
  const { code, rate } = pricingUnit;
  return { pricingUnit: { code, rate, amount: formatExact(divide(exactAmount, exact(rate))) } };
}

/** A line in text, without its terms: a document and a simulation hold them in forms of their own, and more. */
export function writeLine<M extends object>(
  line: PricedLine,
  form: LineForm,
  more: M,
): Omit<LooseLine<unknown>, "terms"> & M {
  const { rounding } = form;
  const { key, kind, description, unitOfMeasure, unitPrice, adjustment } = line;
  const money = (amount: Fraction) => formatAmount(amount, rounding);
  return {
    key: writeKey(key, form),
    kind,
    chargeId: key.chargeId,
    ...sourceOf(line, money),
    ...inPricingUnit(line),
    group: key.group,
    description,
    quantity: formatExact(line.quantity),
    unitOfMeasure,
    unitPrice: unitPrice && formatExact(unitPrice),
    tiers: line.tiers.map(writeTierUse),
    exactAmount: formatExact(line.exactAmount),
    amount: money(line.amount),
    appliedTo: line.appliedTo.map((share) => ({
      key: writeKey(share.key, form),
      amount: money(share.amount),
      ...(share.quantity === undefined ? {} : { quantity: formatExact(share.quantity) }),
    })),
    adjustment: adjustment && {
      billed: money(adjustment.billed),
      due: money(adjustment.due),
      invoices: adjustment.invoices,
      causes: adjustment.causes,
    },
    steps: line.steps.map(writeStep),
    ...more,
  };
}
