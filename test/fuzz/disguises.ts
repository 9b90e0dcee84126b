/** The same content in another form: what a database driver, a form or an ORM makes of plain data. */
import { Decimal } from "decimal.js";
import {
  safeParseCharge,
  safeParsePolicy,
  safeParseProduct,
  safeParseRatePlan,
  safeParseSubscription,
} from "rateplan";
import { BigLike, BigNumberLike, fickle, proxyOf, REFUSING, Row, spring } from "./oddities.js";
import {
  type Branch,
  childOf,
  isBranch,
  isList,
  type Key,
  keysOf,
  put,
  remade,
  shallowCopy,
  withChildren,
} from "./plain.js";

class OwnList extends Array<unknown> {}

/** What can be iterated over: the elements of a list, or the value alone. */
function elementsOf(value: unknown): readonly unknown[] {
  if (!isList(value)) return [value];
  return keysOf(value).map((key) => childOf(value, key));
}

function entriesOf(value: unknown): readonly (readonly [Key, unknown])[] {
  const branch = recordOf(value);
  return keysOf(branch).map((key) => [key, childOf(branch, key)]);
}

/** The value with each property defined anew; what is no list or record as it is. */
function redefined(
  value: unknown,
  describe: (held: unknown, key: PropertyKey) => PropertyDescriptor,
): unknown {
  if (!isBranch(value)) return value;
  const copy = shallowCopy(value);
  for (const key of keysOf(value))
    Object.defineProperty(copy, key, describe(childOf(value, key), key));
  return copy;
}

/** The record with other keys. */
function rekeyed(value: unknown, rename: (key: string) => string): unknown {
  if (!isBranch(value) || Array.isArray(value)) return value;
  const copy = {};
  for (const key of keysOf(value)) put(copy, rename(String(key)), childOf(value, key));
  return copy;
}

function deeply(value: unknown, wrap: (branch: object) => object): unknown {
  return remade(value, (branch, below) => wrap(withChildren(branch, below)));
}

function textOf(value: unknown): string {
  return typeof value === "object" ? "1.5" : String(value);
}

function orAsIs(value: unknown, make: () => unknown): unknown {
  try {
    return make();
  } catch {
    return value;
  }
}

function recordOf(value: unknown): Branch {
  return isBranch(value) ? value : { value };
}

function parsed(value: unknown): unknown {
  const readers = [
    safeParseProduct,
    safeParseRatePlan,
    safeParseCharge,
    safeParseSubscription,
    safeParsePolicy,
  ];
  for (const read of readers) {
    const result = read(value);
    if (result.ok) return result.value;
  }
  return value;
}

