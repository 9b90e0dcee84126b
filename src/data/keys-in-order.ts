import { compareTexts } from "./compare-texts.js";

const FEW = 40;

/** The keys of a record in code-unit order. Those of our own data are few, and the first of them are mostly in order. */
export function keysInOrder(record: object): readonly string[] {
  const keys = Object.keys(record);
  if (keys.length > FEW) return keys.sort(compareTexts);
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] ?? "";
    let place = index;
    for (; place > 0; place -= 1) {
      const before = keys[place - 1] ?? "";
      if (before <= key) break;
      keys[place] = before;
    }
    keys[place] = key;
  }
  return keys;
}
