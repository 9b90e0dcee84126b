import type { OutcomePolicy, UniqueBy } from "../../catalog/outcome.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { compare, type Fraction } from "../../money/fraction.js";
import { readDuration } from "../../time/duration.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent } from "../events/event.js";
import { fieldText } from "../events/event-fields.js";
import { type FoldedOutcome, isStanding } from "./outcome.js";

/**
 * Leaves one outcome of each key, or as many as count; those that were taken back hold no place. Outcomes without the key count alone. Of
 * outcomes of one key under several policies, the earliest one's says which is kept.
 */
export function keepUnique(
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
      withWinners(members, uniqueBy),
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

/** Leaves those that count, so many of them free; the others are superseded. */
function withWinners(
  members: readonly FoldedOutcome[],
  { key = "subject", keep = "first", limit = 1, free = 0 }: UniqueBy,
): readonly FoldedOutcome[] {
  const standing = members.filter(isStanding);
  const most = limit === "unlimited" ? standing.length : limit;
  const ranked = RANKED[keep](standing).slice(0, most);
  const winners = new Set(ranked);
  const ofFree = new Set(standing.filter((each) => winners.has(each)).slice(0, free));
  const last = ranked.at(-1);
  const others = most > 1 ? ` and ${most - 1} more` : "";
  return members.map((outcome) => {
    if (ofFree.has(outcome)) {
      const text = `free: one of the first ${free} of its ${key}`;
      return { ...because(outcome, text, []), state: "free", billableAt: undefined };
    }
    if (last === undefined || winners.has(outcome) || !isStanding(outcome)) return outcome;
    const text = `superseded by ${last.event.id}${others}`;
    return {
      ...because(outcome, text, [last.event.id]),
      state: "superseded",
      billableAt: undefined,
    };
  });
}

/** Which outcomes count before others, of those that are given in the order of time. */
const RANKED: {
  readonly [K in NonNullable<UniqueBy["keep"]>]: (
    outcomes: readonly FoldedOutcome[],
  ) => readonly FoldedOutcome[];
} = {
  first: (outcomes) => outcomes,
  last: (outcomes) => outcomes.toReversed(),
  // The earlier of equals comes first.
  highest: (outcomes) => outcomes.toSorted((a, b) => compare(worthOf(b), worthOf(a))),
};

function worthOf({ value, quantity }: FoldedOutcome): Fraction {
  return value ?? quantity;
}

function because(outcome: FoldedOutcome, text: string, eventIds: readonly string[]): FoldedOutcome {
  return { ...outcome, reasons: [...outcome.reasons, { text, eventIds }] };
}
