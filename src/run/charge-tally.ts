import type { EventGroup } from "../usage/events/deduplicate.js";
import type { ReadEvent, ReadSignal } from "../usage/events/event.js";
import { givenId } from "../usage/events/identity.js";
import { isKnown, reportSignal, reportUnknown } from "../usage/events/read-events.js";
import { reportBuilder, reportGroup } from "../usage/events/report.js";
import type { AggregateStates } from "../usage/meter/aggregate.js";
import { hearsSubjects } from "../usage/outcomes/silence.js";
import {
  keepSignal,
  plainTally,
  type SummaryKind,
  summaryOfGroups,
} from "../usage/summary/builder.js";
import type { SummaryHeader, UsageSummary } from "../usage/summary/summary.js";

/** What is added up of one charge of one subscription. */
export interface ChargeTally {
  readonly kind: SummaryKind;
  /** Adds an event by itself, told apart from others by nobody. */
  add(event: ReadEvent): void;
  /** Adds the event that counts under an id. */
  take(group: EventGroup<ReadEvent>): void;
  /** Reports what was dropped under the id of an event that counts already. */
  drop(group: EventGroup<ReadEvent>): void;
  /** Adds events that have been summed up elsewhere. */
  merge(count: number, states: AggregateStates): void;
  /** Reports an event that was not known in time. */
  exclude(event: ReadEvent): void;
  signal(signal: ReadSignal): void;
  /** Hears of an event that the charge does not price, once all signals are known; it is reported elsewhere. */
  hear(event: ReadEvent): void;
  build(header: SummaryHeader): UsageSummary;
}

export function chargeTally(kind: SummaryKind): ChargeTally {
  return kind.deduplicate ? keepingTally(kind) : constantTally(kind);
}

/** Of constant size: ids are forgotten. */
function constantTally(kind: SummaryKind): ChargeTally {
  const { report, add, merge, build } = plainTally(kind);
  const drop = ({ winner, copies, conflicts }: EventGroup<ReadEvent>) =>
    reportGroup(report, winner.id, copies, conflicts);
  return {
    kind,
    add,
    take(group) {
      add(group.winner);
      drop(group);
    },
    drop,
    merge,
    exclude: (event) => reportUnknown(event, kind.scope, report),
    signal: (signal) => reportSignal(signal, report),
    hear: unreachable,
    build,
  };
}

function unreachable(): never {
  throw new Error("unreachable: a lane of a charge whose ids are kept");
}

/** Keeps every id with its event, as the summary will. */
function keepingTally(kind: SummaryKind): ChargeTally {
  const groups: EventGroup<ReadEvent>[] = [];
  const signals = new Map<string, ReadSignal>();
  const heard: ReadEvent[] = [];
  const excluded = reportBuilder();
  const breaksSilence = kind.outcomes !== undefined && hearsSubjects(kind.outcomes.outcome);
  let named: ReadonlySet<string | undefined> | undefined;
  const isNamed = (id: string) => {
    named ??= new Set([...signals.values()].map(({ confirms, reverses }) => confirms ?? reverses));
    return named.has(givenId(id));
  };
  return {
    kind,
    add: (winner) => groups.push({ winner, copies: 0, conflicts: 0 }),
    take: (group) => groups.push(group),
    drop: unreachable,
    merge: unreachable,
    exclude: (event) => reportUnknown(event, kind.scope, excluded),
    signal(signal) {
      reportSignal(signal, excluded);
      if (isKnown(signal, kind.scope)) keepSignal(signals, signal);
    },
    hear(event) {
      const isOfSubject = breaksSilence && event.fields.subject !== undefined;
      if (isOfSubject || isNamed(event.id)) heard.push(event);
    },
    build: (header) =>
      summaryOfGroups(kind, header, { groups, signals, heard, excluded: excluded.build() }),
  };
}
