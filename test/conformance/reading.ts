import type { Json, JsonObject } from "./vector.js";

/** A part of a case that was not looked at: where it is, list positions left out, and what it says. */
export interface Unread {
  readonly path: string;
  readonly value: Json;
}

/** A value that notes which of its parts are taken out of it. */
export interface Recording<T extends Json> {
  readonly value: T;
  /** The parts that nobody has taken so far. What is `null` says nothing. */
  readonly unread: () => readonly Unread[];
}

/** Looking which keys there are is not reading; taking a value is, and for an object, taking what it holds. */
export function recording<T extends Json>(value: T): Recording<T> {
  const taken = new Map<object, Set<string>>();
  const proxies = new Map<object, object>();
  const recorded = (each: Json): Json => {
    if (typeof each !== "object" || each === null) return each;
    const proxy = proxies.get(each) ?? proxyOf(each);
    proxies.set(each, proxy);
    return proxy as Json;
  };
  const proxyOf = (target: object): object => {
    const keys = new Set<string>();
    taken.set(target, keys);
    return new Proxy(target, {
      get(object, key, receiver) {
        const found: unknown = Reflect.get(object, key, receiver);
        if (typeof key !== "string" || !Object.hasOwn(object, key)) return found;
        keys.add(key);
        return recorded(found as Json);
      },
    });
  };
  const unreadIn = (each: Json, path: string): readonly Unread[] => {
    if (typeof each !== "object" || each === null) return [];
    const keys = taken.get(each);
    return Object.entries(each).flatMap(([key, part]: [string, Json]) => {
      const at = Array.isArray(each) ? `${path}[]` : path === "" ? key : `${path}.${key}`;
      const parts = typeof part === "object" && part !== null && Object.keys(part).length > 0;
      if (parts) return unreadIn(part, at);
      return part === null || keys?.has(key) === true ? [] : [{ path: at, value: part }];
    });
  };
  return { value: recorded(value) as T, unread: () => unreadIn(value, "") };
}

/** The same object with other values for some keys. What is read of it is read of the original, unlike of a copy. */
export function replaced(object: JsonObject, values: JsonObject): JsonObject {
  return new Proxy(object, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      return typeof key === "string" && Object.hasOwn(values, key) ? values[key] : found;
    },
    ownKeys: (target) => [...new Set([...Reflect.ownKeys(target), ...Object.keys(values)])],
    getOwnPropertyDescriptor: (target, key) =>
      Reflect.getOwnPropertyDescriptor(values, key) ??
      Reflect.getOwnPropertyDescriptor(target, key),
  });
}
