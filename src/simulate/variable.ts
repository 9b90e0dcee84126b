import { isList } from "../data/foreign.js";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { exact } from "../money/decimal.js";
import { add, type Fraction, fraction, subtract, ZERO } from "../money/fraction.js";
import { decimalIn, isRecord, listIn, recordIn } from "../schema/unknown-record.js";

/** A number of a catalog that is looked for. */
export interface Variable {
  readonly path: readonly PathSegment[];
  readonly name: VariableName;
  /** What stands there. */
  readonly value: Fraction;
  /** The least and the most that may stand there; nothing where there is no most. */
  readonly least: Fraction;
  readonly most: Fraction | undefined;
}

/** What may stand in a field, from the object that it is in and the list that that is in. */
type Bounds = (
  own: Readonly<Record<string, unknown>>,
  list: readonly unknown[],
  index: number,
) => { readonly least?: Fraction | undefined; readonly most?: Fraction | undefined };

const anyPrice: Bounds = () => ({});
const positive: Bounds = () => ({ least: TINY });
const atMost =
  (name: string): Bounds =>
  (own) => ({ most: decimalIn(own[name]) });
const atLeast =
  (name: string): Bounds =>
  (own) => ({ least: decimalIn(own[name]) });

/** The smallest distance to a bound that may not be reached. */
export const TINY: Fraction = Object.freeze({ numerator: 1n, denominator: 10n ** 12n });

/** The fields that may be looked for, wherever they stand in a catalog. */
const VARIABLES = {
  unitPrice: anyPrice,
  flatFee: anyPrice,
  amount: anyPrice,
  baseFee: anyPrice,
  price: anyPrice,
  default: anyPrice,
  fixedPerEvent: anyPrice,
  markup: anyPrice,
  rate: positive,
  size: positive,
  includedUnits: anyPrice,
  freeAmount: anyPrice,
  percent: ({ model }) => (model === "discount" ? { most: fraction(100n) } : {}),
  minPerEvent: atMost("maxPerEvent"),
  maxPerEvent: atLeast("minPerEvent"),
  minimum: atMost("maximum"),
  maximum: atLeast("minimum"),
  minimumCommitment: atMost("maximumSpend"),
  maximumSpend: atLeast("minimumCommitment"),
  upTo(_, tiers, index) {
    const below = decimalIn(recordIn(tiers[index - 1])["upTo"]) ?? ZERO;
    const above = decimalIn(recordIn(tiers[index + 1])["upTo"]);
    return { least: add(below, TINY), most: above && subtract(above, TINY) };
  },
} satisfies Readonly<Record<string, Bounds>>;

type VariableName = keyof typeof VARIABLES;

function isVariableName(name: unknown): name is VariableName {
  return typeof name === "string" && Object.hasOwn(VARIABLES, name);
}

/** Finds the number that a path leads to in a parsed target. */
export function readVariable(
  path: unknown,
  target: object,
  issues: PricingIssue[],
): Variable | undefined {
  const segments = elementsIn(path, ["vary"], "a path, as a list of keys", issues, 20);
  if (segments === undefined) return undefined;
  const isPath = segments.every((each) => typeof each === "string" || typeof each === "number");
  const name = segments.at(-1);
  const found = isPath ? objectsAlong(target, segments as PathSegment[]) : undefined;
  const own = recordIn(found?.at(-1));
  const text = typeof name === "string" && Object.hasOwn(own, name) ? own[name] : undefined;
  if (!isPath || !isVariableName(name) || typeof text !== "string") {
    const expected = `a path to one of ${Object.keys(VARIABLES).join(", ")} that the target has`;
    issues.push(issueAt("invalid_value", ["vary"], { expected, received: path }));
    return undefined;
  }
  const list = listIn(found?.at(-2));
  const { least, most }: ReturnType<Bounds> = VARIABLES[name](own, list, list.indexOf(own));
  const value = exact(text);
  return { path: segments as PathSegment[], name, value, least: least ?? ZERO, most };
}

/** The objects and lists that a path leads through, before its last key. */
function objectsAlong(target: object, path: readonly PathSegment[]): readonly unknown[] {
  const along: unknown[] = [target];
  for (const key of path.slice(0, -1)) {
    const last = along.at(-1);
    const isIn = (isRecord(last) || isList(last)) && Object.hasOwn(last, key);
    along.push(isIn ? (last as Record<PathSegment, unknown>)[key] : undefined);
  }
  return along;
}

/** The same data with another value at a path. */
export function withValue(target: unknown, path: readonly PathSegment[], value: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = withValue((target as Record<PathSegment, unknown>)[key], rest, value);
  if (isList(target)) return target.map((each, index) => (index === Number(key) ? inner : each));
  return { ...(target as object), [key]: inner };
}
