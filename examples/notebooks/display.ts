/** What a notebook shows: tables and charts, as HTML and pictures where the front end takes them, and as text where it does not. */

import type { VegaLiteSpec } from "rateplan/chart";
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** The method by which the Deno kernel asks a value how it is shown. */
const DISPLAY = Symbol.for("Jupyter.display");

/** Something in several forms, by their mime types; a front end takes the best that it knows. */
export interface Displayed {
  readonly [DISPLAY]: () => Readonly<Record<string, unknown>>;
}

function displayed(bundle: Readonly<Record<string, unknown>>): Displayed {
  return { [DISPLAY]: () => bundle };
}

/** Rows under a heading. The first column stands to the left, the others to the right. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): Displayed {
  const all = rows.map((row) => row.map((cell) => String(cell ?? "")));
  const cells = (row: readonly string[], tag: string) =>
    row
      .map(
        (cell, column) =>
          `<${tag} style="text-align:${column === 0 ? "left" : "right"}">${escaped(cell)}</${tag}>`,
      )
      .join("");
  const body = all.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
  return displayed({
    "text/html": `<table>\n<thead><tr>${cells(heading, "th")}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`,
    "text/plain": [heading, ...all].map((row) => row.join("  ")).join("\n"),
  });
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * A chart of `rateplan/chart`: for front ends that draw Vega-Lite, which know version 5, and as a picture for all others. The charts use nothing
 * that version 5 lacks.
 */
export async function picture(spec: VegaLiteSpec): Promise<Displayed> {
  // Vega-Lite has its own type of a specification, and writes into what it is given.
  const input: TopLevelSpec = JSON.parse(JSON.stringify(spec));
  const view = new View(parse(compile(input).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return displayed({
    "application/vnd.vegalite.v5+json": {
      ...spec,
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    },
    "image/svg+xml": svg,
    "text/plain": "a chart",
  });
}

/** An amount for people: `"25500.00"` → `"25,500.00"`. */
export function money(amount: string): string {
  const [whole = "", decimals] = amount.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}
