/** Cases: valid input of some function, and some changes to it. */
import { type Change, changed, type ValidName, type Value } from "./changes.js";
import { DISGUISE_NAMES } from "./disguises.js";
import { NEAR, type Oddity } from "./oddities.js";
import {
  type Branch,
  childOf,
  fresh,
  isBranch,
  isList,
  type Key,
  keysOf,
  type Path,
  valueAt,
} from "./plain.js";
import { type Random, randomOf } from "./random.js";
import { VALID } from "./valid.js";

/** One case, as data. */
export interface Case {
  /** The function. */
  readonly call: string;
  /** The name of the valid input that it begins with. */
  readonly valid: string;
  readonly changes: readonly Change[];
}

/** The valid input of that name. It is shared: take a fresh copy to change it. */
function validOf([call, valid]: ValidName): readonly unknown[] {
  const found = (VALID as Readonly<Record<string, (typeof VALID)[keyof typeof VALID]>>)[call]?.[
    valid
  ];
  if (found === undefined) throw new Error(`no valid input ${valid} of ${call}`);
  return found;
}

/** The arguments of a case, made anew. */
export function argumentsOf({ call, valid, changes }: Case): readonly unknown[] {
  let args: unknown = fresh(validOf([call, valid]));
  for (const change of changes) args = changed(args, change, validOf);
  return args as readonly unknown[];
}

const CALLS = Object.keys(VALID);
/** What looks at much is tried more often. */
const BUSY: ReadonlySet<string> = new Set([
  "invoice",
  "creditNote",
  "simulate",
  "summarizeUsage",
  "mergeUsage",
  "settleOutcomes",
  "documentsDue",
  "upcoming",
]);
const WEIGHED = CALLS.map((call) => [BUSY.has(call) ? 3 : 1, call] as const);
const NAMES: readonly ValidName[] = CALLS.flatMap((call) =>
  Object.keys(VALID[call as keyof typeof VALID]).map((valid): ValidName => [call, valid]),
);

/** The words of the valid inputs: keys, ids, dates, names of models. */
const WORDS = [...wordsIn(NAMES.map(validOf))];

/** Case `index` of the run `seed`. */
export function caseOf(seed: number, index: number): Case {
  const random = randomOf(seed, index);
  const call = random.weigh(WEIGHED);
  const valid = random.pick(Object.keys(VALID[call as keyof typeof VALID]));
  const count = random.weigh([
    [2, 0],
    [45, 1],
    [28, 2],
    [15, 3],
    [10, 5],
  ]);
  const changes: Change[] = [];
  let args: unknown = fresh(validOf([call, valid]));
  for (let left = count; left > 0; left -= 1) {
    const change = changeOf(args, random, left === 1);
    changes.push(change);
    args = changed(args, change, validOf);
  }
  // Most changes to a document are found by its fingerprint; what comes after is looked at too.
  const inDocument = changes.some(
    ({ do: _what, ...each }) => "at" in each && /previous|last/.test(each.at.join(".")),
  );
  if (inDocument && random.chance(0.7)) changes.push({ do: "seal" });
  return { call, valid, changes };
}

function changeOf(args: unknown, random: Random, isLast: boolean): Change {
  const at = placeIn(args, random);
  const value = valueAt(args, at);
  const parent = valueAt(args, at.slice(0, -1));
  const siblings = isBranch(parent) ? keysOf(parent) : [];
  const kind = random.weigh([
    [50, "put"],
    [10, "drop"],
    [2, "leave a hole"],
    [6, "rename"],
    [4, "add"],
    [2, "append"],
    [4, "repeat"],
    [4, "cut"],
    [2, "reverse"],
    [3, "swap"],
    [16, "disguise"],
    // What comes after would walk in circles.
    [isLast ? 2 : 0, "loop"],
    [4, "call everywhere"],
  ] as const);
  switch (kind) {
    case "put":
      return { do: "put", at, value: replacementOf(value, random) };
    case "rename":
      // Elements of lists have no names.
      return isList(parent)
        ? { do: "drop", at }
        : { do: "rename", at, to: nameLike(String(at.at(-1)), random) };
    case "add": {
      const branch = isBranch(value) ? at : at.slice(0, -1);
      return { do: "put", at: [...branch, random.pick(WORDS)], value: replacementOf("", random) };
    }
    case "append": {
      const arity = isList(args) ? args.length : 0;
      return { do: "put", at: [arity], value: replacementOf({}, random) };
    }
    case "repeat":
      return { do: "repeat", at, times: random.pick([2, 3, 40, 2_000]) };
    case "cut":
      return { do: "cut", at, to: random.below(4) };
    case "swap":
      return siblings.length === 0
        ? { do: "drop", at }
        : { do: "swap", at, with: random.pick(siblings) };
    case "disguise":
      return { do: "disguise", at, as: random.pick(DISGUISE_NAMES) };
    case "loop":
      return { do: "loop", at, to: at.slice(0, random.below(at.length)) };
    case "call everywhere":
      return {
        do: "call everywhere",
        what: random.pick([...wordsIn(args), "x"]),
        by: random.pick([
          "__proto__",
          "constructor",
          "toString",
          "then",
          "",
          "x".repeat(255),
          random.pick(WORDS),
        ]),
      };
    default:
      return { do: kind, at };
  }
}

