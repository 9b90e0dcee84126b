import type * as z from "zod";
import { deepFreeze } from "../../data/deep-freeze.js";
import { isList, ownFields } from "../../data/foreign.js";
import {
  elementsIn,
  issueAt,
  type PathSegment,
  PricingError,
  type PricingIssue,
} from "../../errors.js";
import { oneOf, readOptions, readText, readWholeNumber } from "../../schema/options.js";
import { parseWith, valueOrReport } from "../../schema/parse.js";
import { STORED_DATA } from "../../schema/plain-data.js";
import { isRecord } from "../../schema/unknown-record.js";
import type { BreakEven } from "../../simulate/break-even.js";
import type { Comparison } from "../../simulate/compare.js";
import type { Forecast } from "../../simulate/forecast/tally.js";
import type { Replay } from "../../simulate/replay/types.js";
import type { SimulationSeries } from "../../simulate/series/types.js";
import type { Sweep } from "../../simulate/sweep.js";
import type { OutcomeSettlement } from "../../usage/outcomes/settle-outcomes.js";
import { comparisonChart } from "./comparison-chart.js";
import { forecastChart } from "./forecast-chart.js";
import { outcomeChart } from "./outcome-chart.js";
import { replayChart } from "./replay-chart.js";
import {
  breakEvenSchema,
  comparisonSchema,
  type DrawnBreakEven,
  forecastSchema,
  replaySchema,
  seriesSchema,
  settlementSchema,
} from "./schemas.js";
import { seriesChart } from "./series-chart.js";
import { type Look, THEMES, type VegaLiteSpec } from "./spec.js";
import { sweepChart } from "./sweep-chart.js";
import { readSweep } from "./sweep-data.js";

/** What can be drawn: what `sweep`, `compare`, `replay`, `forecast`, `simulate` over a range of dates and `settleOutcomes` return. */
export type Chartable =
  | Sweep
  | Comparison
  | Replay
  | Forecast
  | SimulationSeries
  | OutcomeSettlement;

/** Options of {@link chart}. */
export interface ChartOptions {
  /** What stands above it; every kind of chart has a title of its own. */
  readonly title?: string | null | undefined;
  /** Colours for light or for dark pages; default `"light"`. */
  readonly theme?: "light" | "dark" | null | undefined;
  /** Width of the plot in pixels, 100 to 4,000; default 640. */
  readonly width?: number | null | undefined;
  /** Height of the plot in pixels, 50 to 4,000, of the larger one where there are several; default 300. */
  readonly height?: number | null | undefined;
  /** What is counted, for people (`"pages"`): the word at the axis of quantities. Default: the unit of a sweep, else `"units"`. */
  readonly unit?: string | null | undefined;
  /** Of a comparison of quantities: break-even points that are marked in it. */
  readonly breakEven?: BreakEven | readonly BreakEven[] | null | undefined;
  /** Of a comparison: what its rows are called. They are then drawn as bars. */
  readonly labels?: readonly string[] | null | undefined;
}

const OPTIONS = [
  "title",
  "theme",
  "width",
  "height",
  "unit",
  "breakEven",
  "labels",
] as const satisfies readonly (keyof ChartOptions)[];

/**
 * A Vega-Lite specification of a result, as plain data with everything in it: vega-embed draws it on a page, Vega writes it as SVG. The
 * library itself draws nothing and needs no Vega.
 *
 * - A **sweep**: amount and average price against the quantity, with lines where the price list changes, and cliffs with the quantities for
 *   which it is cheaper to go over them. Of more than about 400 quantities, some are drawn.
 * - A **comparison**: what each plan bills, over the quantity where its rows are quantities, with break-even points; else as bars.
 *
 * - A **simulation over time**: revenue by charge above the axis and costs below it, by bucket, with the margin as a line.
 * - A **replay**: how many customers would pay less and more under each candidate, percentiles of the differences, and the biggest movers.
 * - A **forecast**: the mean, and bands between percentiles, of revenue, cost and margin.
 * - **Outcomes** that are settled: how many attempts qualify, are confirmed, settled and reversed.
 *
 * Amounts are drawn at the nearest number of the language; the texts in tooltips are exact, to six decimals where no decimal is equal to
 * them. Colours are those of Okabe and Ito, which are told apart with any kind of colour vision; lines differ in their dashes too where there
 * are more of them than colours. Words are English, numbers like `25,500.00 USD`.
 *
 * @throws {PricingError} with every issue: of what is none of these, and of the options (paths begin with `options`).
 *
 * @example
 * ```ts
 * import { sweep } from "rateplan";
 * import { chart } from "rateplan/chart";
 *
 * const pages = {
 *   id: "pages", name: "Pages", chargeType: "usage", unitOfMeasure: "page", currency: "USD",
 *   pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: "0.80" }, { unitPrice: "0.60" }] },
 * } as const;
 * const spec = chart(sweep(pages, { from: 0, to: 1000, step: 10 }), { theme: "dark" });
 * spec.$schema; // => "https://vega.github.io/schema/vega-lite/v6.json"
 * ```
 */
