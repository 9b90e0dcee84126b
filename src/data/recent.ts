/** The answers that were asked for last, by what was asked: forgetting any of them changes nothing. */
export interface Recent<K, V> {
  find(key: K): V | undefined;
  keep(key: K, value: V): V;
  /** The answer that is known, or the one that is made now. */
  get(key: K, make: () => V): V;
}

export function recent<K, V>(most: number): Recent<K, V> {
  const known = new Map<K, V>();
  const keep = (key: K, value: V): V => {
    known.set(key, value);
    // Maps keep the order of insertion.
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
    return value;
  };
  return {
    find: (key) => known.get(key),
    keep,
    get: (key, make) => known.get(key) ?? keep(key, make()),
  };
}

/** What is made once of each object, for as long as that is there. */
export function once<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/** What is made when it is first asked for. */
export function onFirstUse<V extends object>(make: () => V): () => V {
  let made: V | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
