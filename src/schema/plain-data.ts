import { issueAt, NO_PLAIN_DATA, type PathSegment, type PricingIssue } from "../errors.js";
import { isDecimalLike } from "../money/decimal.js";

/** Stands for a part of the input that has been reported already; nothing more is said about it. */
export const REPORTED: unique symbol = Symbol("reported");

/** How large plain data may be. */
export interface SizeLimits {
  readonly longestList: number;
  readonly mostValues: number;
}

/** For what people and programs configure: catalogs, subscriptions, policies. */
export const CONFIGURATION_LIMITS: SizeLimits = Object.freeze({
  longestList: 10_000,
  mostValues: 500_000,
});
/** For what programs accumulate: summaries of usage, invoices. */
export const DATA_LIMITS: SizeLimits = Object.freeze({
  longestList: 50_000_000,
  mostValues: 500_000_000,
});

const DEEPEST = 32;

interface Walk {
  readonly limits: SizeLimits;
  readonly issues: PricingIssue[];
  readonly above: Set<object>;
  /** Counts one more value and says how many there have been. */
  readonly count: () => number;
  readonly textOf: TextOf | undefined;
}

/** The text that an object of a class stands for, where the reader knows the class. */
export type TextOf = (value: object) => string | undefined;

/**
 * A copy of the input as plain data, so that nothing read later can differ from what was checked (getters, proxies)
 * and nothing of the caller's is ever frozen or changed. Keys whose value is undefined are absent, as in JSON;
 * decimals of decimal.js stay as they are. Cycles, nesting, size and `__proto__` keys are bounded here, once.
 */
export function plainCopy(
  input: unknown,
  limits = CONFIGURATION_LIMITS,
  textOf?: TextOf,
): { readonly copy: unknown; readonly issues: readonly PricingIssue[] } {
  let values = 0;
  const count = () => {
    values += 1;
    return values;
  };
  const walk: Walk = { limits, issues: [], above: new Set(), count, textOf };
  try {
    return { copy: copyOf(input, [], walk), issues: walk.issues };
  } catch {
    // A getter or a proxy of the caller's threw.
    report(walk, [], "not_plain_data", "plain data", input);
    return { copy: REPORTED, issues: walk.issues };
  }
}

function copyOf(value: unknown, path: readonly PathSegment[], walk: Walk): unknown {
  if (typeof value !== "object" || value === null || isDecimalLike(value)) return value;
  const structure = structureOf(value, path, walk);
  if (structure === undefined) return REPORTED;
  if (structure === "other") return walk.textOf?.(value) ?? NO_PLAIN_DATA;
  walk.above.add(value);
  const copy =
    structure === "list"
      ? copyList(value as readonly unknown[], path, walk)
      : copyRecord(value, path, walk);
  walk.above.delete(value);
  return copy;
}

function structureOf(
  value: object,
  path: readonly PathSegment[],
  walk: Walk,
): "list" | "record" | "other" | undefined {
  if (walk.above.has(value)) {
    report(walk, path, "not_plain_data", "data without cycles", value);
    return undefined;
  }
  if (path.length >= DEEPEST) {
    report(walk, path, "too_large", `at most ${DEEPEST} levels of nesting`, value);
    return undefined;
  }
  if (Array.isArray(value)) {
    const { longestList } = walk.limits;
    if (value.length <= longestList) return "list";
    report(walk, path, "too_large", `at most ${longestList} elements`, value);
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has that realm's Object.prototype, whose own prototype is null.
  return prototype === null || Object.getPrototypeOf(prototype) === null ? "record" : "other";
}

function copyList(list: readonly unknown[], path: readonly PathSegment[], walk: Walk): unknown {
  const copy: unknown[] = [];
  for (let index = 0; index < list.length; index += 1) {
    if (exhausted(walk, path, list)) return REPORTED;
    copy.push(copyOf(list[index], [...path, index], walk));
  }
  return copy;
}

function copyRecord(record: object, path: readonly PathSegment[], walk: Walk): unknown {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) {
    if (exhausted(walk, path, record)) return REPORTED;
    if (key === "__proto__") {
      report(walk, [...path, key], "unknown_key", "a key other than __proto__", value);
    } else if (value !== undefined) {
      copy[key] = copyOf(value, [...path, key], walk);
    }
  }
  return copy;
}

function exhausted(walk: Walk, path: readonly PathSegment[], value: object): boolean {
  const { mostValues } = walk.limits;
  const values = walk.count();
  if (values <= mostValues) return false;
  if (values === mostValues + 1) {
    report(walk, path, "too_large", `at most ${mostValues} values in all`, value);
  }
  return true;
}

function report(
  walk: Walk,
  path: readonly PathSegment[],
  code: "not_plain_data" | "too_large" | "unknown_key",
  expected: string,
  received: unknown,
): void {
  walk.issues.push(issueAt(code, path, { expected, received }));
}
