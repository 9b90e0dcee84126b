import type { CatalogReader } from "../catalog/catalog.js";
import type { Charge } from "../catalog/charge.js";
import { issueMoved, type PathSegment, type PricingIssue } from "../errors.js";
import { type DateInput, instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import type { TimeZone } from "../time/zone.js";
import type { Override } from "./change.js";
import type { FoundPlan } from "./rate-plan-of.js";
import type { SubscriptionState } from "./timeline.js";

/** A charge as it holds for a subscription at an instant. */
export interface EffectiveCharge {
  readonly charge: Charge;
  /** Whether the customer has prices of their own. */
  readonly overridden: boolean;
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
  const own = Object.hasOwn(state.overrides, charge.id) ? state.overrides[charge.id] : undefined;
  if (own !== undefined) return { charge: withPricing(charge, own), overridden: true };
  const held = Math.max(periodStart, state.planSince);
  let [latest, pricing]: [Instant, Override] = [Number.NEGATIVE_INFINITY, charge.pricing];
  for (const revision of charge.revisions ?? []) {
    const date = instantOf(revision.effectiveDate, zone);
    if (date > (revision.withinPeriod === "split" ? at : held)) continue;
    if (revision.appliesTo === "new" && state.planSince < date) continue;
    // Of two on one date, the one for new subscriptions alone is meant more precisely.
    if (date < latest || (date === latest && revision.appliesTo !== "new")) continue;
    [latest, pricing] = [date, revision.pricing];
  }
  return { charge: withPricing(charge, pricing), overridden: false };
}

/** The dates inside a period at which revisions of the charge split it. */
export function splitDates({ revisions = [] }: Charge, zone: TimeZone): readonly Instant[] {
  const splitting = revisions.filter(({ withinPeriod }) => withinPeriod === "split");
  return splitting.map(({ effectiveDate }: { readonly effectiveDate: DateInput }) =>
    instantOf(effectiveDate, zone),
  );
}

const repriced = new WeakMap<Charge, WeakMap<Override, Charge>>();

/** The charge at other prices; one object for each pair, so that what is compiled for it is found again. */
function withPricing(charge: Charge, pricing: Override): Charge {
  if (pricing === charge.pricing) return charge;
  const known = repriced.get(charge)?.get(pricing);
  if (known !== undefined) return known;
  // Which prices a charge may have was checked: for revisions with the charge, for overrides by `checkOverrides`.
  const result = { ...charge, pricing } as Charge;
  const all = repriced.get(charge) ?? new WeakMap<Override, Charge>();
  repriced.set(charge, all.set(pricing, result));
  return result;
}

/**
 * A customer's prices must be such as the plan's charges may have: as a revision of them may be, of the same charge type
 * and pricing what is counted.
 */
export function checkOverrides(
  { plan }: FoundPlan,
  overrides: Readonly<Record<string, Override>>,
  reader: CatalogReader,
  pathOf: (chargeId: string) => readonly PathSegment[],
  issues: PricingIssue[],
): void {
  const charges = plan.charges.map((charge) => {
    const pricing = Object.hasOwn(overrides, charge.id) ? overrides[charge.id] : undefined;
    if (pricing === undefined) return charge;
    return { ...charge, revisions: [{ effectiveDate: plan.effectiveDate, pricing }] };
  });
  if (charges.every((charge, index) => charge === plan.charges[index])) return;
  const result = reader.ratePlan({ ...plan, charges });
  for (const issue of result.ok ? [] : result.issues) {
    // At charges[index].revisions[0].pricing, or at another field of the charge that does not go with it.
    const [, index, ...rest] = issue.path;
    const charge = typeof index === "number" ? plan.charges[index] : undefined;
    const path = rest[0] === "revisions" ? rest.slice(3) : rest;
    issues.push(issueMoved([...pathOf(charge?.id ?? ""), ...path], issue));
  }
}
