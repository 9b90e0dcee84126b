/** What a part of a billing period comes to: rates, discounts, coupons, limits of charges, limits of plans. */
import { netByKey, type OracleLine, type Share, targets, totalOf } from "./line.js";
import { owedByKey } from "./owed.js";
import { type Rated, rateMatrix, ratePercentage, rateQuantity, totalQuantity } from "./pricing.js";
import {
  allocate,
  least,
  ONE,
  Rational,
  read,
  round,
  roundTogether,
  sum,
  ZERO,
} from "./rational.js";
import { type Money, type PartName, type Reduction, takeOff } from "./reductions.js";
import type { Coupon, Span, Story, UsageEvent } from "./story.js";
import { indexAt, instantOf, isIn, planStretches, type Segment, segmentsIn } from "./timeline.js";

export interface PartAsked {
  readonly period: Span;
  readonly part: PartName;
  /** Whether the period is not over: usage alone is billed. */
  readonly isInterim: boolean;
  /** The document's moment: what begins later is not billed by an interim document. */
  readonly moment: string;
  /** The events that are known. */
  readonly events: readonly UsageEvent[];
  readonly coupons: readonly Coupon[];
  /** What is billed of the period's other part. */
  readonly before: readonly OracleLine[];
  readonly money: Money;
}

export function pricePart(story: Story, asked: PartAsked): readonly OracleLine[] {
  const { money, part, before } = asked;
  const segments = segmentsIn(story, asked.period).filter((segment) =>
    asked.isInterim
      ? segment.charge.chargeType === "usage" && instantOf(segment.span.start) < asked.moment
      : partOf(story, segment) === asked.part,
  );
  const rated = rate(story, segments, asked);
  const { discounts: rules = {}, coupons = {} } = story.policy;
  const discounts = takeOff(discountsIn(story, asked.period), rated, {
    before,
    rules,
    money,
    part,
  });
  const lines = [...rated, ...discounts];
  const off = (list: readonly Reduction[]) =>
    takeOff(list, lines, { before, rules: coupons, money, part });
  const reductions = couponsIn(story, asked);
  const ways =
    coupons.stacking === "best" ? reductions.map((one) => off([one])) : [off(reductions)];
  const best = ways.reduce<readonly OracleLine[]>(
    (found, way) => (totalOf(found).isMoreThan(totalOf(way)) ? way : found),
    [],
  );
  lines.push(...best);
  lines.push(...limitCharges(segments, lines, asked));
  lines.push(...limitPlans(story, lines, asked));
  return lines;
}

/** With which document a charge is billed. What is due once opens the subscription, where there is an opening. */
function partOf(story: Story, { charge, span }: Segment): PartName {
  if (charge.chargeType === "one-time") {
    return hasOpening(story) && span.start === story.subscription.startDate ? "ahead" : "arrears";
  }
  const isAhead = charge.chargeType === "recurring" && charge.billingTiming === "in-advance";
  return isAhead ? "ahead" : "arrears";
}

/** Whether fees are billed in advance of the first period. */
export function hasOpening({ catalog, subscription }: Story): boolean {
  const plan = catalog.ratePlans.find(({ id }) => id === subscription.ratePlanId);
  return (plan?.charges ?? []).some(
    (charge) =>
      charge.chargeType === "recurring" &&
      "billingTiming" in charge &&
      charge.billingTiming === "in-advance",
  );
}

