/**
 * Looking at what a caller passed: getters, proxies and lookalikes may stand anywhere in it. Nothing here calls anything
 * of the object's own, or fails.
 */

/** Whether a value is an array; a proxy that can no longer be looked at is none. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** The own fields of an object, each looked at once; nothing where that fails. */
export function ownFields(value: object): Readonly<Record<string, unknown>> | undefined {
  try {
    return { ...value };
  } catch {
    return undefined;
  }
}

/** The length of an array; nothing where that fails. */
export function lengthOf(list: readonly unknown[]): number | undefined {
  try {
    return list.length;
  } catch {
    return undefined;
  }
}

/** The elements of an array, each looked at once; nothing where that fails. */
export function elements(list: readonly unknown[]): readonly unknown[] | undefined {
  try {
    return Array.from(list);
  } catch {
    return undefined;
  }
}

/** The time of a `Date` of any realm, NaN of an invalid one; nothing of anything else. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return undefined;
  }
}

/** Whether a value has a method under this name, its own or inherited. */
export function hasMethod(value: unknown, name: PropertyKey): boolean {
  if (typeof value !== "object" || value === null) return false;
  try {
    return typeof Reflect.get(value, name) === "function";
  } catch {
    return false;
  }
}

/** Whether an object is plain data: a record, whose prototype is that of objects, of any realm, or none. */
export function isPlainRecord(value: object): boolean {
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    return false;
  }
}
