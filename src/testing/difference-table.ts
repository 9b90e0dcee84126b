import { excerpt } from "../data/excerpt.js";
import { eachDifference } from "../describe/json-differences.js";
import { formatPath } from "../errors.js";
import { isProblem, readExact } from "../money/decimal.js";
import { compare } from "../money/fraction.js";
import type { JsonValue } from "../schema/entity-fields.js";
import { recordIn, type UnknownRecord } from "../schema/unknown-record.js";
import { inColumns } from "./columns.js";
import { groupText, periodText, subjectOf } from "./document-table.js";
import { DECIMAL_FIELDS, type Saying } from "./expected-lines.js";

/** A line that was received, with its place among them. */
export interface Received {
  readonly index: number;
  readonly line: UnknownRecord;
}

/** What was expected at one place and what stands there; nothing where one of them lacks. */
export interface Pair {
  readonly saying: Saying | undefined;
  readonly received: Received | undefined;
}

/** The fields of which something else is said than a line has. */
export function wrongFields({ fields }: Saying, { line }: Received): readonly string[] {
  return Object.keys(fields).filter((field) => !isSaid(fields[field], line, field));
}

function isSaid(expected: unknown, line: UnknownRecord, field: string): boolean {
  const received = line[field] ?? null;
  if (!DECIMAL_FIELDS.includes(field)) return differencesOf(expected, received).length === 0;
  const [a, b] = [readExact(expected), readExact(received)];
  return isProblem(a) || isProblem(b) ? expected === received : compare(a, b) === 0;
}

/** Where data differs, and in what. */
function differencesOf(expected: unknown, received: unknown, path: readonly string[] = []) {
  const found: string[] = [];
  eachDifference(expected as JsonValue, received as JsonValue, path, (each) =>
    found.push(
      `${formatPath(each.path)} is ${excerpt(each.received)}, expected ${excerpt(each.expected)}`,
    ),
  );
  return found;
}

/** What is not said of an expected line. */
const UNSAID = "·";

/** A column of the table; one that is `asked` for stands there where a test says something of its field. */
interface Column {
  readonly heading: string;
  readonly field: string;
  readonly isRight?: boolean;
  readonly isAsked?: boolean;
  readonly cell?: (value: unknown) => string;
}

const COLUMNS: readonly Column[] = [
  { heading: "kind", field: "kind" },
  {
    heading: "for",
    field: "servicePeriod",
    isAsked: true,
    cell: (value) => {
      const { start, end } = recordIn(value);
      return periodText({ start: String(start), end: String(end) });
    },
  },
  { heading: "group", field: "group", isAsked: true, cell: (value) => groupText(recordIn(value)) },
  { heading: "description", field: "description", isAsked: true },
  { heading: "quantity", field: "quantity", isRight: true },
  { heading: "unit price", field: "unitPrice", isRight: true, isAsked: true },
  { heading: "amount", field: "amount", isRight: true },
];

/** Lines side by side, and what differs in words. */
export function differenceTable(pairs: readonly Pair[]): string {
  const asked = new Set(pairs.flatMap(({ saying }) => Object.keys(saying?.fields ?? {})));
  const columns = COLUMNS.filter(({ field, isAsked = false }) => !isAsked || asked.has(field));
  const cellsOf = (fields: UnknownRecord, name: string) => [
    name,
    ...columns.map(({ field, cell = String }) => {
      const value = fields[field];
      if (value === undefined) return UNSAID;
      return value === null ? "" : cell(value);
    }),
  ];
  const said = ({ name, fields }: Saying) => cellsOf(fields, subjectOf(fields) || name || UNSAID);
  const rows = pairs.flatMap(({ saying, received }) => {
    const isSame = saying && received && wrongFields(saying, received).length === 0;
    return [
      ...(saying && !isSame ? [["-", ...said(saying)]] : []),
      ...(received
        ? [[isSame ? " " : "+", ...cellsOf(received.line, subjectOf(received.line))]]
        : []),
    ];
  });
  const heading = ["", "charge", ...columns.map((column) => column.heading)];
  const right = [false, false, ...columns.map(({ isRight = false }) => isRight)];
  const table = inColumns([heading, ...rows], right).map((row) => row.replace(/^(.) {2}/, "$1 "));
  return [
    "The lines are not as expected (- expected, + received):",
    "",
    ...table,
    "",
    ...pairs.flatMap(sentencesOf),
  ].join("\n");
}

/** What is wrong with a pair, in words. */
function sentencesOf({ saying, received }: Pair): readonly string[] {
  if (received === undefined)
    return saying ? [`missing: ${described(saying.fields, saying.name)}`] : [];
  const { index, line } = received;
  const about = `lines[${index}] (${subjectOf(line) || String(line["kind"])})`;
  if (saying === undefined) return [`surplus: ${about}, ${described(line)}`];
  return wrongFields(saying, received).flatMap((field) =>
    differencesOf(saying.fields[field], line[field] ?? null, [field]).map(
      (difference) => `${about}: ${difference}`,
    ),
  );
}

function described(fields: UnknownRecord, name?: string): string {
  const parts = [subjectOf(fields) || name, fields["kind"], fields["amount"]];
  const known = parts.filter((part) => typeof part === "string" && part !== "");
  return known.length === 0 ? "a line" : known.join(" ");
}
