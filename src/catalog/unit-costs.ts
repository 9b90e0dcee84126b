import { isPlainRecord, ownFields } from "../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { decimalIssue } from "../money/amounts.js";
import { isDecimalLike, isProblem, readDecimal } from "../money/decimal.js";
import { type Fraction, isNegative } from "../money/fraction.js";
import { isRecord } from "../schema/unknown-record.js";
import { among } from "../schema/wording.js";
import type { Charge } from "./charge.js";

/** What a unit that a charge counts costs its seller; nothing where no cost is given. */
export type UnitCosts = (charge: Pick<Charge, "id" | "unitOfMeasure">) => Fraction | undefined;

/** Reads costs by unit of measure or charge id, of units that one of the charges counts. A charge's own cost goes first. */
export function readUnitCosts(
  input: unknown,
  charges: readonly Charge[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): UnitCosts {
  const costs = new Map<string, Fraction>();
  const given =
    isRecord(input) && isPlainRecord(input) && !isDecimalLike(input) ? ownFields(input) : undefined;
  if (input !== undefined && given === undefined) {
    const expected = "a record of costs by unit of measure or charge id";
    issues.push(issueAt("invalid_type", path, { expected, received: input }));
  }
  const units = charges.flatMap(({ unitOfMeasure }) => unitOfMeasure ?? []);
  const known = new Set([...units, ...charges.map(({ id }) => id)]);
  for (const [key, cost] of Object.entries(given ?? {})) {
    const at = [...path, key];
    const read = readDecimal(cost);
    if (!known.has(key)) {
      const expected = among("a unit of measure or an id of a charge", known);
      issues.push(issueAt("unknown_unit", at, { expected, received: key }));
    } else if (isProblem(read)) {
      issues.push(decimalIssue(read, at, cost));
    } else if (isNegative(read)) {
      issues.push(issueAt("out_of_range", at, { expected: "0 or more", received: cost }));
    } else {
      costs.set(key, read);
    }
  }
  return ({ id, unitOfMeasure }) => costs.get(id) ?? costs.get(unitOfMeasure ?? id);
}
