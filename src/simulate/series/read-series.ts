import { readPolicy } from "../../catalog/parse-policy.js";
import { type BillingPolicy, DEFAULT_POLICY, policyRounding } from "../../catalog/policy.js";
import type { RatePlan } from "../../catalog/rate-plan.js";
import { isList, ownFields } from "../../data/foreign.js";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { type Fraction, ONE } from "../../money/fraction.js";
import { isRecord } from "../../schema/fields.js";
import { readOptions, readText, type Unread } from "../../schema/options.js";
import type { Subscription } from "../../subscription/subscription.js";
import { instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { overlap } from "../../time/interval.js";
import { isTimeZone, UTC } from "../../time/zone.js";
import { elementsOf, isSource, otherKind } from "../../usage/events/source.js";
import { looksLikeSummary } from "../../usage/read-usage.js";
import { BUCKET_UNITS, bucketEdges, isBucketUnit } from "./buckets.js";
import { type Costs, readCosts } from "./costs.js";
import type { DailyUsage } from "./daily-usage.js";
import { type DayRow, dayText, readDays } from "./day-row.js";
import { eventsSoFar } from "./events-so-far.js";
import { readRates } from "./exchange.js";
import { type Life, lifeOf, readSoldPlan, readSubscription, type SoldPlan } from "./life.js";
import { quantitiesSoFar } from "./quantities-so-far.js";
import { readQuantities } from "./read-quantities.js";
import type { SeriesBucketUnit, SeriesOptions } from "./types.js";
import type { UsageSoFar } from "./usage-so-far.js";

/** A target with its life and its usage. */
export interface SimulatedLife {
  readonly life: Life;
  readonly usage: UsageSoFar;
  /** What its currency is worth in that of the result. */
  readonly rate: Fraction;
}

/** Everything that a simulation over time follows from. */
export interface ReadSeries {
  readonly policy: BillingPolicy;
  readonly currency: string;
  readonly rounding: AmountRounding;
  readonly days: DayRow;
  readonly unit: SeriesBucketUnit;
  readonly edges: readonly Instant[];
  readonly spread: boolean;
  readonly lives: readonly SimulatedLife[];
  readonly costs: Costs;
  /** The events, where usage came as such. */
  readonly events: readonly unknown[] | undefined;
  /** Where the quantity of a recurring charge is wanted. */
  readonly heldPath: (chargeId: string) => readonly PathSegment[];
}

export const SERIES_OPTIONS = [
  "range",
  "bucket",
  "ratePlanId",
  "subscription",
  "flatFees",
  "costs",
  "currency",
  "exchangeRates",
  "policy",
] as const satisfies readonly (keyof SeriesOptions)[];

type Options = Unread<(typeof SERIES_OPTIONS)[number]>;

const MOST_TARGETS = 1_000;

/** Reads what is simulated over time, and reports everything that is wrong. */
export function readSeries(
  target: unknown,
  usage: unknown,
  input: unknown,
  issues: PricingIssue[],
): ReadSeries | undefined {
  const options = readOptions(input, SERIES_OPTIONS, issues, { required: ["range"] });
  const policy = readPolicy(options.policy, issues) ?? DEFAULT_POLICY;
  const plans = readPlans(target, options.ratePlanId, policy, issues);
  const days = readRange(options, issues);
  const { bucket: unit = "day", flatFees = "billing-date" } = options;
  if (!isBucketUnit(unit)) {
    const expected = `one of ${BUCKET_UNITS.join(", ")}`;
    issues.push(issueAt("invalid_value", ["bucket"], { expected, received: unit }));
  }
  if (flatFees !== "billing-date" && flatFees !== "spread") {
    const expected = '"billing-date" or "spread"';
    issues.push(issueAt("invalid_value", ["flatFees"], { expected, received: flatFees }));
  }
  const currency = readCurrency(options, plans, policy, issues);
  const rates = readRates(options.exchangeRates, currency?.code ?? "", issues);
  const worth = plans.map(({ plan }) =>
    options.currency === undefined ? ONE : rates.of(plan.currency, ["currency"]),
  );
  const events = readEvents(usage, issues);
  const charges = plans.flatMap(({ product }) => product.ratePlans.flatMap((each) => each.charges));
  const costs = readCosts(options.costs, {
    charges,
    rates,
    isEvents: events !== undefined,
    issues,
  });
  const [first] = plans;
  if (days === undefined || first === undefined) return undefined;
  const facts = { ratePlanId: first.plan.id, startDate: dayText(days.first) };
  const said = readSubscription(options.subscription, facts, {}, issues);
  if (said === undefined) return undefined;
  const active = activeDays(days, said, issues);
  const targets = plans.map((each) => plansOf(each, said));
  const mayBeNegative = policy.negativeUsage === "allow";
  const quantities =
    events === undefined
      ? readQuantities(usage, { targets, days: active.row, mayBeNegative, issues })
      : [];
  const lives = plans.map((each, index) => {
    const { held = {}, daily } = quantities[index] ?? {};
    const subscription = subscriptionOf(each, said, held, { targets, index });
    return { life: lifeOf(each, subscription, days.span.end, policy, issues), daily };
  });
  const schedule = lives[0]?.life?.timeline.schedule;
  const edges =
    schedule && isBucketUnit(unit) ? bucketEdges(unit, days, schedule, issues) : undefined;
  if (edges === undefined || currency === undefined || !isBucketUnit(unit)) return undefined;
  if (issues.length > 0) return undefined;
  return {
    policy,
    currency: currency.code,
    rounding: currency.rounding,
    days,
    unit,
    edges,
    spread: flatFees === "spread",
    costs,
    events,
    heldPath: (chargeId) =>
      options.subscription !== undefined
        ? ["subscription", "quantities", chargeId]
        : events === undefined && isRecord(usage)
          ? ["usage", chargeId]
          : ["subscription"],
    lives: lives.flatMap(({ life, daily = new Map() }, index) =>
      life === undefined
        ? []
        : {
            life,
            rate: worth[index] ?? ONE,
            usage:
              events === undefined
                ? quantitiesSoFar(active.padded(daily), days, life.timeline.span.start)
                : eventsSoFar(events, edges, life.agentType, ["usage"]),
          },
    ),
  };
}

function readPlans(
  target: unknown,
  ratePlanId: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
): readonly SoldPlan[] {
  if (!isList(target)) {
    const plan = readSoldPlan(target, ratePlanId, policy, [], issues);
    return plan === undefined ? [] : [plan];
  }
  const list = elementsIn(target, ["target"], "a list of targets", issues, MOST_TARGETS) ?? [];
  if (list.length === 0) {
    issues.push(issueAt("missing", ["target"], { expected: "at least one target", received: [] }));
  }
  return list.flatMap(
    (each, index) => readSoldPlan(each, ratePlanId, policy, ["target", index], issues) ?? [],
  );
}

function readRange({ range, subscription }: Options, issues: PricingIssue[]): DayRow | undefined {
  if (range === undefined) return undefined;
  const said = isRecord(subscription) ? ownFields(subscription)?.["timeZone"] : undefined;
  const path = { path: ["range"], required: ["from", "through"] } as const;
  const { from, through } = readOptions(range, ["from", "through"], issues, path);
  if (from === undefined || through === undefined) return undefined;
  return readDays({ from, through }, isTimeZone(said) ? said : UTC, issues);
}

/** The currency of the result: the one that is asked for, else that of all targets. */
function readCurrency(
  options: Options,
  plans: readonly SoldPlan[],
  policy: BillingPolicy,
  issues: PricingIssue[],
): { readonly code: string; readonly rounding: AmountRounding } | undefined {
  const said = readText(options.currency, ["currency"], issues);
  const own = [...new Set(plans.map(({ plan }) => plan.currency))];
  if (said === undefined && own.length > 1) {
    const expected = "the currency of the result, with exchangeRates, as the targets have several";
    issues.push(issueAt("missing_currency", ["currency"], { expected, found: own.join(", ") }));
  }
  const code = said ?? own[0];
  if (code === undefined) return undefined;
  const rounding = policyRounding(policy, code);
  if (!("code" in rounding)) return { code, rounding };
  const isOption = said !== undefined && rounding.code === "unknown_currency";
  issues.push(
    isOption
      ? issueAt("unknown_currency", ["currency"], { expected: rounding.expected, received: said })
      : rounding,
  );
  return undefined;
}

/** Events, where usage is given as such; each is looked at once. */
function readEvents(usage: unknown, issues: PricingIssue[]): readonly unknown[] | undefined {
  const other = usage === undefined || usage === null ? undefined : otherKind(usage);
  if (other !== undefined) {
    issues.push(issueAt("invalid_type", ["usage"], other));
    return [];
  }
  if (!isSource(usage)) return undefined;
  const events = [...elementsOf(usage, ["usage"], issues)];
  if (events.some(looksLikeSummary)) {
    const expected =
      "events, or quantities: a summary does not say when in its period they were used";
    issues.push(issueAt("usage_mismatch", ["usage"], { expected, found: "summaries" }));
  }
  return events;
}

/** The days of the range on which the subscription runs, and how quantities on those days stand among all. */
function activeDays(days: DayRow, { startDate, endDate }: Subscription, issues: PricingIssue[]) {
  const { zone, starts, span, first } = days;
  const end = endDate === undefined ? span.end : instantOf(endDate, zone);
  const active = overlap(span, { start: instantOf(startDate, zone), end });
  if (active === undefined) {
    const expected = `a subscription that runs on some day of the range`;
    const facts = { expected, found: `${startDate} to ${endDate ?? "no end"}` };
    issues.push(issueAt("out_of_range", ["subscription"], facts));
  }
  const { start, end: until } = active ?? span;
  const isOn = (index: number) =>
    (starts[index + 1] ?? span.end) > start && (starts[index] ?? span.start) < until;
  const places = starts.flatMap((_, index) => (isOn(index) ? [index] : []));
  const from = places[0] ?? 0;
  const row: DayRow = {
    ...days,
    first: first + from,
    starts: starts.slice(from, from + places.length),
  };
  const padded = (all: ReadonlyMap<string, DailyUsage>): ReadonlyMap<string, DailyUsage> => {
    if (places.length === starts.length) return all;
    const before = new Array<bigint>(from).fill(0n);
    return new Map(
      [...all].map(([id, { units, decimals }]) => [id, { units: [...before, ...units], decimals }]),
    );
  };
  return { row, padded };
}

/** The plans of a target that a subscription starts on and changes to. */
function plansOf({ plan, product }: SoldPlan, { changes = [] }: Subscription): readonly RatePlan[] {
  const ids = new Set([plan.id, ...changes.flatMap(({ ratePlanId = [] }) => ratePlanId)]);
  return product.ratePlans.filter(({ id }) => ids.has(id));
}

/** The subscription to one of several targets: of the quantities it holds those that its plans know; unknown ones stay with the first. */
function subscriptionOf(
  { plan }: SoldPlan,
  said: Subscription,
  held: Readonly<Record<string, string>>,
  {
    targets,
    index,
  }: { readonly targets: readonly (readonly RatePlan[])[]; readonly index: number },
): Subscription {
  const idsOf = (plans: readonly RatePlan[]) =>
    new Set(plans.flatMap(({ charges }) => charges.map(({ id }) => id)));
  const own = idsOf(targets[index] ?? []);
  const all = idsOf(targets.flat());
  const quantities = Object.entries(said.quantities ?? {}).filter(
    ([id]) => own.has(id) || (index === 0 && !all.has(id)),
  );
  return {
    ...said,
    ratePlanId: plan.id,
    quantities: { ...Object.fromEntries(quantities), ...held },
  };
}
