import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import {
  add,
  type Fraction,
  fraction,
  multiply,
  ONE,
  reduce,
  subtract,
} from "../../money/fraction.js";
import { readOptions } from "../../schema/options.js";
import { civilDate, DAY } from "../../time/civil.js";
import {
  type DailyKind,
  type DailyUsage,
  dailyBy,
  readUnits,
  weighNothing,
} from "./daily-usage.js";
import { type DayRow, dayText, readDay } from "./day-row.js";
import type { UsageProfile } from "./types.js";

/** What a profile is read for. */
export interface ProfileContext {
  readonly days: DayRow;
  readonly kind: DailyKind;
  readonly mayBeNegative: boolean;
  readonly path: readonly PathSegment[];
  readonly issues: PricingIssue[];
}

type Fields<P extends UsageProfile["profile"]> = {
  readonly [K in keyof Extract<UsageProfile, { readonly profile: P }>]?: unknown;
};

interface Profile<P extends UsageProfile["profile"]> {
  readonly keys: readonly (keyof Extract<UsageProfile, { readonly profile: P }> & string)[];
  readonly read: (fields: Fields<P>, context: ProfileContext) => DailyUsage | undefined;
}

/** How each profile is read. */
const PROFILES: { readonly [P in UsageProfile["profile"]]: Profile<P> } = {
  constant: {
    keys: ["profile", "perDay", "total"],
    read: (fields, context) =>
      byWeight(
        fields,
        context.days.starts.map(() => ONE),
        context,
      ),
  },
  ramp: { keys: ["profile", "from", "to"], read: readRamp },
  seasonal: { keys: ["profile", "perDay", "total", "weekdays", "months"], read: readSeasons },
  points: { keys: ["profile", "points"], read: readPoints },
};

const NAMES = Object.keys(PROFILES);

/** Reads a profile, or reports everything that is wrong with it. */
export function readProfile(input: unknown, context: ProfileContext): DailyUsage | undefined {
  const { path, issues } = context;
  const name = (input as { readonly profile?: unknown }).profile;
  if (!isProfile(name)) {
    const expected = `one of ${NAMES.join(", ")}`;
    issues.push(issueAt("invalid_value", [...path, "profile"], { expected, received: name }));
    return undefined;
  }
  return readAs(name, input, context);
}

function readAs<P extends UsageProfile["profile"]>(
  name: P,
  input: unknown,
  context: ProfileContext,
): DailyUsage | undefined {
  const { keys, read }: Profile<P> = PROFILES[name];
  const { path, issues } = context;
  return read(readOptions(input, keys, issues, { path }) as Fields<P>, context);
}

function isProfile(name: unknown): name is UsageProfile["profile"] {
  return typeof name === "string" && NAMES.includes(name);
}

function quantityAt(input: unknown, key: string, context: ProfileContext): Fraction | undefined {
  const { path, mayBeNegative, issues } = context;
  return readUnits(input, [...path, key], mayBeNegative, issues);
}

/** So much a day, or so much in all, by the weights of the days. */
function byWeight(
  { perDay, total }: { readonly perDay?: unknown; readonly total?: unknown },
  weights: readonly Fraction[],
  context: ProfileContext,
): DailyUsage | undefined {
  const { kind, path, issues } = context;
  if ((perDay === undefined) === (total === undefined)) {
    const expected = "perDay, or else total";
    const found = perDay === undefined ? "neither" : "both";
    issues.push(issueAt("missing", [...path, "perDay"], { expected, found }));
    return undefined;
  }
  if (total !== undefined && kind === "level") {
    const expected = "perDay, as the charge counts how high usage stands, which adds up to nothing";
    issues.push(issueAt("usage_mismatch", [...path, "total"], { expected, received: total }));
    return undefined;
  }
  if (total !== undefined && weighNothing(weights)) {
    const expected = "a day of the range that weighs more than 0";
    issues.push(issueAt("out_of_range", path, { expected, found: "none" }));
    return undefined;
  }
  const [key, input] = total === undefined ? ["perDay", perDay] : ["total", total];
  const read = quantityAt(input, key, context);
  if (read === undefined) return undefined;
  return dailyBy({ weights, [key]: read }, kind, [read]);
}

