import type { Charge } from "../catalog/charge.js";
import { isRated } from "../catalog/charge-kinds.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { decimalIssue } from "../money/amounts.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { type Fraction, isNegative, ONE } from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import type { UsageService } from "./match.js";
import { type Metered, meteredQuantity } from "./metered.js";
import type { MeteredUsage } from "./usage-input.js";

/** One quantity, for the one charge that it can only be meant for. */
export function quantityGiven(
  usage: unknown,
  services: readonly UsageService[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): MeteredUsage {
  const quantity = readDecimal(usage);
  if (isProblem(quantity)) {
    issues.push(decimalIssue(quantity, path, usage));
    return new Map();
  }
  const used = services.filter(({ charge }) => charge.chargeType === "usage");
  const [only, ...others] = used.length > 0 ? used : services;
  if (only !== undefined && others.length === 0)
    return new Map([[only, metered(only.charge, quantity, path, issues)]]);
  const expected =
    "a record of quantities by charge id, unless exactly one charge prices a quantity";
  const found = `a quantity for ${services.length} charges`;
  issues.push(issueAt("ambiguous_usage", path, `must be ${expected}`, { expected, found }));
  return new Map();
}

/** A record of quantities by charge id, or by unit of measure. */
export function recordGiven(
  record: object,
  services: readonly UsageService[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): MeteredUsage {
  const usage = new Map<UsageService, readonly Metered[]>();
  for (const [key, input] of Object.entries(record)) {
    const at = [...path, key];
    const quantity = readDecimal(input);
    if (isProblem(quantity)) issues.push(decimalIssue(quantity, at, input));
    const service = serviceFor(key, services, at, issues);
    if (service === undefined || isProblem(quantity)) continue;
    const { charge } = service;
    if (charge.chargeType === "recurring" && isNegative(quantity)) {
      issues.push(
        issueAt("out_of_range", at, "must not be negative", {
          expected: "0 or more",
          received: input,
        }),
      );
    }
    if (usage.has(service)) {
      const expected = `one quantity for charge ${charge.id}`;
      issues.push(
        issueAt("ambiguous_usage", at, `must not repeat: ${expected}`, {
          expected,
          received: input,
        }),
      );
    }
    usage.set(service, metered(charge, quantity, at, issues));
  }
  return usage;
}

function serviceFor(
  key: string,
  services: readonly UsageService[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): UsageService | undefined {
  const named = services.filter(({ charge }) => charge.id === key);
  const ofUnit = services.filter(({ charge }) => charge.unitOfMeasure === key);
  const used = ofUnit.filter(({ charge }) => charge.chargeType === "usage");
  // Seats and usage may share a unit; usage is what a unit stands for.
  const candidates = named.length > 0 ? named : used.length > 0 ? used : ofUnit;
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    const known = services.map(({ charge }) => charge.id).join(", ");
    const expected = `the id or unit of a charge that prices a quantity (${known})`;
    issues.push(
      issueAt("unknown_charge", path, `must be ${expected}`, { expected, received: key }),
    );
    return undefined;
  }
  const ids = new Set(candidates.map(({ charge }) => charge.id));
  const expected =
    ids.size === 1
      ? `events or summaries, as charge ${only.charge.id} is billed for ${candidates.length} stretches of time`
      : `a charge id, as several charges price ${key}`;
  issues.push(issueAt("ambiguous_usage", path, `must be ${expected}`, { expected, received: key }));
  return undefined;
}

/** A bare number as the charge's model takes it: a quantity, or the value of one event. */
function metered(
  charge: Charge,
  quantity: Fraction,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): readonly Metered[] {
  const needs = isRated(charge) ? modelOf(charge.pricing).needs : "nothing";
  if (needs === "quantity") return [meteredQuantity(quantity)];
  if (needs === "values") return [{ group: null, quantity: ONE, input: [quantity] }];
  const expected = `events or a summary, as charge ${charge.id} prices groups of events`;
  issues.push(
    issueAt("usage_mismatch", path, `must be ${expected}`, { expected, found: "a quantity" }),
  );
  return [];
}
