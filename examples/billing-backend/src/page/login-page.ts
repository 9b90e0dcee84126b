import { html } from "hono/html";
import { type Html, layout } from "./layout.js";

export function loginPage(nonce: string, error?: string): Html {
  const body = html`<main class="desk login">
<h1>Billing</h1>
<p class="soft">Sign in with an API key of your tenant.</p>
<form class="sheet" method="post" action="/operator/login">
${error === undefined ? "" : html`<div class="bad" role="alert" id="error">${error}</div>`}
<input name="name" value="operator" autocomplete="username" hidden>
<label>API key
<input type="password" name="key" required maxlength="200" autocomplete="current-password" spellcheck="false" autofocus${error === undefined ? "" : html` aria-invalid="true" aria-describedby="error"`}>
</label>
<button class="main">Sign in</button>
</form>
</main>`;
  return layout({ title: "Sign in · Billing", nonce, body });
}
