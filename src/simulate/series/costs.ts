import type { Charge } from "../../catalog/charge.js";
import { pricesUsage } from "../../catalog/charge-kinds.js";
import { isPlainRecord, ownFields } from "../../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { decimalIssue } from "../../money/amounts.js";
import { isDecimalLike, isProblem, readDecimal } from "../../money/decimal.js";
import {
  divide,
  type Fraction,
  fraction,
  isNegative,
  multiply,
  ONE,
} from "../../money/fraction.js";
import { eventField } from "../../schema/event-field.js";
import { readOptions, readText, type Unread } from "../../schema/options.js";
import { isRecord } from "../../schema/unknown-record.js";
import { among } from "../../schema/wording.js";
import type { Rates } from "./exchange.js";

/** A cost of what charges count or bill. */
export interface ChargeCost {
  readonly name: string;
  /** In the currency of the result: of a unit, or of an amount of 1. */
  readonly each: Fraction;
  readonly of: "quantity" | "revenue";
}

/** A cost of events. */
export interface EventCost {
  readonly name: string;
  readonly unitOfMeasure: string | undefined;
  readonly event: string | undefined;
  /** In the currency of the result: of one event, of one unit of `field`, or of an amount of 1 that stands there. */
  readonly each: Fraction;
  /** The field that is added up; nothing where each event counts once. */
  readonly field: string | undefined;
  /** The charge that it is a cost of. */
  readonly chargeId: string | null;
}

/** What the work costs. */
export interface Costs {
  /** The names, in order. */
  readonly names: readonly string[];
  /** What a charge costs; nothing where no cost is given. One under its own id goes before one of its unit. */
  readonly ofCharge: (charge: Charge) => ChargeCost | undefined;
  readonly ofEvents: readonly EventCost[];
}

const KEYS = [
  "perUnit",
  "percentOfRevenue",
  "amount",
  "of",
  "event",
  "chargeId",
  "currency",
] as const;
type CostFields = Unread<(typeof KEYS)[number]>;

interface CostContext {
  readonly charges: readonly Charge[];
  readonly rates: Rates;
  readonly isEvents: boolean;
  readonly issues: PricingIssue[];
}

/** Reads costs by unit of measure, charge id, or names of events. */
export function readCosts(input: unknown, context: CostContext): Costs {
  const { issues } = context;
  const path = ["costs"];
  const given =
    isRecord(input) && isPlainRecord(input) && !isDecimalLike(input) ? ownFields(input) : undefined;
  if (input !== undefined && given === undefined) {
    const expected = "a record of costs by unit of measure, charge id, or a name of your own";
    issues.push(issueAt("invalid_type", path, { expected, received: input }));
  }
  const byName = new Map<string, ChargeCost>();
  const ofEvents: EventCost[] = [];
  const names: string[] = [];
  for (const [name, cost] of Object.entries(given ?? {})) {
    if (cost === undefined || cost === null) continue;
    const before = issues.length;
    const fields: CostFields =
      isRecord(cost) && !isDecimalLike(cost)
        ? readOptions(cost, KEYS, issues, { path: [...path, name] })
        : { perUnit: cost };
    const read = readCost(name, fields, [...path, name], context);
    if (read === undefined || issues.length > before) continue;
    names.push(name);
    if ("field" in read) ofEvents.push(read);
    else byName.set(name, read);
  }
  return {
    names,
    ofEvents,
    ofCharge: ({ id, unitOfMeasure }) =>
      byName.get(id) ?? (unitOfMeasure === undefined ? undefined : byName.get(unitOfMeasure)),
  };
}

