import { type Coupon, couponAt } from "../../account/coupon.js";
import type { CatalogReader } from "../../catalog/catalog.js";
import type { Charge } from "../../catalog/charge.js";
import type { TermCommitment } from "../../catalog/commitment.js";
import type { PlanLimits } from "../../catalog/rate-plan.js";
import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { exact } from "../../money/decimal.js";
import type { Fraction } from "../../money/fraction.js";
import { type ParseResult, valueOrReport } from "../../schema/parse.js";
import type { Allowance } from "../../subscription/allowance.js";
import type { DrawdownSegment } from "../../subscription/term.js";
import { instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval, sameInterval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type { GroupLevel } from "../../usage/meter/levels.js";
import type {
  RecordedAllowance,
  RecordedPart,
  RecordedSegment,
  RecordedTerm,
} from "../document/recorded.js";
import { type EarlierDocument, intervalOf } from "./read-previous.js";

/** What of a billing period a document bills: before it begins, or when it is over. */
export type PeriodPart = RecordedPart["part"];

/** A charge or discount over a stretch of time, as a document recorded it. */
export interface ClosedSegment {
  readonly charge: Charge;
  readonly ratePlanId: string;
  readonly overridden: boolean;
  readonly period: Interval;
  readonly cycle: Interval;
  /** The part of the cycle whose fee it billed, where that was not its own time. */
  readonly feeSpan: Interval | undefined;
  readonly quantity: string | undefined;
  /** How levels that persist stood at its end. */
  readonly levels?: readonly GroupLevel[] | undefined;
  /** How far its tiers and included units had come. */
  readonly allowance?: Allowance | undefined;
}

/** What a plan bills at least and at most over a stretch of time, as a document recorded it. */
export interface ClosedCommitment {
  readonly ratePlanId: string;
  readonly limits: PlanLimits;
  readonly period: Interval;
  readonly cycle: Interval;
}

/** A term of a minimum commitment, as a document recorded it. */
export interface ClosedTerm {
  readonly ratePlanId: string;
  readonly commitment: TermCommitment;
  readonly cycle: Interval;
  readonly from: Instant;
  readonly since: Instant | undefined;
  readonly until: Instant | undefined;
  readonly billed: Fraction;
}

/** A fee that usage is drawn from, as a document recorded it. */
export interface ClosedDrawdown {
  readonly chargeId: string;
  readonly cycle: Interval;
  readonly paid: Fraction;
  readonly used: Fraction;
}

/** A state of the subscription, as a document recorded it. */
export interface ClosedState {
  readonly span: Interval;
  readonly ratePlanId: string;
  readonly isBilled: boolean;
  /** Whether its plan was known to be left at its end. */
  readonly isLast: boolean;
}

/** What was priced for one part of a billing period, by the latest document that priced it. */
export interface ClosedPart {
  readonly part: PeriodPart;
  readonly period: Interval;
  readonly states: readonly ClosedState[];
  readonly segments: readonly ClosedSegment[];
  readonly discounts: readonly ClosedSegment[];
  readonly commitments: readonly ClosedCommitment[];
  readonly terms: readonly ClosedTerm[];
  readonly drawdowns: readonly ClosedDrawdown[];
  readonly coupons: readonly Coupon[];
  /** The document that priced it first, and the one that did so last. */
  readonly first: EarlierDocument;
  readonly latest: EarlierDocument;
  readonly recorded: RecordedPart;
}

interface ReadingContext {
  readonly reader: CatalogReader;
  readonly zone: TimeZone;
  readonly issues: PricingIssue[];
}

/** Reads what a document recorded of a part; reports terms that cannot be read. */
export function closedPart(
  recorded: RecordedPart,
  latest: EarlierDocument,
  first: EarlierDocument,
  at: readonly PathSegment[],
  context: ReadingContext,
): ClosedPart {
  const { zone, issues } = context;
  const period = intervalOf(recorded.period, zone);
  const closed = (each: Omit<RecordedSegment, "quantity" | "levels" | "allowance">) =>
    closedSegment(each, period, latest, context);
  return {
    part: recorded.part,
    period,
    states: recorded.states.map(({ from, ratePlanId, unbilled, isLast = false }, index) => {
      const next = recorded.states[index + 1];
      const end = next === undefined ? period.end : instantOf(next.from, zone);
      const start = instantOf(from, zone);
      const isLeft = isLast || (next !== undefined && next.ratePlanId !== ratePlanId);
      return { span: { start, end }, ratePlanId, isBilled: unbilled === undefined, isLast: isLeft };
    }),
    segments: recorded.segments.flatMap((each) => {
      const segment = closed(each);
      return segment === undefined
        ? []
        : [
            {
              ...segment,
              quantity: each.quantity,
              levels: each.levels,
              allowance: each.allowance && closedAllowance(each.allowance, segment, zone),
            },
          ];
    }),
    discounts: recorded.discounts.flatMap((each) => closed(each) ?? []),
    commitments: recorded.commitments.map(({ ratePlanId, amount, maximumSpend, ...times }) => {
      const own = times.period === undefined ? period : intervalOf(times.period, zone);
      const cycle = times.cycle === undefined ? own : intervalOf(times.cycle, zone);
      const limits = {
        ...(amount === undefined ? {} : { minimumCommitment: amount }),
        ...(maximumSpend === undefined ? {} : { maximumSpend }),
      };
      return { ratePlanId, limits, period: own, cycle };
    }),
    terms: (recorded.terms ?? []).map((term) => closedTerm(term, zone)),
    drawdowns: (recorded.drawdowns ?? []).map(({ chargeId, cycle, paid, used }) => ({
      chargeId,
      cycle: intervalOf(cycle, zone),
      paid: exact(paid),
      used: exact(used),
    })),
    coupons: (recorded.coupons ?? []).flatMap(
      (coupon, index) => valueOrReport(couponAt(coupon, [...at, "coupons", index]), issues) ?? [],
    ),
    first,
    latest,
    recorded,
  };
}

function closedAllowance(
  { since, cycle, used, included, held, carried }: RecordedAllowance,
  { period, cycle: own }: Pick<ClosedSegment, "period" | "cycle">,
  zone: TimeZone,
): Allowance {
  return {
    span: { start: since === undefined ? period.start : instantOf(since, zone), end: period.end },
    cycle: cycle === undefined ? own : intervalOf(cycle, zone),
    used: exact(used),
    included: exact(included),
    ...(held === undefined ? {} : { held }),
    carried: carried.map(({ units, until }) => ({
      units: exact(units),
      until: instantOf(until, zone),
    })),
  };
}

function closedTerm(
  { ratePlanId, amount, term, cycle, from, since, until, billed }: RecordedTerm,
  zone: TimeZone,
): ClosedTerm {
  const instant = (date: string | undefined) =>
    date === undefined ? undefined : instantOf(date, zone);
  return {
    ratePlanId,
    commitment: { amount, term },
    cycle: intervalOf(cycle, zone),
    from: instantOf(from, zone),
    since: instant(since),
    until: instant(until),
    billed: exact(billed),
  };
}

/** A charge with the terms that a document recorded. */
function closedSegment(
  {
    chargeId,
    name,
    terms: termsKey,
    ...times
  }: Omit<RecordedSegment, "quantity" | "levels" | "allowance">,
  partPeriod: Interval,
  { document: { basis, currency }, path }: EarlierDocument,
  { reader, zone, issues }: ReadingContext,
): ClosedSegment | undefined {
  const terms = basis.terms[termsKey];
  const at = [...path, "basis", "terms", termsKey];
  if (terms === undefined) {
    issues.push(issueAt("missing", at, { expected: "the terms of a charge", received: terms }));
    return undefined;
  }
  const { ratePlanId = "", overridden = false, ...own } = terms;
  const written = { id: chargeId, name, currency, ...own };
  const charge = valueOrReport(readCharge(written, at, reader), issues);
  if (charge === undefined) return undefined;
  const period = times.period === undefined ? partPeriod : intervalOf(times.period, zone);
  const cycle = times.cycle === undefined ? period : intervalOf(times.cycle, zone);
  const feeSpan = times.fee === undefined ? undefined : intervalOf(times.fee, zone);
  return { charge, ratePlanId, overridden, period, cycle, feeSpan, quantity: undefined };
}

const known = new WeakMap<CatalogReader, Map<string, Charge>>();
const MOST_CHARGES = 1_000;

/** A charge, read once for every text of it, order of keys included: documents from a store hold the same terms in objects of their own. */
function readCharge(
  written: object,
  at: readonly PathSegment[],
  reader: CatalogReader,
): ParseResult<Charge> {
  const own = known.get(reader) ?? new Map<string, Charge>();
  known.set(reader, own);
  const text = JSON.stringify(written);
  const before = own.get(text);
  if (before !== undefined) return { ok: true, value: before };
  const result = reader.charge(written, at);
  if (own.size >= MOST_CHARGES) own.clear();
  if (result.ok) own.set(text, result.value);
  return result;
}

/** Whether a closed part says that a plan was held at an instant, billed or not. */
export function wasHeldOn({ states }: ClosedPart, ratePlanId: string, at: Instant): boolean {
  return states.some((state) => state.ratePlanId === ratePlanId && contains(state.span, at));
}

/** Whether a closed part says that a plan was billed at an instant. */
export function wasBilledOn({ states }: ClosedPart, ratePlanId: string, at: Instant): boolean {
  return states.some(
    (state) => state.isBilled && state.ratePlanId === ratePlanId && contains(state.span, at),
  );
}

/** Whether nothing of a closed part is due any more; what was billed after the end of the subscription has no states either. */
export function isRetired({ states, first, period }: ClosedPart): boolean {
  return states.length === 0 && !isRunOffOf(first, period);
}

function isRunOffOf({ document: { scope }, period: own }: EarlierDocument, period: Interval) {
  return scope === "run-off" && sameInterval(own, period);
}

/** Whether what is on record of a fee is of a cycle of it. */
export function isOfCycle(
  { chargeId, cycle }: Pick<ClosedDrawdown, "chargeId" | "cycle">,
  drawdown: DrawdownSegment,
): boolean {
  return chargeId === drawdown.charge.id && sameInterval(cycle, drawdown.cycle);
}
