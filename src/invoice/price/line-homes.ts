import type { Charge } from "../../catalog/charge.js";
import { groupBy } from "../../data/group-by.js";
import { once } from "../../data/recent.js";
import { keyText, type LineKey } from "../document/priced-line.js";
import type { ClosedPart } from "../history/closed-part.js";
import { type History, keysOfTime } from "../history/history.js";
import type { PricedPart } from "./price-period.js";

/** A part that a document touches: priced for it, or closed and no more. */
export interface TouchedPart {
  readonly priced: PricedPart | undefined;
  readonly closed: ClosedPart | undefined;
}

/** The parts that a document touches, and which of them what is billed under a key belongs to. */
export interface LineHomes {
  readonly parts: readonly TouchedPart[];
  /** The place of the part in `parts`. */
  placeOf(key: LineKey): number;
  partOf(key: LineKey): TouchedPart;
}

/**
 * Finds the part that each line belongs to: that which it was priced for, else that which billed it. What is taken off a fee that is
 * presumed billed belongs to the part that was priced for it beside the others.
 */
export function lineHomes(
  priced: readonly PricedPart[],
  beside: readonly PricedPart[],
  retired: readonly ClosedPart[],
  history: History,
): LineHomes {
  const parts: readonly TouchedPart[] = [
    ...priced.map((each) => ({
      priced: each,
      closed: each.closed,
    })),
    ...retired.map((closed) => ({ priced: undefined, closed })),
  ];
  const homes = new Map<string, number>();
  for (const [index, { priced: own, closed }] of parts.entries()) {
    for (const { key } of own?.lines ?? []) homes.set(keyText(key), index);
    const part = own?.part ?? closed?.part;
    const period = own?.scheduled.period ?? closed?.period;
    if (part === undefined || period === undefined) continue;
    for (const key of keysOfTime(history, part, period)) if (!homes.has(key)) homes.set(key, index);
  }
  const placeOf = (key: LineKey) => {
    const place = homes.get(keyText(key));
    if (place === undefined) throw new Error("unreachable: a line of no part");
    return place;
  };
  // What is taken off less than before may be of a closed part that the document does not touch.
  const elsewhere = (text: string): TouchedPart | undefined => {
    for (const [name, keys] of history.keysOf) {
      if (keys.has(text)) return { priced: undefined, closed: history.parts.get(name) };
    }
    const own = beside.find(({ lines }) => lines.some(({ key }) => keyText(key) === text));
    return own && { priced: own, closed: own.closed };
  };
  const partOf = (key: LineKey) => {
    const place = homes.get(keyText(key));
    const part = place === undefined ? elsewhere(keyText(key)) : parts[place];
    if (part === undefined) throw new Error("unreachable: a line of no part");
    return part;
  };
  return { parts, placeOf, partOf };
}

/** The charge that a line of a part follows from, as the part was priced; nothing for what concerns the whole plan. */
export function chargeOf(part: TouchedPart, { chargeId, start }: LineKey): Charge | undefined {
  const segments = (chargeId === null ? undefined : segmentsByCharge(part).get(chargeId)) ?? [];
  const own = segments.find(({ period }) => period.start === start) ?? segments[0];
  return own?.charge;
}

const segmentsByCharge = once(({ priced, closed }: TouchedPart) =>
  groupBy([...(priced?.segments ?? []), ...(closed?.segments ?? [])], ({ charge }) => charge.id),
);
