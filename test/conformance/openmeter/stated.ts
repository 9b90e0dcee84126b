import { compareAmounts, sumAmounts } from "rateplan";
import type { Check } from "../adapter.js";
import { field, type Json, list, optionalText, text } from "../vector.js";
import type { Amounts, Bill, DetailedLine } from "./bill.js";
import { NOTHING, totalChecks, totalsOf, totalsOfLines } from "./totals.js";

/** Nothing billed before. */
const NO_BILL: Bill = { ...NOTHING, lines: [], isExact: true, roundsAsOne: true };

/** The lines that the engine states, on top of those that were billed before, are what the library bills. */
export function lineChecks(
  of: string,
  stated: readonly Json[],
  actual: Bill,
  before: Bill = NO_BILL,
  by: "price" | "total" = "price",
): readonly Check[] {
  // A line whose amount rounds to nothing is left out by the engine, with its quantity.
  const withQuantity = actual.isExact && before.isExact;
  const shown = (lines: readonly DetailedLine[]) =>
    comparable(merged(by === "price" ? lines : lines.map(atItsAmount)), withQuantity);
  return [
    {
      what: `${of} lines`,
      expected: shown([...before.lines, ...stated.flatMap(detailedLine)]),
      actual: shown(actual.lines),
    },
    ...discountChecks(of, stated, actual, before),
    ...totalChecks(of, totalsOfLines(stated), actual, before),
  ];
}

/** A line of usage or of a flat price; a commitment is compared as a total. */
function detailedLine(line: Json): readonly DetailedLine[] {
  if (optionalText(line, "category") === "commitment") return [];
  return [
    {
      reference: text(line, "reference").replace(/[#@].*/, ""),
      perUnitAmount: text(line, "perUnitAmount"),
      quantity: text(line, "quantity"),
      amount: totalsOf(field(line, "totals")).amount,
    },
  ];
}

/** The same line as so many units of money. */
function atItsAmount(line: DetailedLine): DetailedLine {
  return { ...line, perUnitAmount: "1", quantity: line.amount };
}

/** One line for each reference and price: a correction takes back what it corrects. */
function merged(lines: readonly DetailedLine[]): readonly DetailedLine[] {
  const sums: DetailedLine[] = [];
  for (const line of lines) {
    const index = sums.findIndex((sum) => isSame(sum, line));
    const same = sums[index];
    if (same === undefined) {
      sums.push(line);
    } else {
      const quantity = sumAmounts([same.quantity, line.quantity]);
      const amount = sumAmounts([same.amount, line.amount]);
      sums[index] = { ...same, quantity, amount };
    }
  }
  return sums;
}

function isSame(a: DetailedLine, b: DetailedLine): boolean {
  return a.reference === b.reference && compareAmounts(a.perUnitAmount, b.perUnitAmount) === 0;
}

/** The lines that come to something, in one order. */
function comparable(
  lines: readonly DetailedLine[],
  withQuantity: boolean,
): readonly (readonly string[])[] {
  return lines
    .filter(({ perUnitAmount, quantity, amount }) => {
      const isFree = compareAmounts(perUnitAmount, "0") === 0;
      const isLeft = withQuantity && !isFree && compareAmounts(quantity, "0") !== 0;
      return isLeft || compareAmounts(amount, "0") !== 0;
    })
    .toSorted(
      (a, b) =>
        Number(a.reference > b.reference) - Number(a.reference < b.reference) ||
        compareAmounts(a.perUnitAmount, b.perUnitAmount),
    )
    .map(({ reference, perUnitAmount, quantity, amount }) => [
      reference,
      perUnitAmount,
      ...(withQuantity ? [quantity] : []),
      amount,
    ]);
}

/** What each kind of discount takes off, where the lines say so: theirs less ours. */
function discountChecks(
  of: string,
  stated: readonly Json[],
  actual: Amounts,
  before: Amounts,
): readonly Check[] {
  const discounts = stated.flatMap((line) =>
    field(line, "amountDiscounts") === undefined ? [] : list(line, "amountDiscounts"),
  );
  if (discounts.length === 0) return [];
  const ofKind = (kind: string) =>
    discounts.filter((each) => text(each, "kind") === kind).map((each) => text(each, "amount"));
  return [
    {
      what: `${of} percentage discount, theirs less ours`,
      expected: before.percentage,
      actual: sumAmounts([...ofKind("ratecard_percentage"), actual.percentage]),
    },
    {
      what: `${of} maximum spend, theirs less ours`,
      expected: before.maximum,
      actual: sumAmounts([...ofKind("maximum_spend"), actual.maximum]),
    },
  ];
}
