import * as z from "zod";
import { issueAt, type PricingIssue } from "../errors.js";
import type { CustomCurrencies } from "../money/currency.js";
import type { DecimalInput } from "../money/decimal.js";
import type { PricingUnit } from "../pricing/terms.js";
import {
  billingCycle,
  currency,
  date,
  endAfter,
  id,
  type Metadata,
  metadata,
  text,
} from "../schema/entity-fields.js";
import {
  listIn,
  price,
  type Report,
  recordIn,
  rewrite,
  rule,
  type UnknownRecord,
} from "../schema/fields.js";
import { given } from "../schema/json-rules.js";
import type { Written } from "../schema/written.js";
import { type BillingCycle, isMultiple } from "../time/billing-cycle.js";
import { type Charge, type ChargeInput, chargeSchema } from "./charge.js";
import {
  checkCommitment,
  minimumCommitmentSchema,
  type TermCommitment,
  withoutShortTerm,
} from "./commitment.js";
import { checkDrawdowns } from "./drawdown.js";
import { checkAllowances } from "./included-units.js";
import { checkChargeDates, checkRevisionDates } from "./plan-dates.js";
import { checkGrants, type PlanGrant, planGrantSchema } from "./plan-grant.js";
import { checkPlanLimits } from "./plan-limits.js";
import { pricingUnitSchema, resolveUnits } from "./pricing-units.js";

/** What a full billing cycle of a plan bills at least and at most, all its charges together. */
export interface PlanLimits {
  /** The least that it bills; absent without such a limit. */
  readonly minimumCommitment?: string;
  /** The most that it bills; absent without such a limit. */
  readonly maximumSpend?: string;
}

/** What a rate plan is made of, however decimals, charges and the currency stand in it. */
export interface RatePlanFields<D, C> {
  /** Identifies the plan within the catalog; subscriptions name it. */
  readonly id: string;
  /** Name for people. */
  readonly name: string;
  /** More words for people. */
  readonly description?: string;
  /** How often it is invoiced. */
  readonly billingCycle: BillingCycle;
  /** First day on which a subscription may start on the plan. */
  readonly effectiveDate: string;
  /** First day on which none may start any more; running subscriptions bill on. */
  readonly endDate?: string;
  /** The prices, in the order of the invoice's lines. */
  readonly charges: readonly C[];
  /**
   * The least that a full billing cycle of the plan bills, all charges and their discounts together; or that several of them
   * bill, with `{ amount, term }`.
   */
  readonly minimumCommitment?: D | TermCommitment<D>;
  /** The most that a full billing cycle of the plan bills, all charges and their discounts together. */
  readonly maximumSpend?: D;
  /** The units that prices of its charges may be in instead of money, such as credits. */
  readonly pricingUnits?: readonly PricingUnit<D>[];
  /** What a customer has to their credit in each billing period. */
  readonly grants?: readonly PlanGrant<D>[];
  /** Anything you want to keep with the plan; never read. */
  readonly metadata?: Metadata;
}

/** A way to buy a product: an invoice cadence, a currency and charges. As parsed, with its currency on every charge. */
export interface RatePlan extends RatePlanFields<string, Charge> {
  /** The one currency of the plan and all its charges. */
  readonly currency: string;
}

/** The limits of each billing cycle of a plan. */
export function limitsOf({ minimumCommitment, maximumSpend }: RatePlan): PlanLimits {
  return {
    ...(typeof minimumCommitment === "string" ? { minimumCommitment } : {}),
    ...(maximumSpend === undefined ? {} : { maximumSpend }),
  };
}

/** What a plan bills at least over a term; nothing where it has no such commitment. */
export function termOf({ minimumCommitment }: RatePlan): TermCommitment | undefined {
  return typeof minimumCommitment === "object" ? minimumCommitment : undefined;
}

/** A rate plan as it may be written. */
export type RatePlanInput = Written<
  RatePlanFields<DecimalInput, ChargeInput> & {
    /** The plan's currency; may stand on its charges instead. All must agree. */
    readonly currency?: string;
  }
>;

const NAMES_CURRENCY = given("currency");

/** The schema of a rate plan, for the currencies that a policy knows. */
export function ratePlanSchema(custom: CustomCurrencies | undefined) {
  return z
    .strictObject({
      id: id(),
      name: text(),
      description: z.exactOptional(text()),
      currency: z.exactOptional(currency(custom)),
      billingCycle: billingCycle(),
      effectiveDate: date(),
      endDate: z.exactOptional(date()),
      charges: z.array(chargeSchema(custom)),
      pricingUnits: z.exactOptional(z.array(pricingUnitSchema())),
      grants: z.exactOptional(z.array(planGrantSchema())),
      minimumCommitment: z.exactOptional(minimumCommitmentSchema()),
      maximumSpend: z.exactOptional(price()),
      metadata: z.exactOptional(metadata()),
    })
    .check(
      endAfter("effectiveDate"),
      rule(checkDiscountTargets),
      rule(checkDuplicateIds),
      rule(checkCycles),
      rule(checkAllowances),
      rule(checkPlanLimits),
      rule(checkCommitment),
      rule(checkDrawdowns),
      rule(checkRevisionDates),
      rule(checkChargeDates),
      rewrite(agreeOnCurrency),
      rewrite(resolveUnits),
      rewrite(withoutShortTerm),
      rule(checkGrants),
    )
    .meta({ anyOf: [NAMES_CURRENCY, { properties: { charges: { contains: NAMES_CURRENCY } } }] });
}