/** All of them by their names. */
export const DISGUISES = {
  frozen: (value: unknown) => deeply(value, Object.freeze),
  sealed: (value: unknown) => deeply(value, Object.seal),
  "read-only": (value: unknown) =>
    redefined(value, (held) => ({ value: held, writable: false, enumerable: true })),
  hidden: (value: unknown) =>
    redefined(value, (held) => ({ value: held, enumerable: false, configurable: true })),
  "without a prototype": (value: unknown) =>
    isBranch(value) && !Array.isArray(value)
      ? Object.assign(Object.create(null), shallowCopy(value))
      : value,
  inherited: (value: unknown) => (isBranch(value) ? Object.create(value) : value),
  "inherited in part": (value: unknown) => {
    const [first, ...others] = entriesOf(value);
    return Object.assign(
      Object.create(Object.fromEntries(first ? [first] : [])),
      Object.fromEntries(others),
    );
  },
  "an object of a class": (value: unknown) => new Row(shallowCopy(recordOf(value))),
  "a proxy": (value: unknown) => (isBranch(value) ? proxyOf(value, {}) : value),
  "a proxy that refuses": (value: unknown) => proxyOf(recordOf(value), REFUSING),
  "a proxy that refuses its last key": (value: unknown) => {
    const branch = recordOf(value);
    const last = String(keysOf(branch).at(-1));
    return proxyOf(branch, {
      get: (target, key, receiver) =>
        key === last ? spring() : Reflect.get(target, key, receiver),
    });
  },
  "a proxy that grows tired": (value: unknown) => {
    let count = 0;
    return proxyOf(recordOf(value), {
      get(target, key, receiver) {
        count += 1;
        return count > 3 ? spring() : Reflect.get(target, key, receiver);
      },
    });
  },
  getters: (value: unknown) =>
    redefined(value, (held) => ({ get: () => held, enumerable: true, configurable: true })),
  "getters that throw": (value: unknown) =>
    redefined(value, () => ({ get: spring, enumerable: true, configurable: true })),
  "getters that change to null": (value: unknown) => redefined(value, (held) => fickle(held, null)),
  "getters that change to texts": (value: unknown) =>
    redefined(value, (held) => fickle(held, "changed", 5)),
  "getters that become valid": (value: unknown) => redefined(value, (held) => fickle(5, held)),
  "an iterator": (value: unknown) => elementsOf(value)[Symbol.iterator](),
  "a generator": (value: unknown) =>
    (function* () {
      yield* elementsOf(value);
    })(),
  "a generator that throws": (value: unknown) =>
    (function* () {
      yield* elementsOf(value);
      spring();
    })(),
  "an iterable": (value: unknown) => ({
    [Symbol.iterator]: () => elementsOf(value)[Symbol.iterator](),
  }),
  "an iterable whose return throws": (value: unknown) => ({
    [Symbol.iterator]() {
      const steps = elementsOf(value)[Symbol.iterator]();
      return { next: () => steps.next(), return: spring };
    },
  }),
  "an async iterator": (value: unknown) =>
    (async function* () {
      yield* elementsOf(value);
    })(),
  "an async iterator of one batch": (value: unknown) =>
    (async function* () {
      yield await Promise.resolve(elementsOf(value));
    })(),
  "an async iterator of promises": (value: unknown) => ({
    [Symbol.asyncIterator]() {
      const steps = elementsOf(value)[Symbol.iterator]();
      return { next: () => Promise.resolve(steps.next()) };
    },
  }),
  "an async iterator that throws": (value: unknown) =>
    (async function* () {
      yield* elementsOf(value);
      spring();
    })(),
  "a set": (value: unknown) => new Set(elementsOf(value)),
  "a map": (value: unknown) => new Map(entriesOf(value)),
  entries: (value: unknown) => [...entriesOf(value)],
  "a promise": (value: unknown) => Promise.resolve(value),
  "a list of a class": (value: unknown) => OwnList.from(elementsOf(value)),
  "a list of it": (value: unknown) => [value],
  "a list of it, twice": (value: unknown) => [value, value],
  "its first element": (value: unknown) => elementsOf(value)[0],
  "like a list": (value: unknown) => ({ ...elementsOf(value), length: elementsOf(value).length }),
  "a list with a property": (value: unknown) => Object.assign(elementsOf(value), { id: "x" }),
  "without an element": (value: unknown) => {
    const list = [...elementsOf(value)];
    delete list[list.length >> 1];
    return list;
  },
  "JSON text": (value: unknown) => orAsIs(value, () => JSON.stringify(value)),
  boxed: (value: unknown) => (typeof value === "object" ? value : Object(value)),
  "a date object": (value: unknown) => new Date(textOf(value)),
  milliseconds: (value: unknown) => new Date(textOf(value)).getTime(),
  "a decimal": (value: unknown) => orAsIs(value, () => new Decimal(textOf(value))),
  "a big.js decimal": (value: unknown) => new BigLike(textOf(value)),
  "a bignumber.js decimal": (value: unknown) => new BigNumberLike(textOf(value)),
  "a bigint": (value: unknown) => orAsIs(value, () => BigInt(textOf(value))),
  "a number": (value: unknown) => Number(textOf(value)),
  text: textOf,
  "text with a space": (value: unknown) => `${textOf(value)} `,
  "upper case": (value: unknown) => textOf(value).toUpperCase(),
  "an event with lower case keys": (value: unknown) => rekeyed(value, (key) => key.toLowerCase()),
  "snake case": (value: unknown) =>
    rekeyed(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  "a cloud event": (value: unknown) => ({
    specversion: "1.0",
    id: "ce1",
    source: "/agents",
    type: "resolved",
    time: "2026-01-20T10:00:00Z",
    data: value,
  }),
  "a symbol besides": (value: unknown) => {
    const copy = isBranch(value) ? shallowCopy(value) : { value };
    return Object.assign(copy, { [Symbol("besides")]: 1 });
  },
  "a key that is undefined": (value: unknown) => {
    const copy = isBranch(value) ? shallowCopy(value) : { value };
    return Object.assign(copy, { nothing: undefined });
  },
  parsed,
} as const;

/** The name of another form. */
export type Disguise = keyof typeof DISGUISES;

export const DISGUISE_NAMES = Object.keys(DISGUISES) as readonly Disguise[];

/** Those that answer otherwise when they are asked again. */
export const FICKLE_DISGUISES: ReadonlySet<string> = new Set<Disguise>([
  "a proxy that grows tired",
  "getters that change to null",
  "getters that change to texts",
  "getters that become valid",
  "an iterator",
  "a generator",
  "a generator that throws",
  "an async iterator",
  "an async iterator of one batch",
  "an async iterator that throws",
]);
