import type * as z from "zod";
import { deepFreeze } from "../data/deep-freeze.js";
import {
  issueAt,
  issueUnder,
  type PathSegment,
  PricingError,
  type PricingIssue,
  shownIssues,
} from "../errors.js";
import { type ContentMemory, contentMemory, contentOf } from "./content-memory.js";
import { isRecord, recordIn } from "./fields.js";
import { oneOf } from "./options.js";
import { isParsedAs, remember } from "./parsed.js";
import { CONFIGURATION, plainCopy, REPORTED } from "./plain-data.js";

export { remember } from "./parsed.js";

/** What a `safeParse…` function returns: the parsed value, or every issue. */
export type ParseResult<T> =
  | {
      /** The input is valid. */
      readonly ok: true;
      /** Typed, normalised, deeply frozen. */
      readonly value: T;
    }
  | {
      /** Something is wrong with the input. */
      readonly ok: false;
      /** Everything that is wrong, in the order of the data; of more than a thousand issues, the first and their number. */
      readonly issues: readonly PricingIssue[];
    };

/** What was configured before, by schema and content, so that equal literals are read once. */
const memories = new WeakMap<z.ZodType, ContentMemory>();

/**
 * Reads unknown input through a schema: copied to plain data, checked as a whole, normalised, deeply frozen.
 * What this function has returned before for the same kind, or for equal configuration, comes back as it is.
 */
export function parseWith<T extends object>(
  kind: string,
  schema: z.ZodType<object>,
  input: unknown,
  prefix: readonly PathSegment[] = [],
  form = CONFIGURATION,
): ParseResult<T> {
  if (isParsedAs(kind, input)) return { ok: true, value: input as T };
  const { copy, issues: structural } = plainCopy(input, form);
  const memory = form === CONFIGURATION ? memoryOf(schema) : undefined;
  const content = memory && structural.length === 0 ? contentOf(copy) : undefined;
  const before = content === undefined ? undefined : memory?.recall(content);
  if (before !== undefined) return { ok: true, value: before as T };
  const result = schema.safeParse(copy, { reportInput: true, error: knownKeys });
  const issues = result.success ? [] : result.error.issues.flatMap(toPricingIssues);
  const all = [...structural, ...issues].map((issue) => issueUnder(prefix, issue));
  if (all.length > 0 || !result.success) return { ok: false, issues: all };
  // The schema's type cannot say which combinations of charge type and model its rules have refused; T does.
  const value = deepFreeze(result.data) as T;
  remember(kind, value);
  if (content !== undefined) memory?.keep(content, value);
  return { ok: true, value };
}

function memoryOf(schema: z.ZodType): ContentMemory {
  const memory = memories.get(schema) ?? contentMemory();
  memories.set(schema, memory);
  return memory;
}

/** A result as a caller gets it: of very many issues, the first. */
export function shownResult<T>(result: ParseResult<T>): ParseResult<T> {
  return result.ok ? result : { ok: false, issues: shownIssues(result.issues) };
}

/** The value, or a {@link PricingError} with every issue. */
export function valueOrThrow<T>(result: ParseResult<T>): T {
  if (!result.ok) throw new PricingError(result.issues);
  return result.value;
}

/** The value, or nothing, with the issues added to the caller's list. */
export function valueOrReport<T>(result: ParseResult<T>, issues: PricingIssue[]): T | undefined {
  if (result.ok) return result.value;
  for (const issue of result.issues) issues.push(issue);
  return undefined;
}

/** The message of an issue of zod about keys: the keys that its object may have, by which they can be told to people. */
function knownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  const def: unknown = issue.code === "unrecognized_keys" ? issue.inst?._zod.def : undefined;
  return isRecord(def) ? Object.keys(recordIn(def["shape"])).join(KEY_BREAK) : undefined;
}

const KEY_BREAK = "\n";
const MOST_GUESSES = 100;

