/** A generator of numbers from 0 up to 1, which never gives 1. */
export type Random = () => number;

/** Draws numbers of one distribution. */
export type Draw = (random: Random) => number;

/** How small a weight is, against the largest, that changes nothing any more. */
const NEGLIGIBLE = 1e-20;
/** The most numbers that a table holds. */
export const LONGEST_TABLE = 1_000_000;

/**
 * The cumulative weights of whole numbers from a first one on, by which one number of a generator decides which is drawn. They are made of
 * ratios of neighbours alone, so they are the same in every engine.
 */
interface Table {
  readonly first: number;
  readonly cumulative: Float64Array;
}

/** Draws from a table by inversion: a larger number of the generator never draws a smaller one. */
function drawFrom({ first, cumulative }: Table): Draw {
  return (random) => {
    const place = random();
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulative[middle] ?? 1) > place) high = middle;
      else low = middle + 1;
    }
    return first + low;
  };
}

/** The weights about the likeliest number, by the ratio of each to the one before it; nothing where they are too many. */
function tableOf(likeliest: number, ratio: (to: number) => number): Table | undefined {
  const below: number[] = [];
  for (let at = likeliest, weight = 1; at > 0; at -= 1) {
    weight /= ratio(at);
    if (weight < NEGLIGIBLE) break;
    below.push(weight);
    if (below.length > LONGEST_TABLE) return undefined;
  }
  const above: number[] = [];
  for (let at = likeliest + 1, weight = 1; ; at += 1) {
    weight *= ratio(at);
    if (weight < NEGLIGIBLE) break;
    above.push(weight);
    if (above.length > LONGEST_TABLE) return undefined;
  }
  const weights = [...below.reverse(), 1, ...above];
  return { first: likeliest - below.length, cumulative: cumulated(weights) };
}

/** Weights as what they add up to, the last of it exactly 1. */
function cumulated(weights: readonly number[]): Float64Array {
  let total = 0;
  const sums = Float64Array.from(weights, (weight) => {
    total += weight;
    return total;
  });
  const shares = sums.map((each) => each / total);
  shares[shares.length - 1] = 1;
  return shares;
}

/** Counts of independent events of a mean. */
export function poisson(mean: number): Draw | undefined {
  if (mean === 0) return () => 0;
  const table = tableOf(Math.floor(mean), (to) => mean / to);
  return table && drawFrom(table);
}

/** Counts whose mean itself differs, of a variance of mean + mean² ÷ dispersion: a Poisson mixed by a gamma distribution. */
export function negativeBinomial(mean: number, dispersion: number): Draw | undefined {
  if (mean === 0) return () => 0;
  const share = mean / (mean + dispersion);
  const likeliest = dispersion > 1 ? Math.floor(((dispersion - 1) * mean) / dispersion) : 0;
  const table = tableOf(likeliest, (to) => ((to - 1 + dispersion) / to) * share);
  return table && drawFrom(table);
}

/** Numbers whose logarithm is normal, by Box and Muller (1958). */
export function logNormal(median: number, sigma: number): Draw {
  return (random) => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * random()));
  };
}

/** One of some numbers, each as likely as its weight says. */
export function empirical(values: readonly number[], weights: readonly number[]): Draw {
  const draw = drawFrom({ first: 0, cumulative: cumulated(weights) });
  return (random) => values[draw(random)] ?? 0;
}
