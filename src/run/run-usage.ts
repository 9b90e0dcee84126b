import { deepFreeze } from "../data/deep-freeze.js";
import { ownFields } from "../data/foreign.js";
import { isRecord } from "../schema/unknown-record.js";
import type { Instant } from "../time/instant.js";
import type { ReadColumns } from "../usage/events/columns.js";
import type { ReadEvent, ReadSignal } from "../usage/events/event.js";
import { type EventReading, readEvent, readOwn } from "../usage/events/read-event.js";
import { isKnown, reportInvalid, reportSignal } from "../usage/events/read-events.js";
import { type EventRow, rowOf } from "../usage/events/read-plainly.js";
import { reportBuilder, reportGroup } from "../usage/events/report.js";
import { type GivenEvent, type KnownIds, knownIds } from "../usage/lanes/known-ids.js";
import { laneSums, rowOfRead } from "../usage/lanes/lane.js";
import type { ChargeTally } from "./charge-tally.js";
import { type Customer, runCustomers } from "./customers.js";
import type { RunTask } from "./read-run.js";
import {
  matchedReports,
  type OpenSubscription,
  type RunSummary,
  tallyAt,
  usageOf,
} from "./subscription-usage.js";
import { unknownCustomers } from "./unknown-customers.js";

/** Sums up the events of a run, one at a time, in any order. */
export interface RunUsage {
  /** Adds an event; one of a list that nobody changes may be looked at again. */
  add(input: unknown, isStable: boolean): void;
  /** Adds an event of some columns. */
  addAt(columns: ReadColumns, index: number): void;
  build(): RunSummary;
}

/** @param stable columns that nobody changes while they are summed up */
export function runUsage({ subscriptions, deduplicate }: RunTask, stable?: ReadColumns): RunUsage {
  let slots = 0;
  const open = subscriptions.map(({ id, customerId, life }): OpenSubscription => {
    const firstSlot = slots;
    slots += life.kinds.length;
    return { id, customerId, life, tallies: [], firstSlot };
  });
  const sums = laneSums(slots);
  const customers = runCustomers(open);
  const report = reportBuilder();
  const unknown = unknownCustomers();
  // Events by what identifies them, for each moment of knowledge.
  const known = new Map<Instant, KnownIds>();
  const idsAt = (moment: Instant): KnownIds => {
    const ids = known.get(moment) ?? knownIds(sums, slotOf, stable);
    known.set(moment, ids);
    return ids;
  };
  const reportUnpriced = (event: ReadEvent, customer: Customer) =>
    report.add("unmatched", { id: event.id, reason: whyUnpriced(event, customer) });

  /** Adds an event to its lane; false where it has none. */
  const addRow = (row: EventRow, keep: () => GivenEvent) => {
    const number = customers.numberOf(row.customerId);
    const lane = number === undefined ? undefined : customers.laneFor(number, row);
    if (number === undefined || lane === undefined) return false;
    const slot = customers.slotOf(number, lane);
    if (deduplicate) idsAt(lane.asOf).count(number, row, slot, keep());
    else sums.add(slot, row.millionths);
    return true;
  };
  const slotOf = (event: ReadEvent) => {
    const number = customers.numberOf(event.customerId);
    const row = rowOfRead(event);
    if (number === undefined || row === undefined) return undefined;
    const lane = customers.laneFor(number, row);
    return lane && { slot: customers.slotOf(number, lane), millionths: row.millionths };
  };

  const addOnce = (event: ReadEvent, customer: Customer) => {
    const { moments, number } = customer;
    const [first] = moments;
    for (const moment of moments) {
      if (event.receivedAt <= moment) {
        idsAt(moment).keep(number, event);
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
  const addEvent = (event: ReadEvent) => {
    const customer = customers.find(event.customerId);
    if (customer !== undefined) {
      if (deduplicate) addOnce(event, customer);
      else addEach(event, customer);
      return;
    }
    unknown.add(event.customerId);
    const reason = `of customer ${event.customerId}, who has no subscription in the run`;
    report.add("unmatched", { id: event.id, reason });
  };
  const addSignal = (signal: ReadSignal) => {
    const customer = customers.find(signal.customerId);
    if (customer === undefined) unknown.add(signal.customerId);
    const isJudged = customer !== undefined && eachJudging(signal, customer);
    if (!isJudged) reportSignal(signal, report);
  };

  const addReading = (reading: EventReading) => {
    if (reading.kind === "usage") addEvent(reading.event);
    else if (reading.kind === "signal") addSignal(reading.signal);
    else reportInvalid(reading, report);
  };

  const addKept = (moment: Instant, ids: KnownIds) => {
    for (const group of ids.kept()) {
      const { winner, copies, conflicts } = group;
      const customer = customers.find(winner.customerId);
      if (customer === undefined) throw new Error("unreachable: an event of nobody");
      eachListening(winner, customer, moment, (tally) => tally.hear(winner));
      if (eachTally(winner, customer, moment, (tally) => tally.take(group))) continue;
      if (moment !== customer.moments[0] || isPriced(winner, customer)) continue;
      reportUnpriced(winner, customer);
      reportGroup(report, winner.id, copies, conflicts);
    }
    for (const { slot, group } of ids.counted()) {
      const [only] = customers.find(group.winner.customerId)?.subscriptions ?? [];
      if (only !== undefined) tallyAt(only, slot - only.firstSlot).drop(group);
    }
  };

  return {
    add(input, isStable) {
      const given = isRecord(input) ? input : undefined;
      const own = given && ownFields(given);
      const row = own && rowOf(own);
      if (row && own && addRow(row, () => (isStable ? given : own))) return;
      addReading(own === undefined ? readEvent(input) : readOwn(own));
    },
    addAt(columns, index) {
      const row = columns.rowAt(index);
      const keep = () => (columns === stable ? index : columns.eventAt(index));
      if (row === undefined || !addRow(row, keep)) addReading(readEvent(columns.eventAt(index)));
    },
    build() {
      for (const [moment, ids] of known) addKept(moment, ids);
      const matched = matchedReports();
      return deepFreeze({
        subscriptions: open.map((each) => usageOf(each, sums, matched)),
        report: report.build(),
        unknownCustomers: unknown.build(),
      });
    },
  };
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

/** Does something for each charge that judges outcomes and does not price an event's unit, of one moment of knowledge. */
function eachListening(
  event: ReadEvent,
  { subscriptions }: Customer,
  moment: Instant,
  act: (tally: ChargeTally) => void,
): void {
  for (const subscription of subscriptions) {
    if (!fits(event, subscription)) continue;
    const { judging, kinds } = subscription.life;
    for (const place of judging) {
      const kind = kinds[place];
      if (kind?.scope.asOf !== moment || kind.charge.unitOfMeasure === event.unitOfMeasure)
        continue;
      act(tallyAt(subscription, place));
    }
  }
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
