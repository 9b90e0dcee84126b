import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { canonicalJson } from "../../data/canonical-json.js";
import type { UsageSegment } from "../../usage/meter/scope.js";
import { meterHeader } from "../../usage/summary/header.js";
import { findParts } from "../parts/document-parts.js";
import type { PartsRequest } from "../parts/parts-builder.js";
import { readsUsage } from "../rating/match-tasks.js";
import { lookedFor } from "../rating/meter-segments.js";
import { type BillingContext, matchParts } from "./price-period.js";

/**
 * The usage that a document is priced from, whatever it is; what is wrong with the request is said when the document is written.
 */
export function neededUsage(
  request: PartsRequest & Pick<BillingContext, "policy">,
): readonly UsageSegment[] {
  const { tasks, beside } = findParts(request, []);
  const { matched } = matchParts([...tasks, ...beside], request, []);
  return neededOf(
    lookedFor(matched.filter(({ task }) => readsUsage(task) && task.given === request.given)),
  );
}

/**
 * Of the segments that a document looks for, those that have to be counted for it: what is counted alike once, and one segment more for
 * each charge of which no more than outcomes are left that are billed after their time.
 */
export function neededOf(segments: readonly UsageSegment[]): readonly UsageSegment[] {
  const charges = new Set<string>();
  const counted = new Set<string>();
  const isNew = (known: Set<string>, name: string) => known.size < known.add(name).size;
  return [
    ...segments.filter(({ isRunOff }) => isRunOff !== true),
    ...segments.filter(({ isRunOff }) => isRunOff === true),
  ].filter((each) => {
    const isOther = isNew(charges, canonicalJson(each.charge));
    if (each.isRunOff === true) return isOther && billsLater(each);
    // Tiers that continue at a change look at what came before it under their own price.
    return isNew(counted, countName(each));
  });
}

function countName({ charge, agentType, period }: UsageSegment): string {
  const terms = isUsageCharge(charge) ? meterHeader(charge, true) : null;
  return canonicalJson([charge.id, agentType ?? null, period ?? null, terms]);
}

/** Whether outcomes of a charge may be billed, or pending, after they occurred. */
function billsLater({ charge }: UsageSegment): boolean {
  const { confirm, reverse, billOn } = (isUsageCharge(charge) && charge.outcome) || {};
  return confirm !== undefined || (billOn === "settled" && reverse !== undefined);
}
