import type * as z from "zod";
import { deepFreeze } from "../data/deep-freeze.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { type AmountRounding, amountRounding } from "../money/amount-rounding.js";
import type { CustomCurrencies } from "../money/currency.js";
import { type DecimalInput, exact } from "../money/decimal.js";
import { ROUNDING_MODES, type RoundingMode } from "../money/rounding.js";
import type { SchemaKit } from "../schema/kit.js";
import { remember } from "../schema/parsed.js";

/** How exact amounts become amounts of money. */
export interface RoundingPolicy<D = string> {
  /** To which neighbour; default `half-away-from-zero`, under which a reversal cancels exactly. */
  readonly mode: RoundingMode;
  /**
   * `"line"` (default) rounds each line for itself. `"invoice"` rounds the sum of the rated lines once, and gives the
   * pennies out by largest remainder, so that the lines still add up.
   */
  readonly scope: "line" | "invoice";
  /** A coarser grid than the minor unit, such as `"0.05"` for cash; a whole multiple of the minor unit. */
  readonly increment?: D;
}

/** How discounts combine. */
export interface DiscountPolicy {
  /** Several percentages: each on the `"original"` amounts (default), or on what those before left (`"compound"`). */
  readonly percentages: "original" | "compound";
  /** A fixed amount over several lines: `"proportional"` to what is left of each (default), or in `"line-order"`. */
  readonly fixed: "proportional" | "line-order";
  /** Which come first, `"percent-first"` (default) or `"fixed-first"`. */
  readonly order: "percent-first" | "fixed-first";
}

/** How the coupons of a customer combine, on what the discounts of the catalog have left. */
export interface CouponPolicy extends DiscountPolicy {
  /** All of them together (`"combine"`, default), or of each billing the one alone that takes off most (`"best"`). */
  readonly stacking: "combine" | "best";
}

/** An order in which credit grants are used; `burnOrder` says which looks at what. */
export type BurnOrder = "stripe" | "orb" | "metronome" | "openmeter" | "lago";

/** How credit grants are used. */
export interface CreditPolicy {
  /** In which order, those in units before those in money; default `"stripe"`. */
  readonly order: BurnOrder;
  /** Off what is taxed (`"before-tax"`, default), or off what is to be paid; a grant may say otherwise. */
  readonly applied: "before-tax" | "after-tax";
}

/** How taxes come about. */
export interface TaxPolicy {
  /** Each tax once, as a whole (`"total"`, default), or on every line for itself (`"line"`). */
  readonly rounding: "total" | "line";
}

/**
 * Every option that is no property of a charge, a plan or a subscription. Recorded on each result, with its defaults
 * filled in, so that a result says by which rules it came about.
 */
export interface BillingPolicy {
  /** How amounts are rounded. */
  readonly rounding: RoundingPolicy;
  /** Decimals of currencies that ISO 4217 does not list, or that you bill otherwise; default none. */
  readonly currencies: CustomCurrencies;
  /** Keeps lines with quantity 0 and amount 0; default false. */
  readonly zeroLines: boolean;
  /** A negative total of usage: billed as 0 with a warning (`"zero"`, default), or as a negative amount (`"allow"`). */
  readonly negativeUsage: "zero" | "allow";
  /** Drops events with an id that was seen before; default true. With false you promise that ids are unique. */
  readonly deduplicate: boolean;
  /** How discounts combine. */
  readonly discounts: DiscountPolicy;
  /** How coupons combine. */
  readonly coupons: CouponPolicy;
  /** How credit grants are used. */
  readonly credits: CreditPolicy;
  /** How taxes are rounded. */
  readonly taxes: TaxPolicy;
  /** A document that comes to less than nothing: a credit note (default), or one of nothing, with the rest as a grant for later. */
  readonly negativeTotal: "credit-note" | "carry";
  /**
   * What the minimum of a charge and the minimum commitment of a plan are measured on: what is billed `"after-discounts"` and coupons (default),
   * or `"before-discounts"`, so that a discount does not make a minimum dearer to reach. Maximums hold what is billed.
   */
  readonly minimums: "after-discounts" | "before-discounts";
  /**
   * Where usage stands in its tiers, included units and packages after a change of plan or price inside a period: at
   * the start again (`"restart"`, default), or where it was (`"continue"`).
   */
  readonly tiersAtChange: "restart" | "continue";
}

type Optional<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

/** A policy as it may be written: every part is optional. */
export interface BillingPolicyInput
  extends Optional<
    Pick<
      BillingPolicy,
      | "currencies"
      | "zeroLines"
      | "negativeUsage"
      | "deduplicate"
      | "tiersAtChange"
      | "negativeTotal"
      | "minimums"
    >
  > {
  /** How amounts are rounded. */
  readonly rounding?: Optional<RoundingPolicy<DecimalInput>> | null | undefined;
  /** How discounts combine. */
  readonly discounts?: Optional<DiscountPolicy> | null | undefined;
  /** How coupons combine. */
  readonly coupons?: Optional<CouponPolicy> | null | undefined;
  /** How credit grants are used. */
  readonly credits?: Optional<CreditPolicy> | null | undefined;
  /** How taxes are rounded. */
  readonly taxes?: Optional<TaxPolicy> | null | undefined;
}

