import type { Charge } from "../../catalog/charge.js";
import {
  billsSubscriptionQuantity,
  isUsageCharge,
  pricesUsage,
} from "../../catalog/charge-kinds.js";
import type { RatePlan } from "../../catalog/rate-plan.js";
import { isList, isPlainRecord, ownFields } from "../../data/foreign.js";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { add, type Fraction, formatExact, ONE } from "../../money/fraction.js";
import { readOptions } from "../../schema/options.js";
import { isRecord } from "../../schema/unknown-record.js";
import { among } from "../../schema/wording.js";
import {
  type DailyKind,
  type DailyUsage,
  dailyBy,
  dailyOf,
  isNumberLike,
  readUnits,
} from "./daily-usage.js";
import { type DayRow, dayText, readDay } from "./day-row.js";
import { readProfile } from "./profiles.js";
import { dailyKind } from "./quantities-so-far.js";

/** What quantities say of one target. */
export interface PlanQuantities {
  /** Of usage charges, by charge id. */
  readonly daily: ReadonlyMap<string, DailyUsage>;
  /** Of recurring charges, by charge id: what the subscription holds. */
  readonly held: Readonly<Record<string, string>>;
}

/** What quantities are read for. */
export interface QuantityContext {
  /** The plans of each target: the one that it starts on, and those that it changes to. */
  readonly targets: readonly (readonly RatePlan[])[];
  /** The days of the range on which the subscription runs. */
  readonly days: DayRow;
  readonly mayBeNegative: boolean;
  readonly issues: PricingIssue[];
}

type Path = readonly PathSegment[];

/** With the places of dates that were read: charges have the same ones. */
interface DatedContext extends QuantityContext {
  readonly known: Map<string, number>;
}

/** Reads a total, or a record of quantities by charge id or unit of measure, for each target. */
export function readQuantities(usage: unknown, given: QuantityContext): readonly PlanQuantities[] {
  const context: DatedContext = { ...given, known: new Map() };
  const { targets, issues } = context;
  const quantitiesOf = isNumberLike(usage) ? new Map([["", usage]]) : recordOf(usage, issues);
  const read = targets.map(() => ({
    daily: new Map<string, DailyUsage>(),
    held: {} as Record<string, string>,
  }));
  for (const [key, quantities] of quantitiesOf) {
    if (quantities === undefined || quantities === null) {
      if (!isNumberLike(usage)) continue;
      const expected = "events, or quantities; an empty list for none";
      issues.push(issueAt("missing", ["usage"], { expected, received: quantities }));
      continue;
    }
    const path = isNumberLike(usage) ? ["usage"] : ["usage", key];
    const named = targets.map((plans) =>
      plans.flatMap((plan) => {
        const found = isNumberLike(usage) ? onlyUsage(plan) : namedBy(key, plan);
        if (found.length > 1) reportSeveral(found, key, path, issues);
        return found.slice(0, 1);
      }),
    );
    const isFeeAlone = isNumberLike(usage) && targets.every((plans) => plans.every(hasNoUsage));
    if (named.every((charges) => charges.length === 0) && !isFeeAlone) {
      const known = targets.flat().flatMap(({ charges }) => charges.filter(pricesUsage));
      const ids = new Set(known.map(({ id }) => id));
      const expected = among("the id or unit of a charge that prices a quantity", ids);
      const received = isNumberLike(usage) ? usage : key;
      issues.push(issueAt("unknown_charge", path, { expected, received }));
    }
    const byKind = new Map<DailyKind, DailyUsage | undefined>();
    for (const [index, charges] of named.entries()) {
      for (const charge of charges) {
        const own = read[index];
        if (own === undefined) continue;
        if (own.daily.has(charge.id) || Object.hasOwn(own.held, charge.id)) {
          const expected = `one quantity for charge ${charge.id}, not several`;
          issues.push(issueAt("ambiguous_usage", path, { expected, received: key }));
        } else if (billsSubscriptionQuantity(charge)) {
          const held = readHeld(quantities, charge, path, issues);
          if (held !== undefined) own.held[charge.id] = held;
        } else {
          const daily = readDaily(quantities, charge, path, byKind, context);
          if (daily !== undefined) own.daily.set(charge.id, daily);
        }
      }
    }
  }
  return read;
}

function recordOf(usage: unknown, issues: PricingIssue[]): ReadonlyMap<string, unknown> {
  const fields = isRecord(usage) && isPlainRecord(usage) ? ownFields(usage) : undefined;
  if (fields !== undefined) return new Map(Object.entries(fields));
  const expected = "events, or a record of quantities by charge id";
  issues.push(issueAt("invalid_type", ["usage"], { expected, received: usage }));
  return new Map();
}

function hasNoUsage({ charges }: RatePlan): boolean {
  return !charges.some(pricesUsage);
}

function onlyUsage({ charges }: RatePlan): readonly Charge[] {
  const priced = charges.filter(pricesUsage);
  const used = priced.filter(isUsageCharge);
  return used.length > 0 ? used : priced;
}

