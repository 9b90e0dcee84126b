import { isList } from "../../data/foreign.js";
import { isSameList } from "../../data/same-list.js";
import type { PathSegment, PricingIssue } from "../../errors.js";
import type { ResolvedUsage, UsageContext } from "../../usage/collect.js";
import { elementsOf, isSource } from "../../usage/events/source.js";
import { looksLikeSummary } from "../../usage/read-usage.js";

/** Usage as it was given, and where. */
export interface GivenUsage {
  readonly usage: unknown;
  readonly path: readonly PathSegment[];
  /** How it becomes what charges are priced from, where it is in a form of its own. */
  readonly resolve?: UsageResolver;
}

/** Brings usage to what charges are priced from, and reports what is wrong with it. */
export type UsageResolver = (context: UsageContext, issues: PricingIssue[]) => ResolvedUsage;

/** Takes the usages of one request. */
export type UsageTaker = (usage: unknown, path: readonly PathSegment[]) => GivenUsage;

/**
 * Events that are given twice, for two periods, are looked at once for both: so each is counted once. Where there may be
 * several usages, what can be iterated only once is kept as a list.
 */
export function usageTaker(mayBeSeveral: boolean, issues: PricingIssue[]): UsageTaker {
  const taken: { readonly source: unknown; readonly given: GivenUsage }[] = [];
  return (source, path) => {
    const own = taken.find((each) => each.source === source && isSource(source));
    const isKept = mayBeSeveral && isSource(source) && own === undefined;
    const usage = isKept ? [...elementsOf(source, path, issues)] : source;
    const same = own ?? taken.find((each) => haveSame(each.given.usage, usage));
    if (same !== undefined && !holdsSummaries(same.given.usage)) return same.given;
    const given = { usage, path };
    taken.push({ source, given });
    return given;
  };
}

/** Whether two lists hold the same objects. */
function haveSame(a: unknown, b: unknown): boolean {
  return isList(a) && isList(b) && a.length > 0 && isSameList(a, b);
}

function holdsSummaries(usage: unknown): boolean {
  return isList(usage) && usage.some(looksLikeSummary);
}
