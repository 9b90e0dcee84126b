import { ownFields } from "../../data/foreign.js";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { decimalIssue } from "../../money/amounts.js";
import { isDecimalLike, isProblem, readDecimal } from "../../money/decimal.js";
import { oneOf, readOptions, readWholeNumber } from "../../schema/options.js";
import { isRecord } from "../../schema/unknown-record.js";
import {
  type Draw,
  empirical,
  LONGEST_TABLE,
  logNormal,
  negativeBinomial,
  poisson,
  type Random,
} from "./distributions.js";
import type { UsageDistribution } from "./usage-distribution.js";

type Kind = UsageDistribution["distribution"];

/** A distribution that is drawn from in every period. */
export interface PeriodicDraw {
  readonly decimals: number;
  /** What draws in each run, by the period from 0 on. */
  readonly start: (random: Random) => (period: number) => number;
}

type Fields = { readonly [key: string]: unknown };

interface Reading {
  readonly fields: Fields;
  readonly path: readonly PathSegment[];
  readonly issues: PricingIssue[];
  /** By how much usage has grown in each period. */
  readonly growth: readonly number[];
}

/** A kind of distribution: what it is written with, and how it is drawn in each period. */
interface DistributionKind {
  readonly keys: readonly string[];
  readonly required: readonly string[];
  readonly read: (reading: Reading) => ((random: Random) => (period: number) => number) | undefined;
}

const MOST_MEAN = 1_000_000;
const MOST_VALUES = 100_000;

const KINDS: { readonly [kind in Kind]: DistributionKind } = {
  poisson: {
    keys: ["mean"],
    required: ["mean"],
    read(reading) {
      const mean = readNumber(reading, "mean", 0, MOST_MEAN);
      return mean === undefined ? undefined : counting(reading, mean, poisson);
    },
  },
  "negative-binomial": {
    keys: ["mean", "dispersion"],
    required: ["mean", "dispersion"],
    read(reading) {
      const mean = readNumber(reading, "mean", 0, MOST_MEAN);
      const dispersion = readNumber(reading, "dispersion", LEAST_POSITIVE, Number.MAX_VALUE);
      if (mean === undefined || dispersion === undefined) return undefined;
      return counting(reading, mean, (each) => negativeBinomial(each, dispersion));
    },
  },
  "log-normal": {
    keys: ["median", "sigma"],
    required: ["median", "sigma"],
    read(reading) {
      const median = readNumber(reading, "median", LEAST_POSITIVE, Number.MAX_VALUE);
      const sigma = readNumber(reading, "sigma", 0, 10);
      if (median === undefined || sigma === undefined) return undefined;
      return scaled(reading, logNormal(median, sigma));
    },
  },
  empirical: {
    keys: ["values", "weights"],
    required: ["values"],
    read(reading) {
      const values = readNumbers(reading, "values");
      const weights = readNumbers(reading, "weights") ?? values?.map(() => 1);
      if (values === undefined || weights === undefined) return undefined;
      const { path, issues } = reading;
      if (weights.length !== values.length) {
        const facts = {
          expected: `${values.length}, one for each value`,
          found: `${weights.length}`,
        };
        issues.push(issueAt("invalid_value", [...path, "weights"], facts));
        return undefined;
      }
      if (!weights.some((weight) => weight > 0)) {
        const facts = { expected: "at least one value that is likely", found: "none" };
        issues.push(issueAt("missing", [...path, "values"], facts));
        return undefined;
      }
      return scaled(reading, empirical(values, weights));
    },
  },
  constant: {
    keys: ["value"],
    required: ["value"],
    read(reading) {
      const value = readNumber(reading, "value", 0, Number.MAX_VALUE);
      return value === undefined ? undefined : scaled(reading, () => value);
    },
  },
  sampler: {
    keys: ["sampler"],
    required: ["sampler"],
    read({ fields, path, issues, growth }) {
      const { sampler } = fields;
      if (typeof sampler !== "function") {
        const facts = { expected: "a function of the generator", received: sampler };
        issues.push(issueAt("invalid_type", [...path, "sampler"], facts));
        return undefined;
      }
      return (random) => {
        const draw: unknown = Reflect.apply(sampler, undefined, [random]);
        return (period) =>
          typeof draw === "function"
            ? Number(Reflect.apply(draw, undefined, [])) * (growth[period] ?? 1)
            : Number.NaN;
      };
    },
  },
};

/** The least number above 0 that distributions tell from it. */
const LEAST_POSITIVE = 1e-9;
const LEAST_GROWTH = -0.999;
const MOST_GROWTH = 100;
const MOST_DECIMALS = 6;

