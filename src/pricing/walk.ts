import {
  add,
  compare,
  divide,
  type Fraction,
  minimumOf,
  reduce,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import { type Knot, type Line, onLine, scaledKnot } from "./knot.js";

/**
 * The knots of an amount from a quantity on, in order and one by one: the first is at that quantity, and there may be no end of
 * them. They end where the price list refuses more.
 */
export type Walk = (from: Fraction) => Iterable<Knot>;

/** The walk of an amount times a factor. */
export function scaleWalk(walk: Walk, factor: Fraction): Walk {
  return function* (from) {
    for (const knot of walk(from)) yield scaledKnot(knot, factor);
  };
}

/** The walk of a sum: it has the knots of all of them. */
export function addWalks(walks: readonly Walk[]): Walk {
  return function* (from) {
    const steps = walks.map((walk) => forward(walk(from)[Symbol.iterator]()));
    for (let at: Fraction | undefined = from; at !== undefined; at = nextOf(steps)) {
      const here = at;
      const knots = steps.map((step) => step.knotAt(here));
      const lines = knots.flatMap(({ onward }) => onward ?? []);
      const isOpen = lines.length === knots.length;
      yield {
        at,
        value: tidy(sum(knots.map(({ value }) => value))),
        onward: isOpen ? sumOfLines(lines) : undefined,
      };
      if (!isOpen) return;
    }
  };
}

/** The walk of an amount that is held between two bounds. It has a knot where it reaches one. */
export function clampWalk(
  walk: Walk,
  { least, most }: { readonly least?: Fraction; readonly most?: Fraction },
): Walk {
  const hold = (value: Fraction) => {
    const raised = least !== undefined && compare(value, least) < 0 ? least : value;
    return most !== undefined && compare(raised, most) > 0 ? most : raised;
  };
  const held = ({ value, slope }: Line, from: Fraction, between: Fraction): Line => {
    const middle = onLine({ value, slope }, from, between);
    const isFree = compare(hold(middle), middle) === 0;
    return isFree ? { value, slope } : { value: hold(middle), slope: ZERO };
  };
  return function* (from) {
    for (const [knot, next] of inPairs(walk(from))) {
      const { at, onward } = knot;
      if (onward === undefined) {
        yield { ...knot, value: hold(knot.value) };
        return;
      }
      const meets = [least, most]
        .flatMap((bound) => (bound === undefined ? [] : (meeting(onward, at, bound) ?? [])))
        .filter((place) => next === undefined || compare(place, next.at) < 0)
        .sort(compare);
      const places = [at, ...meets];
      for (const [index, place] of places.entries()) {
        const line = { value: onLine(onward, at, place), slope: onward.slope };
        const end = places[index + 1] ?? next?.at ?? add(place, { numerator: 1n, denominator: 1n });
        const middle = divide(add(place, end), { numerator: 2n, denominator: 1n });
        yield {
          at: place,
          value: hold(index === 0 ? knot.value : line.value),
          onward: held(line, place, middle),
        };
      }
    }
  };
}

/** Where, beyond a quantity, a line comes to a value that it does not have everywhere. */
export function meeting(line: Line, from: Fraction, value: Fraction): Fraction | undefined {
  if (line.slope.numerator === 0n) return undefined;
  const beyond = divide(subtract(value, line.value), line.slope);
  return beyond.numerator > 0n ? tidy(add(from, beyond)) : undefined;
}

/** From which quantity on, up to one, all cost more than an amount: of the knots before it. */
export function dearerFrom(knots: readonly Knot[], upTo: Fraction, amount: Fraction): Fraction {
  let end = upTo;
  for (const { at, value, onward } of knots.toReversed()) {
    if (onward === undefined) return end;
    if (compare(onward.value, amount) <= 0) {
      const isFlat = onward.slope.numerator === 0n;
      return isFlat ? end : add(at, divide(subtract(amount, onward.value), onward.slope));
    }
    end = at;
    if (compare(value, amount) <= 0) return end;
  }
  return end;
}

/** Each with the one after it. */
export function* inPairs<T>(items: Iterable<T>): Generator<readonly [T, T | undefined]> {
  let before: { readonly item: T } | undefined;
  for (const item of items) {
    if (before !== undefined) yield [before.item, item];
    before = { item };
  }
  if (before !== undefined) yield [before.item, undefined];
}

/** A walk that is gone along: where it is, and what comes next. */
function forward(knots: Iterator<Knot>) {
  const take = () => {
    const step = knots.next();
    return step.done === true ? undefined : step.value;
  };
  let next = take();
  let last = next;
  return {
    next: () => next?.at,
    /** The amount at a quantity, which is not beyond the next knot, as a knot. */
    knotAt(at: Fraction): Knot {
      if (next !== undefined && compare(next.at, at) === 0) {
        last = next;
        next = take();
        return last;
      }
      if (last?.onward === undefined) throw new Error("unreachable: beyond the end of a walk");
      const value = onLine(last.onward, last.at, at);
      return { at, value, onward: { value, slope: last.onward.slope } };
    },
  };
}

function nextOf(steps: readonly ReturnType<typeof forward>[]): Fraction | undefined {
  const places = steps.flatMap((step) => step.next() ?? []);
  const [first, ...others] = places;
  return first && others.reduce(minimumOf, first);
}

function sumOfLines(lines: readonly Line[]): Line {
  return {
    value: tidy(sum(lines.map(({ value }) => value))),
    slope: tidy(sum(lines.map(({ slope }) => slope))),
  };
}

/** Sums of many fractions stay short when they are reduced. */
function tidy(value: Fraction): Fraction {
  return reduce(value);
}
