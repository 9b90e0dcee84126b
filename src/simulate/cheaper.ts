import { compare, type Fraction, formatExact, ZERO } from "../money/fraction.js";
import { type Knot, onLine } from "../pricing/knot.js";
import { inPairs, meeting, type Walk } from "../pricing/walk.js";

/** Which of two targets is cheaper; `"same"` where both cost the same. */
export type Cheaper = "a" | "b" | "same";

/** A stretch of quantities over which one target is cheaper, or both cost the same. */
export interface BreakEvenStretch {
  /** Where it begins. */
  readonly from: string;
  /** Where it ends. */
  readonly to: string;
  /** Whether the quantity at which it begins belongs to it. */
  readonly includesFrom: boolean;
  /** Whether the quantity at which it ends belongs to it. */
  readonly includesTo: boolean;
  /** Which is cheaper all over it. */
  readonly cheaper: Cheaper;
}

/** A quantity at which the cheaper of two targets changes. */
export interface BreakEvenPoint {
  /** The quantity, exactly: a plain decimal where it ends, else a reduced fraction (`"100/3"`). */
  readonly quantity: string;
  /**
   * `"crossing"`: both cost the same there, and another is cheaper above than below. `"touch"`: both cost the same there, and the same one
   * is cheaper on both sides. `"stretch"`: a stretch over which both cost the same begins or ends. `"jump"`: they never cost the same
   * there, as the amount of one of them jumps.
   */
  readonly kind: "crossing" | "touch" | "stretch" | "jump";
  /** Which is cheaper just below it. */
  readonly before: Cheaper;
  /** Which is cheaper at this very quantity. */
  readonly at: Cheaper;
  /** Which is cheaper just above it. */
  readonly after: Cheaper;
  /** What both cost there, exactly, before rounding to the currency. */
  readonly amounts: {
    /** What `a` costs. */
    readonly a: string;
    /** What `b` costs. */
    readonly b: string;
  };
}

/** A range of quantities, both ends included. */
export interface Ends {
  readonly from: Fraction;
  readonly to: Fraction;
}

/** A quantity, or all between two, with the one that is cheaper. */
export interface Piece {
  readonly from: Fraction;
  readonly to: Fraction;
  readonly isPoint: boolean;
  readonly cheaper: Cheaper;
}

/** The range taken apart into points and what lies between them, by the sign of the difference a − b. */
export function* piecesOf(difference: Walk, { from, to }: Ends): Generator<Piece> {
  for (const [knot, next] of inPairs(until(difference(from), to))) {
    const { at, value, onward } = knot;
    yield { from: at, to: at, isPoint: true, cheaper: cheaperBy(value) };
    const end = next?.at ?? to;
    if (onward === undefined || compare(at, end) >= 0) continue;
    const zero = onward.value.numerator === 0n ? undefined : meeting(onward, at, ZERO);
    const between = (low: Fraction, high: Fraction, sign: Fraction): Piece => ({
      from: low,
      to: high,
      isPoint: false,
      cheaper: cheaperBy(sign),
    });
    const sign = onward.value.numerator === 0n ? onward.slope : onward.value;
    if (zero === undefined || compare(zero, end) >= 0) {
      yield between(at, end, sign);
    } else {
      yield between(at, zero, sign);
      yield { from: zero, to: zero, isPoint: true, cheaper: "same" };
      yield between(zero, end, onward.slope);
    }
    // The end of the range may be no knot.
    if (next === undefined) {
      yield { from: end, to: end, isPoint: true, cheaper: cheaperBy(onLine(onward, at, end)) };
    }
  }
}

function* until(knots: Iterable<Knot>, to: Fraction): Generator<Knot> {
  for (const knot of knots) {
    if (compare(knot.at, to) > 0) return;
    yield knot;
  }
}

function cheaperBy({ numerator }: Fraction): Cheaper {
  if (numerator === 0n) return "same";
  return numerator < 0n ? "a" : "b";
}

/** Pieces of which the same is cheaper, joined. */
export function stretchesOf(pieces: readonly Piece[]): readonly BreakEvenStretch[] {
  const runs: { first: Piece; last: Piece }[] = [];
  for (const piece of pieces) {
    const run = runs.at(-1);
    if (run?.first.cheaper === piece.cheaper) run.last = piece;
    else runs.push({ first: piece, last: piece });
  }
  return runs.map(({ first, last }) => ({
    from: formatExact(first.from),
    to: formatExact(last.to),
    includesFrom: first.isPoint,
    includesTo: last.isPoint,
    cheaper: first.cheaper,
  }));
}

/** The quantities inside the range at which the cheaper changes. */
export function pointsOf(
  pieces: readonly Piece[],
): readonly (Omit<BreakEvenPoint, "quantity" | "amounts"> & { readonly quantity: Fraction })[] {
  return pieces.flatMap(({ isPoint, from: quantity, cheaper: at }, index) => {
    const before = pieces[index - 1]?.cheaper;
    const after = pieces[index + 1]?.cheaper;
    if (!isPoint || before === undefined || after === undefined) return [];
    if (before === at && at === after) return [];
    return [{ quantity, kind: kindOf(before, at, after), before, at, after }];
  });
}

function kindOf(before: Cheaper, at: Cheaper, after: Cheaper): BreakEvenPoint["kind"] {
  if (at !== "same") return "jump";
  if (before === "same" || after === "same") return "stretch";
  return before === after ? "touch" : "crossing";
}
