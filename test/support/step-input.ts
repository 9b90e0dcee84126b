/** What the steps of periods and documents are given, built directly; and the lines that they add, as documents show them. */
import { type BillingPolicyInput, type ChargeInput, parseCharge, parsePolicy } from "rateplan";
import { catalogReader } from "../../src/catalog/catalog.js";
import type { RatedCharge } from "../../src/catalog/charge-kinds.js";
import { DEFAULT_POLICY } from "../../src/catalog/policy.js";
import {
  amountLine,
  type LineKey,
  type PricedLine,
  writeLine,
} from "../../src/invoice/document/priced-line.js";
import { readHistory } from "../../src/invoice/history/history.js";
import type { MeteredSegment } from "../../src/invoice/rating/metered-segment.js";
import { nothingUsed } from "../../src/invoice/rating/rate-segment.js";
import type { DocumentPricing } from "../../src/invoice/steps/document-step.js";
import type { PeriodPricing } from "../../src/invoice/steps/period-step.js";
import type { AmountRounding } from "../../src/money/amount-rounding.js";
import { exact } from "../../src/money/decimal.js";
import { fraction } from "../../src/money/fraction.js";
import type { Instant } from "../../src/time/instant.js";
import type { Interval } from "../../src/time/interval.js";
import { meteredQuantity } from "../../src/usage/meter/metered.js";
import { planOf, unchecked } from "./plans.js";
import { timelineOf } from "./timelines.js";

export const CENTS: AmountRounding = {
  decimals: 2,
  increment: fraction(1n, 100n),
  mode: "half-even",
};

export const day = (text: string): Instant => Date.parse(text);
export const between = (start: string, end: string): Interval => ({
  start: day(start),
  end: day(end),
});

export const JUNE = between("2026-06-01", "2026-07-01");

/** What begins with June. */
export function keyOf(
  kind: LineKey["kind"],
  chargeId: string | null,
  more: Partial<LineKey> = {},
): LineKey {
  return { kind, chargeId, start: JUNE.start, group: null, ...more };
}

/** A line over an amount, for June. */
export function lineOf(
  key: LineKey,
  amount: string,
  { shares = [], ...more }: Partial<PricedLine> & { readonly shares?: Shares } = {},
): PricedLine {
  return {
    ...amountLine({
      key,
      description: key.chargeId ?? key.kind,
      period: JUNE,
      exactAmount: exact(amount),
      amount: exact(amount),
      appliedTo: shares.map(([of, share]) => ({ key: of, amount: exact(share) })),
      steps: [],
    }),
    ...more,
  };
}

/** What a line takes off, or adds to, what else is billed. */
type Shares = readonly (readonly [key: LineKey, amount: string])[];

/** A charge over June, which is a whole cycle of it, with what was used of it. */
export function segmentOf(
  input: ChargeInput,
  quantity: string | undefined = undefined,
  { period = JUNE, cycle = period, ...more }: Partial<MeteredSegment> = {},
): MeteredSegment {
  const charge = unchecked<RatedCharge>(parseCharge(input));
  return {
    charge,
    period,
    cycle,
    priceInterval: cycle,
    parts: [period],
    position: 0,
    origin: undefined,
    metered: quantity === undefined ? nothingUsed({ charge }) : [meteredQuantity(exact(quantity))],
    levels: undefined,
    before: undefined,
    outcomes: undefined,
    lateEventIds: [],
    path: [],
    billed: undefined,
    ...more,
  };
}

/** June by itself, of a plan that bills nothing more. */
export function periodPricing(
  more: Partial<PeriodPricing> = {},
  policy: BillingPolicyInput = {},
): PeriodPricing {
  return {
    period: JUNE,
    segments: [],
    elsewhere: [],
    before: [],
    earlier: [],
    discounts: [],
    coupons: [],
    commitment: undefined,
    maximumSpend: undefined,
    terms: [],
    drawdowns: [],
    isAhead: false,
    isInterim: false,
    policy: parsePolicy(policy),
    rounding: CENTS,
    zone: "UTC",
    ...more,
  };
}

/** The first document of a life that begins with June. */
export function documentPricing(
  more: Partial<DocumentPricing> = {},
  policy: BillingPolicyInput = {},
): DocumentPricing {
  const timeline = more.timeline ?? timelineOf([planOf([])]);
  return {
    period: JUNE,
    due: [],
    history: readHistory([], timeline, catalogReader(DEFAULT_POLICY), []),
    mayBeOver: new Set(),
    timeline,
    rounding: CENTS,
    policy: parsePolicy(policy),
    lateEventIds: new Map(),
    taxRatesOf: () => [],
    credits: [],
    rollovers: [],
    chargeOf: () => undefined,
    moment: JUNE.end,
    currency: "USD",
    documentKey: "s1:1",
    concessions: [],
    ...more,
  };
}

/** Lines as documents show them, with their time in numbers. */
export function shown(lines: readonly PricedLine[]) {
  return lines.map((line) => {
    const { period } = line;
    return writeLine(line, { rounding: CENTS, zone: "UTC" }, { period });
  });
}
