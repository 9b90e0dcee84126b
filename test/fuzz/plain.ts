/** Valid input as trees of plain data: fresh copies, and walks that never call anything of what they walk over. */
import { types } from "node:util";

/** A step into a tree. */
export type Key = string | number;
/** A place in a tree. */
export type Path = readonly Key[];

/** A list or a record that can be walked over: one that calls nothing when it is looked at. */
export type Branch = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Whether a value is a list or a record of plain data. */
export function isBranch(value: unknown): value is Branch {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Whether a value is a list that can be walked over. */
export function isList(value: unknown): value is readonly unknown[] {
  return isBranch(value) && Array.isArray(value);
}

/** The keys of a branch whose values are data. */
export function keysOf(branch: Branch): readonly Key[] {
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(branch));
  const keys = descriptors.filter(([, each]) => each.enumerable === true && "value" in each);
  return keys.map(([key]) => (Array.isArray(branch) && /^\d+$/.test(key) ? Number(key) : key));
}

/** What stands under a key, unless something would have to be called to know it. */
export function childOf(branch: Branch, key: Key): unknown {
  const descriptor = Reflect.getOwnPropertyDescriptor(branch, key);
  return descriptor !== undefined && "value" in descriptor ? descriptor.value : undefined;
}

/** What stands at a place; nothing where there is no such place. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (!isBranch(value)) return undefined;
    value = childOf(value, key);
  }
  return value;
}

/** Sets a property as it stands in JSON: `__proto__` is a key like any other. */
export function put(branch: object, key: Key, value: unknown): void {
  Object.defineProperty(branch, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** A list or record of the same content one level deep. */
export function shallowCopy(branch: Branch): Record<Key, unknown> {
  const copy: object = Array.isArray(branch) ? [] : {};
  // Holes stay holes.
  if (Array.isArray(branch)) Object.assign(copy, { length: branch.length });
  for (const key of keysOf(branch)) put(copy, key, childOf(branch, key));
  return copy as Record<Key, unknown>;
}

/** A copy that shares no list, record or date with the original. What is of another class is shared. */
export function fresh(value: unknown): unknown {
  if (value instanceof Date) return new Date(value.getTime());
  if (!isBranch(value)) return value;
  const copy = shallowCopy(value);
  for (const key of keysOf(value)) put(copy, key, fresh(childOf(value, key)));
  return copy;
}

const DEEPEST = 64;

/**
 * The tree with its branches made anew from the bottom up: `make` gets each and the way to go on below it. Cycles end,
 * and what stands in many places is made once.
 */
export function remade(
  root: unknown,
  make: (branch: Branch, below: (value: unknown) => unknown) => unknown,
): unknown {
  const known = new Map<object, unknown>();
  const at = (value: unknown, depth: number): unknown => {
    if (!isBranch(value) || depth > DEEPEST) return value;
    if (known.has(value)) return known.get(value);
    known.set(value, value);
    const result = make(value, (child) => at(child, depth + 1));
    known.set(value, result);
    return result;
  };
  return at(root, 0);
}

/** The branch with what stands below it made anew. */
export function withChildren(branch: Branch, below: (value: unknown) => unknown): object {
  const copy = shallowCopy(branch);
  for (const key of keysOf(branch)) put(copy, key, below(childOf(branch, key)));
  return copy;
}
