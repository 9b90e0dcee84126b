import type { OutcomePolicy, UniqueBy } from "../../catalog/outcome.js";
import { compare } from "../../money/fraction.js";
import { readDuration } from "../../time/duration.js";
import type { Instant } from "../../time/instant.js";
import { fieldText } from "../event-fields.js";
import { compareTexts } from "../report.js";
import { type FoldedOutcome, isStanding } from "./outcome.js";

/** Leaves one outcome of each key; those that were taken back hold no place. Outcomes without the key count alone. */
export function keepOne(
  outcomes: readonly FoldedOutcome[],
  { uniqueBy }: OutcomePolicy,
  billingPeriodOf: (instant: Instant) => number,
): readonly FoldedOutcome[] {
  if (uniqueBy === undefined) return outcomes;
  const { key = "subject" } = uniqueBy;
  const groups = new Map<string, FoldedOutcome[]>();
  const alone: FoldedOutcome[] = [];
  for (const outcome of outcomes.toSorted(byTime)) {
    const value = fieldText(outcome.event, key);
    if (value === undefined) {
      alone.push(because(outcome, `counts alone: it has no ${key}`, []));
      continue;
    }
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [outcome]);
    else group.push(outcome);
  }
  const kept = [...groups.values()].flatMap((group) =>
    split(group, uniqueBy, billingPeriodOf).flatMap((members) => withOneWinner(members, uniqueBy)),
  );
  return [...alone, ...kept];
}

function byTime(a: FoldedOutcome, b: FoldedOutcome): number {
  return a.event.timestamp - b.event.timestamp || compareTexts(a.event.id, b.event.id);
}

/** The outcomes of one key, in the parts of which each has one that counts; in the order of time. */
function split(
  outcomes: readonly FoldedOutcome[],
  uniqueBy: UniqueBy,
  billingPeriodOf: (instant: Instant) => number,
): readonly (readonly FoldedOutcome[])[] {
  const { per } = uniqueBy;
  if (per === "lifetime") return [outcomes];
  const length = readDuration(uniqueBy.window) ?? 0;
  const parts: FoldedOutcome[][] = [];
  let opened: number | undefined;
  for (const outcome of outcomes) {
    const { timestamp } = outcome.event;
    const place = per === "window" ? timestamp : billingPeriodOf(timestamp);
    const isNew =
      opened === undefined || (per === "window" ? place >= opened + length : place !== opened);
    if (isNew) {
      opened = place;
      parts.push([outcome]);
    } else {
      parts.at(-1)?.push(outcome);
    }
  }
  return parts;
}

function withOneWinner(
  members: readonly FoldedOutcome[],
  { keep = "first" }: UniqueBy,
): readonly FoldedOutcome[] {
  const standing = members.filter(isStanding);
  const winner = {
    first: standing[0],
    last: standing.at(-1),
    highest: standing.reduce<FoldedOutcome | undefined>(higher, undefined),
  }[keep];
  return members.map((outcome) =>
    winner === undefined || outcome === winner || !isStanding(outcome)
      ? outcome
      : {
          ...because(outcome, `superseded by ${winner.event.id}`, [winner.event.id]),
          state: "superseded",
          billableAt: undefined,
        },
  );
}

function higher(a: FoldedOutcome | undefined, b: FoldedOutcome): FoldedOutcome {
  if (a === undefined) return b;
  const [first, second] = [a.value ?? a.quantity, b.value ?? b.quantity];
  return compare(second, first) > 0 ? b : a;
}

function because(outcome: FoldedOutcome, text: string, eventIds: readonly string[]): FoldedOutcome {
  return { ...outcome, reasons: [...outcome.reasons, { text, eventIds }] };
}
