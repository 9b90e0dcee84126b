/** What may be paid under each key: less what lowers its charge by lines of their own. */
import type { OracleLine } from "./line.js";
import { allocate, least, type Rational, sum, ZERO } from "./rational.js";
import type { Money } from "./reductions.js";
import type { Span } from "./story.js";
import { instantOf } from "./timeline.js";

/** What is known of a key. */
export type LineUnder = (key: string) => Pick<OracleLine, "charge" | "span"> | undefined;

/** Amounts below nothing that lower the same others. */
export interface Lowering {
  readonly amount: Rational;
  readonly keys: readonly string[];
  readonly others: readonly string[];
}

/** What lowers a charge: each key below nothing, with those above nothing of the same charge and of a time that overlaps. */
export function loweringsIn(
  net: ReadonlyMap<string, Rational>,
  lineUnder: LineUnder,
): readonly Lowering[] {
  return [...net].flatMap(([key, amount]): Lowering[] => {
    if (amount.sign >= 0) return [];
    const line = lineUnder(key);
    const others = [...net].flatMap(([other, { sign }]) =>
      sign > 0 && isOf(lineUnder(other), line) ? [other] : [],
    );
    return others.length === 0 ? [] : [{ amount: amount.negated(), keys: [key], others }];
  });
}

/** What is left of what is above nothing, lowered in proportion. */
export function owedByKey(
  net: ReadonlyMap<string, Rational>,
  lineUnder: LineUnder,
  { step }: Money,
): ReadonlyMap<string, Rational> {
  const owed = new Map([...net].filter(([, amount]) => amount.sign > 0));
  for (const { amount, others } of loweringsIn(net, lineUnder)) {
    const left = others.map((key) => owed.get(key) ?? ZERO);
    const parts = allocate(least(amount, sum(left)), left, step, left);
    for (const [index, key] of others.entries()) {
      owed.set(key, (left[index] ?? ZERO).minus(parts[index] ?? ZERO));
    }
  }
  return owed;
}

function isOf(line: ReturnType<LineUnder>, other: ReturnType<LineUnder>): boolean {
  if (line?.charge?.id !== other?.charge?.id) return false;
  return line === undefined || other === undefined || overlaps(line.span, other.span);
}

function overlaps(a: Span, b: Span): boolean {
  return instantOf(a.start) < instantOf(b.end) && instantOf(b.start) < instantOf(a.end);
}