export function chart(x: Chartable, options: ChartOptions = {}): VegaLiteSpec {
  const issues: PricingIssue[] = [];
  const given = readChartOptions(options, issues);
  const fields = (isRecord(x) ? ownFields(x) : undefined) ?? {};
  const form = FORMS.find(({ knownBy }) => fields[knownBy] !== undefined);
  if (form === undefined) {
    const expected = `what ${FORMS.map(({ name }) => name).join(", ")} returned`;
    issues.push(issueAt("invalid_type", [], { expected, received: x }));
    throw new PricingError(issues);
  }
  for (const name of ["breakEven", "labels"] as const) {
    if (given[name] === undefined || form.takes.includes(name)) continue;
    const facts = { expected: "with a comparison", received: given[name] };
    issues.push(issueAt("field_not_allowed", ["options", name], facts));
  }
  const spec = form.draw(x, given, issues);
  if (spec === undefined || issues.length > 0) throw new PricingError(issues);
  return deepFreeze(spec);
}

interface ReadOptions extends Look {
  readonly breakEven: readonly DrawnBreakEven[] | undefined;
  readonly labels: readonly string[] | undefined;
}

/** Something that can be drawn, known by a field of it. */
interface Form {
  readonly name: string;
  readonly knownBy: string;
  /** The options that other forms have no use for. */
  readonly takes: readonly (keyof ReadOptions)[];
  readonly draw: (
    x: unknown,
    given: ReadOptions,
    issues: PricingIssue[],
  ) => VegaLiteSpec | undefined;
}

const FORMS: readonly Form[] = [
  {
    name: "sweep",
    knownBy: "quantityAt",
    takes: [],
    draw(x, look, issues) {
      const sweep = readSweep(x, issues);
      return sweep && sweepChart(sweep, look);
    },
  },
  formOf("replay", "candidates", replaySchema, [], replayChart),
  formOf("forecast", "runs", forecastSchema, [], forecastChart),
  formOf("simulate over a range", "range", seriesSchema, [], seriesChart),
  formOf("settleOutcomes", "unusedSignals", settlementSchema, [], outcomeChart),
  formOf("compare", "baseline", comparisonSchema, ["breakEven", "labels"], (comparison, given) =>
    comparisonChart(comparison, { breakEvens: given.breakEven ?? [], labels: given.labels }, given),
  ),
];

/** A form that a schema reads. */
function formOf<T extends object>(
  name: string,
  knownBy: string,
  schema: () => z.ZodType<T>,
  takes: Form["takes"],
  toSpec: (value: T, given: ReadOptions) => VegaLiteSpec,
): Form {
  return {
    name,
    knownBy,
    takes,
    draw(x, given, issues) {
      const value = valueOrReport(
        parseWith<T>(`drawn ${name}`, schema(), x, [], STORED_DATA),
        issues,
      );
      return value && toSpec(value, given);
    },
  };
}

function readChartOptions(options: unknown, issues: PricingIssue[]): ReadOptions {
  const path = ["options"];
  const given = readOptions(options, OPTIONS, issues, { path });
  const { theme = "light" } = given;
  if (!isTheme(theme)) {
    const facts = { expected: oneOf(Object.keys(THEMES), String(theme)), received: theme };
    issues.push(issueAt("invalid_value", [...path, "theme"], facts));
  }
  const pixels = (name: "width" | "height", least: number, usual: number) =>
    readWholeNumber(given[name], [...path, name], [least, 4_000], issues) ?? usual;
  return {
    title: readText(given.title, [...path, "title"], issues),
    theme: THEMES[isTheme(theme) ? theme : "light"],
    width: pixels("width", 100, 640),
    height: pixels("height", 50, 300),
    unit: readText(given.unit, [...path, "unit"], issues),
    breakEven: readBreakEvens(given.breakEven, [...path, "breakEven"], issues),
    labels: readLabels(given.labels, [...path, "labels"], issues),
  };
}

function isTheme(value: unknown): value is keyof typeof THEMES {
  return typeof value === "string" && Object.hasOwn(THEMES, value);
}

function readBreakEvens(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): readonly DrawnBreakEven[] | undefined {
  if (input === undefined) return undefined;
  const read = (each: unknown, at: readonly PathSegment[]) =>
    valueOrReport(
      parseWith<DrawnBreakEven>("drawn breakEven", breakEvenSchema(), each, at, STORED_DATA),
      issues,
    ) ?? [];
  if (!isList(input)) return [read(input, path)].flat();
  const list = elementsIn(input, path, "results of breakEven", issues) ?? [];
  return list.flatMap((each, index) => read(each, [...path, index]));
}

function readLabels(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): readonly string[] | undefined {
  if (input === undefined) return undefined;
  const list = elementsIn(input, path, "a list of names", issues);
  return list?.map((each, index) => readText(each, [...path, index], issues) ?? "");
}
