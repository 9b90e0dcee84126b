import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { compareBigInts } from "../money/fraction.js";

const USUAL_PERCENTILES = [5, 25, 50, 75, 95];
const MOST_PERCENTILES = 101;

/** Whole numbers, each of 8 bytes as long as all of them are exact numbers of the language. */
export function unitColumn() {
  let numbers = new Float64Array(1_024);
  let length = 0;
  let large: bigint[] | undefined;
  return {
    add(units: bigint): void {
      const fits = units <= MOST && units >= -MOST;
      if (large === undefined && !fits) large = Array.from(numbers.subarray(0, length), BigInt);
      if (large !== undefined) {
        large.push(units);
        return;
      }
      if (length === numbers.length) {
        const longer = new Float64Array(length * 2);
        longer.set(numbers);
        numbers = longer;
      }
      numbers[length] = Number(units);
      length += 1;
    },
    /** The numbers at percentiles, by nearest rank: the least that so many per cent are at or below. None of no numbers. */
    at(percentiles: readonly number[]): readonly bigint[] {
      const sorted =
        large?.toSorted(compareBigInts) ?? numbers.slice(0, length).sort((a, b) => a - b);
      if (sorted.length === 0) return [];
      return percentiles.map((each) => BigInt(sorted[nearestRank(each, sorted.length)] ?? 0));
    },
  };
}

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

function nearestRank(percentile: number, length: number): number {
  return Math.max(0, Math.ceil((percentile * length) / 100) - 1);
}

/** Reads which percentiles are wanted. */
export function readPercentiles(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): readonly number[] {
  if (input === undefined) return USUAL_PERCENTILES;
  const expected = "a list of numbers from 0 to 100";
  const list = elementsIn(input, path, expected, issues, MOST_PERCENTILES) ?? [];
  return list.map((each, index) => {
    if (typeof each === "number" && each >= 0 && each <= 100) return each;
    const facts = { expected: "a number from 0 to 100", received: each };
    issues.push(issueAt("out_of_range", [...path, index], facts));
    return 0;
  });
}
