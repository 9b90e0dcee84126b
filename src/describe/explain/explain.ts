import type * as z from "zod";
import { deepFreeze } from "../../data/deep-freeze.js";
import { ownFields } from "../../data/foreign.js";
import { issueAt, PricingError, type PricingIssue } from "../../errors.js";
import type { Invoice } from "../../invoice/document/document.js";
import type { Line } from "../../invoice/document/line.js";
import { readWhole } from "../../invoice/history/read-previous.js";
import { readOptions, readText } from "../../schema/options.js";
import { parseWith, valueOrReport } from "../../schema/parse.js";
import { STORED_DATA } from "../../schema/plain-data.js";
import { isRecord } from "../../schema/unknown-record.js";
import type { Simulation } from "../../simulate/simulate.js";
import type { Outcome } from "../../usage/outcomes/settle-outcomes.js";
import { asHtml } from "./as-html.js";
import { asMarkdown } from "./as-markdown.js";
import { asText } from "./as-text.js";
import {
  contextOf,
  explainDocument,
  explainSimulation,
  type Letterhead,
} from "./explain-billing.js";
import { BY_ITSELF, explainLine } from "./explain-line.js";
import { explainOutcome } from "./explain-outcome.js";
import type { Explanation } from "./explanation.js";
import { documentSchema, lineSchema, outcomeSchema, simulationSchema } from "./schemas.js";

/** What can be explained: a document, a simulation, a line of one, or an outcome of `settleOutcomes`. */
export type Explainable = Invoice | Simulation | Line | Outcome;

/** The form of an explanation. */
export type ExplanationFormat = "text" | "markdown" | "html" | "data";

/** An explanation in a form: the tree as data, all others as text. */
export type ExplanationAs<F extends ExplanationFormat> = F extends "data" ? Explanation : string;

/** Options of {@link explain}. */
export interface ExplainOptions<F extends ExplanationFormat = ExplanationFormat> {
  /** The form: lines of text (default), Markdown, a page, or the tree that the others are renderings of. */
  readonly format?: F | null | undefined;
  /** Of a document or a simulation, the key of the one line to explain, with the currency and the terms that it has there. */
  readonly line?: string | null | undefined;
  /** Names the events and signals that something follows from, as far as they are on record; default false. */
  readonly eventIds?: boolean | null | undefined;
  /** The number of a document, as you number them; default its `sequence`. */
  readonly number?: string | null | undefined;
  /** Who bills, as at the head of a letter; may have several lines. */
  readonly from?: string | null | undefined;
  /** Who is billed; default the customer's id. */
  readonly to?: string | null | undefined;
  /** What else is to be said, such as how to pay. */
  readonly note?: string | null | undefined;
}

const OPTIONS = [
  "format",
  "line",
  "eventIds",
  "number",
  "from",
  "to",
  "note",
] as const satisfies readonly (keyof ExplainOptions)[];

/** How a tree is written, in each form but its own. */
const RENDERINGS = { text: asText, markdown: asMarkdown, html: asHtml } satisfies {
  readonly [format in Exclude<ExplanationFormat, "data">]: (root: Explanation) => string;
};
const FORMATS: readonly string[] = [...Object.keys(RENDERINGS), "data"];

/**
 * How each amount came about: for a document, a simulation, a line or an outcome, every step with its quantities, prices, tiers and
 * fractions ("15 of 31 days"), the terms and options in force, and what was adjusted, and why. Nothing is computed anew: it says
 * what is on record.
 *
 * `"data"` is the tree (`Explanation`): the amounts at its leaves, exact parts and what rounding added or took away, add up to each
 * line and to the total exactly. The other forms are renderings of it: `"text"` and `"markdown"`, and `"html"`, a page of its own that can
 * be sent to a customer and printed, in light and dark, without scripts and without anything from elsewhere; everything in it that is
 * not ours is escaped. They are in English, with dates in words (instants in UTC) and amounts like `25,500.00 USD`; numbers that no decimal is
 * equal to are shown to six decimals, with the fraction.
 *
 * @throws {PricingError} with every issue: of the options (paths begin with `options`), of what is none of these, and of a document that was
 * changed after it was written (`tampered`).
 *
 * @example
 * ```ts
 * import { explain, simulate } from "rateplan";
 *
 * const seats = {
 *   id: "seats", name: "Seats", currency: "USD", chargeType: "recurring", unitOfMeasure: "@seat",
 *   pricing: { model: "volume", tiers: [{ upTo: 5, unitPrice: "30" }, { unitPrice: "25.50" }] },
 * } as const;
 * const simulation = simulate(seats, {}, { quantities: { seats: 1200 } });
 * explain(simulation).split("\n")[0]?.split(/ {2,}/); // => ["Simulation", "30,600.00 USD"]
 * const [section] = explain(simulation, { format: "data" }).children;
 * section?.children[0]?.children.filter(({ role }) => role === "amount").map(({ label, value }) => [label, value]);
 * // => [["Tier above 5", "30600"]]
 * ```
 */
