import { type CatalogReader, catalogReader } from "../catalog/catalog.js";
import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicy, DEFAULT_POLICY } from "../catalog/policy.js";
import type { Product } from "../catalog/product.js";
import { canonicalJson } from "../data/canonical-json.js";
import { elementsIn, issueAt, issueMoved, PricingError, type PricingIssue } from "../errors.js";
import { documentsEndingIn } from "../invoice/due/ending-in.js";
import { noHistory } from "../invoice/history/history.js";
import { neededUsage } from "../invoice/price/needed-usage.js";
import type { GivenUsage } from "../invoice/rating/given-usage.js";
import { readDateAt, readPeriod } from "../schema/dates.js";
import { readOptions, type Unread } from "../schema/options.js";
import { valueOrReport } from "../schema/parse.js";
import { readCatalog } from "../subscription/find-plan.js";
import { layOut } from "../subscription/lay-out.js";
import { type Subscription, subscriptionAt } from "../subscription/subscription.js";
import type { Instant } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import { type TimeZone, UTC } from "../time/zone.js";
import { type LanesByUnit, lanesByUnit } from "../usage/lanes/lane.js";
import { checkPeriods } from "../usage/meter/scope.js";
import { type SummaryKind, summaryKind } from "../usage/summary/builder.js";

/** A subscription of a run, and what is summed up of it. */
export interface RunSubscription {
  readonly id: string;
  readonly customerId: string;
  readonly life: RunLife;
}

/** What is summed up of all subscriptions that differ in nothing but whose they are. */
export interface RunLife {
  /** The usage charges, each for a stretch of time. */
  readonly kinds: readonly SummaryKind[];
  /** The places among them of those that price a unit of measure. */
  readonly byUnit: ReadonlyMap<string | undefined, readonly number[]>;
  /** The lanes of those that keep no ids. */
  readonly lanes: LanesByUnit;
  /** The places of those that judge outcomes. */
  readonly judging: readonly number[];
  /** The moments of knowledge of all of them, each once. */
  readonly moments: readonly Instant[];
}

/** What a run is asked to sum up. */
export interface RunTask {
  readonly subscriptions: readonly RunSubscription[];
  readonly deduplicate: boolean;
  /** Whether summaries remember ids, so that they can be merged and priced as if the events had come with them. */
  readonly keepsIds: boolean;
}

const OPTIONS = ["catalog", "subscriptions", "period", "asOf", "policy", "keepIds"] as const;

type RunFields = Unread<(typeof OPTIONS)[number]>;

/** Reads the options of a run, with every issue. */
export function readRun(input: unknown, issues: PricingIssue[]): RunTask {
  const fields = readOptions(input, OPTIONS, issues, {
    required: ["catalog", "subscriptions", "period"],
  });
  const policy = readPolicy(fields.policy, issues) ?? DEFAULT_POLICY;
  const reader = catalogReader(policy);
  const products = readCatalog(fields.catalog, reader, issues);
  const { keepIds = policy.deduplicate } = fields;
  if (typeof keepIds !== "boolean") {
    const expected = "true or false";
    issues.push(issueAt("invalid_type", ["keepIds"], { expected, received: keepIds }));
  } else if (keepIds && !policy.deduplicate) {
    const expected = "false, as policy.deduplicate leaves ids to others";
    issues.push(issueAt("invalid_value", ["keepIds"], { expected, received: keepIds }));
  }
  const keepsIds = keepIds === true;
  const subscriptions =
    products === undefined
      ? []
      : readSubscriptions(fields, { products, reader, policy, keepsIds }, issues);
  if (issues.length > 0) throw new PricingError(issues);
  return { subscriptions, deduplicate: policy.deduplicate, keepsIds };
}

interface RunContext {
  readonly products: readonly Product[];
  readonly reader: CatalogReader;
  readonly policy: BillingPolicy;
  readonly keepsIds: boolean;
}

