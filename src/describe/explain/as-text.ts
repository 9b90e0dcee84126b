import type { Explanation } from "./explanation.js";
import { decimalsOf, valueForPeople } from "./for-people.js";

/** What of a row stands left, and the amount that stands right of it. */
interface Row {
  readonly left: string;
  readonly right: string;
}

const WIDEST = 72;
const INDENT = "  ";

/** An explanation as lines of text, indented, with the amounts below each other. */
export function asText(root: Explanation): string {
  const rows = rowsOf(root, "", decimalsOf(root));
  const amounts = rows.filter(({ right }) => right !== "");
  const width = Math.min(WIDEST, longest(amounts.map(({ left }) => left)));
  const amountWidth = longest(amounts.map(({ right }) => right));
  const lines = rows.map(({ left, right }) =>
    right === "" ? left : `${left.padEnd(width)}  ${right.padStart(amountWidth)}`,
  );
  return `${lines.join("\n")}\n`;
}

function rowsOf(node: Explanation, indent: string, decimals: number): readonly Row[] {
  const { role, label, note, children } = node;
  const value = valueForPeople(node, decimals);
  const words = note === null ? [label] : [label, note];
  const row =
    role === "amount"
      ? { left: words.join(": "), right: value }
      : { left: node.value === null ? label : factText(label, value, note), right: "" };
  return [
    { left: `${indent}${oneLine(row.left)}`, right: oneLine(row.right) },
    ...children.flatMap((child) => rowsOf(child, `${indent}${INDENT}`, decimals)),
  ];
}

function factText(label: string, value: string, note: string | null): string {
  return note === null ? `${label}: ${value}` : `${label}: ${value} (${note})`;
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/** Text of the caller's stays on its line, and does nothing to a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}