function readRamp({ from, to }: Fields<"ramp">, context: ProfileContext): DailyUsage | undefined {
  const [first, last] = [quantityAt(from, "from", context), quantityAt(to, "to", context)];
  if (first === undefined || last === undefined) return undefined;
  const steps = BigInt(Math.max(1, context.days.starts.length - 1));
  const rise = subtract(last, first);
  const weights = context.days.starts.map((_, index) =>
    add(first, multiply(rise, fraction(BigInt(index), steps))),
  );
  return dailyBy({ weights }, context.kind, [first, last]);
}

function readSeasons(fields: Fields<"seasonal">, context: ProfileContext): DailyUsage | undefined {
  const { first, starts } = context.days;
  const { issues } = context;
  const before = issues.length;
  const weekdays = readWeights(fields.weekdays, "weekdays", 7, context);
  const months = readWeights(fields.months, "months", 12, context);
  if (issues.length > before) return undefined;
  const weights = starts.map((_, index) => {
    const day = first + index;
    const weekday = (((day + THURSDAY) % WEEK) + WEEK) % WEEK;
    return multiply(weekdays[weekday] ?? ONE, months[civilDate(day * DAY).month - 1] ?? ONE);
  });
  return byWeight(fields, weights, context);
}

const WEEK = 7;
/** Days from a Monday to 1 January 1970. */
const THURSDAY = 3;

function readWeights(
  input: unknown,
  key: string,
  count: number,
  { path, issues }: ProfileContext,
): readonly Fraction[] {
  if (input === undefined) return [];
  const expected = `a list of ${count} weights`;
  const list = elementsIn(input, [...path, key], expected, issues) ?? [];
  if (list.length !== count) {
    issues.push(issueAt("invalid_value", [...path, key], { expected, received: input }));
    return [];
  }
  return list.flatMap((each, index) => readUnits(each, [...path, key, index], false, issues) ?? []);
}

interface Point {
  readonly day: number;
  readonly perDay: Fraction;
}

const MOST_POINTS = 1_000;

function readPoints({ points }: Fields<"points">, context: ProfileContext): DailyUsage | undefined {
  const { days, path, issues } = context;
  const at = [...path, "points"];
  const expected = "a list of points { date, perDay }";
  const list = elementsIn(points, at, expected, issues, MOST_POINTS) ?? [];
  const read = new Map<number, Point>();
  const before = issues.length;
  for (const [index, each] of list.entries()) {
    const fields = readOptions(each, ["date", "perDay"], issues, { path: [...at, index] });
    const day = readDay(fields.date, [...at, index, "date"], days.zone, issues);
    const perDay = readUnits(
      fields.perDay,
      [...at, index, "perDay"],
      context.mayBeNegative,
      issues,
    );
    if (day === undefined || perDay === undefined) continue;
    if (read.has(day)) {
      const other = `another day than ${dayText(day)}, of which there is a point already`;
      const facts = { expected: other, received: fields.date };
      issues.push(issueAt("duplicate_id", [...at, index, "date"], facts));
    }
    read.set(day, { day, perDay });
  }
  if (list.length === 0 && issues.length === before) {
    issues.push(issueAt("missing", at, { expected: "at least one point", received: points }));
  }
  if (issues.length > before) return undefined;
  const sorted = [...read.values()].sort((a, b) => a.day - b.day);
  let place = 0;
  const weights = days.starts.map((_, index) => {
    const day = days.first + index;
    while ((sorted[place + 1]?.day ?? day + 1) <= day) place += 1;
    return between(sorted[place], sorted[place + 1], day);
  });
  return dailyBy(
    { weights },
    context.kind,
    sorted.map(({ perDay }) => perDay),
  );
}

/** What lies on the line between two points; beside them, the nearer one. */
function between(a: Point | undefined, b: Point | undefined, day: number): Fraction {
  if (a === undefined) throw new Error("unreachable: no points");
  if (b === undefined || day <= a.day) return a.perDay;
  const part = fraction(BigInt(day - a.day), BigInt(b.day - a.day));
  return reduce(add(a.perDay, multiply(subtract(b.perDay, a.perDay), part)));
}
