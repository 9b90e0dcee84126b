import { deepFreeze } from "../data/deep-freeze.js";
import {
  issueUnder,
  type PathSegment,
  PricingError,
  type PricingIssue,
  shownIssues,
} from "../errors.js";
import { type ContentMemory, contentMemory, contentOf } from "./content-memory.js";
import { isParsedAs, remember } from "./parsed.js";
import { CONFIGURATION, plainCopy } from "./plain-data.js";

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

/** Checks plain data as a whole and normalises it; adds what is wrong with it to the issues. */
export type DataReader = (copy: unknown, issues: PricingIssue[]) => unknown;

/** What was configured before, by reader and content, so that equal literals are read once. */
const memories = new WeakMap<DataReader, ContentMemory>();

/**
 * Reads unknown input: copied to plain data, checked as a whole, normalised, deeply frozen.
 * What this function has returned before for the same kind, or for equal configuration, comes back as it is.
 */
export function readData<T extends object>(
  kind: string,
  read: DataReader,
  input: unknown,
  prefix: readonly PathSegment[] = [],
  form = CONFIGURATION,
): ParseResult<T> {
  if (isParsedAs(kind, input)) return { ok: true, value: input as T };
  const { copy, issues: structural } = plainCopy(input, form);
  const memory = form === CONFIGURATION ? memoryOf(read) : undefined;
  const content = memory && structural.length === 0 ? contentOf(copy) : undefined;
  const before = content === undefined ? undefined : memory?.recall(content);
  if (before !== undefined) return { ok: true, value: before as T };
  const issues: PricingIssue[] = [];
  const data = read(copy, issues);
  if (structural.length + issues.length > 0) {
    const all = [...structural, ...issues];
    return { ok: false, issues: all.map((issue) => issueUnder(prefix, issue)) };
  }
  // The reader's type cannot say which combinations of charge type and model its rules have refused; T does.
  const value = deepFreeze(data) as T;
  remember(kind, value);
  if (content !== undefined) memory?.keep(content, value);
  return { ok: true, value };
}

function memoryOf(read: DataReader): ContentMemory {
  const memory = memories.get(read) ?? contentMemory();
  memories.set(read, memory);
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
