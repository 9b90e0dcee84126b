import { exact } from "../../money/decimal.js";
import { nearDecimal } from "../number-for-people.js";
import type { Part } from "./spec.js";

/** Where an exact number stands in a drawing: the number nearest to it. Texts beside it say what it is. */
export function placeOf(value: string): number {
  const { numerator, denominator } = exact(value);
  const near = Number(numerator) / Number(denominator);
  // Of more digits than a number has room for, the quotient is enough; JSON has no infinity.
  const place = Number.isFinite(near) ? near : Number(numerator / denominator);
  return Math.min(Math.max(place, -Number.MAX_VALUE), Number.MAX_VALUE);
}

/** An amount for people: `"25,500.00 USD"`. */
export function moneyText(amount: string, currency: string, decimals = 0): string {
  return `${nearDecimal(amount, decimals)} ${currency}`;
}

/** What is divided by on an axis of large numbers, and its word. */
const SCALES = [
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
] as const;

/** An axis of numbers; of large ones in millions, which its title then says. */
export function numberAxis(title: string, unit: string, places: readonly number[]): Part {
  const largest = places.reduce((most, place) => Math.max(most, Math.abs(place)), 0);
  const [factor, word] = SCALES.find(([least]) => largest >= least) ?? [1, ""];
  const measure = [word, unit].filter((text) => text !== "").join(" ");
  return {
    title: measure === "" ? title : `${title} (${measure})`,
    ...(factor === 1 ? { format: ",~r" } : { labelExpr: `format(datum.value / ${factor}, ',~r')` }),
  };
}

const CHARACTER = 6.5;
const LINE = 14;

/**
 * How far below the top each of several texts stands, in pixels, so that none covers another: they begin at their places, and stand in
 * as many lines as it takes.
 */
export function heightsOfTexts(
  texts: readonly { readonly place: number; readonly text: string }[],
  { least, most, width }: { readonly least: number; readonly most: number; readonly width: number },
): readonly number[] {
  const ends: number[] = [];
  return texts.map(({ place, text }) => {
    const from = most > least ? ((place - least) / (most - least)) * width : 0;
    const free = ends.findIndex((end) => end <= from);
    const line = free === -1 ? ends.length : free;
    ends[line] = from + (text.length + 2) * CHARACTER;
    return line * LINE;
  });
}