function rate(
  { policy }: Story,
  segments: readonly Segment[],
  { events, money }: PartAsked,
): readonly OracleLine[] {
  const amounts = segments.map((segment) => {
    const { quantity, amount } = rateSegment(segment, events);
    const prorates = segment.charge.chargeType === "recurring";
    const [from, to] = prorates ? [segment.from, segment.to] : [ZERO, ONE];
    const partUpTo = (share: Rational) => round(amount.times(share), money.step, money.mode);
    return {
      segment,
      quantity,
      exact: amount.times(to.minus(from)),
      rounded: partUpTo(to).minus(partUpTo(from)),
    };
  });
  const together = roundTogether(
    amounts.map(({ exact }) => exact),
    money.step,
    money.mode,
  );
  return amounts.flatMap(({ segment, quantity, exact, rounded }, index): OracleLine[] => {
    const amount = policy.rounding?.scope === "invoice" ? (together[index] ?? ZERO) : rounded;
    const { charge, plan, span } = segment;
    if (quantity.sign === 0 && exact.sign === 0 && policy.zeroLines !== true) return [];
    return [
      {
        key: `${charge.chargeType}:${charge.id}@${span.start}`,
        kind: charge.chargeType,
        countsAs: charge.chargeType,
        chargeId: charge.id,
        sourceId: null,
        charge,
        plan,
        span,
        amount,
        exact,
        quantity,
        shares: [],
      },
    ];
  });
}

function rateSegment(
  { charge, plan, span, quantity }: Segment,
  events: readonly UsageEvent[],
): Rated {
  if (charge.chargeType === "one-time")
    return { quantity: ONE, amount: read(charge.pricing.amount) };
  const unit = plan.pricingUnits?.find(({ code }) => code === charge.pricingUnit);
  const inMoney = (amount: Rational) => amount.times(read(unit?.rate ?? "1"));
  if (charge.chargeType === "recurring") {
    const { quantity: billed, amount } = rateQuantity(
      charge,
      charge.pricing,
      read(quantity ?? "1"),
    );
    return { quantity: billed, amount: inMoney(amount) };
  }
  const own = events.filter(
    ({ unitOfMeasure, timestamp }) =>
      unitOfMeasure === charge.unitOfMeasure && isIn(span, timestamp),
  );
  if (charge.pricing.model === "percentage") {
    const quantity = new Rational(BigInt(own.length));
    return { quantity, amount: inMoney(ratePercentage(charge.pricing, own)) };
  }
  if (charge.pricing.model === "matrix") {
    return { quantity: totalQuantity(own), amount: inMoney(rateMatrix(charge.pricing, own)) };
  }
  const rated = rateQuantity(charge, charge.pricing, totalQuantity(own));
  return { quantity: rated.quantity, amount: inMoney(rated.amount) };
}

/** The discounts of the catalog, each over the stretch in which its plan holds, of which a fixed one has its part. */
function discountsIn(story: Story, period: Span): readonly Reduction[] {
  return planStretches(story, period).flatMap(({ plan, from, to }) =>
    plan.charges.flatMap((charge): Reduction[] => {
      if (charge.pricing.model !== "discount") return [];
      const { percent, amount, appliesTo } = charge.pricing;
      const target = appliesTo ?? { chargeTypes: [charge.chargeType] };
      return [
        {
          kind: "discount",
          id: charge.id,
          percent,
          amount:
            amount === undefined
              ? undefined
              : read(amount).times(charge.chargeType === "recurring" ? to.minus(from) : ONE),
          appliesTo: (line) => line.plan?.id === plan.id && targets(target, line.charge),
        },
      ];
    }),
  );
}

/** The coupons that cover a billing period, by their ids. */
function couponsIn(story: Story, { coupons, period }: PartAsked): readonly Reduction[] {
  return [...coupons]
    .filter((coupon) => covers(story, coupon, period))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, percent, amount, appliesTo = "all" }) => ({
      kind: "coupon",
      id,
      percent,
      amount: amount === undefined ? undefined : read(amount),
      appliesTo: (line) => targets(appliesTo, line.charge),
    }));
}

function covers(story: Story, coupon: Coupon, period: Span): boolean {
  const first = indexAt(story, coupon.from);
  const index = indexAt(story, period.start);
  if (index < first) return false;
  if (coupon.until !== undefined && instantOf(period.start) >= instantOf(coupon.until))
    return false;
  if (coupon.oncePerSubscription && index > first) return false;
  return coupon.periods === undefined || index < first + coupon.periods;
}

