import type { Explanation } from "./explanation.js";
import { childOf } from "./find-node.js";
import { decimalsOf, valueForPeople } from "./for-people.js";

/** An explanation in Markdown, as GitHub reads it: headings, tables of lines, and nested lists. */
export function asMarkdown(root: Explanation): string {
  const decimals = decimalsOf(root);
  const value = (node: Explanation | undefined) =>
    node === undefined ? "" : escaped(valueForPeople(node, decimals));
  const listed = ({ children }: Explanation, indent = ""): readonly string[] =>
    children.flatMap((child) => [
      `${indent}- ${itemText(child, value(child))}`,
      ...listed(child, `${indent}  `),
    ]);
  const headed = (level: number, node: Explanation) => {
    const words =
      node.value === null ? escaped(node.label) : `${escaped(node.label)}: ${value(node)}`;
    return `${"#".repeat(level)} ${words}`;
  };
  const blocksOf = (node: Explanation): readonly string[] => {
    if (node.name !== "section") return [headed(2, node), listed(node).join("\n")];
    const rows = node.children.map((line) => {
      const cells = ["service-period", "quantity", "unit-price"].map((name) =>
        value(childOf(line, name)),
      );
      return `| ${[escaped(line.label), ...cells, value(line)].join(" | ")} |`;
    });
    return [
      headed(2, node),
      [...TABLE_HEAD, ...rows].join("\n"),
      ...node.children.flatMap((line) => [headed(3, line), listed(line).join("\n")]),
    ];
  };
  const hasSections = childOf(root, "section") !== undefined;
  const body = hasSections ? root.children.flatMap(blocksOf) : [listed(root).join("\n")];
  return `${[headed(1, root), ...body].filter((block) => block !== "").join("\n\n")}\n`;
}

const TABLE_HEAD = [
  "| Description | For | Quantity | Unit price | Amount |",
  "| :-- | :-- | --: | --: | --: |",
];

function itemText({ label, note, role }: Explanation, value: string): string {
  const name = value === "" ? escaped(label) : `${escaped(label)}: ${value}`;
  const words = note === null ? name : `${name} (${escaped(note)})`;
  return role === "amount" ? `**${words}**` : words;
}

/** Text that Markdown reads as text, on one line: no markup, no HTML, no links. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\\`*_[\]<>|~&$]/g, "\\$&")
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^(\s*)([-+#=])/, "$1\\$2")
    .replace(/:(?=\/\/)|@(?=\w+\.)|(?<=\bwww)\./gi, "\\$&");
}
