/** Values that no valid input holds, each by a name, made anew each time. */
import { runInNewContext } from "node:vm";
import { Decimal } from "decimal.js";
import { ForeignDecimal } from "../support/arbitraries.js";
import { put } from "./plain.js";

const behind = new WeakMap<object, object>();

/** What stands behind a proxy that was made here. */
export function targetOf(proxy: object): object | undefined {
  return behind.get(proxy);
}

/** A proxy whose target is known. */
export function proxyOf(target: object, handler: ProxyHandler<object>): object {
  const proxy = new Proxy(target, handler);
  behind.set(proxy, target);
  return proxy;
}

/** What the traps, getters and iterators here throw. */
class Trap extends Error {
  override readonly name = "Trap";
}

export function spring(): never {
  throw new Trap("this throws");
}

/** Every trap of it throws. */
export const REFUSING: ProxyHandler<object> = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((trap) => [trap, spring]),
);

/** An object of a class. */
export class Row {
  constructor(fields: object = { id: "fee", name: "Fee" }) {
    for (const [key, value] of Object.entries(fields)) put(this, key, value);
  }
}

/** A decimal as big.js keeps it: sign, exponent, digits. */
export class BigLike {
  readonly s = 1;
  readonly e = 0;
  readonly c: readonly number[];
  readonly #text: string;
  constructor(text = "1.5") {
    this.#text = text;
    this.c = [...text.replace(/\D/g, "")].map(Number);
  }
  toString(): string {
    return this.#text;
  }
  toFixed(): string {
    return this.#text;
  }
  toJSON(): string {
    return this.#text;
  }
}

/** A decimal as bignumber.js keeps it: digits in base 10^14. */
export class BigNumberLike extends BigLike {
  readonly _isBigNumber = true;
}

