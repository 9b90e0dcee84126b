/** A source of numbers that depends on two others alone, so that a case can be made again from its seed and index. */

/** Choices that are the same each time. */
export interface Random {
  /** A whole number from 0 up to, and not including, `bound`. */
  readonly below: (bound: number) => number;
  /** Whether something of this probability happens. */
  readonly chance: (probability: number) => boolean;
  /** One of a list that is not empty. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** One of a list of choices, each as likely as its weight says. */
  readonly weigh: <T>(choices: readonly (readonly [weight: number, choice: T])[]) => T;
}

/** The choices of case `index` of the run `seed`. */
export function randomOf(seed: number, index: number): Random {
  const next = sfc32(seed, index);
  const below = (bound: number) => Math.floor(next() * bound);
  const pick = <T>(list: readonly T[]): T => {
    const found = list[below(list.length)];
    if (list.length === 0) throw new Error("unreachable: nothing to pick from");
    return found as T;
  };
  return {
    below,
    chance: (probability) => next() < probability,
    pick,
    weigh(choices) {
      const total = choices.reduce((sum, [weight]) => sum + weight, 0);
      let left = next() * total;
      for (const [weight, choice] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      throw new Error("unreachable: weights that add up");
    },
  };
}

/** The small fast counter of PractRand, public domain, from 0 up to 1. */
function sfc32(seed: number, index: number): () => number {
  let [a, b, c, counter] = [seed | 0, index | 0, 0x9e3779b9 | 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}