export function explain<F extends ExplanationFormat = "text">(
  x: Explainable,
  options: ExplainOptions<F> = {},
): ExplanationAs<F> {
  const issues: PricingIssue[] = [];
  const given = readExplainOptions(options, issues);
  const fields = (isRecord(x) ? ownFields(x) : undefined) ?? {};
  const form = FORMS.find(({ knownBy }) => fields[knownBy] !== undefined);
  if (form === undefined) {
    const expected = "a document, a simulation, a line or an outcome";
    issues.push(issueAt("invalid_type", [], { expected, received: x }));
  }
  const root = form?.explain(x, given, issues);
  if (root === undefined || issues.length > 0) throw new PricingError(issues);
  const { format } = given;
  return (format === "data" ? deepFreeze(root) : RENDERINGS[format](root)) as ExplanationAs<F>;
}

interface ReadOptions extends Letterhead {
  readonly format: ExplanationFormat;
  readonly line: string | undefined;
  readonly eventIds: boolean;
}

function readExplainOptions(options: unknown, issues: PricingIssue[]): ReadOptions {
  const path = ["options"];
  const given = readOptions(options, OPTIONS, issues, { path });
  const text = (name: (typeof OPTIONS)[number]) => readText(given[name], [...path, name], issues);
  const { format = "text", eventIds = false } = given;
  if (!isFormat(format)) {
    const expected = `one of ${FORMATS.join(", ")}`;
    issues.push(issueAt("invalid_value", [...path, "format"], { expected, received: format }));
  }
  if (typeof eventIds !== "boolean") {
    const facts = { expected: "true or false", received: eventIds };
    issues.push(issueAt("invalid_type", [...path, "eventIds"], facts));
  }
  return {
    format: isFormat(format) ? format : "data",
    line: text("line"),
    eventIds: eventIds === true,
    number: text("number"),
    from: text("from"),
    to: text("to"),
    note: text("note"),
  };
}

function isFormat(value: unknown): value is ExplanationFormat {
  return typeof value === "string" && FORMATS.includes(value);
}

/** Something that can be explained, known by a field of it. */
interface Form {
  readonly knownBy: string;
  readonly explain: (
    x: unknown,
    given: ReadOptions,
    issues: PricingIssue[],
  ) => Explanation | undefined;
}

const FORMS: readonly Form[] = [
  formOf("idempotencyKey", documentSchema, readDocument, (document, given, issues) =>
    given.line === undefined
      ? explainDocument(document, given, given.eventIds)
      : lineOf(document, given.line, given, issues),
  ),
  formOf("steps", lineSchema, asGiven, (line, { line: key, eventIds }, issues) => {
    refuseLine(key, issues);
    return explainLine(line, { ...BY_ITSELF, eventIds });
  }),
  formOf("lines", simulationSchema, asGiven, (simulation, given, issues) =>
    given.line === undefined
      ? explainSimulation(simulation, given.eventIds)
      : lineOf(simulation, given.line, given, issues),
  ),
  formOf("reasons", outcomeSchema, asGiven, (outcome, { line: key, eventIds }, issues) => {
    refuseLine(key, issues);
    return explainOutcome(outcome, eventIds);
  }),
];

/** A form that a schema reads: of `read`, which may refuse it as a whole. */
function formOf<T extends object>(
  knownBy: string,
  schema: () => z.ZodType<T>,
  read: (x: unknown, issues: PricingIssue[]) => unknown,
  toTree: (value: T, given: ReadOptions, issues: PricingIssue[]) => Explanation | undefined,
): Form {
  return {
    knownBy,
    explain(x, given, issues) {
      const whole = read(x, issues);
      if (whole === undefined) return undefined;
      const result = parseWith<T>(`explained ${knownBy}`, schema(), whole, [], STORED_DATA);
      const value = valueOrReport(result, issues);
      return value && toTree(value, given, issues);
    },
  };
}

function asGiven(x: unknown): unknown {
  return x;
}

function readDocument(x: unknown, issues: PricingIssue[]): unknown {
  return readWhole(x, [], issues);
}

/** One line of a document or a simulation. */
function lineOf(
  billing: Parameters<typeof contextOf>[0],
  key: string,
  { eventIds }: ReadOptions,
  issues: PricingIssue[],
): Explanation | undefined {
  const line = billing.lines.find((each) => each.key === key);
  if (line !== undefined) return explainLine(line, contextOf(billing, eventIds));
  const expected = "the key of one of the lines";
  issues.push(issueAt("invalid_value", ["options", "line"], { expected, received: key }));
  return undefined;
}

function refuseLine(key: string | undefined, issues: PricingIssue[]): void {
  if (key === undefined) return;
  const expected = "with a document or a simulation, which has lines";
  issues.push(issueAt("field_not_allowed", ["options", "line"], { expected, received: key }));
}