function readSubscriptions(
  fields: RunFields,
  context: RunContext,
  issues: PricingIssue[],
): readonly RunSubscription[] {
  const { subscriptions: input } = fields;
  if (input === undefined) return [];
  const list = elementsIn(input, ["subscriptions"], "a list of subscriptions", issues) ?? [];
  const timesIn = timesByZone(fields, issues);
  const lives = new Map<string, RunLife>();
  const places = new Map<string, number>();
  return list.flatMap((each, index): readonly RunSubscription[] => {
    const path = ["subscriptions", index];
    const subscription = valueOrReport(subscriptionAt(each, path), issues);
    if (subscription === undefined) return [];
    const { id, customerId, timeZone = UTC } = subscription;
    const earlier = places.get(id);
    if (earlier !== undefined) {
      const expected = `another id than that of subscriptions[${earlier}]`;
      issues.push(issueAt("duplicate_id", [...path, "id"], { expected, received: id }));
    }
    places.set(id, index);
    const times = timesIn(timeZone);
    if (times === undefined) return [];
    const shape = shapeOf(subscription);
    const known = lives.get(shape);
    if (known !== undefined) return [{ id, customerId, life: known }];
    const own: PricingIssue[] = [];
    const life = lifeOf(subscription, times, context, own);
    for (const issue of own) issues.push(issueMoved([...path, ...issue.path.slice(1)], issue));
    if (life === undefined) return [];
    if (own.length === 0) lives.set(shape, life);
    return [{ id, customerId, life }];
  });
}

/** Everything of a subscription that decides what is summed up. */
function shapeOf({ id: _id, customerId: _customer, metadata: _data, ...rest }: Subscription) {
  return canonicalJson(rest);
}

interface RunTimes {
  readonly period: Interval;
  readonly asOf: Instant | undefined;
}

/** The period and the moment of knowledge in a time zone; what is wrong with them is said once. */
function timesByZone({ period: given, asOf: said }: RunFields, issues: PricingIssue[]) {
  const known = new Map<TimeZone, RunTimes | undefined>();
  const read = (zone: TimeZone): RunTimes | undefined => {
    // What is missing is reported already.
    const found = known.size === 0 ? issues : [];
    const period = given === undefined ? undefined : readPeriod(given, ["period"], zone, found);
    const asOf = said === undefined ? undefined : readDateAt(said, ["asOf"], zone, found);
    return period && { period, asOf };
  };
  return (zone: TimeZone): RunTimes | undefined => {
    if (known.has(zone)) return known.get(zone);
    const times = read(zone);
    known.set(zone, times);
    return times;
  };
}

const NO_LANES: LanesByUnit = new Map();

/** The usage charges of a subscription for the stretches that the documents bill which end in the period. */
function lifeOf(
  subscription: Subscription,
  { period: within, asOf: said }: RunTimes,
  { products, reader, policy, keepsIds }: RunContext,
  issues: PricingIssue[],
): RunLife | undefined {
  const timeline = layOut(subscription, products, reader, issues);
  if (timeline === undefined) return undefined;
  const kinds = new Map<string, SummaryKind>();
  for (const target of documentsEndingIn(timeline, within)) {
    const request = { timeline, target, history: noHistory(timeline), rerate: [], policy };
    for (const segment of neededUsage({ ...request, given: UNGIVEN })) {
      const { charge, agentType, period, pauses } = segment;
      if (!isUsageCharge(charge)) continue;
      checkPeriods([segment], issues);
      if (!keepsIds && charge.outcome !== undefined) issues.push(forgetsIds(charge, policy));
      const asOf = said ?? target.moment;
      const scope = { agentType, zone: timeline.zone, period, pauses, asOf };
      const kind = summaryKind({ charge, scope, deduplicate: keepsIds });
      const name = canonicalJson(kind.header);
      // One summary is that of all segments that count alike, also of outcomes at several prices that are in force no longer.
      if (!kinds.has(name)) kinds.set(name, kind);
    }
  }
  return runLife([...kinds.values()], keepsIds);
}

/** Usage that is not there yet. */
const UNGIVEN: GivenUsage = { usage: undefined, path: ["usage"] };

function runLife(kinds: readonly SummaryKind[], keepsIds: boolean): RunLife {
  const byUnit = new Map<string | undefined, number[]>();
  for (const [place, { charge }] of kinds.entries()) {
    const alike = byUnit.get(charge.unitOfMeasure);
    if (alike === undefined) byUnit.set(charge.unitOfMeasure, [place]);
    else alike.push(place);
  }
  return {
    kinds,
    byUnit,
    lanes: keepsIds ? NO_LANES : lanesByUnit(kinds.map(({ meter }) => meter)),
    judging: [...kinds.keys()].filter((place) => kinds[place]?.outcomes !== undefined),
    moments: [...new Set(kinds.flatMap(({ scope }) => scope.asOf ?? []))],
  };
}

/** Outcomes are judged anew whenever something becomes known, so their ids are kept. */
function forgetsIds({ id }: UsageCharge, { deduplicate }: BillingPolicy): PricingIssue {
  const path = ["subscription", "ratePlanId"];
  const option = deduplicate ? "keepIds" : "policy.deduplicate";
  const expected = `a plan without outcomes to judge while ${option} is false`;
  return issueAt("not_supported", path, { expected, found: `charge ${id}, which judges outcomes` });
}