/** The policy that holds where none is given. */
export const DEFAULT_POLICY: BillingPolicy = deepFreeze({
  rounding: { mode: "half-away-from-zero", scope: "line" },
  currencies: {},
  zeroLines: false,
  negativeUsage: "zero",
  deduplicate: true,
  discounts: { percentages: "original", fixed: "proportional", order: "percent-first" },
  coupons: {
    percentages: "original",
    fixed: "proportional",
    order: "percent-first",
    stacking: "combine",
  },
  credits: { order: "stripe", applied: "before-tax" },
  taxes: { rounding: "total" },
  negativeTotal: "credit-note",
  minimums: "after-discounts",
  tiersAtChange: "restart",
});
remember("policy", DEFAULT_POLICY);

/** How reductions combine, with the defaults of a kind of them. */
function reductions(kit: SchemaKit, defaults: DiscountPolicy) {
  return {
    percentages: kit.oneOf(["original", "compound"]).default(defaults.percentages),
    fixed: kit.oneOf(["proportional", "line-order"]).default(defaults.fixed),
    order: kit.oneOf(["percent-first", "fixed-first"]).default(defaults.order),
  };
}

/** The form of a policy. */
export function policySchema(kit: SchemaKit): z.ZodType<BillingPolicy, BillingPolicyInput> {
  return kit.object({
    rounding: kit
      .object({
        mode: kit.oneOf(ROUNDING_MODES).default(DEFAULT_POLICY.rounding.mode),
        scope: kit.oneOf(["line", "invoice"]).default(DEFAULT_POLICY.rounding.scope),
        increment: kit.optional(kit.positiveDecimal),
      })
      .prefault({}),
    currencies: kit.currencies.prefault({}),
    zeroLines: kit.boolean().default(DEFAULT_POLICY.zeroLines),
    negativeUsage: kit.oneOf(["zero", "allow"]).default(DEFAULT_POLICY.negativeUsage),
    deduplicate: kit.boolean().default(DEFAULT_POLICY.deduplicate),
    discounts: kit.object(reductions(kit, DEFAULT_POLICY.discounts)).prefault({}),
    coupons: kit
      .object({
        ...reductions(kit, DEFAULT_POLICY.coupons),
        stacking: kit.oneOf(["combine", "best"]).default(DEFAULT_POLICY.coupons.stacking),
      })
      .prefault({}),
    credits: kit
      .object({
        order: kit
          .oneOf(["stripe", "orb", "metronome", "openmeter", "lago"])
          .default(DEFAULT_POLICY.credits.order),
        applied: kit.oneOf(["before-tax", "after-tax"]).default(DEFAULT_POLICY.credits.applied),
      })
      .prefault({}),
    negativeTotal: kit.oneOf(["credit-note", "carry"]).default(DEFAULT_POLICY.negativeTotal),
    minimums: kit.oneOf(["after-discounts", "before-discounts"]).default(DEFAULT_POLICY.minimums),
    taxes: kit
      .object({ rounding: kit.oneOf(["total", "line"]).default(DEFAULT_POLICY.taxes.rounding) })
      .prefault({}),
    tiersAtChange: kit.oneOf(["restart", "continue"]).default(DEFAULT_POLICY.tiersAtChange),
  });
}

const roundings = new WeakMap<BillingPolicy, Map<string, AmountRounding>>();

/** How the policy rounds amounts of a currency; or the issue, when the currency is unknown to it. */
export function policyRounding(
  policy: BillingPolicy,
  currency: string,
): AmountRounding | PricingIssue {
  let known = roundings.get(policy);
  if (known === undefined) {
    known = new Map();
    roundings.set(policy, known);
  }
  const remembered = known.get(currency);
  if (remembered !== undefined) return remembered;
  const { mode, increment } = policy.rounding;
  const rounding = amountRounding(
    currency,
    mode,
    increment === undefined ? undefined : exact(increment),
    policy.currencies,
  );
  if (typeof rounding !== "string") {
    known.set(currency, rounding);
    return rounding;
  }
  if (rounding === "unknown_currency") {
    const expected = "an active ISO 4217 code, or one of policy.currencies";
    return issueAt("unknown_currency", ["currency"], { expected, received: currency });
  }
  const expected = `a whole multiple of the minor unit of ${currency}`;
  const path = ["policy", "rounding", "increment"];
  return issueAt("invalid_increment", path, { expected, received: increment });
}
