/** When a subscription is on which plan, with how much of what: its billing periods, and the stretches of its charges in them. */
import { Temporal } from "temporal-polyfill";
import { plain, Rational, read } from "./rational.js";
import type { Charge, Plan, RatedCharge, Span, Story } from "./story.js";

/** A stretch of time on one plan with the same quantities. */
interface State {
  readonly span: Span;
  readonly plan: Plan;
  readonly quantities: Readonly<Record<string, string>>;
}

/** A charge over a stretch of a billing period in which its price and quantity are the same. */
export interface Segment {
  readonly charge: RatedCharge;
  readonly plan: Plan;
  readonly span: Span;
  readonly quantity: string | undefined;
  /** Which part of its fee was billed before it, and with it, by days: time in which it was not sold does not count. */
  readonly from: Rational;
  readonly to: Rational;
}

/** A discount or the limits of a plan over the stretch of a billing period in which the plan holds. */
export interface PlanStretch {
  readonly plan: Plan;
  readonly span: Span;
  /** Which part of the billing period that is, by days: up to it, and with it. */
  readonly from: Rational;
  readonly to: Rational;
}

export function instantOf(date: string): string {
  return date.includes("T") ? date : `${date}T00:00:00Z`;
}

export function isIn({ start, end }: Span, instant: string): boolean {
  return instantOf(start) <= instant && instant < instantOf(end);
}

function daysFrom(start: string, end: string): bigint {
  return BigInt(Temporal.PlainDate.from(start).until(end, { largestUnit: "days" }).days);
}

/** The nth billing period, from 0: months counted from the start, the day kept where a month has it. */
export function periodOf({ subscription }: Story, index: number): Span {
  const start = Temporal.PlainDate.from(subscription.startDate);
  const at = (months: number) => start.add({ months }).toString();
  return { start: at(index), end: at(index + 1) };
}

/** The number of the billing period that contains a date, or 0 for one before the start. */
export function indexAt(story: Story, date: string): number {
  for (let index = 0; ; index += 1) {
    if (instantOf(date) < instantOf(periodOf(story, index).end)) return index;
  }
}

function statesIn({ catalog, subscription }: Story, { start, end }: Span): readonly State[] {
  const planOf = (id: string) => {
    const plan = catalog.ratePlans.find((candidate) => candidate.id === id);
    if (plan === undefined) throw new Error(`no plan ${id}`);
    return plan;
  };
  const changes = [...(subscription.changes ?? [])].sort((a, b) =>
    a.effectiveDate < b.effectiveDate ? -1 : 1,
  );
  const dates = changes.map(({ effectiveDate }) => effectiveDate);
  const bounds = [start, ...dates.filter((date) => date > start && date < end), end];
  return bounds.slice(0, -1).map((from, index) => {
    let plan = planOf(subscription.ratePlanId);
    let quantities = subscription.quantities ?? {};
    for (const change of changes) {
      if (change.effectiveDate > from) break;
      if (change.ratePlanId !== undefined) plan = planOf(change.ratePlanId);
      quantities = { ...quantities, ...change.quantities };
    }
    return { span: { start: from, end: bounds[index + 1] ?? end }, plan, quantities };
  });
}

/** The plans of a billing period, each over the stretch in which it holds. */
export function planStretches(story: Story, period: Span): readonly PlanStretch[] {
  const whole = daysFrom(period.start, period.end);
  return joined(statesIn(story, period), ({ plan }) => plan.id).map(({ plan, span }) => ({
    plan,
    span,
    from: new Rational(daysFrom(period.start, span.start), whole),
    to: new Rational(daysFrom(period.start, span.end), whole),
  }));
}

/** The stretches of all charges that have a price in a billing period, in the order of the catalog, then of time. */
export function segmentsIn(story: Story, period: Span): readonly Segment[] {
  const states = statesIn(story, period);
  const whole = daysFrom(period.start, period.end);
  return story.catalog.ratePlans.flatMap((plan) =>
    plan.charges.filter(isRated).flatMap((charge): Segment[] => {
      const held = states.filter((state) => state.plan.id === plan.id);
      if (charge.chargeType === "one-time") return onceIn(story, period, held, charge);
      const counts = charge.chargeType === "recurring" && charge.pricing.model !== "flat";
      const quantityIn = ({ quantities }: State) => (counts ? quantities[charge.id] : undefined);
      let days = 0n;
      return joined(held, (state) => plain(read(quantityIn(state) ?? "0"))).map((state) => {
        const before = days;
        days += daysFrom(state.span.start, state.span.end);
        return {
          charge,
          plan,
          span: state.span,
          quantity: quantityIn(state),
          from: new Rational(before, whole),
          to: new Rational(days, whole),
        };
      });
    }),
  );
}

/** A one-time charge: in the first period in which its plan holds. */
function onceIn(
  story: Story,
  period: Span,
  held: readonly State[],
  charge: RatedCharge,
): Segment[] {
  const [first] = held;
  if (first === undefined) return [];
  const before = { start: story.subscription.startDate, end: period.start };
  const wasHeld =
    before.start < before.end &&
    statesIn(story, before).some(({ plan }) => plan.id === first.plan.id);
  if (wasHeld) return [];
  const all = { from: new Rational(0n), to: new Rational(1n) };
  const span = { start: first.span.start, end: period.end };
  return [{ charge, plan: first.plan, span, quantity: undefined, ...all }];
}

/** Neighbours that are alike, as one. */
function joined(states: readonly State[], likeness: (state: State) => string): readonly State[] {
  const list: State[] = [];
  for (const state of states) {
    const last = list.at(-1);
    if (last?.span.end === state.span.start && likeness(last) === likeness(state)) {
      list[list.length - 1] = { ...last, span: { start: last.span.start, end: state.span.end } };
    } else list.push(state);
  }
  return list;
}

function isRated(charge: Charge): charge is RatedCharge {
  return charge.pricing.model !== "discount";
}
