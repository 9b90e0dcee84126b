import type { Charge } from "../catalog/charge.js";
import { canonicalJson } from "../data/canonical-json.js";
import { firstIndex } from "../data/first-index.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { type Interval, instantsWithin } from "../time/interval.js";
import type { TimeZone } from "../time/zone.js";
import type { Override } from "./change.js";
import { valueAt } from "./own-terms.js";
import type { SubscriptionState } from "./timeline.js";

/** A charge as it holds for a subscription at an instant. */
export interface EffectiveCharge {
  readonly charge: Charge;
  /** Whether the customer has prices of their own. */
  readonly overridden: boolean;
}

/** The prices of the customer's own for a charge; nothing where the catalog's hold. */
export function overrideOf(
  { own, since }: SubscriptionState,
  chargeId: string,
): Override | undefined {
  return valueAt(own.overrides, chargeId, since);
}

/** How much a subscription has of what a charge bills; nothing where it does not say. */
export function quantityOf(
  { own, since }: SubscriptionState,
  chargeId: string,
): string | undefined {
  return valueAt(own.quantities, chargeId, since);
}

/**
 * The charge with the prices that hold: the customer's own, else those of the latest revision that applies, else the
 * charge's. `periodStart` is when the cycle being billed began, or when the subscription came onto the plan inside it:
 * a revision that does not split a period must have been effective then.
 */
export function effectiveCharge(
  state: SubscriptionState,
  charge: Charge,
  at: Instant,
  periodStart: Instant,
  zone: TimeZone,
): EffectiveCharge {
  const own = overrideOf(state, charge.id);
  if (own !== undefined) return { charge: withPricing(charge, own), overridden: true };
  const held = Math.max(periodStart, state.planSince);
  const revisions = datedRevisions(charge, zone);
  const until = Math.max(at, held);
  let position = firstIndex(revisions, ({ date }) => date > until) - 1;
  for (; position >= 0; position -= 1) {
    const revision = revisions[position];
    if (revision === undefined || revision.date > (revision.splits ? at : held)) continue;
    if (revision.isForNew && state.planSince < revision.date) continue;
    return { charge: withPricing(charge, revision.pricing), overridden: false };
  }
  return { charge, overridden: false };
}

/** A revision, read. */
interface DatedRevision {
  readonly date: Instant;
  readonly splits: boolean;
  /** Whether it holds for new subscriptions alone. */
  readonly isForNew: boolean;
  readonly pricing: Override;
}

const NO_REVISIONS: readonly DatedRevision[] = [];
const dated = new WeakMap<Charge, Map<TimeZone, readonly DatedRevision[]>>();

/** The revisions of a charge by date; of those of one date, the one that counts for more stands later. */
function datedRevisions(charge: Charge, zone: TimeZone): readonly DatedRevision[] {
  if (charge.revisions === undefined) return NO_REVISIONS;
  const known = dated.get(charge) ?? new Map<TimeZone, readonly DatedRevision[]>();
  dated.set(charge, known);
  const before = known.get(zone);
  if (before !== undefined) return before;
  const read = charge.revisions.map((revision, index) => {
    const isForNew = revision.appliesTo === "new";
    return {
      date: instantOf(revision.effectiveDate, zone),
      splits: revision.withinPeriod === "split",
      isForNew,
      pricing: revision.pricing,
      // Of two on one date, the one for new subscriptions alone is meant more precisely.
      weight: isForNew ? index + 1 : -index,
    };
  });
  const sorted = read.sort((a, b) => a.date - b.date || a.weight - b.weight);
  known.set(zone, sorted);
  return sorted;
}

const ownDates = new WeakMap<Charge, Map<TimeZone, readonly Instant[]>>();

/** The dates in a stretch of time at which a charge changes by itself: it comes, it goes, a revision splits a period. */
export function ownDatesWithin(
  charge: Charge,
  within: Interval,
  zone: TimeZone,
): readonly Instant[] {
  const known = ownDates.get(charge) ?? new Map<TimeZone, readonly Instant[]>();
  ownDates.set(charge, known);
  const all = known.get(zone) ?? readDates(charge, zone);
  known.set(zone, all);
  return instantsWithin(all, within);
}

function readDates(charge: Charge, zone: TimeZone): readonly Instant[] {
  const { effectiveDate, endDate } = charge;
  const dates = [effectiveDate, endDate].flatMap((date) =>
    date === undefined ? [] : instantOf(date, zone),
  );
  const splits = datedRevisions(charge, zone).filter((revision) => revision.splits);
  return [...dates, ...splits.map(({ date }) => date)].sort((a, b) => a - b);
}

/** Whether the plan has the charge at an instant. */
export function isInForce(
  { effectiveDate, endDate }: Charge,
  at: Instant,
  zone: TimeZone,
): boolean {
  if (effectiveDate !== undefined && at < instantOf(effectiveDate, zone)) return false;
  return endDate === undefined || at < instantOf(endDate, zone);
}

const repriced = new WeakMap<Charge, WeakMap<Override, Charge>>();

/** The charge at other prices; one object for each pair, so that what is compiled for it is found again. */
export function withPricing(charge: Charge, pricing: Override): Charge {
  if (pricing === charge.pricing) return charge;
  const known = repriced.get(charge)?.get(pricing);
  if (known !== undefined) return known;
  // Which prices a charge may have was checked: for revisions with the charge, for overrides by `checkOverrides`.
  const result = { ...charge, pricing } as Charge;
  const all = repriced.get(charge) ?? new WeakMap<Override, Charge>();
  repriced.set(charge, all.set(pricing, result));
  return result;
}

const texts = new WeakMap<Charge, string>();

/** Everything of a charge that decides what it bills, as text. */
export function termsText(charge: Charge): string {
  const known = texts.get(charge);
  if (known !== undefined) return known;
  const {
    name: _name,
    description: _text,
    metadata: _notes,
    revisions: _others,
    effectiveDate: _from,
    endDate: _until,
    ...terms
  } = charge;
  const text = canonicalJson(terms);
  texts.set(charge, text);
  return text;
}
