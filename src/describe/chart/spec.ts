import type { JsonValue } from "../../schema/entity-fields.js";

/** A specification of Vega-Lite: JSON that draws itself, with its data in it. */
export interface VegaLiteSpec {
  /** Of which version of Vega-Lite it is. */
  readonly $schema: string;
  /** Everything else, as Vega-Lite names it. */
  readonly [key: string]: JsonValue;
}

/** A part of a specification. */
export type Part = { readonly [key: string]: JsonValue };

/** What every chart is drawn in. */
export interface Look {
  readonly title: string | undefined;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly unit: string | undefined;
}

/** Colours by what they say. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  /** Of things that are told apart, in order. */
  readonly series: readonly string[];
  /** Of what goes out. */
  readonly costs: readonly string[];
  readonly good: string;
  readonly bad: string;
}

/**
 * Okabe and Ito, "Color Universal Design" (2008), as in Wong, "Points of view: Color blindness", Nature Methods 8, 441 (2011): told apart with
 * any kind of colour vision. Yellow is too light for white, and blue too dark for black.
 */
const OKABE_ITO = {
  orange: "#E69F00",
  sky: "#56B4E9",
  green: "#009E73",
  yellow: "#F0E442",
  blue: "#0072B2",
  vermillion: "#D55E00",
  purple: "#CC79A7",
} as const;

const { orange, sky, green, yellow, blue, vermillion, purple } = OKABE_ITO;

export const THEMES: { readonly light: Theme; readonly dark: Theme } = {
  light: {
    background: "#FFFFFF",
    text: "#1F2328",
    quiet: "#59636E",
    grid: "#E4E7EB",
    series: [blue, orange, green, purple, sky, vermillion, "#1F2328"],
    costs: ["#8A929B", "#B4BBC2", "#6A727B", "#D0D5DA"],
    good: blue,
    bad: vermillion,
  },
  dark: {
    background: "#14171A",
    text: "#E8EAED",
    quiet: "#A9B1BA",
    grid: "#33383E",
    series: [sky, orange, green, purple, yellow, vermillion, "#E8EAED"],
    costs: ["#7F8891", "#59616A", "#A3ABB4", "#454C54"],
    good: sky,
    bad: vermillion,
  },
};

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];

/** How things that are told apart are drawn: by colour, and by dashes where there are more of them than colours. */
export function seriesScale(names: readonly string[], { series }: Theme) {
  const colorOf = (index: number) => series[index % series.length] ?? "";
  const dashOf = (index: number) => DASHES[Math.floor(index / series.length) % DASHES.length] ?? [];
  return {
    color: { domain: [...names], range: names.map((_, index) => colorOf(index)) },
    dash: { domain: [...names], range: names.map((_, index) => [...dashOf(index)]) },
  };
}

/** How wide a character is, and how much beside the plot there is for texts, in pixels. */
const CHARACTER = 6.4;
const BESIDE = 60;

/** Sentences in lines that are no wider than the picture. */
function wrapped(sentences: readonly string[], width: number): readonly string[] {
  const most = Math.max(30, Math.floor((width + BESIDE) / CHARACTER));
  // As many words as there is room for; of a longer word, what there is room for.
  const line = new RegExp(`.{1,${most}}(?:\\s|$)|.{${most}}`, "gu");
  return sentences.flatMap((sentence) => sentence.match(line) ?? []).map((text) => text.trim());
}

/** A whole specification: views under a title, in the colours of a theme. */
export function specOf(
  look: Look,
  { title, subtitle }: { readonly title: string; readonly subtitle: readonly string[] },
  view: Part,
): VegaLiteSpec {
  const { background, text, quiet, grid } = look.theme;
  const axis = {
    labelColor: quiet,
    titleColor: text,
    gridColor: grid,
    domainColor: quiet,
    tickColor: quiet,
    titleFontWeight: "normal",
    titlePadding: 8,
    labelOverlap: true,
  };
  const legend = { labelColor: text, titleColor: text, symbolStrokeWidth: 2.5, labelLimit: 320 };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: [look.title ?? title, ...subtitle].join(". "),
    title: {
      text: look.title ?? title,
      ...(subtitle.length > 0 && { subtitle: [...wrapped(subtitle, look.width)] }),
    },
    background,
    padding: 16,
    ...view,
    config: {
      font: "Helvetica, Arial, sans-serif",
      view: { stroke: null },
      title: {
        color: text,
        subtitleColor: quiet,
        anchor: "start",
        fontSize: 16,
        subtitleFontSize: 12,
        subtitlePadding: 6,
        offset: 16,
      },
      axis,
      legend,
      header: { labelColor: text, titleColor: text },
      text: { color: text, fontSize: 11 },
      line: { strokeWidth: 2.5, strokeJoin: "round" },
      rule: { color: quiet },
    },
  };
}
