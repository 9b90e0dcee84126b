import type { Charge } from "../catalog/charge.js";
import { isRated } from "../catalog/charge-kinds.js";
import { groupBy } from "../data/group-by.js";
import { once } from "../data/recent.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { decimalIssue } from "../money/amounts.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { type Fraction, isNegative } from "../money/fraction.js";
import { bareQuantity } from "../pricing/bare-quantity.js";
import { modelOf } from "../pricing/models/index.js";
import { among } from "../schema/wording.js";
import type { MeteredUsage } from "./collect.js";
import type { Metered } from "./meter/metered.js";
import type { UsageSegment } from "./meter/scope.js";

/** One quantity, for the one charge that it can only be meant for. */
export function quantityGiven(
  usage: unknown,
  segments: readonly UsageSegment[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): MeteredUsage {
  const quantity = readDecimal(usage);
  if (isProblem(quantity)) {
    issues.push(decimalIssue(quantity, path, usage));
    return new Map();
  }
  const used = segments.filter(({ charge }) => charge.chargeType === "usage");
  const [only, ...others] = used.length > 0 ? used : segments;
  if (only !== undefined && others.length === 0)
    return new Map([[only, metered(only.charge, quantity, path, issues)]]);
  const expected =
    "a record of quantities by charge id, unless exactly one charge prices a quantity";
  const found = `a quantity for ${segments.length} charges`;
  issues.push(issueAt("ambiguous_usage", path, { expected, found }));
  return new Map();
}

/** A record of quantities by charge id, or by unit of measure. */
export function recordGiven(
  record: object,
  segments: readonly UsageSegment[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): MeteredUsage {
  const usage = new Map<UsageSegment, readonly Metered[]>();
  const named = namesOf(segments);
  for (const [key, input] of Object.entries(record)) {
    const at = [...path, key];
    const quantity = readDecimal(input);
    if (isProblem(quantity)) issues.push(decimalIssue(quantity, at, input));
    const segment = segmentFor(key, segments, named, at, issues);
    if (segment === undefined || isProblem(quantity)) continue;
    const { charge } = segment;
    if (charge.chargeType === "recurring" && isNegative(quantity)) {
      issues.push(issueAt("out_of_range", at, { expected: "0 or more", received: input }));
    }
    if (usage.has(segment)) {
      const expected = `one quantity for charge ${charge.id}, not several`;
      issues.push(issueAt("ambiguous_usage", at, { expected, received: input }));
    }
    usage.set(segment, metered(charge, quantity, at, issues));
  }
  return usage;
}

/** Segments by what may stand for them in a record. */
interface NamedSegments {
  readonly byId: ReadonlyMap<string, readonly UsageSegment[]>;
  readonly byUnit: ReadonlyMap<string | undefined, readonly UsageSegment[]>;
}

const namesOf = once(
  (segments: readonly UsageSegment[]): NamedSegments => ({
    byId: groupBy(segments, ({ charge }) => charge.id),
    byUnit: groupBy(segments, ({ charge }) => charge.unitOfMeasure),
  }),
);

function segmentFor(
  key: string,
  segments: readonly UsageSegment[],
  { byId, byUnit }: NamedSegments,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): UsageSegment | undefined {
  const named = byId.get(key) ?? [];
  const ofUnit = byUnit.get(key) ?? [];
  const used = ofUnit.filter(({ charge }) => charge.chargeType === "usage");
  // Seats and usage may share a unit; usage is what a unit stands for.
  const candidates = named.length > 0 ? named : used.length > 0 ? used : ofUnit;
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    const known = segments.map(({ charge }) => charge.id);
    const expected = among("the id or unit of a charge that prices a quantity", known);
    issues.push(issueAt("unknown_charge", path, { expected, received: key }));
    return undefined;
  }
  const ids = new Set(candidates.map(({ charge }) => charge.id));
  const expected =
    ids.size === 1
      ? `events or summaries, as charge ${only.charge.id} is billed for ${candidates.length} stretches of time`
      : `a charge id, as several charges price ${key}`;
  issues.push(issueAt("ambiguous_usage", path, { expected, received: key }));
  return undefined;
}

/** What a bare number comes to for a charge. */
function metered(
  charge: Charge,
  quantity: Fraction,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): readonly Metered[] {
  const needs = isRated(charge) ? modelOf(charge.pricing).needs : "nothing";
  const given = bareQuantity(needs, charge.id, quantity, path);
  if (!("code" in given)) return [{ group: null, ...given }];
  issues.push(given);
  return [];
}
