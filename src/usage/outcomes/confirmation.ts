import type { OutcomePolicy } from "../../catalog/outcome.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent } from "../events/event.js";
import { type EffectsOn, inOrder, nextEffect, type SignalEffect } from "./signal-effects.js";

/** What confirms an outcome that no signal names, if it is pending by then. */
export interface Confirming {
  /** When it is assumed. */
  readonly assumed?: Instant | undefined;
  /** The signal that does. */
  readonly step?: SignalEffect | undefined;
  /** The signals that are needed, where all are. */
  readonly by: readonly string[];
}

/** By any of what a policy lists, or by the last of all of it. */
export function whenConfirmed(
  event: ReadEvent,
  { confirms }: EffectsOn,
  silentAt: Instant | undefined,
  { confirm }: OutcomePolicy,
): Confirming {
  if (confirm === undefined) return { assumed: event.timestamp, by: [] };
  const first = confirms.map(
    (signals) =>
      signals &&
      nextEffect(
        signals,
        event,
        { at: Number.NEGATIVE_INFINITY },
        event.timestamp,
        Number.POSITIVE_INFINITY,
      ),
  );
  if (confirm.require !== "all") return { assumed: silentAt, step: first[0], by: [] };
  const said = first.flatMap((each) => each ?? []).sort(inOrder);
  if (said.length < first.length) return { by: [] };
  const by = [...new Set(said.map(({ signal }) => signal.id))];
  const last = said.at(-1);
  const isSilentLast = last === undefined || (silentAt !== undefined && silentAt > last.at);
  return isSilentLast ? { assumed: silentAt, by } : { step: last, by };
}
