/** The verdict on one call: a result or every issue, the same each time, and nothing else. */
import { isPricingError, PricingError, type PricingIssue } from "rateplan";
import { isBranch, type Key, valueAt } from "./plain.js";
import { sharedSnapshot, snapshotOf } from "./snapshot.js";
import type { Target } from "./targets.js";

/** What no function may do. */
export type FaultKind =
  | "threw"
  | "bad issue"
  | "not JSON"
  | "changed its input"
  | "changed what all objects share"
  | "another answer"
  | "another answer for the same objects"
  | "unhandled rejection"
  | "too slow"
  | "too much memory"
  | "ended the process";

/** Something that a function did and may not do. */
export interface Fault {
  readonly kind: FaultKind;
  /** What it was. */
  readonly text: string;
  /** Where in src, as far as it is known. */
  readonly at: string;
}

/** What came of a call. */
export interface Judgement {
  readonly outcome: "result" | "issues";
  readonly fault?: Fault;
}

/** The longest message, and the longest `expected` and `received`, of an issue. */
const LONGEST_MESSAGE = 1_000;
/** The most issues, with the one that says how many there are. */
const MOST_ISSUES = 1_001;
/** The longest message of an error, which shows the first issues. */
const LONGEST_ERROR = 25 * LONGEST_MESSAGE;

/** The answer to a call as text, so that two can be compared, or the fault that it is. */
type Answer =
  | { readonly outcome: "result" | "issues"; readonly text: string }
  | { readonly outcome: "result" | "issues"; readonly fault: Fault };

/** Calls with fresh input, once more with equal fresh input, and, where that is fair, with the same objects. */
export async function judge(
  target: Target,
  build: () => readonly unknown[],
  { again }: { readonly again: boolean },
): Promise<Judgement> {
  const args = build();
  const before = snapshotOf(args);
  const first = await answerOf(target, args);
  const { outcome } = first;
  if ("fault" in first) return { outcome, fault: first.fault };
  const change = before.change();
  if (change !== undefined) return { outcome, fault: fault("changed its input", change) };
  const shared = sharedSnapshot.change();
  if (shared !== undefined) {
    return { outcome, fault: fault("changed what all objects share", shared) };
  }
  const second = await answerOf(target, build());
  const differs = differenceOf(first, second);
  if (differs !== undefined) return { outcome, fault: fault("another answer", differs) };
  const third = again ? differenceOf(first, await answerOf(target, args)) : undefined;
  if (third === undefined) return { outcome };
  return { outcome, fault: fault("another answer for the same objects", third) };
}

export function fault(kind: FaultKind, text: string, at = ""): Fault {
  return { kind, text, at };
}

async function answerOf(target: Target, args: readonly unknown[]): Promise<Answer> {
  let value: unknown;
  try {
    value = target.call(args);
    // Of another class, it is no promise of ours.
    if (value instanceof Promise) value = await value;
  } catch (thrown) {
    return refused(target, args, thrown);
  }
  if (target.returnsIssues && isBranch(value) && valueAt(value, ["ok"]) === false) {
    const wrong = issuesFault(valueAt(value, ["issues"]), target.roots(args));
    if (wrong !== undefined) return { outcome: "issues", fault: fault("bad issue", wrong) };
    return written("issues", value);
  }
  // The one class that is exported is made of what it is given; its message is all that it makes of that.
  return written("result", value instanceof PricingError ? value.message : value);
}

function refused(target: Target, args: readonly unknown[], thrown: unknown): Answer {
  const outcome = "issues";
  if (!isPricingError(thrown)) {
    const [text, at] = describe(thrown);
    return { outcome, fault: fault("threw", text, at) };
  }
  if (target.returnsIssues) {
    return {
      outcome,
      fault: fault(
        "threw",
        `issues that it should return: ${brief(thrown.message)}`,
        frameOf(thrown.stack),
      ),
    };
  }
  const wrong =
    thrown.message.length > LONGEST_ERROR
      ? `a message of ${thrown.message.length} characters`
      : issuesFault(thrown.issues, target.roots(args));
  if (wrong !== undefined)
    return { outcome, fault: fault("bad issue", wrong, frameOf(thrown.stack)) };
  return written(outcome, thrown.issues);
}

function written(outcome: "result" | "issues", value: unknown): Answer {
  // Nothing at all is an answer of its own.
  if (value === undefined) return { outcome, text: "nothing" };
  const wrong = jsonFault(value, []);
  if (wrong !== undefined) return { outcome, fault: fault("not JSON", wrong) };
  structuredClone(value);
  return { outcome, text: JSON.stringify(value) };
}

