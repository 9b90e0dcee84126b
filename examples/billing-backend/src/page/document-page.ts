import { html, raw } from "hono/html";
import { explain, type Invoice } from "rateplan";
import { bar } from "./layout.js";

/** The bar on the page of a document, whose own style the sheet of the list must not meet. Colours are those of that page. */
const BAR_STYLE = `
.bar { margin: -2.5rem -1rem 2rem; padding-inline: 1rem; background: var(--sheet); border-bottom: 1px solid var(--line); }
.bar > div { max-width: 56rem; margin: 0 auto; padding-block: 0.625rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: center; justify-content: space-between; }
.bar a { color: var(--accent); font-weight: 600; text-decoration: none; }
.bar a::before { content: "← "; }
.bar form { display: flex; gap: 1rem; align-items: center; margin: 0; }
.bar span { color: var(--soft); overflow-wrap: anywhere; }
.bar button { font: inherit; font-weight: 500; padding: 0.375rem 0.875rem; min-height: 2.25rem; border-radius: 0.5rem; cursor: pointer; border: 1px solid var(--strong); background: var(--sheet); color: var(--ink); }
.bar :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 40rem) { .bar { margin: 0; } }
@media print { .bar { display: none; } }
`;

/** The page that `explain` writes, which a customer could be sent, with the operator's bar above it. */
export async function documentPage(
  nonce: string,
  tenant: string,
  document: Invoice,
): Promise<string> {
  const page = explain(document, {
    format: "html",
    from: tenant,
    number: `${document.subscriptionId} · ${document.sequence}`,
  });
  const head = await html`<style nonce="${nonce}">${raw(BAR_STYLE)}</style></head>`;
  const top = await html`<body>
${bar(tenant, "Documents")}`;
  // The first of each is markup: what the document says stands further down, and is escaped.
  return page
    .replace("<style>", () => `<style nonce="${nonce}">`)
    .replace("</head>", () => head.toString())
    .replace("<body>", () => top.toString());
}
