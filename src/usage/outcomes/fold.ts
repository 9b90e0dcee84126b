import type { OutcomePolicy } from "../../catalog/outcome.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent } from "../events/event.js";
import { holds, missingFields } from "../meter/predicate.js";
import { applySignals } from "./apply-signals.js";
import type { FoldedOutcome } from "./outcome.js";
import type { SignalEffects } from "./signal-effects.js";
import { type Activity, silentAt } from "./silence.js";
import { keepOne } from "./uniqueness.js";

/** What a fold looks at: events of one customer that may be outcomes, and what else happened to their subjects. */
export interface FoldInput {
  readonly candidates: readonly ReadEvent[];
  readonly effects: SignalEffects;
  readonly activity: Activity;
  /** The moment of knowledge; what is given is known by then. */
  readonly asOf: Instant;
  /** In which billing period an instant lies; nothing where none is known. */
  readonly billingPeriodOf: (instant: Instant) => number | undefined;
}

/** The policy that was in force when an event occurred. */
export type PolicyOf = (event: ReadEvent) => OutcomePolicy;

/**
 * From events to outcomes. Looks at sets, never at the order in which they come: each outcome follows its signals for
 * itself, by the policy of its time; then one of each key is kept.
 */
export function foldOutcomes(
  { candidates, effects, activity, asOf, billingPeriodOf }: FoldInput,
  policyOf: PolicyOf,
): readonly FoldedOutcome[] {
  const [qualified, unqualified]: [FoldedOutcome[], FoldedOutcome[]] = [[], []];
  for (const event of candidates) {
    const policy = policyOf(event);
    const { qualifies } = policy;
    if (qualifies !== undefined && !holds(qualifies, event)) {
      unqualified.push(unqualifiedOutcome(event, policy));
      continue;
    }
    const silent = silentAt(event, activity, policy);
    qualified.push(applySignals(event, effects(policy)(event), silent, policy, asOf));
  }
  return [...unqualified, ...keepOne(qualified, policyOf, billingPeriodOf)];
}

function unqualifiedOutcome(event: ReadEvent, { qualifies }: OutcomePolicy): FoldedOutcome {
  const missing = qualifies === undefined ? [] : missingFields(qualifies, event);
  const lacks = missing.length === 0 ? "" : `: it lacks ${missing.join(", ")}`;
  return {
    event,
    state: "unqualified",
    confirmedAt: undefined,
    settlesAt: undefined,
    endedAt: undefined,
    billableAt: undefined,
    quantity: event.quantity,
    value: event.value,
    reasons: [{ text: `does not qualify${lacks}`, eventIds: [event.id] }],
  };
}
