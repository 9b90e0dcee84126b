import { compareAmounts, sumAmounts } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { field, type Json, list, optionalText, record, text, type Vector } from "../vector.js";
import { type Bill, bill } from "./bill.js";
import { type Terms, termsOf } from "./price.js";
import { lineChecks } from "./stated.js";
import { sumTotals, totalChecks, totalsOf } from "./totals.js";

// The library does not bill a period in parts. But whatever the parts, they add up: what was billed before and what a
// part bills are together what the library bills for the whole quantity so far. That is what is compared here.

/** A part of a period, billed by itself. */
export interface Part {
  readonly terms: Terms;
  readonly quantityBefore: string;
  /** The quantity up to the end of the part. */
  readonly quantity: string;
  /** What the vector says that the parts before have billed. */
  readonly billedBefore: string;
  readonly lines: readonly Json[];
}

/** A part of a period that the engine bills ahead of the period's end, each part rounded by itself. */
export function partRun(part: Part): readonly Check[] | Skip {
  const { terms, quantityBefore, quantity } = part;
  const before = bill({ ...terms, closing: false }, quantityBefore);
  const whole = bill(terms, quantity);
  if (!before.roundsAsOne || !whole.roundsAsOne) return skip("engine convention");
  // The parts before billed something else than their quantity costs. The engine counts what was billed; we, what is due.
  if (readsEarlierBills(terms) && compareAmounts(part.billedBefore, before.total) !== 0) {
    return skip("engine convention");
  }
  const isFirst = before.isExact && compareAmounts(before.amount, "0") === 0;
  const isExact = before.isExact && whole.isExact;
  if (!isFirst && !isExact && !roundsAsOnePart(part, before, whole)) {
    return skip("engine defect: D3");
  }
  // A price on amounts is one line for each part, each at what the part comes to.
  const isOfAmounts = text(terms.price, "type") === "dynamic";
  return lineChecks("up to here", part.lines, whole, before, isOfAmounts ? "total" : "price");
}

/** Whether the parts, each rounded by itself, come to the whole; of one price for every unit, a part is priced by itself. */
function roundsAsOnePart({ terms, quantity, quantityBefore }: Part, before: Bill, whole: Bill) {
  const hasOnePrice = ["unit", "dynamic"].includes(text(terms.price, "type"));
  const own = bill({ ...terms, closing: false }, sumAmounts([quantity, `-${quantityBefore}`]));
  return hasOnePrice && compareAmounts(sumAmounts([before.amount, own.amount]), whole.amount) === 0;
}

function readsEarlierBills({ price, closing }: Terms): boolean {
  const hasMinimum = closing && field(price, "minimumAmount") !== undefined;
  return hasMinimum || field(price, "maximumAmount") !== undefined;
}

/** Several runs over a growing quantity. Only one that reaches the end closes the period. */
export const phases: Translation = { area: "in-advance", run: ratePhases };

function ratePhases({ input, expected }: Vector): readonly Check[] | Skip {
  const runs = list(input, "phases");
  const booked = list(expected, "phases");
  const bills = runs.map((run) => {
    const closing = endOf(run, "period") === endOf(input, "fullServicePeriod");
    return bill(termsOf(input, closing), quantityAtEnd(run));
  });
  if (bills.some(({ roundsAsOne }) => !roundsAsOne)) return skip("engine convention");
  return bills.flatMap((actual, index) => {
    const upToHere = booked.slice(0, index + 1);
    const lines = upToHere.flatMap((phase) => list(phase, "lines"));
    const totals = sumTotals(upToHere.map((phase) => totalsOf(field(phase, "totals"))));
    const of = `up to phase ${index + 1}`;
    return [...lineChecks(of, lines, actual), ...totalChecks(`${of}, in all,`, totals, actual)];
  });
}

function endOf(from: Json, period: string): string {
  return text(record(from, period), "to");
}

/** The quantity that a run knows of, late usage of earlier phases included. */
function quantityAtEnd(run: Json): string {
  const cumulative = optionalText(run, "cumulativeQuantity");
  if (cumulative !== undefined) return cumulative;
  const atEnds = list(run, "cumulativeQuantityAtEndOfEachPhase");
  return String(atEnds.at(-1));
}

/** What a second rating adds to a first. */
export const delta: Translation = { area: "in-advance", run: rateDelta };

function rateDelta({ input, expected }: Vector): readonly Check[] | Skip {
  const before = bill(termsOf(input, false), text(input, "previousCumulativeQuantity"));
  const whole = bill(termsOf(input, true), text(input, "newCumulativeQuantity"));
  if (!before.roundsAsOne || !whole.roundsAsOne) return skip("engine convention");
  const totals = totalsOf(field(expected, "totals"));
  return [
    ...lineChecks("after both", list(expected, "lines"), whole, before),
    ...totalChecks("after both, in all,", totals, whole, before),
  ];
}
