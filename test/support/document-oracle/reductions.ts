/** Discounts of the catalog and coupons: what takes a percentage or an amount off lines. */
import { netByKey, type OracleLine, totalOf } from "./line.js";
import {
  allocate,
  HUNDRED,
  least,
  most,
  type Rational,
  type RoundingMode,
  read,
  round,
  sum,
  ZERO,
} from "./rational.js";
import type { ReductionRules } from "./story.js";

export interface Reduction {
  readonly kind: "discount" | "coupon";
  readonly id: string;
  readonly percent: string | undefined;
  /** What a fixed one may take off; nothing for a percentage. */
  readonly amount: Rational | undefined;
  readonly appliesTo: (line: OracleLine) => boolean;
}

export interface Money {
  readonly step: Rational;
  readonly decimals: number;
  readonly mode: RoundingMode;
}

/** What tells apart what is taken off in advance and in arrears. */
export type PartName = "ahead" | "arrears";

/** Takes reductions off what the lines so far have left of the rated ones; `before` is what the period's other part had. */
export function takeOff(
  reductions: readonly Reduction[],
  lines: readonly OracleLine[],
  context: {
    readonly before: readonly OracleLine[];
    readonly rules: ReductionRules;
    readonly money: Money;
    readonly part: PartName;
  },
): readonly OracleLine[] {
  const { rules } = context;
  const left = new Map(netByKey(lines));
  const rated = lines.filter(({ key, quantity }) => quantity !== undefined && left.has(key));
  const original = new Map(left);
  const added: OracleLine[] = [];
  for (const reduction of inOrder(reductions, rules)) {
    const open = rated.filter((line) => reduction.appliesTo(line));
    const leftOf = (line: OracleLine) => most(left.get(line.key) ?? ZERO, ZERO);
    const exact = exactShares(reduction, open, context, leftOf, (line) =>
      most((rules.percentages === "compound" ? left : original).get(line.key) ?? ZERO, ZERO),
    );
    const total = round(sum(exact), context.money.step, context.money.mode);
    const shares = allocate(total, exact, context.money.step, open.map(leftOf));
    for (const [index, line] of open.entries()) {
      left.set(line.key, (left.get(line.key) ?? ZERO).minus(shares[index] ?? ZERO));
    }
    for (const since of new Set(open.map(({ span }) => span.start))) {
      const together = open
        .map((line, index) => ({ line, share: shares[index] ?? ZERO }))
        .filter(({ line, share }) => line.span.start === since && share.sign > 0);
      const taken = together.map(({ line, share }) => ({
        key: line.key,
        amount: share.negated(),
      }));
      if (taken.length === 0) continue;
      const ends = together.map(({ line }) => line.span.end).sort();
      const span = { start: since, end: ends.at(-1) ?? since };
      const isCoupon = reduction.kind === "coupon";
      added.push({
        key: `${reduction.kind}:${reduction.id}@${since} ${context.part}`,
        kind: reduction.kind,
        countsAs: reduction.kind,
        chargeId: isCoupon ? null : reduction.id,
        sourceId: isCoupon ? reduction.id : null,
        span,
        amount: totalOf(taken),
        exact: totalOf(taken),
        shares: taken,
      });
    }
  }
  return added;
}

function inOrder(
  reductions: readonly Reduction[],
  { order = "percent-first" }: ReductionRules,
): readonly Reduction[] {
  const percentages = reductions.filter(({ percent }) => percent !== undefined);
  const fixed = reductions.filter(({ percent }) => percent === undefined);
  return order === "percent-first" ? [...percentages, ...fixed] : [...fixed, ...percentages];
}

/** What a reduction takes off each line, exactly: never more than is left of it. */
function exactShares(
  { kind, id, percent, amount = ZERO }: Reduction,
  open: readonly OracleLine[],
  { before, rules }: { readonly before: readonly OracleLine[]; readonly rules: ReductionRules },
  leftOf: (line: OracleLine) => Rational,
  baseOf: (line: OracleLine) => Rational,
): readonly Rational[] {
  if (percent !== undefined) {
    return open.map((line) => least(baseOf(line).times(read(percent)).over(HUNDRED), leftOf(line)));
  }
  const given = totalOf(before.filter(({ key }) => key.startsWith(`${kind}:${id}@`)));
  const whole = sum(open.map(leftOf));
  let rest = least(most(amount.plus(given), ZERO), whole);
  if (rules.fixed === "line-order") {
    return open.map((line) => {
      const share = least(rest, leftOf(line));
      rest = rest.minus(share);
      return share;
    });
  }
  return open.map((line) => (whole.sign === 0 ? ZERO : rest.times(leftOf(line)).over(whole)));
}
