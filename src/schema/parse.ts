import type * as z from "zod";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import { isRecord, recordIn } from "./fields.js";
import { oneOf } from "./options.js";
import { CONFIGURATION, REPORTED } from "./plain-data.js";
import { type DataReader, type ParseResult, readData } from "./read-data.js";
import { article, oneValueOf, SIZES } from "./wording.js";

export { remember } from "./parsed.js";
export { type ParseResult, shownResult, valueOrReport, valueOrThrow } from "./read-data.js";

const readers = new WeakMap<z.ZodType, DataReader>();

/** Reads unknown input through a schema: see {@link readData}. */
export function parseWith<T extends object>(
  kind: string,
  schema: z.ZodType<object>,
  input: unknown,
  prefix: readonly PathSegment[] = [],
  form = CONFIGURATION,
): ParseResult<T> {
  return readData<T>(kind, readerOf(schema), input, prefix, form);
}

function readerOf(schema: z.ZodType): DataReader {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  const reader: DataReader = (copy, issues) => {
    const result = schema.safeParse(copy, { reportInput: true, error: knownKeys });
    if (result.success) return result.data;
    // One by one: a spread of very many is more than the stack holds.
    for (const issue of result.error.issues.flatMap(toPricingIssues)) issues.push(issue);
    return undefined;
  };
  readers.set(schema, reader);
  return reader;
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
