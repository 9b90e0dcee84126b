/** What input looked like, by identity, so that any change to it shows: hidden properties, flags and prototypes too. */
import { types } from "node:util";
import { targetOf } from "./oddities.js";

/** Everything that may be told of an object without calling anything of its own. */
interface Facts {
  readonly prototype: object | null;
  readonly extensible: boolean;
  readonly properties: ReadonlyMap<PropertyKey, PropertyDescriptor>;
  /** What no property shows: the time of a date, the entries of a map. */
  readonly inside: readonly unknown[];
}

/** What was remembered. */
export interface Snapshot {
  /** What is different now, in words; nothing where all is as it was. */
  readonly change: () => string | undefined;
}

/** Remembers all objects that can be reached from a value, but for those that every program shares. */
export function snapshotOf(value: unknown): Snapshot {
  return compared(reached(value, SHARED));
}

function reached(value: unknown, but: ReadonlyMap<object, Facts>): ReadonlyMap<object, Facts> {
  const known = new Map<object, Facts>();
  const queue: unknown[] = [value];
  for (let next = queue.pop(); next !== undefined || queue.length > 0; next = queue.pop()) {
    const object = lookedThrough(next);
    if (object === undefined || known.has(object) || but.has(object)) continue;
    const facts = factsOf(object);
    known.set(object, facts);
    for (const { value: held, get, set } of facts.properties.values()) queue.push(held, get, set);
    queue.push(facts.prototype, ...(facts.inside.length < 10_000 ? facts.inside : []));
  }
  return known;
}

function compared(known: ReadonlyMap<object, Facts>): Snapshot {
  return {
    change() {
      for (const [object, before] of known) {
        const difference = differenceOf(before, factsOf(object));
        if (difference !== undefined) return difference;
      }
      return undefined;
    },
  };
}

/** The object itself, or what stands behind a proxy of ours; nothing where there is none, or nothing of ours. */
function lookedThrough(value: unknown): object | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return undefined;
  return types.isProxy(value) ? lookedThrough(targetOf(value)) : value;
}

function factsOf(object: object): Facts {
  const properties = new Map<PropertyKey, PropertyDescriptor>();
  // The bytes of a buffer are no properties that anybody changes by accident.
  for (const key of types.isTypedArray(object) ? [] : Reflect.ownKeys(object)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined) properties.set(key, descriptor);
  }
  return {
    prototype: Reflect.getPrototypeOf(object),
    extensible: Reflect.isExtensible(object),
    properties,
    inside: insideOf(object),
  };
}

function insideOf(object: object): readonly unknown[] {
  if (types.isDate(object)) return [Date.prototype.getTime.call(object)];
  if (types.isMap(object)) return [...Map.prototype.entries.call(object)].flat();
  if (types.isSet(object)) return [...Set.prototype.values.call(object)];
  return [];
}

function differenceOf(before: Facts, after: Facts): string | undefined {
  if (before.prototype !== after.prototype) return "another prototype";
  if (before.extensible !== after.extensible) return "frozen, sealed or closed";
  const keys = new Set([...before.properties.keys(), ...after.properties.keys()]);
  for (const key of keys) {
    const [was, is] = [before.properties.get(key), after.properties.get(key)];
    if (was === undefined) return `a new property ${String(key)}`;
    if (is === undefined) return `without property ${String(key)}`;
    if (!isSame(was, is)) return `another property ${String(key)}`;
  }
  if (
    before.inside.length !== after.inside.length ||
    before.inside.some((value, index) => !Object.is(value, after.inside[index]))
  ) {
    return "another content";
  }
  return undefined;
}

function isSame(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  return (
    Object.is(a.value, b.value) &&
    a.get === b.get &&
    a.set === b.set &&
    a.writable === b.writable &&
    a.enumerable === b.enumerable &&
    a.configurable === b.configurable
  );
}

/** What the objects of every program inherit from, and all that hangs on it. */
const SHARED = reached(
  [
    Object,
    Array,
    Function,
    String,
    Number,
    Boolean,
    BigInt,
    Symbol,
    Map,
    Set,
    Date,
    Promise,
    RegExp,
  ],
  new Map(),
);

/** Whether anything that all objects share has changed since the program began. */
export const sharedSnapshot: Snapshot = compared(SHARED);
