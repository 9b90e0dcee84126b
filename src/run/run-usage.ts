import { deepFreeze } from "../data/deep-freeze.js";
import { groupBy } from "../data/group-by.js";
import type { Instant } from "../time/instant.js";
import { type EventGroups, eventGroups } from "../usage/events/deduplicate.js";
import type { ReadEvent, ReadSignal } from "../usage/events/event.js";
import { readEvent } from "../usage/events/read-event.js";
import { isKnown, reportInvalid, reportSignal } from "../usage/events/read-events.js";
import { reportBuilder, reportGroup, type UsageReport } from "../usage/events/report.js";
import type { UsageSummary } from "../usage/summary/summary.js";
import { type ChargeTally, chargeTally } from "./charge-tally.js";
import type { RunSubscription, RunTask } from "./read-run.js";
import { type UnknownCustomers, unknownCustomers } from "./unknown-customers.js";

/** The usage of one subscription. */
export interface SubscriptionUsage {
  /** The subscription. */
  readonly subscriptionId: string;
  /** Its customer. */
  readonly customerId: string;
  /** A summary for each usage charge and stretch of time that ends in the period: what `invoice` takes as `usage`. */
  readonly summaries: readonly UsageSummary[];
}

/** The usage of all subscriptions of a run. */
export interface RunSummary {
  /** The usage of each subscription, in the order in which they were given. */
  readonly subscriptions: readonly SubscriptionUsage[];
  /** What became of the events that are in no summary: an event is either in this report or in that of a summary. */
  readonly report: UsageReport;
  /** Whose events they are, where a customer has no subscription in the run. */
  readonly unknownCustomers: UnknownCustomers;
}

/** Sums up the events of a run, one at a time, in any order. */
export interface RunUsage {
  add(input: unknown): void;
  build(): RunSummary;
}

/** A subscription with what is added up of it; each tally begins with its first event. */
interface OpenSubscription extends RunSubscription {
  readonly tallies: (ChargeTally | undefined)[];
}

interface Customer {
  readonly number: number;
  readonly subscriptions: readonly OpenSubscription[];
  /** The moments of knowledge of all of them, each once. */
  readonly moments: readonly Instant[];
}

export function runUsage({ subscriptions, deduplicate }: RunTask): RunUsage {
  const open = subscriptions.map((each): OpenSubscription => ({ ...each, tallies: [] }));
  const customers = customersOf(open);
  const report = reportBuilder();
  const unknown = unknownCustomers();
  // Events by what identifies them, for each moment of knowledge.
  const known = new Map<Instant, EventGroups>();
  const groupsAt = (moment: Instant): EventGroups => {
    const groups = known.get(moment) ?? eventGroups();
    known.set(moment, groups);
    return groups;
  };
  const reportUnpriced = (event: ReadEvent, customer: Customer) =>
    report.add("unmatched", { id: event.id, reason: whyUnpriced(event, customer) });

  const addOnce = (event: ReadEvent, customer: Customer) => {
    const { moments, number } = customer;
    const [first] = moments;
    for (const moment of moments) {
      if (event.receivedAt <= moment) {
        groupsAt(moment).add(number, event);
      } else {
        eachTally(event, customer, moment, (tally) => tally.exclude(event));
        if (moment === first && !isPriced(event, customer)) reportUnpriced(event, customer);
      }
    }
    if (first === undefined) reportUnpriced(event, customer);
  };
  const addEach = (event: ReadEvent, customer: Customer) => {
    const isAny = eachTally(event, customer, undefined, (tally) => {
      if (isKnown(event, tally.kind.scope)) tally.add(event);
      else tally.exclude(event);
    });
    if (!isAny) reportUnpriced(event, customer);
  };
  const addEvent = deduplicate ? addOnce : addEach;

  const addSignal = (signal: ReadSignal) => {
    const customer = customers.get(signal.customerId);
    if (customer === undefined) unknown.add(signal.customerId);
    const isJudged = customer !== undefined && eachJudging(signal, customer);
    if (!isJudged) reportSignal(signal, report);
  };

  let lastId: string | undefined;
  let last: Customer | undefined;
  return {
    add(input) {
      const reading = readEvent(input);
      if (reading.kind === "invalid") return reportInvalid(reading, report);
      if (reading.kind === "signal") return addSignal(reading.signal);
      const { event } = reading;
      if (event.customerId !== lastId) {
        lastId = event.customerId;
        last = customers.get(lastId);
      }
      if (last !== undefined) return addEvent(event, last);
      unknown.add(event.customerId);
      const reason = `of customer ${event.customerId}, who has no subscription in the run`;
      report.add("unmatched", { id: event.id, reason });
    },
    build() {
      for (const [moment, { all }] of known) {
        for (const group of all) {
          const { winner, copies, conflicts } = group;
          const customer = customers.get(winner.customerId);
          if (customer === undefined) throw new Error("unreachable: an event of nobody");
          if (eachTally(winner, customer, moment, (tally) => tally.take(group))) continue;
          if (moment !== customer.moments[0] || isPriced(winner, customer)) continue;
          reportUnpriced(winner, customer);
          reportGroup(report, winner.id, copies, conflicts);
        }
      }
      return deepFreeze({
        subscriptions: open.map(usageOf),
        report: report.build(),
        unknownCustomers: unknown.build(),
      });
    },
  };
}

