import type { Charge } from "../catalog/charge.js";
import { billsSubscriptionQuantity, includedBy, isUsageCharge } from "../catalog/charge-kinds.js";
import { isPlainRecord, ownFields } from "../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { decimalIssue } from "../money/amounts.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { type Fraction, isNegative, ZERO } from "../money/fraction.js";
import { isRecord } from "../schema/unknown-record.js";
import { among } from "../schema/wording.js";

/** Reads quantities of recurring charges by charge id, reporting what is wrong with them. */
export function readQuantities(
  quantities: unknown,
  charges: readonly Charge[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ReadonlyMap<string, Fraction> {
  const read = new Map<string, Fraction>();
  const ids = new Set([
    ...charges.filter(billsSubscriptionQuantity).map(({ id }) => id),
    // What a charge includes may be for each of something that is not simulated with it.
    ...charges.filter(isUsageCharge).flatMap((charge) => includedBy(charge).per ?? []),
  ]);
  if (quantities === undefined) return read;
  const given =
    isRecord(quantities) && isPlainRecord(quantities) ? ownFields(quantities) : undefined;
  if (given === undefined) {
    const expected = "a record of quantities by charge id";
    issues.push(issueAt("invalid_type", path, { expected, received: quantities }));
    return read;
  }
  for (const [key, input] of Object.entries(given)) {
    // What is wrong is reported once, and not missing besides.
    if (ids.has(key)) read.set(key, ZERO);
    const at = [...path, key];
    const quantity = readDecimal(input);
    if (isProblem(quantity)) {
      issues.push(decimalIssue(quantity, at, input));
    } else if (isNegative(quantity)) {
      issues.push(
        issueAt("out_of_range", at, {
          expected: "0 or more",
          received: input,
        }),
      );
    } else if (ids.has(key)) {
      read.set(key, quantity);
    } else {
      const expected = among("the id of a recurring charge that prices a quantity", ids);
      issues.push(issueAt("unknown_charge", at, { expected, received: key }));
    }
  }
  return read;
}