/** A place below the arguments, or an argument: near the top as often as far from it. */
function placeIn(args: unknown, random: Random): Path {
  if (random.chance(0.5)) return anyPlaceIn(args, random);
  const path: Key[] = [];
  let value = args;
  while (isBranch(value) && (path.length === 0 || random.chance(0.8))) {
    const keys = keysOf(value);
    if (keys.length === 0 || path.length > 30) break;
    const key = random.pick(keys);
    path.push(key);
    value = childOf(value, key);
  }
  return path.length === 0 ? [0] : path;
}

const MOST_PLACES = 20_000;

function anyPlaceIn(args: unknown, random: Random): Path {
  const places = placesIn(args);
  return places.length === 0 ? [0] : random.pick(places);
}

function placesIn(root: unknown): readonly Path[] {
  const places: Path[] = [];
  const seen = new Set<unknown>();
  const queue: [Branch, Path][] = isBranch(root) ? [[root, []]] : [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [branch, path] = next;
    for (const key of keysOf(branch)) {
      if (places.length === MOST_PLACES || path.length > 30) return places;
      const [child, place] = [childOf(branch, key), [...path, key]];
      places.push(place);
      if (!isBranch(child) || seen.has(child)) continue;
      seen.add(child);
      queue.push([child, place]);
    }
  }
  return places;
}

/** All keys and short texts below a value. */
function wordsIn(root: unknown): ReadonlySet<string> {
  const words = new Set<string>();
  const seen = new Set<unknown>();
  const queue: unknown[] = [root];
  for (let value = queue.pop(); value !== undefined || queue.length > 0; value = queue.pop()) {
    if (typeof value === "string" && value.length < 100) words.add(value);
    if (!isBranch(value) || seen.has(value)) continue;
    seen.add(value);
    for (const key of keysOf(value)) {
      if (typeof key === "string") words.add(key);
      queue.push(childOf(value, key));
    }
  }
  return words;
}

function replacementOf(value: unknown, random: Random): Value {
  return random.weigh<() => Value>([
    [35, () => ({ odd: random.pick<Oddity>(NEAR[sortOf(value)]) })],
    [20, () => ({ odd: random.pick<Oddity>(NEAR.anything) })],
    [15, () => ({ json: random.pick([null, "", 0, 1, -1, true, [], {}, "x", 2.5]) })],
    [15, () => ({ json: random.pick(WORDS) })],
    [15, () => partOf(random)],
  ])();
}

/** A part of some valid input. */
function partOf(random: Random): Value {
  const of = random.pick(NAMES);
  const part = placeIn(validOf(of), random);
  return valueAt(validOf(of), part) === undefined ? { json: null } : { of, part };
}

function sortOf(value: unknown): Exclude<keyof typeof NEAR, "anything"> {
  if (isList(value)) return "list";
  if (typeof value === "object" && value !== null) return "record";
  if (typeof value === "number" || typeof value === "bigint") return "number";
  const text = String(value);
  if (/^\d{4}-\d\d|^P[T\d]|^[A-Z][a-z]+\/[A-Z]/.test(text)) return "date";
  return /^[-+]?\d/.test(text) ? "number" : "text";
}

/** A key that somebody may have meant, or another. */
function nameLike(name: string, random: Random): string {
  const index = random.below(name.length);
  return random.weigh<() => string>([
    [3, () => name.slice(0, index) + name.slice(index + 1)],
    [2, () => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)],
    [1, () => name.toUpperCase()],
    [1, () => `${name} `],
    [2, () => random.pick(WORDS)],
    [2, () => random.pick(["__proto__", "constructor", "toString", "then", ""])],
  ])();
}
