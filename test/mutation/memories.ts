/**
 * Makes the library forget. All that it remembers is of pure functions (CONTRIBUTING, Style), in maps and sets that its
 * modules make when they are loaded; here these go back to what they held then.
 */
const natives = { Map, Set, WeakMap, WeakSet };
const memories: { forget(): void }[] = [];
let isLoading = true;

class ForgettingMap<K, V> extends natives.Map<K, V> {
  constructor(entries?: Iterable<readonly [K, V]> | null) {
    super(entries);
    let first: readonly [K, V][] | undefined;
    const forget = () => {
      first ??= [...this];
      if (this.size === 0 && first.length === 0) return;
      this.clear();
      for (const [key, value] of first) this.set(key, value);
    };
    memories.push({ forget });
  }
}

class ForgettingSet<T> extends natives.Set<T> {
  constructor(values?: Iterable<T> | null) {
    super(values);
    let first: readonly T[] | undefined;
    const forget = () => {
      first ??= [...this];
      if (this.size === 0 && first.length === 0) return;
      this.clear();
      for (const value of first) this.add(value);
    };
    memories.push({ forget });
  }
}

class ForgettingWeakMap<K extends WeakKey, V> extends natives.WeakMap<K, V> {
  private readonly first = new natives.Map<K, V>();
  private own = new natives.WeakMap<K, V>();
  constructor(entries?: Iterable<readonly [K, V]> | null) {
    super();
    memories.push(this);
    for (const [key, value] of entries ?? []) this.set(key, value);
  }
  forget(): void {
    this.own = new natives.WeakMap(this.first);
  }
  override get(key: K): V | undefined {
    return this.own.get(key);
  }
  override has(key: K): boolean {
    return this.own.has(key);
  }
  override set(key: K, value: V): this {
    this.own.set(key, value);
    if (isLoading) this.first.set(key, value);
    return this;
  }
  override delete(key: K): boolean {
    return this.own.delete(key);
  }
}

class ForgettingWeakSet<T extends WeakKey> extends natives.WeakSet<T> {
  private readonly own = new ForgettingWeakMap<T, true>();
  constructor(values?: Iterable<T> | null) {
    super();
    for (const value of values ?? []) this.add(value);
  }
  override has(value: T): boolean {
    return this.own.has(value);
  }
  override add(value: T): this {
    this.own.set(value, true);
    return this;
  }
  override delete(value: T): boolean {
    return this.own.delete(value);
  }
}

/** Loads modules, so that what they remember can be forgotten. */
export async function load<T>(modules: () => Promise<T>): Promise<T> {
  const forgetting = {
    Map: ForgettingMap,
    Set: ForgettingSet,
    WeakMap: ForgettingWeakMap,
    WeakSet: ForgettingWeakSet,
  };
  Object.assign(globalThis, forgetting);
  const loaded = await modules();
  Object.assign(globalThis, natives);
  isLoading = false;
  forgetAll();
  return loaded;
}

/** Forgets what was remembered since all was loaded. */
export function forgetAll(): void {
  for (const each of memories) each.forget();
}
