import { exact } from "../../money/decimal.js";
import { compare, type Fraction, formatExact, isZero, ZERO } from "../../money/fraction.js";
import { formatPeriod, type Period } from "../../time/billing-period.js";
import { instantOf } from "../../time/date.js";
import { formatInstant, type Instant } from "../../time/instant.js";
import type { TimeZone } from "../../time/zone.js";
import type { OpenOutcomes } from "../../usage/outcomes/outcome-usage.js";
import type { ProvisionalUsage } from "../document/document.js";
import { lastOf } from "../history/history.js";
import { currentPart, type PricedPart } from "../price/price-period.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import type { ReadRequest } from "../request/read-request.js";

/** What of a charge's outcomes is open, before it is written. */
interface Provisional {
  readonly chargeId: string;
  readonly servicePeriod: Period;
  readonly reversible: Fraction;
  readonly pending: Fraction;
  readonly since: Instant;
}

/**
 * What of the outcomes may still change: of the period, and, of charges whose usage the document does not bill, as the
 * last document left it, with what periods that are priced again add to it.
 */
export function provisionalIn(
  parts: readonly PricedPart[],
  read: ReadRequest,
): readonly ProvisionalUsage[] {
  const { target, history, timeline } = read;
  const { zone } = timeline;
  const current = currentPart(parts, target);
  const { segments = [] } = current ?? {};
  const billed = new Set(segments.map(({ charge }) => charge.id));
  const left = (lastOf(history)?.document.provisional ?? []).flatMap(
    (each): readonly Provisional[] => {
      const pending = exact(each.pending);
      if (isZero(pending)) return [];
      return [{ ...each, reversible: ZERO, pending, since: instantOf(each.since, zone) }];
    },
  );
  const again = parts
    .filter((each) => each !== current && each.part === "in-arrears")
    .flatMap((each) => openIn(each.segments, zone))
    .filter(({ pending }) => !isZero(pending))
    .map((each): Provisional => ({ ...each, reversible: ZERO }));
  const elsewhere = withPending(left, again).filter(({ chargeId }) => !billed.has(chargeId));
  const all = [...openIn(segments, zone), ...elsewhere];
  return all.map(({ reversible, pending, since, ...rest }) => ({
    ...rest,
    reversible: formatExact(reversible),
    pending: formatExact(pending),
    since: formatInstant(since),
  }));
}

/** What of the outcomes of segments is open. What waits is the charge's: the last of its segments says it. */
function openIn(segments: readonly MeteredSegment[], zone: TimeZone): readonly Provisional[] {
  return segments.flatMap(({ charge, outcomes, period }, index) => {
    if (outcomes === undefined) return [];
    const isLast = segments.slice(index + 1).every((each) => each.charge.id !== charge.id);
    const { reversible } = outcomes;
    const pending = isLast ? outcomes.pending : NOTHING_OPEN;
    const since = Math.min(
      reversible.since ?? Number.POSITIVE_INFINITY,
      pending.since ?? Number.POSITIVE_INFINITY,
    );
    if (isZero(reversible.quantity) && isZero(pending.quantity)) return [];
    return {
      chargeId: charge.id,
      servicePeriod: formatPeriod(period, zone),
      reversible: reversible.quantity,
      pending: pending.quantity,
      since,
    };
  });
}

const NOTHING_OPEN: OpenOutcomes = { quantity: ZERO, since: undefined };

/** What was open before, with what waits by now; some of it may be known to both. */
function withPending(
  left: readonly Provisional[],
  again: readonly Provisional[],
): readonly Provisional[] {
  const all = [...left];
  for (const each of again) {
    const index = all.findLastIndex(({ chargeId }) => chargeId === each.chargeId);
    const before = all[index];
    if (before === undefined) all.push(each);
    else all[index] = { ...before, ...wider(before, each) };
  }
  return all;
}

function wider(a: Provisional, b: Provisional): Pick<Provisional, "pending" | "since"> {
  const pending = compare(a.pending, b.pending) < 0 ? b.pending : a.pending;
  return { pending, since: Math.min(a.since, b.since) };
}