function customersOf(open: readonly OpenSubscription[]): ReadonlyMap<string, Customer> {
  const byCustomer = groupBy(open, ({ customerId }) => customerId);
  return new Map(
    [...byCustomer].map(([customerId, subscriptions], number): [string, Customer] => {
      const moments = new Set(subscriptions.flatMap(({ life }) => life.moments));
      return [customerId, { number, subscriptions, moments: [...moments] }];
    }),
  );
}

/** The tally of a charge of a subscription, begun where it is the first time. */
function tallyAt({ tallies, life }: OpenSubscription, place: number): ChargeTally {
  const begun = tallies[place];
  if (begun !== undefined) return begun;
  const kind = life.kinds[place];
  if (kind === undefined) throw new Error("unreachable: a charge that is not of the subscription");
  const tally = chargeTally(kind);
  tallies[place] = tally;
  return tally;
}

/** An event that names no subscription fits all of its customer's. */
function fits({ fields }: Pick<ReadEvent, "fields">, { id }: OpenSubscription): boolean {
  return fields.subscriptionId === undefined || fields.subscriptionId === id;
}

const NONE: readonly number[] = [];

/** Does something for each charge that prices an event's unit, of one moment of knowledge or of any; false where there is none. */
function eachTally(
  event: ReadEvent,
  { subscriptions }: Customer,
  moment: Instant | undefined,
  act: (tally: ChargeTally) => void,
): boolean {
  let isAny = false;
  for (const subscription of subscriptions) {
    if (!fits(event, subscription)) continue;
    const { byUnit, kinds } = subscription.life;
    for (const place of byUnit.get(event.unitOfMeasure) ?? NONE) {
      if (moment !== undefined && kinds[place]?.scope.asOf !== moment) continue;
      act(tallyAt(subscription, place));
      isAny = true;
    }
  }
  return isAny;
}

function isPriced(event: ReadEvent, { subscriptions }: Customer): boolean {
  return subscriptions.some(
    (each) => fits(event, each) && each.life.byUnit.has(event.unitOfMeasure),
  );
}

function whyUnpriced({ unitOfMeasure, fields }: ReadEvent, { subscriptions }: Customer): string {
  return subscriptions.some((each) => fits({ fields }, each))
    ? `no charge prices ${unitOfMeasure}`
    : `of subscription ${fields.subscriptionId}`;
}

/** Gives a signal to each charge that judges outcomes; false where there is none. */
function eachJudging(signal: ReadSignal, { subscriptions }: Customer): boolean {
  let isAny = false;
  for (const subscription of subscriptions) {
    if (!fits(signal, subscription)) continue;
    for (const place of subscription.life.judging) {
      tallyAt(subscription, place).signal(signal);
      isAny = true;
    }
  }
  return isAny;
}

function usageOf(subscription: OpenSubscription): SubscriptionUsage {
  const { id: subscriptionId, customerId, life } = subscription;
  return {
    subscriptionId,
    customerId,
    summaries: life.kinds.map(({ header }, place) =>
      tallyAt(subscription, place).build({ ...header, customerId, subscriptionId }),
    ),
  };
}
