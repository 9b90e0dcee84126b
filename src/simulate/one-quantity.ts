import { isDiscount, isPrepaid, type RatedCharge } from "../catalog/charge-kinds.js";
import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicy, type BillingPolicyInput, DEFAULT_POLICY } from "../catalog/policy.js";
import { isPlainRecord, ownFields } from "../data/foreign.js";
import { issueAt, issueMoved, type PathSegment, type PricingIssue } from "../errors.js";
import type { MeteredSegment } from "../invoice/rating/metered-segment.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { type DecimalInput, isDecimalLike } from "../money/decimal.js";
import { compare, type Fraction, ONE, sum, ZERO } from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import { totalOf } from "../pricing/rate-exactly.js";
import { readText } from "../schema/options.js";
import { isRecord, type UnknownRecord } from "../schema/unknown-record.js";
import { meteredQuantity } from "../usage/meter/metered.js";
import { countUsage, priceSegments } from "./price-usage.js";
import { readQuantities } from "./quantities.js";
import { type PricedPlan, readRounding, readTarget } from "./target.js";

/** What stands still while one quantity of a target is varied. */
export interface OneQuantityOptions {
  /** Which rate plan of a product; needed when it has several. */
  readonly ratePlanId?: string | null | undefined;
  /** What is varied: the id or the unit of measure of a charge. Needed where a bare quantity could be meant for several. */
  readonly of?: string | null | undefined;
  /** The usage of the other charges, by charge id or unit of measure; a charge that is not named has none. */
  readonly usage?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** Quantities of recurring charges (seats) by charge id, as on a subscription. */
  readonly quantities?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** The options in force; default `BillingPolicy`'s defaults. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

export const ONE_QUANTITY_OPTIONS = [
  "ratePlanId",
  "of",
  "usage",
  "quantities",
  "policy",
] as const satisfies readonly (keyof OneQuantityOptions)[];

/** A target of which one quantity is varied. */
export interface OneQuantity {
  readonly plan: PricedPlan;
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
  /** What each charge that a model prices is priced from, with a quantity of 1. */
  readonly segments: readonly MeteredSegment[];
  /** Those that price the quantity. */
  readonly varied: ReadonlySet<MeteredSegment>;
}

/** What the options of a tool say, as far as it is known to be right. */
export interface ReadOptions {
  readonly ratePlanId?: unknown;
  readonly of?: unknown;
  readonly usage?: unknown;
  readonly quantities?: unknown;
  readonly policy?: unknown;
}

/** Reads a target and finds which of its charges a varied quantity is for: those for which `simulate` would take it. */
export function readOneQuantity(
  target: unknown,
  options: ReadOptions,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): OneQuantity | undefined {
  const before = issues.length;
  const policy = readPolicy(options.policy, issues);
  const plan = readTarget(target, options.ratePlanId, policy ?? DEFAULT_POLICY, issues, path);
  const rounding = policy && plan && readRounding(plan, policy, issues, path);
  const of = readText(options.of, ["of"], issues);
  const usage = readOthers(options.usage, of, issues);
  if (issues.length > before || !policy || !plan || !rounding) return undefined;
  const { quantities } = options;
  return varyQuantity({ plan, policy, rounding }, { of, usage, quantities }, issues);
}

/** Finds which charges of a plan a varied quantity is for. */
export function varyQuantity(
  target: Pick<OneQuantity, "plan" | "policy" | "rounding">,
  given: {
    readonly of: string | undefined;
    readonly usage: UnknownRecord;
    readonly quantities: unknown;
  },
  issues: PricingIssue[],
): OneQuantity | undefined {
  const { plan, policy } = target;
  const { of, usage: others } = given;
  const found: PricingIssue[] = [];
  const quantities = readQuantities(given.quantities, plan.charges, ["quantities"], found);
  const count = (quantity: DecimalInput) => {
    const usage = of === undefined ? quantity : { ...others, [of]: quantity };
    const path = of === undefined ? ["of"] : ["usage"];
    return countUsage({ plan, usage, path, quantities, policy }, found).segments;
  };
  const segments = count(1);
  for (const issue of found) {
    const isOf = issue.path[0] === "usage" && issue.path[1] === of;
    issues.push(isOf ? issueMoved(["of"], issue) : issue);
  }
  if (found.length > 0) return undefined;
  const twice = count(2);
  const varied = new Set(
    segments.filter((segment, index) => {
      const other = twice[index];
      return other !== undefined && compare(totalIn(segment), totalIn(other)) !== 0;
    }),
  );
  return { ...target, segments, varied };
}

/** Reads the usage of the charges that are not varied: a record of quantities. */
export function readOthers(
  usage: unknown,
  of: string | undefined,
  issues: PricingIssue[],
): UnknownRecord {
  if (usage === undefined) return {};
  const given =
    isRecord(usage) && isPlainRecord(usage) && !isDecimalLike(usage) ? ownFields(usage) : undefined;
  if (given === undefined) {
    const expected = "a record of quantities by charge id or unit of measure";
    issues.push(issueAt("invalid_type", ["usage"], { expected, received: usage }));
    return {};
  }
  if (of === undefined && Object.keys(given).length > 0) {
    const expected = "given beside usage: the id or unit of the charge that is varied";
    issues.push(issueAt("missing", ["of"], { expected, received: undefined }));
  }
  if (of !== undefined && Object.hasOwn(given, of)) {
    const expected = "only quantities of other charges than the one that is varied";
    issues.push(issueAt("ambiguous_usage", ["usage", of], { expected, received: given[of] }));
  }
  return given;
}

/** What decides the amount of a segment that is given a number. */
function totalIn({ charge, metered }: MeteredSegment): Fraction {
  const { needs } = modelOf(charge.pricing);
  return needs === "nothing" ? ZERO : sum(metered.map((each) => totalOf(needs, each)));
}

/** The segments with another quantity. */
export function withQuantity(
  { segments, varied }: OneQuantity,
  quantity: Fraction,
): readonly MeteredSegment[] {
  return segments.map((segment) =>
    varied.has(segment) ? { ...segment, metered: meteredAs(segment.charge, quantity) } : segment,
  );
}

function meteredAs({ pricing }: RatedCharge, quantity: Fraction): MeteredSegment["metered"] {
  return modelOf(pricing).needs === "values"
    ? [{ group: null, quantity: ONE, input: [quantity] }]
    : [meteredQuantity(quantity)];
}

/** What the target bills for a quantity, by all the steps of a billing period. */
export function billedFor(one: OneQuantity, quantity: Fraction): Fraction {
  const lines = priceSegments(one.plan, withQuantity(one, quantity), one);
  return sum(lines.map(({ amount }) => amount));
}

/** Whether anything takes off, or holds to bounds, what several charges come to together. */
export function isSumOfCharges({
  plan,
  segments,
  policy,
}: Pick<OneQuantity, "plan" | "segments" | "policy">): boolean {
  const { minimumCommitment, maximumSpend } = plan.limits;
  return (
    minimumCommitment === undefined &&
    maximumSpend === undefined &&
    !plan.charges.some(isDiscount) &&
    !segments.some(({ charge }) => isPrepaid(charge)) &&
    (segments.length === 1 || policy.rounding.scope === "line")
  );
}
