import type { FieldTest, FieldValue, LocalTimeRange, Predicate } from "../catalog/filter.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { formatExact } from "../money/fraction.js";
import { DAY } from "../time/civil.js";
import { readTimeOfDay, WEEKDAYS, type Weekday } from "../time/time-of-day.js";
import type { Binder } from "./binder.js";
import type { Dialect, ExactDigits } from "./dialects/dialect.js";
import { type FieldSql, fieldSql } from "./field.js";

/** Where a condition stands. */
export interface PredicateContext {
  readonly dialect: Dialect;
  readonly binder: Binder;
  /** The relation of the event. */
  readonly from: string;
  /** What the clocks show, in milliseconds; NULL where that is not known. */
  readonly shown: string;
}

/**
 * A condition in SQL: true, false, or unknown where the database could not be sure to decide as we do, of a number with too
 * many digits. Three-valued logic carries that through `all`, `any` and `not`.
 */
export function predicateSql(predicate: Predicate, context: PredicateContext): string {
  const all = (list: readonly Predicate[]) => list.map((each) => predicateSql(each, context));
  if ("all" in predicate) return joined(all(predicate.all), "AND", "TRUE");
  if ("any" in predicate) return joined(all(predicate.any), "OR", "FALSE");
  if ("not" in predicate) return `(NOT ${predicateSql(predicate.not, context)})`;
  if ("field" in predicate) return fieldTest(predicate, context);
  return "localWeekday" in predicate
    ? onWeekday(predicate.localWeekday, context)
    : withinDay(predicate.localTime, context);
}

export function joined(parts: readonly string[], operator: "AND" | "OR", none: string): string {
  return parts.length === 0 ? none : `(${parts.join(` ${operator} `)})`;
}

/** 1 January 1970 was a Thursday, the fifth day of a week from Sunday on. */
const FIRST_WEEKDAY = 4;

function onWeekday(days: readonly Weekday[], { dialect, shown }: PredicateContext): string {
  const numbers = [...new Set(days)].map((day) => WEEKDAYS.indexOf(day));
  const day = dialect.floorQuotient(shown, String(DAY));
  return `(${remainder(`${day} + ${FIRST_WEEKDAY}`, 7)} IN (${numbers.join(", ")}))`;
}

function withinDay({ from, until }: LocalTimeRange, { shown }: PredicateContext): string {
  const [first, last] = [readTimeOfDay(from) ?? 0, readTimeOfDay(until) ?? 0];
  const time = remainder(shown, DAY);
  return `(${time} >= ${first} ${first < last ? "AND" : "OR"} ${time} < ${last})`;
}

/** What is left of a division, 0 or more; databases differ in its sign. */
function remainder(x: string, divisor: number): string {
  return `((((${x}) % ${divisor}) + ${divisor}) % ${divisor})`;
}

function fieldTest(test: FieldTest, context: PredicateContext): string {
  const { dialect, binder, from } = context;
  const field = fieldSql(test.field, from, dialect, binder);
  const { exists, equals } = test;
  const parts: string[] = [];
  if (exists !== undefined) parts.push(`(${field.raw} IS ${exists ? "NOT " : ""}NULL)`);
  if (equals !== undefined) parts.push(isEqual(field, equals, context));
  if (test.in !== undefined) {
    parts.push(
      joined(
        test.in.map((value) => isEqual(field, value, context)),
        "OR",
        "FALSE",
      ),
    );
  }
  for (const [name, operator] of COMPARISONS) {
    const bound = test[name];
    if (bound !== undefined) parts.push(compares(field, operator, bound, context));
  }
  return joined(parts, "AND", "TRUE");
}

const COMPARISONS = [
  ["greaterThan", ">"],
  ["atLeast", ">="],
  ["lessThan", "<"],
  ["atMost", "<="],
] as const;

/** The numbers of JSON whose double has the same shortest form: as we read them, they are what is written. */
const SAFE_NUMBER = "-?([0-9]{1,15}|[0-9]{1,9}[.][0-9]{1,6}|0[.][0-9]{1,15})";
/** What may be a decimal, whatever its digits. */
const NUMERIC = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?";

/** The decimals that have no more than these digits. */
export function decimalPattern({ whole, fraction }: ExactDigits): string {
  return `-?[0-9]{1,${whole}}([.][0-9]{1,${fraction}})?`;
}

function isEqual(
  field: FieldSql,
  value: FieldValue,
  { dialect, binder: { bind } }: PredicateContext,
): string {
  if (typeof value === "string") {
    const same = `(${field.text} = ${bind(value)})`;
    return sure(field.isText ? same : `(${firstOf(field)} = '"' AND ${same})`);
  }
  if (field.isText) return "FALSE";
  if (typeof value === "boolean") return sure(`(${field.raw} = '${value}')`);
  // A number beyond all numbers is read as null.
  const unsafe = `WHEN ${isNumber(field)} AND NOT ${dialect.matches(field.raw, SAFE_NUMBER)} THEN ${dialect.unknown}`;
  if (value === null) return `(CASE ${unsafe} ELSE ${sure(`(${field.raw} = 'null')`)} END)`;
  const written = plainDecimal(value, dialect.digits);
  const same =
    written === undefined
      ? dialect.unknown
      : `${dialect.decimal(field.raw)} = ${dialect.decimal(bind(written))}`;
  return `(CASE ${unsafe} WHEN ${isNumber(field)} THEN ${same} ELSE FALSE END)`;
}

/** A comparison with NULL is false. */
function sure(condition: string): string {
  return `COALESCE(${condition}, FALSE)`;
}

function firstOf({ raw }: FieldSql): string {
  return `substring(${raw}, 1, 1)`;
}

/** Whether a property is a number. */
function isNumber(field: FieldSql): string {
  return `COALESCE(${firstOf(field)} IN ('-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), FALSE)`;
}

/** A number as the database reads it; nothing where it would not read it exactly. */
function plainDecimal(value: unknown, digits: ExactDigits): string | undefined {
  const read = readDecimal(value);
  if (isProblem(read)) return undefined;
  const written = formatExact(read);
  return new RegExp(`^${decimalPattern(digits)}$`).test(written) ? written : undefined;
}

function compares(
  field: FieldSql,
  operator: string,
  bound: string,
  { dialect, binder: { bind } }: PredicateContext,
): string {
  const written = plainDecimal(bound, dialect.digits);
  const compared = (x: string) =>
    written === undefined
      ? dialect.unknown
      : `${dialect.decimal(x)} ${operator} ${dialect.decimal(bind(written))}`;
  const exact = dialect.matches(field.text, decimalPattern(dialect.digits));
  const maybe = dialect.matches(field.text, NUMERIC);
  const ofText = `CASE WHEN ${exact} THEN ${compared(field.text)} WHEN ${maybe} THEN ${dialect.unknown} ELSE FALSE END`;
  if (field.isText) return `(${ofText})`;
  const ofNumber = `CASE WHEN ${dialect.matches(field.raw, SAFE_NUMBER)} THEN ${compared(field.raw)} ELSE ${dialect.unknown} END`;
  return `(CASE WHEN ${firstOf(field)} = '"' THEN ${ofText} WHEN ${isNumber(field)} THEN ${ofNumber} ELSE FALSE END)`;
}
