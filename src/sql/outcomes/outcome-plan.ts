import type { UsageCharge } from "../../catalog/charge.js";
import type { OutcomePolicy } from "../../catalog/outcome.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { isRatedPricing, modelOf } from "../../pricing/models/index.js";
import { readDuration } from "../../time/duration.js";
import { isAdditive } from "../../usage/aggregations/index.js";
import type { ReadSegment } from "../segments.js";

/**
 * How the outcomes of a charge are judged by a database: what may decide an outcome besides its own event. Nothing; events
 * with the same key; or what is known of its subject.
 */
export type OutcomePlan =
  | { readonly compiled: true; readonly by: "event" | "key" | "subject" }
  | { readonly compiled: false; readonly because: string };

const BY_PRICE = "what is taken back is credited at the price of the outcome that is gone";
const BY_CONFIRMATION = "an outcome is billed when it is confirmed, or pending until then";
const BY_SETTLEMENT = "an outcome is billed when it can be reversed no longer";
const BY_OTHER_RULES =
  "the charge judges outcomes of the same customer by other rules, or credits them at other prices, too";
const BY_OTHER_KEY = "outcomes are unique by another field than the subject that signals are about";

/** Whether a database can say what becomes of outcomes that nothing else is known of. */
export function outcomePlan(charge: UsageCharge, policy: OutcomePolicy): OutcomePlan {
  const { confirm, reverse, billOn, uniqueBy } = policy;
  const because = (reason: string) => ({ compiled: false, because: reason }) as const;
  if (confirm !== undefined) return because(BY_CONFIRMATION);
  if (reverse !== undefined && billOn === "settled") return because(BY_SETTLEMENT);
  if (creditsOriginalPrice(charge, policy)) return because(BY_PRICE);
  if (reverse === undefined)
    return { compiled: true, by: uniqueBy === undefined ? "event" : "key" };
  return isBySubject(policy) ? { compiled: true, by: "subject" } : because(BY_OTHER_KEY);
}

/** How the outcomes of each charge are judged; nothing for one that judges none. */
export function outcomePlans(
  charges: readonly UsageCharge[],
  segments: readonly ReadSegment[] | undefined,
): readonly (OutcomePlan | undefined)[] {
  const plans = charges.map(
    (charge) =>
      charge.outcome && { policy: charge.outcome, ...outcomePlan(charge, charge.outcome) },
  );
  const rules = plans.map((plan) => plan && canonicalJson([plan.policy, plan.compiled]));
  // Of a table nobody knows whose segments stand in it.
  const held = segments ?? charges.map((_, charge) => ({ charge, customerId: "" }));
  const mixed = mixedIds(charges, rules, held);
  return plans.map((plan, place) =>
    plan?.compiled === true && mixed.has(charges[place]?.id ?? "")
      ? { compiled: false, because: BY_OTHER_RULES }
      : plan,
  );
}

/**
 * The charges whose outcomes a customer has under several rules: they are judged together, and what stands alone under one
 * may not under another.
 */
function mixedIds(
  charges: readonly UsageCharge[],
  rules: readonly (string | undefined)[],
  segments: readonly Pick<ReadSegment, "charge" | "customerId">[],
): ReadonlySet<string> {
  const ruleOf = new Map<string, string>();
  const mixed = new Set<string>();
  for (const { charge: place, customerId } of segments) {
    const [id = "", rule] = [charges[place]?.id, rules[place]];
    if (rule === undefined) continue;
    const name = JSON.stringify([customerId, id]);
    if ((ruleOf.get(name) ?? rule) !== rule) mixed.add(id);
    ruleOf.set(name, rule);
  }
  return mixed;
}

/** Whether a database counts what a charge prices; else it fetches what decides that. */
export function isCompiled(charge: UsageCharge): boolean {
  return charge.outcome === undefined || outcomePlan(charge, charge.outcome).compiled;
}

/** Whether only outcomes of one subject have to do with one another. */
export function isBySubject({ uniqueBy }: OutcomePolicy): boolean {
  return (uniqueBy?.key ?? "subject") === "subject";
}

/** See `creditsOriginalPrice` of the invoice: where it may be asked for, each billed outcome has its place. */
function creditsOriginalPrice(
  { pricing, aggregation }: UsageCharge,
  { reverse }: OutcomePolicy,
): boolean {
  if (!isRatedPricing(pricing)) return false;
  const { facts, needs } = modelOf(pricing);
  const way = reverse?.pricing ?? (facts.monotone ? "re-rate" : "original-price");
  return way === "original-price" && needs === "quantity" && isAdditive(aggregation);
}

/** For how long outcomes that are billed may be reversed, in milliseconds: forever, or not at all. */
export function reversibleFor({ reverse }: OutcomePolicy): number | "forever" {
  if (reverse === undefined || reverse.within === "confirmation") return 0;
  return readDuration(reverse.within) ?? "forever";
}
