import type { ChargeMeter } from "../classify.js";
import { mergeGroups } from "../events/deduplicate.js";
import type { ReadEvent } from "../events/event.js";
import { comparePayloads } from "../events/event-fields.js";
import { isKnown } from "../events/read-events.js";
import { type CountedEvent, countEvent } from "../meter/count-event.js";
import { levelsWithout, type RecordedLevels } from "../meter/levels.js";
import { whyOutOfScope } from "../meter/scope.js";
import type { Rivals } from "./known-ids.js";

/**
 * The levels on record of a meter, without what a delivery that came later has taken the place of: the document that
 * recorded them knew of the id, and counted another event under it.
 */
export function withoutDisplaced(
  recorded: RecordedLevels,
  { charge, terms, scope }: ChargeMeter,
  rivals: readonly Rivals[],
): RecordedLevels {
  const displaced = rivals.flatMap((each): readonly CountedEvent[] => {
    const event = displacedSince(each, recorded);
    if (event === undefined || event.unitOfMeasure !== terms.unitOfMeasure) return [];
    if (whyOutOfScope(event, scope) !== undefined) return [];
    const counted = countEvent(charge, terms, event, scope.zone);
    return typeof counted === "string" ? [] : [counted];
  });
  return displaced.length === 0 ? recorded : levelsWithout(recorded, displaced, terms.aggregation);
}

/** The event of an id that a document counted by what it knew, and that does not count any more. */
function displacedSince(
  { winner, deliveries }: Rivals,
  { at, knownAt }: RecordedLevels,
): ReadEvent | undefined {
  const then = { asOf: knownAt };
  if (isKnown(winner, then)) return undefined;
  const [first, ...others] = deliveries
    .filter((each) => isKnown(each, then))
    .map((each) => ({ winner: each, copies: 0, conflicts: 0 }));
  if (first === undefined) return undefined;
  const counted = others.reduce((a, b) => mergeGroups(a, b, comparePayloads), first).winner;
  return counted.timestamp < at ? counted : undefined;
}
