/** Closed parts of billing periods, as they are read of earlier documents, by hand. */
import { type ChargeInput, parseCharge } from "rateplan";
import type {
  ClosedPart,
  ClosedSegment,
  ClosedState,
} from "../../src/invoice/history/closed-part.js";
import { type History, partText } from "../../src/invoice/history/history.js";
import type { Interval } from "../../src/time/interval.js";
import { unchecked } from "./plans.js";

/** The midnight, UTC, of a date of 2026: `"02-01"`. */
export function on(date: string): number {
  return Date.parse(`2026-${date}`);
}

/** A stretch of days of 2026. */
export function days(start: string, end: string): Interval {
  return { start: on(start), end: on(end) };
}

/** A state on a plan. */
export function stateOn(
  ratePlanId: string,
  span: Interval,
  more: Partial<ClosedState> = {},
): ClosedState {
  return { span, ratePlanId, isBilled: true, isLast: false, ...more };
}

/** A segment of a charge in US dollars, on the plan `starter`, whose cycle is its own time unless said otherwise. */
export function segmentOf(
  charge: ChargeInput,
  period: Interval,
  more: Partial<ClosedSegment> = {},
): ClosedSegment {
  return {
    charge: parseCharge({ ...charge, currency: "USD" }),
    ratePlanId: "starter",
    overridden: false,
    period,
    cycle: period,
    feeSpan: undefined,
    quantity: undefined,
    ...more,
  };
}

/** A part in arrears, by a document of just its time; billed on the plan `starter`, unless said otherwise. */
export function partOver(period: Interval, more: Partial<ClosedPart> = {}): ClosedPart {
  const document = unchecked<ClosedPart["first"]>({ document: { scope: "period" }, period });
  return {
    part: "in-arrears",
    period,
    states: [stateOn("starter", period)],
    segments: [],
    discounts: [],
    commitments: [],
    terms: [],
    drawdowns: [],
    coupons: [],
    first: document,
    latest: document,
    recorded: unchecked<ClosedPart["recorded"]>({}),
    ...more,
  };
}

/** A history of closed parts alone. */
export function historyOf(...parts: readonly ClosedPart[]): History {
  return unchecked({
    parts: new Map(parts.map((each) => [partText(each.part, each.period), each])),
  });
}
