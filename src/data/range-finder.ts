/** Finds the first position from one on at which a number lies from the least to the most. */
export type RangeFinder = (from: number, least: number, most: number) => number | undefined;

/**
 * Finds numbers of a list by position and size without looking at all that lie between. Stretches of 1, 2, 4, … numbers
 * are kept sorted: one look says whether a stretch holds what is wanted, and the others are passed over as a whole.
 */
export function rangeFinder(numbers: readonly number[]): RangeFinder {
  const levels: Float64Array[] = [Float64Array.from(numbers)];
  for (let size = 2; size < 2 * numbers.length; size *= 2) {
    const sorted = Float64Array.from(levels.at(-1) ?? []);
    for (let start = 0; start < sorted.length; start += size) {
      sorted.subarray(start, start + size).sort();
    }
    levels.push(sorted);
  }
  return (from, least, most) => {
    const has = (level: number, start: number) =>
      holdsAny(levels[level], start, start + 2 ** level, least, most);
    let [level, at] = [0, from];
    while (at < numbers.length && !has(level, at)) {
      at += 2 ** level;
      while (level + 1 < levels.length && at % 2 ** (level + 1) === 0) level += 1;
    }
    if (at >= numbers.length) return undefined;
    for (; level > 0; level -= 1) {
      if (!has(level - 1, at)) at += 2 ** (level - 1);
    }
    return at;
  };
}

/** Whether a sorted stretch holds a number from the least to the most. */
function holdsAny(
  sorted: Float64Array | undefined,
  start: number,
  end: number,
  least: number,
  most: number,
): boolean {
  if (sorted === undefined) return false;
  let [low, high] = [start, Math.min(end, sorted.length)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? least) < least) low = middle + 1;
    else high = middle;
  }
  const found = low < Math.min(end, sorted.length) ? sorted[low] : undefined;
  return found !== undefined && found <= most;
}
