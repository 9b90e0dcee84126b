/** How the operator's pages look: light and dark, wide and narrow. Colours and measures are those of the pages that `explain` writes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --sheet: #ffffff; --ink: #16191f; --soft: #5b6472; --line: #e1e5ea; --strong: #c3cad3;
  --tint: #f7f8fa; --accent: #0b5cad; --on-accent: #ffffff; --bad: #a8261d; --credit: #8a4b00; --credit-tint: #fdf1e2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1116; --sheet: #171b22; --ink: #e8ebf0; --soft: #9aa5b4; --line: #2a313b; --strong: #434d5a;
    --tint: #1d222b; --accent: #7cb7ff; --on-accent: #0e1116; --bad: #ff8a80; --credit: #f2b866; --credit-tint: #33270f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 400 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, p, dl, dd { margin: 0; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 0.5rem; top: 0.5rem; padding: 0.5rem 1rem; background: var(--sheet); z-index: 1; }
.bar { background: var(--sheet); border-bottom: 1px solid var(--line); }
.bar > div {
  max-width: 64rem; margin: 0 auto; padding: 0.625rem 1rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem;
  align-items: center; justify-content: space-between;
}
.bar a { font-weight: 600; text-decoration: none; }
.bar span { color: var(--soft); overflow-wrap: anywhere; }
.bar form { display: flex; gap: 1rem; align-items: center; }
.desk { max-width: 64rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
.desk h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.015em; }
.button, button {
  font: inherit; font-weight: 500; padding: 0.375rem 0.875rem; min-height: 2.25rem; border-radius: 0.5rem; cursor: pointer;
  border: 1px solid var(--strong); background: var(--sheet); color: var(--ink); text-decoration: none; display: inline-block;
}
button.main { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
input, select {
  font: inherit; width: 100%; min-height: 2.25rem; padding: 0.25rem 0.625rem; border-radius: 0.5rem;
  border: 1px solid var(--strong); background: var(--sheet); color: var(--ink);
}
label { display: block; font-size: 0.8125rem; font-weight: 500; color: var(--soft); }
label > * { margin-top: 0.25rem; }
.head { display: flex; flex-wrap: wrap; gap: 1rem 3rem; justify-content: space-between; align-items: flex-end; }
.head .soft { margin-top: 0.25rem; }
.soft { color: var(--soft); }
.sums { display: flex; flex-wrap: wrap; gap: 0.5rem 2.5rem; }
.sums dt { font-size: 0.8125rem; font-weight: 500; color: var(--soft); }
.sums dd { font-size: 1.375rem; font-weight: 650; line-height: 1.25; letter-spacing: -0.01em; }
.filter { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: flex-end; margin: 1.5rem 0 1rem; }
.filter label { flex: 1 1 10rem; }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 0.75rem; overflow: hidden; }
.sheet > p { padding: 2.5rem 1.25rem; text-align: center; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.75rem 1.25rem; text-align: left; vertical-align: baseline; font-weight: 400; }
thead th { font-size: 0.8125rem; font-weight: 500; color: var(--soft); border-bottom: 1px solid var(--strong); }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody tr { position: relative; }
tbody tr:hover { background: var(--tint); }
tbody th a { font-weight: 600; text-decoration: none; }
tbody th a::after { content: ""; position: absolute; inset: 0; }
tbody td { overflow-wrap: anywhere; }
.num { text-align: right; white-space: nowrap; overflow-wrap: normal; }
.tag { font-size: 0.8125rem; padding: 0.0625rem 0.5rem; border-radius: 1rem; white-space: nowrap; background: var(--tint); color: var(--soft); }
.tag.credit { background: var(--credit-tint); color: var(--credit); }
.pages { display: flex; justify-content: space-between; gap: 1rem; margin-top: 1rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.login { max-width: 26rem; margin: 12vh auto; padding: 2rem 1rem; }
.login p { margin-top: 0.25rem; }
.login form { display: grid; gap: 1rem; margin-top: 1.25rem; padding: 1.5rem; }
.bad { color: var(--bad); font-weight: 500; }
@media (max-width: 40rem) {
  .desk { padding: 1.25rem 0.875rem 3rem; }
  .filter label { flex-basis: 100%; }
  .filter button, .filter .button { flex: 1; text-align: center; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: 0.75rem 1rem; }
  tbody tr + tr { border-top: 1px solid var(--line); }
  tbody tr > *, tbody tr + tr > * { border: 0; padding: 0.0625rem 0; }
  tbody td { grid-column: 1; color: var(--soft); font-size: 0.875rem; }
  tbody .num { grid-area: 1 / 2; color: inherit; font-size: inherit; font-weight: 600; }
  tbody .what { grid-area: 2 / 2; text-align: right; }
}
`;
