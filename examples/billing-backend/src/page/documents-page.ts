import { html } from "hono/html";
import type { DocumentHead, DocumentTotal, Page } from "../service.js";
import { day, days, money } from "./format.js";
import { bar, type Html, layout } from "./layout.js";

/** What the list is narrowed to: what stands in the fields of the form, and in the address. */
interface Filter {
  readonly customer: string;
  readonly subscription: string;
  readonly kind: "" | "invoice" | "credit-note";
}

interface DocumentsPage {
  readonly nonce: string;
  readonly tenant: string;
  readonly filter: Filter;
  /** Where this part of the list begins; nothing at its head. */
  readonly after: string | undefined;
  readonly documents: Page<DocumentHead>;
  readonly totals: readonly DocumentTotal[];
}

export function documentsPage(page: DocumentsPage): Html {
  const { nonce, tenant, filter, documents, totals } = page;
  const count = totals.reduce((sum, total) => sum + total.documents, 0);
  const isFiltered = Object.values(filter).some((text) => text !== "");
  const found = `${count} ${count === 1 ? "document" : "documents"}${isFiltered ? " found" : ""}`;
  const body = html`<a class="skip" href="#documents">To the documents</a>
${bar(tenant, "Billing")}
<main class="desk">
<div class="head">
<div><h1>Documents</h1><p class="soft">${found}</p></div>
<dl class="sums">${totals.map(
    ({ currency, total }) =>
      html`<div><dt>Billed in all</dt><dd>${money(total, currency)}</dd></div>`,
  )}</dl>
</div>
${filterForm(filter, isFiltered)}
<div class="sheet" id="documents">${documents.items.length === 0 ? nothing(isFiltered) : table(documents.items)}</div>
${parts(page)}
</main>`;
  return layout({ title: `Documents · ${tenant}`, nonce, body });
}

function filterForm({ customer, subscription, kind }: Filter, isFiltered: boolean): Html {
  const option = (value: Filter["kind"], label: string) =>
    html`<option value="${value}"${value === kind ? html` selected` : ""}>${label}</option>`;
  return html`<form class="filter" method="get" action="/operator" role="search" aria-label="Documents">
<label>Customer <input name="customer" value="${customer}" maxlength="255" spellcheck="false" autocomplete="off"></label>
<label>Subscription <input name="subscription" value="${subscription}" maxlength="255" spellcheck="false" autocomplete="off"></label>
<label>Kind <select name="kind">${option("", "All")}${option("invoice", "Invoices")}${option("credit-note", "Credit notes")}</select></label>
<button class="main">Filter</button>
${isFiltered ? html`<a class="button" href="/operator">Show all</a>` : ""}
</form>`;
}

function nothing(isFiltered: boolean): Html {
  return isFiltered
    ? html`<p class="soft">No document is like that. <a href="/operator">Show all</a></p>`
    : html`<p class="soft">Nothing has been billed yet. What is due is written by <code>POST /v1/billing-runs</code>.</p>`;
}

function table(items: readonly DocumentHead[]): Html {
  return html`<table>
<caption class="hidden">Documents, the newest first</caption>
<thead><tr><th scope="col">Document</th><th scope="col">Customer</th><th scope="col">Period</th><th scope="col">Kind</th><th scope="col" class="num">Total</th></tr></thead>
<tbody>
${items.map(row)}
</tbody>
</table>`;
}

function row(head: DocumentHead): Html {
  const { idempotencyKey, subscriptionId, sequence, customerId, period, total, currency } = head;
  const href = `/operator/documents/${encodeURIComponent(idempotencyKey)}`;
  return html`<tr><th scope="row"><a href="${href}">${subscriptionId} · ${sequence}</a></th><td>${customerId}</td><td>${when(head)}<span class="hidden">, known by ${day(head.asOf)}</span></td><td class="what">${tag(head)}</td><td class="num">${money(total, currency)}</td></tr>
`;

  function when({ scope }: DocumentHead): string {
    return scope === "opening" ? `from ${day(period.start)}` : days(period);
  }
}

/** What a document is for, as long as it is no credit note. */
const SCOPES: { readonly [scope in DocumentHead["scope"]]: string } = {
  opening: "Opening",
  period: "Invoice",
  change: "Change",
  correction: "Correction",
  interim: "Interim",
  "run-off": "Run-off",
};

function tag({ kind, scope }: DocumentHead): Html {
  return kind === "credit-note"
    ? html`<span class="tag credit">Credit note</span>`
    : html`<span class="tag">${SCOPES[scope]}</span>`;
}

function parts({ filter, after, documents: { next } }: DocumentsPage): Html {
  const href = (place: string | undefined) => {
    const fields = Object.entries({ ...filter, after: place ?? "" }).filter(
      ([, text]) => text !== "",
    );
    const query = new URLSearchParams(fields).toString();
    return query === "" ? "/operator" : `/operator?${query}`;
  };
  if (after === undefined && next === null) return html``;
  return html`<nav class="pages" aria-label="Pages">
${after === undefined ? html`<span></span>` : html`<a class="button" href="${href(undefined)}">Newest</a>`}
${next === null ? "" : html`<a class="button" rel="next" href="${href(next)}">Older</a>`}
</nav>`;
}
