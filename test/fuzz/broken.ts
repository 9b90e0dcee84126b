/** Functions that do what no function may do, one for each way: the fuzz test must find them all. */
import { setTimeout } from "node:timers/promises";
import { issueAt, PricingError } from "../../src/errors.js";
import type { FaultKind } from "./judge.js";
import type { Target } from "./targets.js";

interface Given {
  id?: string;
  readonly list: readonly unknown[];
}

let calls = 0;
const seen = new WeakSet<object>();
const kept: unknown[] = [];

function refused(code: never, path: readonly string[], expected: string): never {
  throw new PricingError([issueAt(code, path, { expected, received: 1 })]);
}

/** What is found of each. */
export const WAYS: Readonly<Record<string, readonly [FaultKind, (given: Given) => unknown]>> = {
  "a TypeError": ["threw", ({ id }) => Reflect.get(Object(id).nothing, "length")],
  "another error": [
    "threw",
    () => {
      throw new Error("unreachable: x");
    },
  ],
  "a rejected promise": ["threw", () => Promise.reject(new TypeError("x"))],
  "a code that is none": ["bad issue", () => refused("Bad Code" as never, [], "x")],
  "a path that leads nowhere": [
    "bad issue",
    () => refused("invalid_type" as never, ["a", "b"], "x"),
  ],
  "an endless message": [
    "bad issue",
    () => {
      const issue = issueAt("invalid_type", [], { expected: "x", received: 1 });
      throw new PricingError([{ ...issue, message: "x".repeat(2_000) }]);
    },
  ],
  "no issues": [
    "bad issue",
    () => {
      throw new PricingError([]);
    },
  ],
  "a date": ["not JSON", () => ({ at: new Date(0) })],
  "what JSON leaves out": ["not JSON", () => ({ at: undefined })],
  "minus zero": ["not JSON", () => [-0]],
  "a changed field": [
    "changed its input",
    (given) => {
      Object.assign(given, { id: "y" });
    },
  ],
  "a field and back": [
    "changed its input",
    (given) => {
      delete given.id;
      Object.defineProperty(given, "id", { value: "x" });
    },
  ],
  "a hidden mark": [
    "changed its input",
    (given) => {
      Object.defineProperty(given, Symbol("seen"), { value: 1 });
    },
  ],
  "another prototype": [
    "changed its input",
    (given) => {
      Object.setPrototypeOf(given.list, null);
    },
  ],
  "a frozen list": [
    "changed its input",
    (given) => {
      Object.freeze(given.list);
    },
  ],
  "a mark on all objects": [
    "changed what all objects share",
    (given) => {
      Object.defineProperty(Object.prototype, "mark", { value: 1, configurable: true });
      // It must not reach the cases that follow.
      setImmediate(() => Reflect.deleteProperty(Object.prototype, "mark"));
      return given.id;
    },
  ],
  "a counter": [
    "another answer",
    () => {
      calls += 1;
      return { calls };
    },
  ],
  "a memory of objects": [
    "another answer for the same objects",
    (given) => {
      const known = seen.has(given);
      seen.add(given);
      return known;
    },
  ],
  "a forgotten promise": [
    "unhandled rejection",
    () => {
      void Promise.reject(new Error("forgotten"));
      return null;
    },
  ],
  "an endless loop": [
    "too slow",
    () => {
      for (;;) calls += 1;
    },
  ],
  "a promise that never ends": ["too slow", () => setTimeout(2 ** 30)],
  "an endless list": [
    "too much memory",
    () => {
      for (;;) kept.push(new Array(100_000).fill(0.5));
    },
  ],
  "the end of the process": ["ended the process", () => process.exit(0)],
};

/** The functions by their names. */
export const BROKEN: ReadonlyMap<string, Target> = new Map(
  Object.entries(WAYS).map(([name, [, call]]) => [
    name,
    {
      name,
      call: (args) => call(args[0] as Given),
      returnsIssues: false,
      roots: (args) => args,
    },
  ]),
);