/** The charge with an id, else those of a unit: usage is what a unit stands for. */
function namedBy(key: string, { charges }: RatePlan): readonly Charge[] {
  const priced = charges.filter(pricesUsage);
  const byId = priced.filter(({ id }) => id === key);
  if (byId.length > 0) return byId;
  const ofUnit = priced.filter(({ unitOfMeasure }) => unitOfMeasure === key);
  const used = ofUnit.filter(isUsageCharge);
  return used.length > 0 ? used : ofUnit;
}

function reportSeveral(
  charges: readonly Charge[],
  key: string,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): void {
  const ids = charges.map(({ id }) => id).join(", ");
  const expected = `by charge id, as several charges price ${key === "" ? "usage" : key} (${ids})`;
  issues.push(issueAt("ambiguous_usage", path, { expected, received: key }));
}

function readHeld(
  quantities: unknown,
  { id }: Charge,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): string | undefined {
  if (isNumberLike(quantities)) {
    const read = readUnits(quantities, path, false, issues);
    return read && formatExact(read);
  }
  const expected = `one quantity, as charge ${id} bills what is held; subscription.changes say from when it is another`;
  issues.push(issueAt("usage_mismatch", path, { expected, received: quantities }));
  return undefined;
}

/** The quantities of a charge day by day; read once for all charges to which a number says the same. */
function readDaily(
  quantities: unknown,
  charge: Charge,
  path: readonly PathSegment[],
  byKind: Map<DailyKind, DailyUsage | undefined>,
  context: DatedContext,
): DailyUsage | undefined {
  const kind = dailyKind(charge);
  if (kind === undefined) {
    const expected = `events, as only they say what charge ${charge.id} bills`;
    context.issues.push(issueAt("usage_mismatch", path, { expected, found: "quantities" }));
    return undefined;
  }
  if (!byKind.has(kind)) byKind.set(kind, dailyFrom(quantities, kind, path, context));
  return byKind.get(kind);
}

function dailyFrom(
  quantities: unknown,
  kind: DailyKind,
  path: readonly PathSegment[],
  { days, mayBeNegative, issues, known }: DatedContext,
): DailyUsage | undefined {
  if (isNumberLike(quantities)) {
    const total = readUnits(quantities, path, mayBeNegative, issues);
    return total && dailyBy({ weights: days.starts.map(() => ONE), total }, kind, [total]);
  }
  const entries = isRecord(quantities) ? entriesOf(quantities) : undefined;
  if (entries?.some(([key, value]) => key === "profile" && value != null)) {
    const fields = Object.fromEntries(entries);
    return readProfile(fields, { days, kind, mayBeNegative, path, issues });
  }
  const byDay = new Map<number, Fraction>();
  const put = (date: unknown, quantity: unknown, at: () => readonly [Path, Path]) => {
    const place = (typeof date === "string" ? known.get(date) : undefined) ?? placeOf(date, at);
    const simple = typeof quantity === "number" && quantity >= 0 && Number.isSafeInteger(quantity);
    const read = simple
      ? { numerator: BigInt(quantity), denominator: 1n }
      : readUnits(quantity, at()[1], mayBeNegative, issues);
    if (place === undefined || read === undefined) return;
    const before = byDay.get(place);
    byDay.set(place, before === undefined ? read : add(before, read));
  };
  const placeOf = (date: unknown, at: () => readonly [Path, Path]) => {
    const day = readDay(date, at()[0], days.zone, issues);
    if (day === undefined) return undefined;
    const place = day - days.first;
    const last = days.starts.length - 1;
    if (place >= 0 && place <= last) {
      if (typeof date === "string") known.set(date, place);
      return place;
    }
    const expected = `a day from ${dayText(days.first)} through ${dayText(days.first + last)}, on which the subscription runs`;
    issues.push(issueAt("out_of_range", at()[0], { expected, received: date }));
    return undefined;
  };
  if (isList(quantities)) {
    const rows = elementsIn(quantities, path, "rows of { date, quantity }", issues) ?? [];
    for (const [index, row] of rows.entries()) {
      const { date, quantity } = readOptions(row, ["date", "quantity"], issues, {
        path: [...path, index],
      });
      put(date, quantity, () => [
        [...path, index, "date"],
        [...path, index, "quantity"],
      ]);
    }
  } else if (entries !== undefined && isRecord(quantities) && isPlainRecord(quantities)) {
    for (const [date, quantity] of entries) {
      if (quantity === undefined || quantity === null) continue;
      put(date, quantity, () => [
        [...path, date],
        [...path, date],
      ]);
    }
  } else {
    const expected = "a total, quantities by date, rows of { date, quantity }, or a profile";
    issues.push(issueAt("invalid_type", path, { expected, received: quantities }));
    return undefined;
  }
  return dailyOf(byDay, days.starts.length);
}

/** The own fields of an object, each looked at once; nothing where that fails. */
function entriesOf(value: object): readonly (readonly [string, unknown])[] | undefined {
  try {
    return Object.entries(value);
  } catch {
    return undefined;
  }
}
