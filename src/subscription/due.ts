import type { Charge, OneTimeCharge } from "../catalog/charge.js";
import { type DiscountCharge, isDiscount, isRated } from "../catalog/charge-kinds.js";
import { canonicalJson } from "../content/canonical-json.js";
import type { BillingCycle } from "../time/billing-cycle.js";
import { contains, cutAt, type Interval, overlap } from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import { effectiveCharge, splitDates } from "./effective-charge.js";
import { type Phase, type ScheduledPeriod, scheduledBefore } from "./schedule.js";
import { cycleOf, cyclesWithin, discountsAt, type Service, servicesOf } from "./service.js";
import type { SubscriptionState, Timeline } from "./timeline.js";

/** A discount over the stretch of a billing period in which it holds. */
export interface DiscountService {
  readonly charge: DiscountCharge;
  readonly period: Interval;
}

/** A minimum commitment over the stretch of a billing period in which it holds. */
export interface CommitmentService {
  readonly amount: string;
  readonly period: Interval;
}

/** A stretch of a billing period in which nothing is billed, and why. */
export interface Rest {
  readonly reason: "trial" | "paused";
  readonly period: Interval;
}

/** Everything that is billed for one billing period, with whichever invoice. */
export interface PeriodServices {
  readonly scheduled: ScheduledPeriod;
  /** What is billed before the period begins: fees in advance that begin in it, and what opens the subscription. */
  readonly inAdvance: readonly Service[];
  /** What is billed when the period is over: fees in arrears and usage that end with it or in it. */
  readonly inArrears: readonly Service[];
  readonly discounts: readonly DiscountService[];
  readonly commitments: readonly CommitmentService[];
  readonly rests: readonly Rest[];
}

/** What is billed for a billing period of the subscription. */
export function servicesIn(timeline: Timeline, scheduled: ScheduledPeriod): PeriodServices {
  const { period } = scheduled;
  const recurring = recurringServices(timeline, period);
  const once = oneTimeServices(timeline, scheduled);
  const opens = (service: Service) => isOpening(timeline, service.period.start);
  const inOrder = (services: readonly Service[]) => inCatalogOrder(timeline, services);
  return {
    scheduled,
    inAdvance: inOrder([
      ...recurring.filter((each) => isInAdvance(each) && contains(period, each.period.start)),
      ...once.filter(opens),
    ]),
    inArrears: inOrder([
      ...recurring.filter((each) => !isInAdvance(each) && endsIn(period, each.period)),
      ...once.filter((each) => !opens(each)),
    ]),
    discounts: discountServices(timeline, scheduled),
    commitments: commitmentServices(timeline, period),
    rests: timeline.states.flatMap(({ resting, span }) => {
      const common = overlap(span, period);
      return resting === undefined || common === undefined
        ? []
        : [{ reason: resting, period: common }];
    }),
  };
}

/**
 * Fees in advance that began before the period and are cut short in it, by a change or by the end of the
 * subscription: of what was billed for them, a part is due back.
 */
export function cutShortIn(timeline: Timeline, { period }: ScheduledPeriod): readonly Service[] {
  return recurringServices(timeline, period).filter(
    (each) =>
      isInAdvance(each) &&
      each.period.start < period.start &&
      endsIn(period, each.period) &&
      each.period.end < each.full.end,
  );
}

/** When the first thing is billed for: the start, or the end of the trial. */
export function firstBilled({ states }: Timeline): SubscriptionState | undefined {
  return states.find(({ resting }) => resting === undefined);
}

/**
 * The moment of the opening invoice, which carries what is billed in advance for the first period. Without fees in
 * advance there is none; nor where a billing period ends just then, whose invoice carries them.
 */
export function openingOf(timeline: Timeline): Instant | undefined {
  const first = firstBilled(timeline);
  if (first === undefined || !isOpening(timeline, first.span.start)) return undefined;
  const before = scheduledBefore(timeline.schedule, first.span.start);
  return before?.period.end === first.span.start ? undefined : first.span.start;
}

/** Whether what is due at an instant opens the subscription: it is the first, on a plan with fees in advance. */
function isOpening(timeline: Timeline, at: Instant): boolean {
  const first = firstBilled(timeline);
  return (
    first !== undefined &&
    first.span.start === at &&
    first.plan.plan.charges.some((charge) => isRated(charge) && hasAdvance(charge))
  );
}

function hasAdvance(charge: Charge): boolean {
  return charge.chargeType === "recurring" && charge.billingTiming === "in-advance";
}

function isInAdvance({ charge }: Service): boolean {
  return hasAdvance(charge);
}

/** Whether a stretch ends in a period, or with it. */
function endsIn(period: Interval, { end }: Interval): boolean {
  return period.start < end && end <= period.end;
}