function toPricingIssues(issue: z.core.$ZodIssue): readonly PricingIssue[] {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  const received: unknown = issue.input;
  if (received === REPORTED) return [];
  const at = (code: PricingIssue["code"], expected: string): readonly PricingIssue[] => [
    issueAt(code, path, { expected, received }),
  ];
  switch (issue.code) {
    case "custom": {
      const carried = issue.params?.["pricingIssue"] as PricingIssue | undefined;
      if (carried === undefined) return at("invalid_value", issue.message);
      const outer = path.slice(0, path.length - carried.path.length);
      return [issueUnder(outer, carried)];
    }
    case "unrecognized_keys":
      return issue.keys.map((key, index) =>
        issueAt("unknown_key", [...path, key], {
          // What was meant is looked for while somebody may read it.
          expected: oneOf(issue.message.split(KEY_BREAK), index < MOST_GUESSES ? key : ""),
          received: recordIn(received)[key],
        }),
      );
    case "invalid_type":
      return received === undefined
        ? at("missing", article(issue.expected))
        : at("invalid_type", article(issue.expected));
    case "invalid_union": {
      const options = "options" in issue ? oneValueOf(issue.options) : "";
      if (received === undefined) return at("missing", options || formsOf(issue.errors));
      if (issue.discriminator !== "model") {
        const meant = meantForm(issue.errors);
        const expected = formsOf(issue.errors);
        if (meant === undefined) return at("invalid_value", expected);
        return meant.flatMap((inner) =>
          toPricingIssues({ ...inner, path: [...issue.path, ...inner.path] }),
        );
      }
      const { model } = recordIn(received);
      const code = model === undefined ? "missing" : "unknown_model";
      return [issueAt(code, path, { expected: options, received: model })];
    }
    case "invalid_value": {
      return at(received === undefined ? "missing" : "invalid_value", oneValueOf(issue.values));
    }
    case "too_big": {
      const noun = SIZES.get(issue.origin);
      const expected = `at most ${issue.maximum}${noun === undefined ? "" : ` ${noun}`}`;
      return at(noun === undefined ? "out_of_range" : "too_large", expected);
    }
    case "too_small": {
      const noun = SIZES.get(issue.origin);
      const least = `at least ${issue.minimum}`;
      return at(
        "out_of_range",
        noun === undefined ? least : `${article(issue.origin)} of ${least} ${noun}`,
      );
    }
    case "invalid_key":
      return issue.issues.flatMap((inner) =>
        toPricingIssues({ ...inner, path: [...issue.path, ...inner.path] }),
      );
    default:
      return at("invalid_value", issue.message);
  }
}

/** Of the forms that a value may have, the one whose keys it has: only that form's issues say what is wrong. */
function meantForm(
  forms: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const isForeign = (issue: z.core.$ZodIssue) => issue.path.length === 0 && isOfOtherKind(issue);
  const isMissing = (issue: z.core.$ZodIssue) =>
    issue.path.length === 1 && issue.input === undefined;
  const possible = forms.filter((issues) => !issues.some(isForeign));
  if (possible.length === 0) {
    // Of one kind of data alone, it is that with a key too many.
    const isKey = (issue: z.core.$ZodIssue) =>
      issue.path.length > 0 || issue.code === "unrecognized_keys";
    const [misspelt, ...others] = forms.filter((issues) => issues.every(isKey));
    return others.length === 0 ? misspelt : undefined;
  }
  if (possible.length === 1) return possible[0];
  const [meant, ...others] = possible.filter((issues) => !issues.some(isMissing));
  return others.length === 0 ? meant : undefined;
}

/** Whether an issue says that a value is of another kind of data than the form, and not what is wrong with it. */
function isOfOtherKind(issue: z.core.$ZodIssue): boolean {
  if (issue.code !== "custom") return true;
  const { code } = recordIn(issue.params?.["pricingIssue"]);
  return code === "not_a_decimal" && isRecord(issue.input);
}

/** What a value that has none of several forms could have been: the texts that are allowed, or the kind of data. */
function formsOf(forms: readonly (readonly z.core.$ZodIssue[])[]): string {
  const root = forms.flat().filter((issue) => issue.path.length === 0);
  const values = root.flatMap((issue) => (issue.code === "invalid_value" ? issue.values : []));
  const kinds = root.flatMap((issue) =>
    issue.code === "invalid_type" ? article(issue.expected) : [],
  );
  const said = [...(values.length === 0 ? [] : [oneValueOf(values)]), ...new Set(kinds)];
  return said.join(" or ") || "of a documented form";
}

function oneValueOf(values: readonly unknown[]): string {
  const texts = [...new Set(values)].map((value) => JSON.stringify(value)).join(", ");
  return values.length > 1 ? `one of ${texts}` : texts;
}

/** What is counted in the size of a value. */
const SIZES: ReadonlyMap<string, string> = new Map([
  ["string", "characters"],
  ["array", "elements"],
]);

function article(noun: string): string {
  if (noun === "int") return "a whole number";
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