/** Text that is not the same on the second look. */
export function fickle(...answers: readonly unknown[]): PropertyDescriptor {
  let count = 0;
  return {
    get() {
      const answer = answers[Math.min(count, answers.length - 1)];
      count += 1;
      return answer;
    },
    enumerable: true,
    configurable: true,
  };
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

function cycle(): object {
  const loop: Record<string, unknown> = { a: { b: [] } };
  loop["self"] = loop;
  return loop;
}

function cyclicList(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  behind.set(proxy, target);
  revoke();
  return proxy;
}

function handled(promise: Promise<unknown>): Promise<unknown> {
  // The library need not await it, and Node would end the process.
  promise.catch(() => undefined);
  return promise;
}

function unfolding(): unknown {
  let value: unknown = 1;
  for (let level = 0; level < 12; level += 1) value = Array.from({ length: 10 }, () => value);
  return value;
}

function keyed(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
}

/** What `await` takes for a promise. */
function thenable(then: unknown, besides: object = {}): object {
  const record = { ...besides };
  put(record, "then", then);
  return record;
}

/** What JSON.parse makes of a text: `__proto__` is a key of its own. */
function parsed(text: string): unknown {
  return JSON.parse(text);
}

const NUMBERS = {
  zero: () => 0,
  "minus zero": () => -0,
  "minus one": () => -1,
  half: () => 0.5,
  "0.1 + 0.2": () => 0.1 + 0.2,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  "minus Infinity": () => Number.NEGATIVE_INFINITY,
  "2^53 - 1": () => 2 ** 53 - 1,
  "2^53": () => 2 ** 53,
  "1e21": () => 1e21,
  "1e-7": () => 1e-7,
  "the largest number": () => Number.MAX_VALUE,
  "the smallest number": () => Number.MIN_VALUE,
  "a bigint": () => 7n,
  "a negative bigint": () => -7n,
  "10^99": () => 10n ** 99n,
  "10^100": () => 10n ** 100n,
  "10^100000": () => 10n ** 100_000n,
  "text 1e400": () => "1e400",
  "text 1e-400": () => "1e-400",
  "text 1e99": () => "1e99",
  "text 1e-99": () => "1e-99",
  "text 1e9999999": () => "1e9999999",
  "text 1e-99999999999": () => "1e-99999999999",
  "text 0e99999999": () => "0e99999999",
  "text of 100 nines": () => "9".repeat(100),
  "text of 101 nines": () => "9".repeat(101),
  "text of 100 decimals": () => `0.${"0".repeat(99)}1`,
  "text of 101 decimals": () => `0.${"0".repeat(100)}1`,
  "text of 100,000 nines": () => "9".repeat(100_000),
  "text -0": () => "-0",
  "text +1": () => "+1",
  "text .5": () => ".5",
  "text 5.": () => "5.",
  "text 1/3": () => "1/3",
  "text 1/0": () => "1/0",
  "text -1/7": () => "-1/7",
  "fraction of 4,000 digits": () => `${"7".repeat(1_990)}/${"3".repeat(1_991)}`,
  "another fraction of 4,000 digits": () => `${"1".repeat(1_993)}/${"9".repeat(1_987)}`,
  "text 1,000": () => "1,000",
  "text 1_000": () => "1_000",
  "text 0x10": () => "0x10",
  "text 1 with a space": () => " 1",
  "text 1 with a line break": () => "1\n",
  "digits of another script": () => "１２",
  "text NaN": () => "NaN",
  "text Infinity": () => "Infinity",
  "a decimal": () => new Decimal("1.5"),
  "a foreign decimal": () => new ForeignDecimal("2.25"),
  "a decimal that is NaN": () => new Decimal(Number.NaN),
  "a decimal that is infinite": () => new Decimal(Number.POSITIVE_INFINITY),
  "a decimal of 1e9000": () => new Decimal("1e9000"),
  "a big.js-like decimal": () => new BigLike(),
  "a bignumber.js-like decimal": () => new BigNumberLike(),
  "a decimal without digits": () => Object.assign(new Decimal(1), { d: [] }),
  "a decimal of wrong digits": () => Object.assign(new Decimal(1), { d: [1e9, -1], e: 0.5 }),
  "a decimal of a billion digits": () =>
    Object.assign(new Decimal(1), { d: Object.assign([], { length: 2 ** 32 - 1 }) }),
  "a decimal whose digits throw": () =>
    Object.defineProperty(new Decimal(1), "d", { get: spring, enumerable: true }),
  "a record that looks like a decimal": () => ({
    s: 1,
    e: 0,
    d: [1],
    toStringTag: "[object Decimal]",
  }),
  "a boxed number": () => Object(1),
  "a boxed bigint": () => Object(1n),
} as const;

const DATES = {
  "the first year": () => "1000-01-01",
  "before the first year": () => "0999-12-31T23:59:59Z",
  "the last day": () => "9999-12-31",
  "the last moment": () => "9999-12-31T23:59:59.999Z",
  "after the last year": () => "+010000-01-01T00:00:00.000Z",
  "five digits": () => "10000-01-01",
  "a leap day": () => "2024-02-29",
  "no leap day": () => "2023-02-29",
  "no leap day of 2100": () => "2100-02-29",
  "30 February": () => "2026-02-30",
  "31 January": () => "2026-01-31",
  "a skipped hour": () => "2026-03-08T02:30:00-05:00",
  "a skipped hour of no offset": () => "2026-03-08T02:30:00",
  "a doubled hour": () => "2026-11-01T01:30:00-04:00",
  "a skipped day": () => "2011-12-30",
  "a day of daylight saving": () => "2026-03-08",
  "a skipped midnight": () => "2018-11-04",
  "the 24th hour": () => "2026-01-31T24:00:00Z",
  "a leap second": () => "2016-12-31T23:59:60Z",
  "an offset of 23:59": () => "2026-01-01T00:00:00+23:59",
  "an offset beyond a day": () => "2026-01-01T00:00:00+99:00",
  "thirty decimals": () => `2026-01-01T00:00:00.${"9".repeat(30)}Z`,
  "a date with a space": () => "2026-01-01 00:00:00Z",
  "lower case": () => "2026-01-01t00:00:00z",
  "a week date": () => "2026-W01-1",
  "a month": () => "2026-01",
  milliseconds: () => 1_767_225_600_000,
  "a date object": () => new Date("2026-01-15T00:00:00Z"),
  "a date object of the first moment": () => new Date(-8.64e15),
  "a date object of the last moment": () => new Date(8.64e15),
  "an invalid date object": () => new Date(Number.NaN),
  "a date object of another realm": () => runInNewContext("new Date(0)"),
  "a date object that lies": () =>
    Object.assign(new Date(0), { getTime: () => 5, toISOString: spring, valueOf: spring }),
  P3D: () => "P3D",
  PT0S: () => "PT0S",
  P1Y: () => "P1Y",
  "-P1D": () => "-P1D",
  P999999999D: () => "P999999999D",
  PT1000000000000H: () => "PT1000000000000H",
  "America/New_York": () => "America/New_York",
  "America/Sao_Paulo": () => "America/Sao_Paulo",
  "Pacific/Apia": () => "Pacific/Apia",
  "Etc/GMT+12": () => "Etc/GMT+12",
  "Africa/Monrovia": () => "Africa/Monrovia",
  "+05:30": () => "+05:30",
  "Mars/Olympus": () => "Mars/Olympus",
  "every 1,000 years": () => ({ every: 1_000, unit: "year" }),
  "every day": () => ({ every: 1, unit: "day" }),
  "every 0 days": () => ({ every: 0, unit: "day" }),
  "every -1 months": () => ({ every: -1, unit: "month" }),
  "every 1.5 weeks": () => ({ every: 1.5, unit: "week" }),
  "an empty period": () => ({ start: "2026-01-01", end: "2026-01-01" }),
  "a period of all time": () => ({ start: "1000-01-01", end: "9999-12-31" }),
} as const;

const TEXTS = {
  "an empty text": () => "",
  "a space": () => " ",
  "a null character": () => "\u0000",
  "half a character": () => "\ud800",
  "a reversed text": () => "\u202egnp.exe",
  "a family": () => "👩‍👩‍👧‍👦".repeat(20),
  "a quote": () => '"\\\n',
  "a text of 256 letters": () => "x".repeat(256),
  "a text of 10,001 letters": () => "x".repeat(10_001),
  "a text of 1 MB": () => "x".repeat(2 ** 20),
  "a text of 1 MB that needs escapes": () => "\u0001".repeat(2 ** 20),
  "the name __proto__": () => "__proto__",
  "the name constructor": () => "constructor",
  "the name toString": () => "toString",
  "the name hasOwnProperty": () => "hasOwnProperty",
  "the name then": () => "then",
  "the name length": () => "length",
  "the name toJSON": () => "toJSON",
  "a key with a hash": () => 'calls#{"name":"a"}',
  "a property path": () => "properties.region",
  "a property path to __proto__": () => "properties.__proto__",
  "a property path to constructor": () => "properties.constructor",
  "a property path to nothing": () => "properties.",
  usd: () => "usd",
  XXX: () => "XXX",
  JPY: () => "JPY",
  inf: () => "inf",
  "a boxed text": () => Object("x"),
  "a symbol": () => Symbol("x"),
} as const;

const LISTS = {
  "an empty list": () => [],
  "a list of a list": () => [[]],
  "a list of null": () => [null],
  "a sparse list": () => Object.assign([], { length: 5 }),
  "a list of one hole": () => Object.assign([1, 2, 3], { length: 5 }),
  "a list longer than memory": () => Object.assign([], { length: 2 ** 32 - 1 }),
  "a list with a property": () => Object.assign([1], { id: "x" }),
  "a list of 10,001 records": () => Array.from({ length: 10_001 }, () => ({})),
  "a list of 20,000 numbers": () => Array.from({ length: 20_000 }, (_, index) => index),
  "a list of itself": cyclicList,
  "10,000 lists deep": () => nested(10_000, (a) => [a]),
  "small lists that unfold to 10^12": unfolding,
  "typed numbers": () => new Uint8Array(8),
  arguments: (...given: unknown[]) =>
    (function (this: void) {
      // biome-ignore lint/complexity/noArguments: it is what is wanted.
      return arguments;
    })(...(given as [])),
  "a list of another realm": () => runInNewContext("[1, 2]"),
  "a list whose elements throw": () =>
    Object.defineProperty([1, 2], 1, { get: spring, enumerable: true }),
  "a list whose iterator is 5": () => Object.assign([1], { [Symbol.iterator]: 5 }),
  "a list whose iterator throws": () => Object.assign([1], { [Symbol.iterator]: spring }),
  "a revoked list": () => revoked([]),
  "a list that refuses": () => proxyOf([], REFUSING),
  "a list that lies about its length": () =>
    proxyOf([1, 2], {
      get: (target, key, receiver) => (key === "length" ? 5 : Reflect.get(target, key, receiver)),
    }),
} as const;

const RECORDS = {
  "an empty record": () => ({}),
  "a record without a prototype": () => Object.create(null),
  "a record that inherits": () => Object.create({ id: "x", name: "x", start: "2026-01-01" }),
  "a cycle": cycle,
  "10,000 records deep": () => nested(10_000, (a) => ({ a })),
  "33 records deep": () => nested(33, (a) => ({ a })),
  "10,001 keys": () => keyed(10_001),
  "a key of 1 MB": () => ({ ["x".repeat(2 ** 20)]: 1 }),
  "an empty key": () => ({ "": 1 }),
  "a __proto__ key": () => parsed('{"__proto__":{"polluted":true,"id":"x"}}'),
  "a constructor key": () => parsed('{"constructor":{"prototype":{"polluted":true}}}'),
  "a toString key": () => thenable(4, { toString: 1, valueOf: 2, toJSON: 3 }),
  "a toJSON that throws": () => ({ toJSON: spring }),
  "a then that throws": () => thenable(spring),
  "a then that calls back": () => thenable((resolve: (value: unknown) => void) => resolve(5)),
  "texts that throw": () => ({ toString: spring, valueOf: spring, [Symbol.toPrimitive]: spring }),
  "a key that throws": () => Object.defineProperty({}, "id", { get: spring, enumerable: true }),
  "a key that changes": () => Object.defineProperty({}, "id", fickle("a", "b", null, 5)),
  "a symbol as key": () => ({ [Symbol("x")]: 1 }),
  "an object of a class": () => new Row(),
  "an object of another realm": () => runInNewContext("({ id: 'x' })"),
  "a revoked record": () => revoked({}),
  "a record that refuses": () => proxyOf({}, REFUSING),
  "a record that refuses to be read": () => proxyOf({ id: "x" }, { get: spring }),
  "a record that refuses to list its keys": () => proxyOf({ id: "x" }, { ownKeys: spring }),
  "a record that refuses its prototype": () => proxyOf({ id: "x" }, { getPrototypeOf: spring }),
  "a record that refuses to be asked": () => proxyOf({ id: "x" }, { has: spring }),
  "a record of keys that are not there": () =>
    proxyOf(
      {},
      {
        ownKeys: () => ["id", "name"],
        getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
      },
    ),
} as const;

const FOREIGN = {
  true: () => true,
  false: () => false,
  undefined: () => undefined,
  "a function": () => () => 1,
  "a function that throws": () => spring,
  "a class": () => Row,
  "a map": () => new Map([["id", "x"]]),
  "a set": () => new Set(["id"]),
  "a weak map": () => new WeakMap(),
  "a regular expression": () => /x/g,
  "an error": () => new Error("x"),
  "a URL": () => new URL("https://example.com/?a=1"),
  "a buffer": () => new ArrayBuffer(8),
  "a promise": () => Promise.resolve([]),
  "a promise that is rejected": () => handled(Promise.reject(new Trap("rejected"))),
  "a promise that never ends": () => new Promise(() => undefined),
  "a generator": () => (function* () {})(),
  "a generator that throws": () =>
    (function* () {
      yield 1;
      spring();
    })(),
  "an async generator": () => (async function* () {})(),
  "an iterator of 5": () => ({ [Symbol.iterator]: 5 }),
  "an iterator of null": () => ({ [Symbol.iterator]: null }),
  "an iterator that gives 5": () => ({ [Symbol.iterator]: () => 5 }),
  "an iterator without next": () => ({ [Symbol.iterator]: () => ({}) }),
  "an iterator whose steps are 5": () => ({ [Symbol.iterator]: () => ({ next: () => 5 }) }),
  "an iterator that throws": () => ({ [Symbol.iterator]: spring }),
  "an iterator whose next throws": () => ({ [Symbol.iterator]: () => ({ next: spring }) }),
  "an iterator whose end throws": () => ({
    [Symbol.iterator]: () => ({
      next: () => Object.defineProperty({}, "done", { get: spring }),
      return: spring,
    }),
  }),
  "an async iterator of 5": () => ({ [Symbol.asyncIterator]: 5 }),
  "an async iterator without next": () => ({ [Symbol.asyncIterator]: () => ({}) }),
  "an async iterator that throws": () => ({ [Symbol.asyncIterator]: spring }),
  "an async iterator whose next throws": () => ({
    [Symbol.asyncIterator]: () => ({ next: spring }),
  }),
  "a function that is iterable": () =>
    Object.assign(() => 1, { [Symbol.iterator]: () => [][Symbol.iterator]() }),
} as const;

/** All of them by their names. */
export const ODDITIES = {
  ...NUMBERS,
  ...DATES,
  ...TEXTS,
  ...LISTS,
  ...RECORDS,
  ...FOREIGN,
} as const;

/** The name of a value that no valid input holds. */
export type Oddity = keyof typeof ODDITIES;

function namesOf<T extends object>(group: T): readonly (keyof T)[] {
  return Object.keys(group) as (keyof T)[];
}

/** The names of those that may stand for a number, a date, …: what comes near to a value of that sort. */
export const NEAR: {
  readonly [sort in "number" | "date" | "text" | "list" | "record" | "anything"]: readonly Oddity[];
} = {
  number: namesOf(NUMBERS),
  date: namesOf(DATES),
  text: namesOf(TEXTS),
  list: namesOf(LISTS),
  record: namesOf(RECORDS),
  anything: namesOf(ODDITIES),
};

/** Those that answer otherwise when they are asked again: the same object twice is not the same input twice. */
export const FICKLE: ReadonlySet<string> = new Set<Oddity>([
  "a key that changes",
  "a generator",
  "a generator that throws",
  "an async generator",
  "a regular expression",
]);
