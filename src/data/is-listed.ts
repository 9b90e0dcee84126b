const sets = new WeakMap<readonly unknown[], ReadonlySet<unknown>>();

/** Whether a list that never changes holds a value: by a set of it, which is made once. */
export function isListed(list: readonly unknown[], value: unknown): boolean {
  const known = sets.get(list);
  if (known !== undefined) return known.has(value);
  const made = new Set(list);
  sets.set(list, made);
  return made.has(value);
}
