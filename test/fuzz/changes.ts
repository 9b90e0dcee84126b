/** What is done to valid input: changes as data, so that a case can be printed, shrunk, kept and made again. */
import type { Invoice, JsonValue } from "rateplan";
import { sealed } from "../support/documents.js";
import { DISGUISES, type Disguise, FICKLE_DISGUISES } from "./disguises.js";
import { FICKLE, ODDITIES, type Oddity } from "./oddities.js";
import {
  childOf,
  fresh,
  isBranch,
  isList,
  type Key,
  keysOf,
  type Path,
  put,
  remade,
  shallowCopy,
  valueAt,
  withChildren,
} from "./plain.js";

/** What takes the place of something. */
export type Value =
  | { readonly json: JsonValue }
  | { readonly odd: Oddity }
  /** A part of a valid input, of the same function or of another. */
  | { readonly of: ValidName; readonly part: Path };

/** A valid input by the function that takes it and its name. */
export type ValidName = readonly [call: string, valid: string];

/** One change. Paths begin at the list of arguments, and go through what the changes before have made of it. */
export type Change =
  | { readonly do: "put"; readonly at: Path; readonly value: Value }
  | { readonly do: "drop"; readonly at: Path }
  | { readonly do: "leave a hole"; readonly at: Path }
  | { readonly do: "rename"; readonly at: Path; readonly to: string }
  | { readonly do: "repeat"; readonly at: Path; readonly times: number }
  | { readonly do: "cut"; readonly at: Path; readonly to: number }
  | { readonly do: "reverse"; readonly at: Path }
  | { readonly do: "swap"; readonly at: Path; readonly with: Key }
  | { readonly do: "disguise"; readonly at: Path; readonly as: Disguise }
  /** Holds itself, or what holds it. */
  | { readonly do: "loop"; readonly at: Path; readonly to: Path }
  /** A text that stands for one thing in many places, as keys and values, becomes another. */
  | { readonly do: "call everywhere"; readonly what: string; readonly by: string }
  /** Documents get the fingerprints of what they have become, so that their reader goes on. */
  | { readonly do: "seal" };

/** Valid inputs by their names. */
export type Library = (name: ValidName) => unknown;

/** A change does not fit its input: the input is another than it was when the case was found. */
class Misfit extends Error {}

/** Whether input that was changed so may give another answer when the same objects are passed again. */
export function isFickle(changes: readonly Change[]): boolean {
  return changes.some(
    (change) =>
      (change.do === "put" && "odd" in change.value && FICKLE.has(change.value.odd)) ||
      (change.do === "disguise" && FICKLE_DISGUISES.has(change.as)),
  );
}

/** The arguments with one change more. They must be fresh; what is changed is copied, what is not stays the same objects. */
export function changed(args: unknown, change: Change, library: Library): unknown {
  switch (change.do) {
    case "put":
      return edited(args, change.at, (branch, key) =>
        put(branch, key, made(change.value, library)),
      );
    case "drop":
      return edited(args, change.at, remove);
    case "leave a hole":
      return edited(args, change.at, (branch, key) => {
        delete branch[key];
      });
    case "rename":
      return edited(args, change.at, (branch, key) => rename(branch, key, change.to));
    case "repeat":
      return replaced(args, change.at, (list) => repeated(list, change.times));
    case "cut":
      return replaced(args, change.at, (value) =>
        typeof value === "string" || isList(value) ? value.slice(0, change.to) : value,
      );
    case "reverse":
      return replaced(args, change.at, (value) =>
        isList(value) ? listOf(value).reverse() : value,
      );
    case "swap":
      return edited(args, change.at, (branch, key) => {
        const [one, other] = [branch[key], branch[change.with]];
        put(branch, key, other);
        put(branch, change.with, one);
      });
    case "disguise":
      return replaced(args, change.at, DISGUISES[change.as]);
    case "loop": {
      const root = edited(args, change.at, () => undefined);
      const [branch, key] = [valueAt(root, change.at.slice(0, -1)), change.at.at(-1)];
      const target = valueAt(root, change.to);
      if (!isBranch(branch) || key === undefined) throw new Misfit("no place for a loop");
      put(branch, key, target);
      return root;
    }
    case "call everywhere":
      return renamed(args, change.what, change.by);
    case "seal":
      return sealedDocuments(args);
  }
}

function made(value: Value, library: Library): unknown {
  if ("odd" in value) return ODDITIES[value.odd]();
  if ("json" in value) return fresh(value.json);
  const part = valueAt(library(value.of), value.part);
  if (part === undefined)
    throw new Misfit(`no part ${value.part.join(".")} of ${value.of.join(" ")}`);
  return fresh(part);
}

/** The tree with one branch copied and edited, and the branches above it copied. */
function edited(
  root: unknown,
  path: Path,
  edit: (branch: Record<Key, unknown>, key: Key) => void,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) throw new Misfit("a change of everything");
  if (!isBranch(root)) throw new Misfit(`nothing at ${path.join(".")}`);
  const copy = shallowCopy(root);
  if (rest.length === 0) edit(copy, key);
  else put(copy, key, edited(childOf(root, key), rest, edit));
  return copy;
}

function replaced(root: unknown, path: Path, replace: (value: unknown) => unknown): unknown {
  return edited(root, path, (branch, key) => put(branch, key, replace(branch[key])));
}

function remove(branch: Record<Key, unknown>, key: Key): void {
  if (Array.isArray(branch) && typeof key === "number") branch.splice(key, 1);
  else delete branch[key];
}

/** The key in the same place, so that the order of the others stays. */
function rename(branch: Record<Key, unknown>, key: Key, to: string): void {
  const entries = keysOf(branch).map((each) => [each, branch[each]] as const);
  for (const [each] of entries) delete branch[each];
  for (const [each, value] of entries) put(branch, each === key ? to : each, value);
}

const LONGEST_TEXT = 2 ** 20;
const LONGEST_LIST = 20_000;

function repeated(value: unknown, times: number): unknown {
  if (typeof value === "string") {
    return value.length * times > LONGEST_TEXT ? value : value.repeat(times);
  }
  if (!isList(value) || value.length === 0 || value.length > LONGEST_LIST) return value;
  const length = Math.max(times, value.length);
  return Array.from({ length }, (_, index) => childOf(value, index % value.length));
}

function renamed(root: unknown, what: string, by: string): unknown {
  return remade(root, (branch, below) => {
    const copy = Array.isArray(branch) ? [] : {};
    for (const key of keysOf(branch)) {
      const child = childOf(branch, key);
      put(copy, key === what ? by : key, child === what ? by : below(child));
    }
    return copy;
  });
}

/** The elements, whatever the iterator of the list says. */
function listOf(list: readonly unknown[]): unknown[] {
  return keysOf(list).map((key) => childOf(list, key));
}

/** Seals the documents; what no longer is one as far as the digest goes stays as it is. */
function sealedDocuments(root: unknown): unknown {
  return remade(root, (branch, below) => {
    if (
      Array.isArray(branch) ||
      !Object.hasOwn(branch, "fingerprint") ||
      !Object.hasOwn(branch, "basis")
    ) {
      return withChildren(branch, below);
    }
    try {
      return sealed(branch as unknown as Invoice);
    } catch {
      return branch;
    }
  });
}
