import { billsSubscriptionQuantity, pricesUsage } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { isPlainRecord, ownFields } from "../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { isDecimalLike, isProblem, readDecimal } from "../money/decimal.js";
import { isNegative } from "../money/fraction.js";
import { oneOf } from "../schema/options.js";
import { isRecord } from "../schema/unknown-record.js";
import { elementsOf, isSource } from "../usage/events/source.js";
import { looksLikeSummary } from "../usage/read-usage.js";
import { type PricedPlan, readRounding, readTargets } from "./target.js";

/** One of several targets, by its name. */
export interface NamedTarget {
  readonly name: string;
  readonly plan: PricedPlan;
  readonly rounding: AmountRounding;
}

/** The most targets that are compared. */
const MOST_TARGETS = 100;

/** Reads targets by name, all of one currency. */
export function readNamedTargets(
  input: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
  root = "targets",
): readonly NamedTarget[] {
  const given = isRecord(input) && isPlainRecord(input) ? ownFields(input) : undefined;
  const expected = "charges, rate plans or products by name";
  if (given === undefined) {
    issues.push(issueAt("invalid_type", [root], { expected, received: input }));
    return [];
  }
  const names = Object.keys(given);
  if (names.length === 0 || names.length > MOST_TARGETS) {
    const facts = { expected: `1 to ${MOST_TARGETS} ${expected}`, found: `${names.length}` };
    issues.push(issueAt(names.length === 0 ? "missing" : "too_large", [root], facts));
    return [];
  }
  const targets = names.flatMap((name) => {
    const path = [root, name];
    const plans = readTargets(given[name], policy, issues, path);
    return plans.flatMap((plan) => {
      const rounding = readRounding(plan, policy, issues, path);
      if (rounding === undefined) return [];
      const own = plans.length === 1 ? name : `${name}/${plan.ratePlanId ?? ""}`;
      return [{ name: own, plan, rounding, path }];
    });
  });
  checkTogether(targets, issues);
  return targets;
}

function checkTogether(
  targets: readonly (NamedTarget & { readonly path: readonly PathSegment[] })[],
  issues: PricingIssue[],
): void {
  const [first] = targets;
  const seen = new Set<string>();
  for (const { name, plan, path } of targets) {
    if (plan.currency !== first?.plan.currency) {
      const expected = `${first?.plan.currency ?? ""}, the currency of ${first?.name ?? ""}`;
      const at = [...path, "currency"];
      issues.push(issueAt("currency_mismatch", at, { expected, received: plan.currency }));
    }
    if (seen.has(name)) {
      const expected = "a name of its own";
      issues.push(issueAt("duplicate_id", path, { expected, received: name }));
    }
    seen.add(name);
  }
}

/** Records of quantities for several targets, of which each takes what it prices. */
export interface SharedKeys {
  /** Whether a target prices what a key of usage names. */
  readonly usage: (target: NamedTarget, key: string) => boolean;
  /** Whether a target has a quantity of that id. */
  readonly quantities: (target: NamedTarget, key: string) => boolean;
}

/** What the targets price, by the ids and units under which usage may be given. */
export function sharedKeys(targets: readonly NamedTarget[]): SharedKeys {
  const keys = new Map(
    targets.map((target) => {
      const { charges } = target.plan;
      const priced = charges.filter(pricesUsage);
      const names = priced.flatMap(({ id, unitOfMeasure }) => [id, unitOfMeasure ?? id]);
      const ids = charges.filter(billsSubscriptionQuantity).map(({ id }) => id);
      return [target, { usage: new Set(names), quantities: new Set(ids) }] as const;
    }),
  );
  return {
    usage: (target, key) => keys.get(target)?.usage.has(key) ?? false,
    quantities: (target, key) => keys.get(target)?.quantities.has(key) ?? false,
  };
}

/** Usage as each target takes it: a record without what it does not price; anything else as it is, and read but once. */
export function usageOfTargets(
  usage: unknown,
  path: readonly PathSegment[],
  targets: readonly NamedTarget[],
  prices: SharedKeys["usage"],
  issues: PricingIssue[],
): (target: NamedTarget) => { readonly usage: unknown; readonly notPriced: readonly string[] } {
  checkSign(usage, path, issues);
  const isOther = !isRecord(usage) || isDecimalLike(usage) || looksLikeSummary(usage);
  if (isOther || isSource(usage) || !isPlainRecord(usage)) {
    const kept = isSource(usage) ? [...elementsOf(usage, path, issues)] : usage;
    return () => ({ usage: kept, notPriced: [] });
  }
  const fields = ownFields(usage);
  if (fields === undefined) return () => ({ usage, notPriced: [] });
  const known = Object.keys(fields).filter((key) => {
    checkSign(fields[key], [...path, key], issues);
    if (targets.some((target) => prices(target, key))) return true;
    const expected = "the id or unit of a charge of one of the targets that prices a quantity";
    issues.push(issueAt("unknown_charge", [...path, key], { expected, received: key }));
    return false;
  });
  return (target) => {
    const own = known.filter((key) => prices(target, key));
    return {
      usage: Object.fromEntries(own.map((key) => [key, fields[key]])),
      notPriced: known.filter((key) => !prices(target, key)),
    };
  };
}

/** A design is judged by what is used; events alone may take back. */
function checkSign(usage: unknown, path: readonly PathSegment[], issues: PricingIssue[]): void {
  const quantity = readDecimal(usage);
  if (isProblem(quantity) || !isNegative(quantity)) return;
  issues.push(issueAt("out_of_range", path, { expected: "0 or more", received: usage }));
}

/** The words for a name that is none of the targets'. */
export function anotherName(targets: readonly NamedTarget[], name: string): string {
  return oneOf(
    targets.map((target) => target.name),
    name,
  );
}