function readCost(
  name: string,
  fields: CostFields,
  path: readonly PathSegment[],
  { charges, rates, isEvents, issues }: CostContext,
): ChargeCost | EventCost | undefined {
  const { perUnit, percentOfRevenue, amount, of, event, chargeId, currency } = fields;
  const isUnit = charges.some(({ unitOfMeasure }) => unitOfMeasure === name);
  const isCharge = charges.some(({ id }) => id === name);
  const said = [perUnit, percentOfRevenue, amount].filter((each) => each !== undefined);
  if (said.length !== 1) {
    const expected = "one of perUnit, percentOfRevenue and amount";
    issues.push(issueAt("missing", [...path, "perUnit"], { expected, found: `${said.length}` }));
    return undefined;
  }
  const rate = rates.of(currency, [...path, "currency"]) ?? ONE;
  const ofEvents = amount !== undefined || of !== undefined || event !== undefined;
  if (!ofEvents) {
    if (!isUnit && !isCharge) {
      const known = new Set(charges.flatMap(({ id, unitOfMeasure = id }) => [unitOfMeasure, id]));
      const expected = `${among("a unit of measure or an id of a charge", known)}, or a cost of events`;
      issues.push(issueAt("unknown_unit", path, { expected, received: name }));
    }
    if (percentOfRevenue !== undefined) {
      if (currency !== undefined) {
        const expected = "absent: a share of revenue is in its currency";
        issues.push(
          issueAt("field_not_allowed", [...path, "currency"], { expected, received: currency }),
        );
      }
      const read = readCostDecimal(percentOfRevenue, [...path, "percentOfRevenue"], issues);
      return read && { name, each: divide(read, fraction(100n)), of: "revenue" };
    }
    const read = readCostDecimal(perUnit, [...path, "perUnit"], issues);
    return read && { name, each: multiply(read, rate), of: "quantity" };
  }
  for (const [key, value] of Object.entries({
    percentOfRevenue,
    ...(amount === undefined ? {} : { of }),
  })) {
    if (value === undefined) continue;
    const expected = "without a property of events, or event";
    issues.push(issueAt("field_not_allowed", [...path, key], { expected, received: value }));
  }
  if (!isEvents) {
    const expected = "a cost of what charges count, as usage is not given as events";
    issues.push(issueAt("usage_mismatch", path, { expected, found: "a cost of events" }));
  }
  const named = readText(event, [...path, "event"], issues);
  if (named === undefined && event === undefined && !isUnit) {
    const expected = among("event, or as its name a unit of measure", unitsOf(charges));
    issues.push(issueAt("unknown_unit", path, { expected, received: name }));
  }
  const field = readField(amount ?? of, [...path, amount === undefined ? "of" : "amount"], issues);
  const each = amount === undefined ? readCostDecimal(perUnit, [...path, "perUnit"], issues) : ONE;
  const target = readText(chargeId, [...path, "chargeId"], issues);
  if (target !== undefined && !charges.some(({ id }) => id === target)) {
    const expected = among(
      "the id of a charge",
      charges.map(({ id }) => id),
    );
    issues.push(issueAt("unknown_charge", [...path, "chargeId"], { expected, received: target }));
  }
  const counting = charges.filter((each) => each.unitOfMeasure === name && pricesUsage(each));
  const [only = null, ...others] = new Set(counting.map(({ id }) => id));
  return (
    each && {
      name,
      unitOfMeasure: named === undefined ? name : isUnit ? name : undefined,
      event: named,
      each: multiply(each, rate),
      field,
      chargeId: target ?? (others.length === 0 ? only : null),
    }
  );
}

function unitsOf(charges: readonly Charge[]): ReadonlySet<string> {
  return new Set(charges.flatMap(({ unitOfMeasure }) => unitOfMeasure ?? []));
}

function readField(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): string | undefined {
  if (input === undefined) return undefined;
  const read = eventField().safeParse(input);
  if (read.success && read.data.startsWith("properties.")) return read.data;
  const expected = '"properties.<name>"';
  issues.push(issueAt("invalid_value", path, { expected, received: input }));
  return undefined;
}

function readCostDecimal(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Fraction | undefined {
  const read = readDecimal(input);
  if (isProblem(read)) issues.push(decimalIssue(read, path, input));
  else if (isNegative(read)) {
    issues.push(issueAt("out_of_range", path, { expected: "0 or more", received: input }));
  } else return read;
  return undefined;
}