/** Recurring and usage services of all cycles that have a part in a stretch of time. */
function recurringServices(timeline: Timeline, within: Interval): readonly Service[] {
  return timeline.schedule.flatMap((phase) =>
    chargesIn(timeline, phase, within).flatMap(({ chargeId, cycle }) =>
      cyclesWithin(phase, cycle, within).flatMap((full) =>
        servicesOf(timeline, phase, chargeId, cycle, full),
      ),
    ),
  );
}

interface ChargeCycle {
  readonly chargeId: string;
  readonly cycle: BillingCycle;
}

/** Every charge that some state within a stretch of time has, with its cycle. */
function chargesIn(timeline: Timeline, phase: Phase, within: Interval): readonly ChargeCycle[] {
  const range = overlap(phase.span, within);
  const found = new Map<string, ChargeCycle>();
  for (const state of timeline.states) {
    if (range === undefined || overlap(state.span, range) === undefined) continue;
    for (const charge of state.plan.plan.charges) {
      if (charge.chargeType === "one-time" || !isRated(charge)) continue;
      const each = { chargeId: charge.id, cycle: cycleOf(charge, state) };
      found.set(canonicalJson(each), each);
    }
  }
  return [...found.values()];
}

/** A one-time charge, and the state in which it is first billed for. */
interface DueOnce {
  readonly charge: OneTimeCharge;
  readonly state: SubscriptionState;
}

/** One-time charges that fall due in a period: each once per subscription, when it is first billed for. */
function dueOnce({ states }: Timeline, period: Interval): readonly DueOnce[] {
  const first = new Map<string, DueOnce>();
  for (const state of states.filter(({ resting }) => resting === undefined)) {
    for (const charge of state.plan.plan.charges) {
      if (charge.chargeType !== "one-time" || first.has(charge.id)) continue;
      first.set(charge.id, { charge, state });
    }
  }
  return [...first.values()].filter(({ state }) => contains(period, state.span.start));
}

function oneTimeServices(
  timeline: Timeline,
  { period, full }: ScheduledPeriod,
): readonly Service[] {
  const rated = dueOnce(timeline, period).filter(({ charge }) => isRated(charge));
  return rated.map(({ charge, state }): Service => {
    const at = state.span.start;
    const span = { start: at, end: period.end };
    return {
      ...effectiveCharge(state, charge, at, at, timeline.zone),
      ratePlanId: state.plan.plan.id,
      agentType: state.plan.product.agentType,
      quantity: undefined,
      period: span,
      full,
      pricesHold: span,
      billedFrom: at,
      billedBefore: [],
      siblings: [],
    };
  });
}

/** The discounts of a period, each over the stretches in which it holds unchanged. */
function discountServices(
  timeline: Timeline,
  { period }: ScheduledPeriod,
): readonly DiscountService[] {
  const open = new Map<string, DiscountService>();
  const closed: DiscountService[] = [];
  const once = new Set(dueOnce(timeline, period).map(({ charge }) => charge.id));
  const dates = timeline.states.flatMap(({ span, plan }) => [
    span.start,
    span.end,
    ...plan.plan.charges.filter(isDiscount).flatMap((each) => splitDates(each, timeline.zone)),
  ]);
  for (const common of cutAt(period, dates)) {
    for (const charge of discountsAt(timeline, common.start, period.start)) {
      if (charge.chargeType === "one-time" && !once.has(charge.id)) continue;
      const last = open.get(charge.id);
      const goes = last?.period.end === common.start && sameDiscount(last.charge, charge);
      if (last !== undefined && !goes) closed.push(last);
      const start = last !== undefined && goes ? last.period.start : common.start;
      open.set(charge.id, { charge, period: { start, end: common.end } });
    }
  }
  return [...closed, ...open.values()];
}

function sameDiscount(a: DiscountCharge, b: DiscountCharge): boolean {
  return canonicalJson(a.pricing) === canonicalJson(b.pricing);
}

function commitmentServices({ states }: Timeline, within: Interval): readonly CommitmentService[] {
  return states.flatMap(({ resting, span, plan }) => {
    const period = overlap(span, within);
    const amount = plan.plan.minimumCommitment;
    return resting !== undefined || period === undefined || amount === undefined
      ? []
      : [{ amount, period }];
  });
}

/** The order in which the catalog lists charges, then that of time. */
function inCatalogOrder({ states }: Timeline, services: readonly Service[]): readonly Service[] {
  const ids = [...new Set(states.flatMap(({ plan }) => plan.plan.charges.map(({ id }) => id)))];
  const place = new Map(ids.map((id, index) => [id, index]));
  const placeOf = ({ charge }: Service) => place.get(charge.id) ?? 0;
  return services.toSorted((a, b) => placeOf(a) - placeOf(b) || a.period.start - b.period.start);
}