/** Brings each charge, net of what is taken off, to its minimum or maximum, once for each stretch with the same price. */
function limitCharges(
  segments: readonly Segment[],
  lines: readonly OracleLine[],
  { money, isInterim }: PartAsked,
): readonly OracleLine[] {
  const net = netByKey(lines);
  const done = new Set<string>();
  return segments.flatMap(({ charge, plan }): OracleLine[] => {
    const name = `${plan.id} ${charge.id}`;
    if (charge.chargeType === "one-time" || done.has(name)) return [];
    done.add(name);
    const stretch = segments.filter((other) => other.charge === charge && other.plan === plan);
    const [start, end] = [stretch[0]?.span.start ?? "", stretch.at(-1)?.span.end ?? ""];
    const billed = sum(
      stretch.map(({ span }) => net.get(`${charge.chargeType}:${charge.id}@${span.start}`) ?? ZERO),
    );
    const line = (kind: "minimum" | "maximum", limit: string): OracleLine => {
      const amount = round(read(limit), money.step, money.mode).minus(billed);
      const key = `${kind}:${charge.id}@${start}`;
      const head = { key, kind, countsAs: kind, chargeId: charge.id, sourceId: null } as const;
      return { ...head, charge, plan, span: { start, end }, amount, exact: amount, shares: [] };
    };
    const { minimum, maximum } = charge;
    const limits = [
      ...(minimum !== undefined && !isInterim ? [line("minimum", minimum)] : []),
      ...(maximum !== undefined ? [line("maximum", maximum)] : []),
    ];
    return limits.filter(({ kind, amount }) => amount.sign === (kind === "minimum" ? 1 : -1));
  });
}

/** Brings the plan as a whole to its commitment, or down to the most that it bills. */
function limitPlans(
  story: Story,
  lines: readonly OracleLine[],
  { period, part, before, money, isInterim }: PartAsked,
): readonly OracleLine[] {
  if (part === "ahead") return [];
  const stretches = planStretches(story, period);
  const billed = totalOf([...before, ...lines]);
  // A part is what is due with it less what was due before it, each rounded.
  const limit = (name: "minimumCommitment" | "maximumSpend") => {
    let share = ZERO;
    return sum(
      stretches.map(({ plan: { [name]: amount }, from, to }) => {
        if (amount === undefined) return ZERO;
        const upTo = (part: Rational) => round(read(amount).times(part), money.step, money.mode);
        const before = upTo(share);
        share = share.plus(to).minus(from);
        return upTo(share).minus(before);
      }),
    );
  };
  const line = (kind: "minimum-commitment" | "maximum-spend", amount: Rational): OracleLine => ({
    key: `${kind}@${period.start}`,
    kind,
    countsAs: kind,
    chargeId: null,
    sourceId: null,
    span: period,
    amount,
    exact: amount,
    shares: [],
  });
  const missing = limit("minimumCommitment").minus(billed);
  if (!isInterim && missing.sign > 0) return [line("minimum-commitment", missing)];
  if (stretches.some(({ plan }) => plan.maximumSpend === undefined)) return [];
  const beyond = billed.minus(limit("maximumSpend"));
  if (beyond.sign <= 0) return [];
  const under = new Map([...before, ...lines].map((each) => [each.key, each]));
  // Those billed with it first; what is more than all of them falls to fees in advance.
  const fallTo = (own: readonly OracleLine[], amount: Rational): readonly Share[] => {
    const owed = owedByKey(netByKey(own), (key) => under.get(key), money);
    const left = [...owed].filter(([, each]) => each.sign > 0);
    const whole = left.map(([, each]) => each);
    return allocate(least(amount, sum(whole)), whole, money.step, whole).flatMap((share, index) => {
      const key = left[index]?.[0] ?? "";
      return share.sign === 0 ? [] : [{ key, amount: share.negated() }];
    });
  };
  const head = line("maximum-spend", beyond.negated());
  const own = fallTo(lines, beyond);
  const rest = beyond.plus(totalOf(own));
  if (rest.sign === 0) return [{ ...head, shares: own }];
  const taken = { ...head, amount: totalOf(own), shares: own };
  return [{ ...head, shares: [...own, ...fallTo([...before, ...lines, taken], rest)] }];
}
