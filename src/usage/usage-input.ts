import { type Charge, isUsageCharge, pricesQuantity, type UsageCharge } from "../catalog/charge.js";
import { valueOrReport } from "../catalog/parse.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import { decimalIssue } from "../money/amounts.js";
import {
  type DecimalInput,
  exact,
  isDecimalLike,
  isProblem,
  readDecimal,
} from "../money/decimal.js";
import type { Fraction } from "../money/fraction.js";
import { aggregationOf, collectUsage } from "./collect.js";
import type { UsageEventInput } from "./event.js";
import type { UsageScope } from "./match.js";
import { headerMismatches } from "./merge-usage.js";
import { NO_EVENTS, type UsageReport } from "./report.js";
import { summaryHeader } from "./summarize.js";
import type { UsageSummary } from "./summary.js";
import { safeParseSummary } from "./summary-schema.js";
import { aggregate } from "./tally.js";

/**
 * Usage, in whichever form it is at hand:
 * a quantity, where exactly one charge prices one; a record of quantities by charge id, or by unit of measure where one
 * charge prices that unit (a charge that is not named has none); a summary, or one per usage charge; or the raw events.
 */
export type UsageInput =
  | DecimalInput
  | Readonly<Record<string, DecimalInput>>
  | UsageSummary
  | readonly UsageSummary[]
  | Iterable<UsageEventInput | Readonly<Record<string, unknown>>>;

/** A quantity for every charge that prices one, and what became of the events, if events were given. */
export interface ResolvedUsage {
  readonly quantities: ReadonlyMap<string, Fraction>;
  readonly report: UsageReport;
}

/** What {@link resolveUsage} needs to know. */
export interface UsageContext {
  readonly charges: readonly Charge[];
  readonly scope: UsageScope;
  readonly policy: BillingPolicy;
}

/** Brings any form of usage to quantities by charge id. Reports what is wrong; bad events go to the report instead. */
export function resolveUsage(
  usage: unknown,
  context: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ResolvedUsage {
  if (isIterable(usage)) {
    const list = Array.isArray(usage) ? usage : undefined;
    if (list?.some(looksLikeSummary)) {
      return { quantities: fromSummaries(list, context, path, issues), report: NO_EVENTS };
    }
    const usageCharges = context.charges.filter(isUsageCharge);
    const { tallies, report } = collectUsage(
      usage,
      usageCharges,
      context.scope,
      context.policy.deduplicate,
    );
    const quantities = usageCharges.map(
      (charge) => [charge.id, quantityOf(charge, tallies)] as const,
    );
    return { quantities: new Map(quantities), report };
  }
  if (looksLikeSummary(usage))
    return { quantities: fromSummaries([usage], context, path, issues), report: NO_EVENTS };
  if (typeof usage === "object" && usage !== null && !isDecimalLike(usage)) {
    return {
      quantities: fromRecord(usage, context.charges.filter(pricesQuantity), path, issues),
      report: NO_EVENTS,
    };
  }
  return {
    quantities: fromQuantity(usage, context.charges.filter(pricesQuantity), path, issues),
    report: NO_EVENTS,
  };
}

function quantityOf(
  charge: UsageCharge,
  tallies: ReturnType<typeof collectUsage>["tallies"],
): Fraction {
  const tally = tallies.get(charge.id);
  if (tally === undefined) throw new Error("unreachable: a usage charge without a tally");
  return aggregate(aggregationOf(charge), tally);
}

function isIterable(usage: unknown): usage is Iterable<unknown> {
  return typeof usage === "object" && usage !== null && Symbol.iterator in usage;
}

function looksLikeSummary(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && "schemaVersion" in value && "tally" in value
  );
}

