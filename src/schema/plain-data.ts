import { NO_DATE, NO_FUNCTION, NO_PLAIN_DATA } from "../data/excerpt.js";
import { isPlainRecord, timeOf } from "../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { isDecimalLike, isProblem, ownDecimal, readDecimal } from "../money/decimal.js";
import { formatExact } from "../money/fraction.js";

/** Stands for a part of the input that has been reported already; nothing more is said about it. */
export const REPORTED: unique symbol = Symbol("reported");

/** How large plain data may be, and what becomes of what JSON has no words for. */
export interface DataForm {
  readonly longestList: number;
  readonly mostValues: number;
  /** Of all texts together. */
  readonly mostCharacters: number;
  /** Whether a field that is `null` is absent, as rows of a database have it. */
  readonly nullIsAbsent: boolean;
  /** Whether decimals of libraries become texts, as they do in JSON; otherwise a field's reader sees what they are. */
  readonly decimalIsText: boolean;
  /** The fields in which a `Date` is read as the text of its instant; nothing where any may hold one. */
  readonly dateFields?: ReadonlySet<string>;
  /** The text that an object of a class stands for, where the reader knows the class. */
  readonly textOfClass?: (value: object) => string | undefined;
}

/** For what people and programs configure: catalogs, subscriptions, policies. */
export const CONFIGURATION: DataForm = Object.freeze({
  longestList: 10_000,
  mostValues: 500_000,
  mostCharacters: 50_000_000,
  nullIsAbsent: true,
  decimalIsText: false,
  dateFields: new Set([
    ...["effectiveDate", "startDate", "endDate", "billingAnchor"],
    // Of coupons and credit grants.
    ...["from", "until", "grantedAt", "expiresAt"],
  ]),
});
/** For what programs accumulate: summaries of usage, invoices. */
export const STORED_DATA: DataForm = Object.freeze({
  longestList: 5_000_000,
  mostValues: 10_000_000,
  mostCharacters: 1_000_000_000,
  nullIsAbsent: false,
  decimalIsText: true,
});
/** For what events carry beside the fields that we read. */
export const PROPERTIES: DataForm = Object.freeze({
  longestList: 10_000,
  mostValues: 10_000,
  mostCharacters: 1_000_000,
  nullIsAbsent: false,
  decimalIsText: true,
});

const DEEPEST = 32;

interface Walk {
  readonly form: DataForm;
  readonly issues: PricingIssue[];
  readonly above: Set<object>;
  /** Counts one more value and says how many there have been. */
  readonly count: () => number;
  /** Counts so many more characters and says how many there have been. */
  readonly measure: (characters: number) => number;
}

/**
 * A copy of the input as plain data, so that nothing read later can differ from what was checked (getters, proxies)
 * and nothing of the caller's is ever frozen or changed. Keys whose value is undefined are absent, and a date is the text
 * of its instant, as in JSON. Cycles, nesting, size and `__proto__` keys are bounded here, once.
 */
export function plainCopy(
  input: unknown,
  form = CONFIGURATION,
): { readonly copy: unknown; readonly issues: readonly PricingIssue[] } {
  let values = 0;
  const count = () => {
    values += 1;
    return values;
  };
  let characters = 0;
  const measure = (more: number) => {
    characters += more;
    return characters;
  };
  const walk: Walk = { form, issues: [], above: new Set(), count, measure };
  try {
    const copy = copyOf(input, [], walk);
    // Of what is too much, nothing more is said: it would take as long again.
    return { copy: values > form.mostValues ? REPORTED : copy, issues: walk.issues };
  } catch {
    // A getter or a proxy of the caller's threw.
    report(walk, [], "not_plain_data", "plain data", input);
    return { copy: REPORTED, issues: walk.issues };
  }
}

function copyOf(value: unknown, path: readonly PathSegment[], walk: Walk): unknown {
  if (typeof value === "string") return textOf(value, path, walk);
  if (typeof value === "function") return NO_FUNCTION;
  // JSON has one zero.
  if (value === 0) return 0;
  if (typeof value !== "object" || value === null) return value;
  if (isDecimalLike(value)) return walk.form.decimalIsText ? decimalText(value) : ownDecimal(value);
  const structure = structureOf(value, path, walk);
  if (structure === undefined) return REPORTED;
  if (structure === "other")
    return walk.form.textOfClass?.(value) ?? ofClass(value, path, walk.form);
  walk.above.add(value);
  const copy =
    structure === "list"
      ? copyList(value as readonly unknown[], path, walk)
      : copyRecord(value, path, walk);
  walk.above.delete(value);
  return copy;
}

function textOf(text: string, path: readonly PathSegment[], walk: Walk): unknown {
  const { mostCharacters } = walk.form;
  const characters = walk.measure(text.length);
  if (characters <= mostCharacters) return text;
  if (characters - text.length <= mostCharacters) {
    report(walk, path, "too_large", `at most ${mostCharacters} characters in all texts`, text);
  }
  return REPORTED;
}

/** A date is its instant, where one may stand; anything else of a class is no data. */
function ofClass(value: object, path: readonly PathSegment[], { dateFields }: DataForm): unknown {
  const time = timeOf(value);
  const mayBeDate = dateFields === undefined || dateFields.has(String(path.at(-1)));
  if (time === undefined || !mayBeDate || isJson(path)) return NO_PLAIN_DATA;
  return Number.isNaN(time) ? NO_DATE : new Date(time).toISOString();
}

/** Whether a value stands in JSON of the caller's own, which is kept as it is. */
function isJson(path: readonly PathSegment[]): boolean {
  return path.some((name, index) => name === "metadata" && isField(path, index));
}

/** Records whose keys are ids, or names of the caller's. */
const NAMED: ReadonlySet<unknown> = new Set(["overrides", "quantities", "currencies", "when"]);

/** Whether a step of a path is a field of ours, and not an id in a record of them. */
function isField(path: readonly PathSegment[], index: number): boolean {
  return index === 0 || !NAMED.has(path[index - 1]) || !isField(path, index - 1);
}

function decimalText(value: unknown): string | null {
  const decimal = readDecimal(value);
  return isProblem(decimal) ? null : formatExact(decimal);
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
  if (!Array.isArray(value)) return isPlainRecord(value) ? "record" : "other";
  const { longestList } = walk.form;
  if (value.length <= longestList) return "list";
  report(walk, path, "too_large", `at most ${longestList} elements`, value);
  return undefined;
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
  const { nullIsAbsent } = walk.form;
  for (const [key, value] of Object.entries(record)) {
    if (exhausted(walk, path, record)) return REPORTED;
    if (key === "__proto__") {
      report(walk, [...path, key], "unknown_key", "a key other than __proto__", value);
    } else if (value !== undefined) {
      const isAbsent = value === null && nullIsAbsent && !nullMatters(key, path);
      if (!isAbsent) copy[key] = copyOf(value, [...path, key], walk);
    }
  }
  return copy;
}

/** Where `null` says something: what an event does not have, an id that somebody named, JSON of the caller's. */
function nullMatters(key: string, path: readonly PathSegment[]): boolean {
  const isNamed = NAMED.has(path.at(-1)) && isField(path, path.length - 1);
  return key === "equals" || isNamed || isJson(path);
}

function exhausted(walk: Walk, path: readonly PathSegment[], value: object): boolean {
  const { mostValues } = walk.form;
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