function differenceOf(a: Answer, b: Answer): string | undefined {
  if ("fault" in b) return `${b.fault.kind}: ${b.fault.text}`;
  if (a.outcome !== b.outcome) return `${a.outcome}, then ${b.outcome}`;
  if ("fault" in a || a.text === b.text) return undefined;
  let index = 0;
  while (a.text[index] === b.text[index]) index += 1;
  const [one, other] = [a.text, b.text].map((text) =>
    text.slice(Math.max(0, index - 40), index + 60),
  );
  return `${one} … ${other}`;
}

/** What would be lost in JSON, and where; nothing where all stays. */
function jsonFault(value: unknown, path: readonly PropertyKey[]): string | undefined {
  const at = (what: string) => `${what} at ${path.map(String).join(".") || "the top"}`;
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? undefined
        : at(`the number ${value}`);
    case "object":
      break;
    default:
      return at(typeof value);
  }
  if (value === null) return undefined;
  if (!isBranch(value) || Object.getPrototypeOf(value) === null) return at("an object of a class");
  if (path.length > 100) return at("more than 100 levels");
  const keys = Reflect.ownKeys(value).filter((key) => !(Array.isArray(value) && key === "length"));
  if (Array.isArray(value) && keys.length !== value.length)
    return at("holes, or properties of a list");
  for (const key of keys) {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
    if (typeof key === "symbol" || descriptor === undefined || !("value" in descriptor)) {
      return at(`a symbol or a getter ${String(key)}`);
    }
    if (descriptor.enumerable !== true) return at(`a hidden ${key}`);
    const below = jsonFault(descriptor.value, [...path, key]);
    if (below !== undefined) return below;
  }
  return undefined;
}

/** What is wrong with a list of issues; nothing where it is as promised. */
function issuesFault(issues: unknown, roots: readonly unknown[]): string | undefined {
  if (!Array.isArray(issues) || issues.length === 0) return "no issues";
  if (issues.length > MOST_ISSUES) return `${issues.length} issues`;
  for (const issue of issues) {
    const wrong = issueFault(issue, roots);
    if (wrong !== undefined) return `${wrong}: ${brief(JSON.stringify(issue))}`;
  }
  return undefined;
}

function issueFault(issue: PricingIssue, roots: readonly unknown[]): string | undefined {
  const { code, path, message, expected, received } = issue;
  if (!/^[a-z]+(_[a-z]+)*$/.test(code)) return "a code that is none";
  const texts = { message, expected, received };
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== "string" || text === "") return `without ${name}`;
    if (text.length > LONGEST_MESSAGE) return `${name} of ${text.length} characters`;
  }
  if (!Array.isArray(path) || !path.every(isSegment)) return "a path that is none";
  // What is missing may stand in something that is missing.
  const lost = code.startsWith("missing") ? 2 : 1;
  if (!roots.some((root) => leadsIn(root, path.slice(0, 1 - lost || undefined)))) {
    return "a path that leads nowhere";
  }
  return undefined;
}

function isSegment(segment: unknown): segment is Key {
  return typeof segment === "string" || (Number.isInteger(segment) && Number(segment) >= 0);
}

/** Whether a path leads to something, or to where something is missing; what must be called to be read is believed. */
function leadsIn(root: unknown, path: readonly Key[]): boolean {
  let value = root;
  for (const key of path.slice(0, -1)) {
    if ((typeof value === "object" && value !== null) || typeof value === "function") {
      if (!isBranch(value)) return true;
      const descriptor = Reflect.getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) return false;
      if (!("value" in descriptor)) return true;
      value = descriptor.value;
    } else return false;
  }
  return (
    path.length === 0 ||
    (typeof value === "object" && value !== null) ||
    typeof value === "function"
  );
}

const BRIEF = 300;

function brief(text: string): string {
  return text.length <= BRIEF ? text : `${text.slice(0, BRIEF)}… (${text.length} characters)`;
}

/** What was thrown, and from where. It may be anything of the caller's. */
export function describe(thrown: unknown): readonly [text: string, at: string] {
  try {
    if (thrown instanceof Error) {
      return [brief(`${thrown.name}: ${thrown.message}`), frameOf(thrown.stack)];
    }
    return [brief(String(thrown)), ""];
  } catch {
    return ["something that cannot be described", ""];
  }
}

/** The topmost line of src in a stack. */
function frameOf(stack: string | undefined): string {
  const line = stack?.split("\n").find((each) => /\/src\/.*:\d+:\d+/.test(each)) ?? "";
  const [, where = ""] = /\/(src\/[^)]*:\d+):\d+/.exec(line) ?? [];
  const [, name = ""] = /at (?:async )?([\w.<>]+) \(/.exec(line) ?? [];
  return `${name} ${where}`.trim();
}