function fromQuantity(
  usage: unknown,
  charges: readonly Charge[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ReadonlyMap<string, Fraction> {
  const quantity = readDecimal(usage);
  if (isProblem(quantity)) {
    issues.push(decimalIssue(quantity, path, usage));
    return new Map();
  }
  const usageCharges = charges.filter((charge) => charge.chargeType === "usage");
  const [only, ...others] = usageCharges.length > 0 ? usageCharges : charges;
  if (only !== undefined && others.length === 0) return new Map([[only.id, quantity]]);
  const expected =
    "a record of quantities by charge id, unless exactly one charge prices a quantity";
  const found = `a quantity for ${charges.length} charges`;
  issues.push(issueAt("ambiguous_usage", path, `must be ${expected}`, { expected, found }));
  return new Map();
}

function fromRecord(
  record: object,
  charges: readonly Charge[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ReadonlyMap<string, Fraction> {
  const quantities = new Map<string, Fraction>();
  for (const [key, input] of Object.entries(record)) {
    const at = [...path, key];
    const quantity = readDecimal(input);
    if (isProblem(quantity)) issues.push(decimalIssue(quantity, at, input));
    const charge = chargeFor(key, charges, at, issues);
    if (charge === undefined || isProblem(quantity)) continue;
    if (quantities.has(charge.id)) {
      const expected = `one quantity for charge ${charge.id}`;
      issues.push(
        issueAt("ambiguous_usage", at, `must not repeat: ${expected}`, {
          expected,
          received: input,
        }),
      );
    }
    quantities.set(charge.id, quantity);
  }
  return quantities;
}

function chargeFor(
  key: string,
  charges: readonly Charge[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Charge | undefined {
  const named = charges.find((charge) => charge.id === key);
  if (named !== undefined) return named;
  const [byUnit, ...others] = charges.filter((charge) => charge.unitOfMeasure === key);
  if (byUnit !== undefined && others.length === 0) return byUnit;
  const known = charges.map((charge) => charge.id).join(", ");
  if (byUnit === undefined) {
    const expected = `the id or unit of a charge that prices a quantity (${known})`;
    issues.push(
      issueAt("unknown_charge", path, `must be ${expected}`, { expected, received: key }),
    );
  } else {
    const expected = `a charge id, as several charges price ${key}`;
    issues.push(
      issueAt("ambiguous_usage", path, `must be ${expected}`, { expected, received: key }),
    );
  }
  return undefined;
}

function fromSummaries(
  list: readonly unknown[],
  { charges, scope, policy }: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ReadonlyMap<string, Fraction> {
  const quantities = new Map<string, Fraction>();
  const usageCharges = charges.filter(isUsageCharge);
  for (const [index, input] of list.entries()) {
    const at = [...path, index];
    const summary = valueOrReport(safeParseSummary(input, at), issues);
    if (summary === undefined) continue;
    const charge = usageCharges.find(({ id }) => id === summary.chargeId);
    if (charge === undefined) {
      const expected = `the id of a usage charge (${usageCharges.map(({ id }) => id).join(", ")})`;
      issues.push(
        issueAt("unknown_charge", [...at, "chargeId"], `must be ${expected}`, {
          expected,
          received: summary.chargeId,
        }),
      );
      continue;
    }
    if (quantities.has(charge.id)) {
      const expected = "one summary for each charge; mergeUsage adds them";
      issues.push(
        issueAt("ambiguous_usage", at, `must be ${expected}`, { expected, received: charge.id }),
      );
    }
    // A simulation asks no one's usage of no time: it takes whatever the summary is of.
    const { customerId, subscriptionId, period, asOf } = summary;
    const header = summaryHeader(charge, scope, policy.deduplicate);
    const wanted =
      scope.period === undefined ? { ...header, customerId, subscriptionId, period, asOf } : header;
    issues.push(...headerMismatches(wanted, summary).map((issue) => issueUnder(at, issue)));
    quantities.set(charge.id, exact(summary.quantity));
  }
  for (const charge of usageCharges.filter(
    (each) => pricesQuantity(each) && !quantities.has(each.id),
  )) {
    const expected = `a summary for charge ${charge.id}`;
    issues.push(
      issueAt("missing_quantity", path, `must hold ${expected}`, { expected, received: undefined }),
    );
  }
  return quantities;
}
