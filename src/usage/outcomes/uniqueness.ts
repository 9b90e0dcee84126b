import type { OutcomePolicy, UniqueBy } from "../../catalog/outcome.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { compare } from "../../money/fraction.js";
import { readDuration } from "../../time/duration.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent } from "../events/event.js";
import { fieldText } from "../events/event-fields.js";
import { type FoldedOutcome, isStanding } from "./outcome.js";

/**
 * Leaves one outcome of each key; those that were taken back hold no place. Outcomes without the key count alone. Of
 * outcomes of one key under several policies, the earliest one's says which is kept.
 */
export function keepOne(
  outcomes: readonly FoldedOutcome[],
  policyOf: (event: ReadEvent) => OutcomePolicy,
  billingPeriodOf: (instant: Instant) => number | undefined,
): readonly FoldedOutcome[] {
  const alone: FoldedOutcome[] = [];
  const groups = new Map<string, FoldedOutcome[]>();
  for (const outcome of outcomes.toSorted(byTime)) {
    const policy = policyOf(outcome.event);
    const name = groupName(outcome.event, policy);
    if (name === undefined) {
      const { uniqueBy } = policy;
      const text = `counts alone: it has no ${uniqueBy?.key ?? "subject"}`;
      alone.push(uniqueBy === undefined ? outcome : because(outcome, text, []));
      continue;
    }
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [outcome]);
    else group.push(outcome);
  }
  const kept = [...groups.values()].flatMap((group) => {
    const uniqueBy = group[0] && policyOf(group[0].event).uniqueBy;
    if (uniqueBy === undefined) return group;
    return split(group, uniqueBy, billingPeriodOf).flatMap((members) =>
      withOneWinner(members, uniqueBy),
    );
  });
  return [...alone, ...kept];
}

/** Names the outcomes of which one is kept; nothing for one that counts alone. */
export function groupName(event: ReadEvent, policy: OutcomePolicy): string | undefined {
  const value = uniqueKey(event, policy);
  return value === undefined
    ? undefined
    : canonicalJson([policy.uniqueBy?.key ?? "subject", value]);
}

/** What tells an outcome apart from others of its kind; nothing where it counts alone. */
export function uniqueKey(event: ReadEvent, { uniqueBy }: OutcomePolicy): string | undefined {
  return uniqueBy && fieldText(event, uniqueBy.key ?? "subject");
}

function byTime(a: FoldedOutcome, b: FoldedOutcome): number {
  return a.event.timestamp - b.event.timestamp || compareTexts(a.event.id, b.event.id);
}

/** The outcomes of one key, in the parts of which each has one that counts; in the order of time. */
function split(
  outcomes: readonly FoldedOutcome[],
  uniqueBy: UniqueBy,
  billingPeriodOf: (instant: Instant) => number | undefined,
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
      opened === undefined ||
      place === undefined ||
      (per === "window" ? place >= opened + length : place !== opened);
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
