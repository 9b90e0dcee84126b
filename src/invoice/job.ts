import type { Charge } from "../catalog/charge.js";
import { pricesQuantity } from "../catalog/charge-kinds.js";
import { type BillingPolicy, policyRounding } from "../catalog/policy.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { decimalIssue } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import { isNegative } from "../money/fraction.js";
import type { Period } from "../time/billing-period.js";
import type { UsageScope } from "../usage/match.js";
import { type Metered, meteredQuantity } from "../usage/metered.js";
import type { UsageReport } from "../usage/report.js";
import { type MeteredUsage, resolveUsage } from "../usage/usage-input.js";
import type { PricingJob } from "./pipeline.js";

/** What `invoice` and `simulate` know when they are ready to price. */
export interface JobFacts {
  readonly charges: readonly Charge[];
  readonly currency: string;
  readonly minimumCommitment: string | undefined;
  readonly policy: BillingPolicy;
  readonly servicePeriod: Period | undefined;
  /** Usage as it was given, and the charges that it may speak of. */
  readonly usage: unknown;
  readonly usedCharges: readonly Charge[];
  readonly scope: UsageScope;
  /** Quantities of recurring charges by charge id, and where they were given. */
  readonly quantities: Readonly<Record<string, DecimalInput>>;
  readonly quantitiesPath: readonly PathSegment[];
}

/** Everything that is priced, and what became of the events. */
export interface PreparedJob {
  readonly job: PricingJob;
  readonly report: UsageReport;
}

/** Finds what every charge is priced from, and reports what is wrong with it. */
export function prepareJob(facts: JobFacts, issues: PricingIssue[]): PreparedJob | undefined {
  const { charges, policy, servicePeriod, minimumCommitment } = facts;
  const rounding = policyRounding(policy, facts.currency);
  if ("code" in rounding) {
    issues.push(rounding);
    return undefined;
  }
  const used =
    facts.usage === undefined
      ? undefined
      : resolveUsage(
          facts.usage,
          { charges: facts.usedCharges, scope: facts.scope, policy },
          ["usage"],
          issues,
        );
  const given = readQuantities(facts, issues);
  for (const [chargeId] of used?.metered ?? []) {
    if (!given.has(chargeId)) continue;
    const expected = "one quantity for each charge";
    issues.push(
      issueAt(
        "ambiguous_usage",
        ["usage", chargeId],
        `must not repeat what quantities say: ${expected}`,
        { expected, received: chargeId },
      ),
    );
  }
  const metered = new Map([...given, ...(used?.metered ?? [])]);
  for (const charge of charges.filter(isCounted)) {
    const path = [...facts.quantitiesPath, charge.id];
    if (metered.has(charge.id) || Object.hasOwn(facts.quantities, charge.id)) continue;
    const expected = `a quantity of ${charge.unitOfMeasure ?? "units"} for charge ${charge.id}`;
    issues.push(
      issueAt("missing_quantity", path, `is required: ${expected}`, {
        expected,
        received: undefined,
      }),
    );
  }
  if (used === undefined) return undefined;
  const pathOf = (chargeId: string) =>
    given.has(chargeId) ? [...facts.quantitiesPath, chargeId] : ["usage", chargeId];
  return {
    job: { charges, metered, minimumCommitment, policy, rounding, servicePeriod, pathOf },
    report: used.report,
  };
}

/** Whether the charge bills a quantity that a subscription holds: seats, not usage. */
function isCounted(charge: Charge): boolean {
  return charge.chargeType === "recurring" && pricesQuantity(charge);
}

function readQuantities(facts: JobFacts, issues: PricingIssue[]): MeteredUsage {
  const metered = new Map<string, readonly Metered[]>();
  const counted = facts.charges.filter(isCounted);
  for (const [key, input] of Object.entries(facts.quantities)) {
    const path = [...facts.quantitiesPath, key];
    const quantity = readDecimal(input);
    if (isProblem(quantity)) {
      issues.push(decimalIssue(quantity, path, input));
    } else if (isNegative(quantity)) {
      issues.push(
        issueAt("out_of_range", path, "must not be negative", {
          expected: "0 or more",
          received: input,
        }),
      );
    } else if (counted.every((charge) => charge.id !== key)) {
      const expected = `the id of a recurring charge that prices a quantity (${counted.map(({ id }) => id).join(", ")})`;
      issues.push(
        issueAt("unknown_charge", path, `must be ${expected}`, { expected, received: key }),
      );
    } else {
      metered.set(key, [meteredQuantity(quantity)]);
    }
  }
  return metered;
}