/** Reads a distribution that is drawn from in so many periods. */
export function readDistribution(
  input: unknown,
  path: readonly PathSegment[],
  periods: number,
  issues: PricingIssue[],
): PeriodicDraw | undefined {
  const before = issues.length;
  const distribution = readKind(input, path, issues);
  if (distribution === undefined) return undefined;
  const { keys, required, read } = KINDS[distribution];
  const fields: Fields = readOptions(
    input,
    ["distribution", "growth", "decimals", ...keys],
    issues,
    { path, required },
  );
  const decimals =
    readWholeNumber(fields["decimals"], [...path, "decimals"], [0, MOST_DECIMALS], issues) ?? 0;
  const start = { fields, path, issues, growth: [] };
  const growth = readNumber(start, "growth", LEAST_GROWTH, MOST_GROWTH) ?? 0;
  if (issues.length > before) return undefined;
  const grown = compounded(growth, periods);
  const draw = read({ fields, path, issues, growth: grown });
  return draw === undefined || issues.length > before ? undefined : { decimals, start: draw };
}

function readKind(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Kind | undefined {
  const fields = isRecord(input) && !isDecimalLike(input) ? ownFields(input) : undefined;
  if (fields === undefined) {
    const facts = { expected: "a distribution: { distribution, … }", received: input };
    issues.push(issueAt("invalid_type", path, facts));
    return undefined;
  }
  const { distribution: received } = fields;
  if (typeof received === "string" && isKind(received)) return received;
  const code = received === undefined ? "missing" : "invalid_value";
  const expected = oneOf(Object.keys(KINDS), String(received));
  issues.push(issueAt(code, [...path, "distribution"], { expected, received }));
  return undefined;
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(KINDS, name);
}

/** What a share that is added with each period comes to, from 1 in the first. */
export function compounded(growth: number, periods: number): readonly number[] {
  let factor = 1;
  return Array.from({ length: periods }, (_, period) => {
    if (period > 0) factor *= 1 + growth;
    return factor;
  });
}

/** Draws counts of a mean that grows: a table for each mean. */
function counting(
  { growth, path, issues }: Reading,
  mean: number,
  make: (mean: number) => Draw | undefined,
): ReturnType<DistributionKind["read"]> {
  const known = new Map<number, Draw>();
  const draws = growth.map((factor) => {
    const grown = mean * factor;
    const draw = known.get(grown) ?? (grown <= MOST_MEAN ? make(grown) : undefined);
    if (draw !== undefined) known.set(grown, draw);
    return draw;
  });
  const missing = draws.indexOf(undefined);
  if (missing !== -1) {
    const expected = `a mean of at most ${MOST_MEAN} in every period, and no more than ${LONGEST_TABLE} likely numbers (else log-normal, or a sampler)`;
    const found = `a mean of ${mean * (growth[missing] ?? 1)} in period ${missing + 1}`;
    issues.push(issueAt("out_of_range", path, { expected, found }));
    return undefined;
  }
  return (random) => (period) => draws[period]?.(random) ?? 0;
}

/** Draws what grows as a whole. */
function scaled({ growth }: Reading, draw: Draw): ReturnType<DistributionKind["read"]> {
  return (random) => (period) => draw(random) * (growth[period] ?? 1);
}

/** A number of a distribution; nothing where it is not given or wrong. */
export function readNumber(
  { fields, path, issues }: Pick<Reading, "fields" | "path" | "issues">,
  name: string,
  least: number,
  most: number,
): number | undefined {
  return fields[name] === undefined
    ? undefined
    : numberAt(fields[name], [...path, name], [least, most], issues);
}

function numberAt(
  input: unknown,
  path: readonly PathSegment[],
  [least, most]: readonly [number, number],
  issues: PricingIssue[],
): number | undefined {
  const read = readDecimal(input);
  if (isProblem(read)) {
    issues.push(decimalIssue(read, path, input));
    return undefined;
  }
  const value = Number(read.numerator) / Number(read.denominator);
  if (value >= least && value <= most) return value;
  const expected = most === Number.MAX_VALUE ? `at least ${least}` : `from ${least} to ${most}`;
  issues.push(issueAt("out_of_range", path, { expected, received: input }));
  return undefined;
}

function readNumbers(reading: Reading, name: string): readonly number[] | undefined {
  const { fields, path, issues } = reading;
  if (fields[name] === undefined) return undefined;
  const at = [...path, name];
  const list = elementsIn(fields[name], at, "a list of numbers", issues, MOST_VALUES);
  return list?.map(
    (each, index) => numberAt(each, [...at, index], [0, Number.MAX_VALUE], issues) ?? 0,
  );
}
