/** How the page looks: on a screen, light and dark, wide and narrow, and on paper. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --sheet: #ffffff; --ink: #16191f; --soft: #5b6472; --line: #e1e5ea; --strong: #c3cad3;
  --tint: #f7f8fa; --accent: #0b5cad;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1116; --sheet: #171b22; --ink: #e8ebf0; --soft: #9aa5b4; --line: #2a313b; --strong: #434d5a;
    --tint: #1d222b; --accent: #7cb7ff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; padding: 2.5rem 1rem; background: var(--ground); color: var(--ink);
  font: 400 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main {
  max-width: 56rem; margin: 0 auto; padding: 3rem; background: var(--sheet);
  border: 1px solid var(--line); border-radius: 0.75rem;
}
h1, h2, h3, p, dl, dd, ul { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.015em; }
h2 { font-size: 1rem; margin-bottom: 0.5rem; }
header { display: flex; flex-wrap: wrap; gap: 1.5rem 3rem; justify-content: space-between; align-items: flex-start; }
.number, .soft, dt, caption, thead th, .label { color: var(--soft); }
.total { text-align: right; }
.total strong { display: block; font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.015em; }
.label, dt, thead th { font-size: 0.8125rem; font-weight: 500; }
bdi { overflow-wrap: anywhere; white-space: pre-line; }
.parties, .facts { display: grid; gap: 1.25rem 2rem; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); }
.parties { margin-top: 2rem; }
.facts { margin-top: 1.5rem; padding: 1.25rem 0; border-block: 1px solid var(--line); }
.facts dd, .parties dd { font-weight: 500; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; font-size: 0.8125rem; padding-bottom: 0.5rem; }
th, td { padding: 0.625rem 0; text-align: left; vertical-align: top; font-weight: 400; }
th + th, th + td, td + td { padding-left: 1.25rem; }
.num { text-align: right; }
.num bdi { white-space: nowrap; overflow-wrap: normal; }
.steps .num bdi { white-space: normal; overflow-wrap: break-word; }
.steps th .soft { margin-left: 0.375rem; }
.lines { margin-top: 2.25rem; }
.lines > thead th { border-bottom: 1px solid var(--strong); padding-top: 0; }
.lines .section th { padding-top: 1.5rem; font-weight: 600; }
.lines .line th, .lines .line td { padding-bottom: 0; }
.lines .line th { font-weight: 500; }
.explained > td { padding: 0 0 0.625rem; border-bottom: 1px solid var(--line); }
.explained summary { list-style: none; width: auto; color: var(--soft); }
.explained summary::-webkit-details-marker { display: none; }
.explained summary > .soft:not(:has(> .narrow))::after { content: " · "; }
.how { color: var(--accent); white-space: nowrap; }
.how::after { content: "\\00a0▸"; }
[open] > summary > .how::after { content: "\\00a0▾"; }
.narrow { display: none; }
.totals { margin: 1.5rem 0 0 auto; width: min(22rem, 100%); }
.totals th, .totals td { padding-block: 0.375rem; }
.totals .grand th, .totals .grand td { border-top: 2px solid var(--ink); padding-top: 0.75rem; font-weight: 650; font-size: 1.0625rem; }
details { font-size: 0.875rem; }
summary { width: fit-content; cursor: pointer; color: var(--accent); border-radius: 0.25rem; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.steps { margin: 0.5rem 0 0.75rem; padding: 0.875rem 1rem; background: var(--tint); border: 1px solid var(--line); border-radius: 0.5rem; overflow-x: auto; }
header + .steps { margin-top: 1.5rem; }
.steps th, .steps td { padding-block: 0.25rem; }
.steps .sum th, .steps .sum td { border-top: 1px solid var(--strong); font-weight: 600; }
.steps table + table { margin-top: 0.75rem; }
.steps dl.tree, .steps > details { margin-top: 0.75rem; }
.steps > details > summary { list-style: revert; width: fit-content; color: var(--accent); }
.tree, .tree dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: 0.125rem 1.25rem; }
.tree dd { min-width: 0; }
.tree dd > dl { margin: 0.125rem 0 0.25rem; }
.more { margin-top: 2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.more details + details { margin-top: 0.375rem; }
.more .tree { margin: 0.5rem 0 0.75rem; padding: 0.875rem 1rem; background: var(--tint); border: 1px solid var(--line); border-radius: 0.5rem; }
.note { margin-top: 1.5rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 40rem) {
  body { padding: 0; background: var(--sheet); }
  main { padding: 1.5rem 1.125rem; border: 0; border-radius: 0; }
  .total { text-align: left; }
  .explained summary > .soft:has(> .narrow)::after { content: " · "; }
  .wide { display: none; }
  .narrow { display: inline; }
  .tree, .tree dl { grid-template-columns: 1fr; gap: 0; }
  .tree dd { margin-bottom: 0.375rem; }
  .tree dd > dl { padding-left: 0.875rem; border-left: 2px solid var(--line); }
}
@media print {
  @page { margin: 16mm 14mm; }
  :root { --ground: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #ccc; --strong: #888; --tint: #fff; --accent: #000; }
  html { font-size: 12px; }
  body { padding: 0; }
  main { max-width: none; padding: 0; border: 0; }
  .lines .line, .totals, .facts, .parties, .steps { break-inside: avoid; }
  .line, .section { break-after: avoid; }
  .how, .more details:not([open]), .steps details:not([open]), .more:not(:has(details[open])) { display: none; }
  .explained summary > .soft:has(+ .how)::after { content: ""; }
}
`;
