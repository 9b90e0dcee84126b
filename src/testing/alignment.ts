/** What stands at one place of two lists: in both, or in one of them alone. */
export interface Place {
  /** The index in the first list; nothing where it lacks something. */
  readonly expected?: number;
  /** The index in the second list; nothing where it lacks something. */
  readonly received?: number;
}

/** How two elements go together: they are the same, say different things of the same, or are about something else. */
export type Likeness = "same" | "alike" | "other";

/** What it costs to leave an element by itself, and to put two beside each other. */
const ALONE = 3;
const BESIDE: { readonly [likeness in Likeness]: number } = { same: 0, alike: 2, other: 7 };

/** Two lists side by side, in their order, so that as few elements as possible differ or stand alone. */
export function aligned(
  counts: readonly [expected: number, received: number],
  likeness: (expected: number, received: number) => Likeness,
): readonly Place[] {
  const [most, mostOther] = counts;
  const shorter = Math.min(most, mostOther);
  // What both begin and end with alike needs no choice.
  let start = 0;
  while (start < shorter && likeness(start, start) === "same") start += 1;
  let tail = 0;
  while (tail < shorter - start && likeness(most - 1 - tail, mostOther - 1 - tail) === "same")
    tail += 1;
  const both = (expected: number, received: number): Place => ({ expected, received });
  return [
    ...Array.from({ length: start }, (_, index) => both(index, index)),
    ...middle([start, most - tail], [start, mostOther - tail], likeness),
    ...Array.from({ length: tail }, (_, index) =>
      both(most - tail + index, mostOther - tail + index),
    ),
  ];
}

type Range = readonly [from: number, to: number];

function middle(
  [from, to]: Range,
  [fromOther, toOther]: Range,
  likeness: (expected: number, received: number) => Likeness,
): readonly Place[] {
  const [rows, columns] = [to - from, toOther - fromOther];
  const beside = (i: number, j: number) => BESIDE[likeness(from + i, fromOther + j)];
  // costs[i][j]: of what is left from there on.
  const costs = Array.from({ length: rows + 1 }, () => new Array<number>(columns + 1).fill(0));
  const at = (i: number, j: number) => costs[i]?.[j] ?? 0;
  for (let i = rows; i >= 0; i -= 1) {
    for (let j = columns; j >= 0; j -= 1) {
      const row = costs[i];
      if (row === undefined || (i === rows && j === columns)) continue;
      row[j] = Math.min(
        ...(i < rows ? [at(i + 1, j) + ALONE] : []),
        ...(j < columns ? [at(i, j + 1) + ALONE] : []),
        ...(i < rows && j < columns ? [at(i + 1, j + 1) + beside(i, j)] : []),
      );
    }
  }
  const places: Place[] = [];
  let [i, j] = [0, 0];
  while (i < rows || j < columns) {
    if (i < rows && j < columns && at(i, j) === at(i + 1, j + 1) + beside(i, j)) {
      places.push({ expected: from + i, received: fromOther + j });
      i += 1;
      j += 1;
    } else if (i < rows && at(i, j) === at(i + 1, j) + ALONE) {
      places.push({ expected: from + i });
      i += 1;
    } else {
      places.push({ received: fromOther + j });
      j += 1;
    }
  }
  return places;
}
