import type { Explanation } from "./explanation.js";
import { childOf, childrenOf } from "./find-node.js";
import { decimalsOf, valueForPeople } from "./for-people.js";
import { PAGE_STYLE } from "./page-style.js";

/** How the nodes of one explanation are written. */
interface Page {
  /** A node's value, as markup. */
  readonly value: (node: Explanation) => string;
  /** The same without the currency, where all amounts have the one that is said above them. */
  readonly bare: (node: Explanation) => string;
}

/** An explanation as a page of its own, without scripts and without anything from elsewhere. */
export function asHtml(root: Explanation): string {
  const decimals = decimalsOf(root);
  const page: Page = {
    value: (node) => text(valueForPeople(node, decimals)),
    bare: (node) =>
      text(valueForPeople(node.form === "amount" ? { ...node, unit: null } : node, decimals)),
  };
  const details = childOf(root, "details");
  const number = details && childOf(details, "number");
  const title = [root.label, number?.value, valueForPeople(root, decimals)];
  const body = childOf(root, "section") === undefined ? plainBody(root, page) : bill(root, page);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${plain(title.filter((part) => part != null).join(" · "))}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** Facts that stand at the head of the page, and those that only who asks wants to know. */
const PARTIES = ["from", "to"];
const HEAD_FACTS = ["issue-date", "due-date", "period", "subscription", "plan"];
const FOOT = ["note"];

function bill(root: Explanation, page: Page): string {
  const details = childOf(root, "details");
  const facts = details?.children ?? [];
  const named = (names: readonly string[]) => facts.filter(({ name }) => names.includes(name));
  const number = named(["number"]).map((node) => `<p class="number">${page.value(node)}</p>`);
  const said = [...PARTIES, ...HEAD_FACTS, ...FOOT, "number"];
  const others = root.children.filter(({ name }) => name !== "section" && name !== "details");
  const more = [
    ...(details === undefined
      ? []
      : [{ ...details, children: facts.filter(({ name }) => !said.includes(name)) }]),
    ...others,
  ].filter(({ children }) => children.length > 0);
  return [
    `<header>
<div><h1>${plain(root.label)}</h1>${number.join("")}</div>
<p class="total"><span class="label">Total</span><strong>${page.value(root)}</strong></p>
</header>`,
    definitions("parties", named(PARTIES), page),
    definitions("facts", named(HEAD_FACTS), page),
    linesTable(root, page),
    totalsTable(root, page),
    ...named(FOOT).map((node) => `<p class="note">${page.value(node)}</p>`),
    more.length === 0
      ? ""
      : `<section class="more"><h2>About this document</h2>\n${more.map((node) => disclosure(plain(node.label), tree(node, page))).join("\n")}\n</section>`,
  ]
    .filter((block) => block !== "")
    .join("\n");
}

/** A page of something that is no bill: a line by itself, an outcome. */
function plainBody(root: Explanation, page: Page): string {
  const value =
    root.value === null ? "" : `<p class="total"><strong>${page.value(root)}</strong></p>`;
  const steps = root.role === "amount" ? stepsOf(root, page) : tree(root, page);
  return `<header><h1>${text(root.label)}</h1>${value}</header>\n<div class="steps">${steps}</div>`;
}

function definitions(name: string, nodes: readonly Explanation[], page: Page): string {
  if (nodes.length === 0) return "";
  const items = nodes.map(
    (node) => `<div><dt>${plain(node.label)}</dt><dd>${page.value(node)}</dd></div>`,
  );
  return `<dl class="${name}">${items.join("")}</dl>`;
}

const COLUMNS = 4;

function linesTable(root: Explanation, page: Page): string {
  const sections = childrenOf(root, "section");
  const currency = root.unit === null ? "" : ` in ${plain(root.unit)}`;
  const rows = sections.map((section) => {
    const heading =
      sections.length === 1
        ? ""
        : `<tr class="section"><th scope="rowgroup" colspan="${COLUMNS}">${plain(section.label)}</th></tr>\n`;
    return `<tbody>\n${heading}${section.children.map((line) => lineRows(line, page)).join("\n")}\n</tbody>`;
  });
  return `<table class="lines">
<caption>All amounts${currency}</caption>
<thead><tr><th scope="col">Description</th><th scope="col" class="num wide">Quantity</th><th scope="col" class="num wide">Unit price</th><th scope="col" class="num">Amount</th></tr></thead>
${rows.join("\n")}
</table>`;
}

function lineRows(line: Explanation, page: Page): string {
  const cell = (name: string) => {
    const node = childOf(line, name);
    return node === undefined ? "" : page.bare(node);
  };
  const [quantity, price] = [cell("quantity"), cell("unit-price")];
  const counted = [quantity, price].filter((part) => part !== "").join(" × ");
  const under = [
    ...(counted === "" ? [] : [`<span class="narrow">${counted}</span>`]),
    ...(line.note === null ? [] : [text(line.note)]),
    ...childrenOf(line, "group").map(page.bare),
    cell("service-period"),
  ].filter((part) => part !== "");
  const how = `<span class="how">How this came about<span class="hidden">: ${text(line.label)}</span></span>`;
  const summary = [...under.map((part) => `<span class="soft">${part}</span>`), how].join(" ");
  return `<tr class="line"><th scope="row">${text(line.label)}</th><td class="num wide">${quantity}</td><td class="num wide">${price}</td><td class="num">${page.bare(line)}</td></tr>
<tr class="explained"><td colspan="${COLUMNS}">${disclosure(summary, `<div class="steps">${stepsOf(line, page)}</div>`)}</td></tr>`;
}

function totalsTable(root: Explanation, page: Page): string {
  const sections = childrenOf(root, "section");
  const parts = sections.length === 1 ? [] : sections;
  const row = (name: string, label: string, value: string) =>
    `<tr${name}><th scope="row">${plain(label)}</th><td class="num">${value}</td></tr>`;
  return `<table class="totals"><caption class="hidden">Totals</caption><tbody>
${parts.map((section) => row("", section.label, page.bare(section))).join("\n")}
${row(' class="grand"', "Total", page.value(root))}
</tbody></table>`;
}

/** The parts that add up to a line, in a table, and what else there is to say of it. */
function stepsOf(line: Explanation, page: Page): string {
  const quantity = childOf(line, "quantity");
  const parts = line.children.filter(({ role }) => role === "amount");
  const rest = line.children.filter(({ role, name }) => role === "fact" && !SHOWN.has(name));
  const tables = [
    ...(quantity === undefined || quantity.children.length === 0
      ? []
      : [sumTable(quantity.children, quantity, page)]),
    ...(parts.length === 0 ? [] : [sumTable(parts, line, page)]),
  ];
  const facts = rest.filter(({ name }) => !TERMS.has(name));
  const terms = rest.filter(({ name }) => TERMS.has(name));
  return [
    ...tables,
    ...(facts.length === 0 ? [] : [tree({ ...line, children: facts }, page)]),
    ...(terms.length === 0 ? [] : [disclosure("Terms", tree({ ...line, children: terms }, page))]),
  ].join("\n");
}

/** What a row of lines shows already. */
const SHOWN: ReadonlySet<string> = new Set(["group", "service-period"]);
/** What only who looks into the terms wants to know. */
const TERMS: ReadonlySet<string> = new Set(["kind", "terms", "key"]);

function sumTable(parts: readonly Explanation[], sum: Explanation, page: Page): string {
  const isQuantity = sum.role === "quantity";
  const label = isQuantity ? sum.label : "Amount";
  const rows = parts.map((part) => {
    const note = part.note === null ? "" : ` <span class="soft">${text(part.note)}</span>`;
    return `<tr><th scope="row">${text(part.label)}${note}</th><td class="num">${page.bare(part)}</td></tr>`;
  });
  return `<table><caption class="hidden">${isQuantity ? "Quantity" : "Amount"} of ${text(sum.label)}</caption>
<thead class="hidden"><tr><th scope="col">Step</th><th scope="col">Value</th></tr></thead>
<tbody>${rows.join("")}<tr class="sum"><th scope="row">${plain(label)}</th><td class="num">${page.bare(sum)}</td></tr></tbody></table>`;
}

/** Everything below a node, as nested definitions. */
function tree(node: Explanation, page: Page, attributes = ' class="tree"'): string {
  const items = node.children.map((child) => {
    const note = child.note === null ? "" : ` <span class="soft">${text(child.note)}</span>`;
    const below = child.children.length === 0 ? "" : tree(child, page, "");
    return `<dt>${text(child.label)}</dt><dd>${page.value(child)}${note}${below}</dd>`;
  });
  return `<dl${attributes}>${items.join("")}</dl>`;
}

/** Something that opens when it is asked for. The summary is markup. */
function disclosure(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>${body}</details>`;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

/** Text as markup that says the text, and no more; what HTML cannot hold is replaced. */
function plain(given: string): string {
  return given
    .replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, "\uFFFD")
    .replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? "");
}

/** Text of the caller's, whose direction turns nothing around it. */
function text(given: string): string {
  return given === "" ? "" : `<bdi>${plain(given)}</bdi>`;
}
