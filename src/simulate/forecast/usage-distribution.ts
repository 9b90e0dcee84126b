import type { DecimalInput } from "../../money/decimal.js";

/** What every distribution may say. */
interface Drawn {
  /** How much more is used with each period, per customer, as a share: `"0.02"` for 2 % more, compounded; more than −1, default 0. */
  readonly growth?: DecimalInput | null | undefined;
  /** Decimals to which what is drawn is rounded, 0 to 6; default 0: whole units. */
  readonly decimals?: number | null | undefined;
}

/**
 * How much a customer uses in a period. Numbers of a distribution are statistics, not amounts: they are taken as the nearest number of the
 * language.
 */
export type UsageDistribution = Drawn &
  (
    | {
        /** Counts of events that do not depend on each other. */
        readonly distribution: "poisson";
        /** How many on average; 0 to 1,000,000. */
        readonly mean: DecimalInput;
      }
    | {
        /** Counts that spread wider than Poisson's, as customers or months differ. */
        readonly distribution: "negative-binomial";
        /** How many on average; 0 to 1,000,000. */
        readonly mean: DecimalInput;
        /** More than 0: the variance is mean + mean² ÷ dispersion. */
        readonly dispersion: DecimalInput;
      }
    | {
        /** Sizes of which few are very large. */
        readonly distribution: "log-normal";
        /** The median: half of what is drawn is above it; more than 0. */
        readonly median: DecimalInput;
        /** The standard deviation of the natural logarithm; 0 to 10. */
        readonly sigma: DecimalInput;
      }
    | {
        /** What was seen before, drawn at random. */
        readonly distribution: "empirical";
        /** The quantities, at most 100,000. */
        readonly values: readonly DecimalInput[];
        /** How likely each is, against the others; default the same for all. */
        readonly weights?: readonly DecimalInput[] | null | undefined;
      }
    | {
        /** The same every time. */
        readonly distribution: "constant";
        /** How much. */
        readonly value: DecimalInput;
      }
    | {
        /** Any other distribution, drawn by a function of yours. */
        readonly distribution: "sampler";
        /** Makes the function that draws, from the generator of a run, as d3-random has it: `(random) => randomGamma.source(random)(2, 5)`. */
        readonly sampler: (random: () => number) => () => number;
      }
  );
