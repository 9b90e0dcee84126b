/** What all pages of the operator share. They have no scripts; `html` escapes all that is put into them. */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { STYLE } from "./style.js";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

interface PageParts {
  readonly title: string;
  /** Lets the page's own style pass its Content-Security-Policy. */
  readonly nonce: string;
  readonly body: Html;
}

export function layout({ title, nonce, body }: PageParts): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style nonce="${nonce}">${raw(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** The head of every page behind the login: the way to the list, and out. */
export function bar(tenant: string, toTheList: string): Html {
  return html`<nav class="bar" aria-label="Operator"><div>
<a href="/operator">${toTheList}</a>
<form method="post" action="/operator/logout"><span>${tenant}</span><button>Sign out</button></form>
</div></nav>`;
}
