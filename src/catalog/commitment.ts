import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { compare, formatExact, fraction, multiply } from "../money/fraction.js";
import { billingCycle } from "../schema/entity-fields.js";
import { decimalIn, price, type Report, recordIn, type UnknownRecord } from "../schema/fields.js";
import { type BillingCycle, cyclesIn, isMultiple, sameCycle } from "../time/billing-cycle.js";

/**
 * The least that a plan bills over several of its billing cycles. Each document bills what it would without it; that of the
 * last billing period of a term bills what all documents of the term lack to the amount, as one line (`true-up`).
 *
 * Terms are counted like cycles of a charge of that length. One in which the plan is not held from beginning to end, or that
 * is cut short, has its part of the amount by whole local days; so have days of a trial or pause. What counts is
 * everything that is billed in arrears and in advance of the term's billing periods, without taxes and credits, and
 * without what guarantees give back. A correction of an earlier month moves the true-up, once. A term that has begun goes
 * on as its documents have recorded it, whatever the catalog says today.
 */
export interface TermCommitment<D = string> {
  /** What a whole term bills at least. */
  readonly amount: D;
  /** How long a term is: a whole multiple of the plan's billing cycle. */
  readonly term: BillingCycle;
}

/** The schema of a minimum commitment, of one billing cycle or over a term. */
export const minimumCommitmentSchema = onFirstUse(
  () =>
    z.union([
      price(),
      z.strictObject({ amount: price(), term: billingCycle() }),
    ]) satisfies z.ZodType<string | TermCommitment, DecimalInput | TermCommitment<DecimalInput>>,
);

/** A term of one billing cycle is none. */
export function withoutShortTerm(plan: UnknownRecord): UnknownRecord {
  const { amount, term } = recordIn(plan["minimumCommitment"]);
  const [own, long] = [
    billingCycle().safeParse(plan["billingCycle"]),
    billingCycle().safeParse(term),
  ];
  const isShort = own.success && long.success && sameCycle(own.data, long.data);
  return isShort ? { ...plan, minimumCommitment: amount } : plan;
}

/** What a plan bills at least is no more than what it bills at most; a term is of whole billing cycles. */
export function checkCommitment(plan: UnknownRecord, report: Report): void {
  const { minimumCommitment } = plan;
  const { amount, term } = recordIn(minimumCommitment);
  const [own, long] = [
    billingCycle().safeParse(plan["billingCycle"]),
    billingCycle().safeParse(term),
  ];
  const isTerm = term !== undefined;
  if (own.success && long.success && !isMultiple(long.data, own.data)) {
    const expected = `a whole multiple of ${JSON.stringify(own.data)}, the cycle of the plan`;
    const path = ["minimumCommitment", "term"];
    report(issueAt("cycle_mismatch", path, { expected, received: term }));
    return;
  }
  const count = isTerm && own.success && long.success ? cyclesIn(long.data, own.data) : 1;
  const [least, most] = [
    decimalIn(isTerm ? amount : minimumCommitment),
    decimalIn(plan["maximumSpend"]),
  ];
  if (least === undefined || most === undefined) return;
  const bound = multiply(most, fraction(BigInt(count)));
  if (compare(least, bound) <= 0) return;
  const times = count === 1 ? "" : ` × ${count} billing cycles`;
  const expected = `at most maximumSpend (${formatExact(most)}${times})`;
  const path = isTerm ? ["minimumCommitment", "amount"] : ["minimumCommitment"];
  report(issueAt("minimum_above_maximum", path, { expected, found: formatExact(least) }));
}
