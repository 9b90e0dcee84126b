import type { Charge } from "../../catalog/charge.js";
import { isUsageCharge } from "../../catalog/charge-kinds.js";
import type { PeriodItems } from "../../subscription/due.js";
import { stateAt, type Timeline } from "../../subscription/timeline.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import type { ClosedPart } from "../history/closed-part.js";
import { type History, partText } from "../history/history.js";
import { sameFinder } from "../history/kept-lines.js";
import type { PartTask } from "./part-task.js";

/** Whether a part was retired before: nothing of it is due. */
export function isEmpty({ states }: ClosedPart): boolean {
  return states.length === 0;
}

/** Up to when a closed part matters: the end of the last of its cycles, and of those whose last bill makes up for a minimum. */
export function endOf({ period, segments }: ClosedPart): Instant {
  return segments.reduce((end, { charge, cycle, allowance }) => {
    const whole = isMadeUpFor(charge) ? allowance?.cycle.end : undefined;
    return Math.max(end, cycle.end, whole ?? cycle.end);
  }, period.end);
}

/** Whether a charge has a minimum over several bills, for which the last of them makes up. */
function isMadeUpFor(charge: Charge): boolean {
  return isUsageCharge(charge) && charge.resetCycle !== undefined && charge.minimum !== undefined;
}

/**
 * The time of a closed part that has turned out to be the last before an end or a pause, or not to be, where a minimum waits for
 * that.
 */
export function movedEnd(
  { inArrears }: PeriodItems,
  { part, period, states }: ClosedPart,
  known: Timeline,
  { keysOf, billed }: History,
): readonly Interval[] {
  if (part === "in-advance" || !inArrears.some(({ charge }) => isMadeUpFor(charge))) return [];
  const next = stateAt(known, period.end);
  const isLast =
    next === undefined ||
    next.unbilledReason !== undefined ||
    stateAt(known, period.end - 1)?.planUntil === period.end;
  const keys = keysOf.get(partText(part, period)) ?? [];
  const isMadeUp = [...keys].some((key) => billed.get(key)?.key.kind === "minimum");
  const wasLast = isMadeUp || states.at(-1)?.isLast === true;
  return isLast === wasLast ? [] : [period];
}

/** Whether a part is not as it was recorded. */
export function isChanged({ closed, items }: PartTask): boolean {
  return closed === undefined || changedCycles(items, closed).length > 0;
}

/** The cycles of what is not in a period as it was recorded. */
export function changedCycles(items: PeriodItems, closed: ClosedPart): readonly Interval[] {
  const now = closed.part === "in-advance" ? items.inAdvance : items.inArrears;
  const sameAs = sameFinder(closed.segments);
  const added = now.filter((each) => sameAs(each).length === 0);
  const found = new Set(now.flatMap(sameAs));
  const gone = closed.segments.filter((one) => !found.has(one));
  const cycles = [...added, ...gone].map(({ cycle }) => cycle);
  const discounts = sameSpans(items.discounts, closed.discounts);
  const commitments =
    closed.part === "in-advance" ||
    (sameSpans(items.commitments, closed.commitments) && sameTerms(items, closed));
  return discounts && commitments ? cycles : [...cycles, closed.period];
}

/** Whether terms are held from when on they were, and are trued up where they were. */
function sameTerms({ terms }: PeriodItems, closed: ClosedPart): boolean {
  const text = (list: readonly (readonly [string, Instant, Instant | undefined])[]) =>
    list
      .map(([ratePlanId, from, until]) => `${from} ${until} ${ratePlanId}`)
      .sort()
      .join();
  const now = terms.map(
    ({ ratePlanId, held, isDue }) =>
      [ratePlanId, held.start, isDue ? held.end : undefined] as const,
  );
  const before = closed.terms.map(
    ({ ratePlanId, from, until }) => [ratePlanId, from, until] as const,
  );
  return text(now) === text(before);
}

function sameSpans(
  a: readonly { readonly period: Interval; readonly ratePlanId: string }[],
  b: readonly { readonly period: Interval; readonly ratePlanId: string }[],
): boolean {
  const text = (list: typeof a) =>
    list
      .map(({ period: { start, end }, ratePlanId }) => `${start} ${end} ${ratePlanId}`)
      .sort()
      .join();
  return text(a) === text(b);
}