function checkDuplicateIds(plan: UnknownRecord, report: Report): void {
  reportDuplicateIds(listIn(plan["charges"]), "charges", report);
  reportDuplicateIds(listIn(plan["grants"]), "grants", report);
}

/** A charge's own cycle and the plan's fit into each other. */
function checkCycles(plan: UnknownRecord, report: Report): void {
  const own = billingCycle().safeParse(plan["billingCycle"]);
  for (const [index, charge] of listIn(plan["charges"]).map(recordIn).entries()) {
    const theirs = billingCycle().safeParse(charge["billingCycle"]);
    if (!own.success || !theirs.success) continue;
    if (isMultiple(own.data, theirs.data) || isMultiple(theirs.data, own.data)) continue;
    const expected = `a whole multiple or divisor of ${JSON.stringify(own.data)}, the cycle of the plan`;
    report(
      issueAt("cycle_mismatch", ["charges", index, "billingCycle"], {
        expected,
        received: theirs.data,
      }),
    );
  }
}

/** Reports every element whose id an earlier element has. */
export function reportDuplicateIds(list: readonly unknown[], field: string, report: Report): void {
  const first = new Map<unknown, number>();
  for (const [index, item] of list.entries()) {
    const { id: own } = recordIn(item);
    const earlier = first.get(own);
    if (typeof own !== "string" || own === "") continue;
    if (earlier === undefined) {
      first.set(own, index);
    } else {
      const expected = `other than ${field}[${earlier}].id`;
      report(
        issueAt("duplicate_id", [field, index, "id"], {
          expected,
          received: own,
        }),
      );
    }
  }
}

function checkDiscountTargets(plan: UnknownRecord, report: Report): void {
  const charges = listIn(plan["charges"]).map(recordIn);
  const ids = new Set(
    charges
      .filter((charge) => recordIn(charge["pricing"])["model"] !== "discount")
      .map((charge) => charge["id"]),
  );
  const isTarget = (id: unknown) => ids.has(id);
  for (const [index, charge] of charges.entries()) {
    const path = ["charges", index];
    checkTargets(charge["pricing"], [...path, "pricing"], isTarget, report);
    for (const [position, revision] of listIn(charge["revisions"]).map(recordIn).entries()) {
      const at = [...path, "revisions", position, "pricing"];
      checkTargets(revision["pricing"], at, isTarget, report);
    }
  }
}

/** Reports what a discount names that is no charge of its plan. */
export function checkTargets(
  pricing: unknown,
  path: PricingIssue["path"],
  isTarget: (id: string) => boolean,
  report: Report,
): void {
  const named = listIn(recordIn(recordIn(pricing)["appliesTo"])["charges"]);
  for (const [position, target] of named.entries()) {
    if (target === "" || (typeof target === "string" && isTarget(target))) continue;
    const expected = "the id of a charge of this plan that is not a discount";
    const at = [...path, "appliesTo", "charges", position];
    report(issueAt("unknown_charge", at, { expected, received: target }));
  }
}

/** One currency for the plan and its charges, wherever it was written; then it stands on all of them. */
function agreeOnCurrency(plan: UnknownRecord, report: Report): UnknownRecord {
  const charges = listIn(plan["charges"]);
  const stated = [
    { path: ["currency"], code: plan["currency"] },
    ...charges.map((charge, index) => ({
      path: ["charges", index, "currency"],
      code: recordIn(charge)["currency"],
    })),
  ].filter(({ code }) => typeof code === "string");
  const [first, ...others] = stated.filter(({ code }) => code !== "");
  if (first === undefined) {
    if (stated.length === 0) {
      const expected = "a currency on the rate plan or on its charges";
      report(
        issueAt("missing_currency", ["currency"], {
          expected,
          received: undefined,
        }),
      );
    }
    return plan;
  }
  for (const { path, code } of others) {
    if (code === first.code) continue;
    const expected = `${String(first.code)}, the currency of the plan`;
    report(issueAt("currency_mismatch", path, { expected, received: code }));
  }
  return {
    ...plan,
    currency: first.code,
    charges: charges.map((charge) =>
      typeof charge === "object" && charge !== null ? { ...charge, currency: first.code } : charge,
    ),
  };
}
