import { nearDecimal } from "../number-for-people.js";
import { moneyText, numberAxis, placeOf } from "./axis.js";
import type { DrawnForecast } from "./schemas.js";
import { type Look, type Part, specOf, type VegaLiteSpec } from "./spec.js";

const MEASURES = [
  ["revenue", "Revenue"],
  ["cost", "Cost"],
  ["margin", "Margin"],
] as const;

type Measure = (typeof MEASURES)[number][0];

/** Bands between percentiles, and the mean, period by period: revenue, and where there are costs, cost and margin. */
export function forecastChart(forecast: DrawnForecast, look: Look): VegaLiteSpec {
  const { currency, runs, total, periods } = forecast;
  const isFree = periods.every(({ cost }) => placeOf(cost.mean) === 0);
  const shown = MEASURES.filter(([measure]) => measure === "revenue" || !isFree);
  const bands = bandsOf(forecast);
  const said = bands.map(([low, high]) => `${low} to ${high}`).join(", ");
  const spread = total.revenue.percentiles.toSorted((a, b) => a.percentile - b.percentile);
  const [lowest, highest] = [spread[0], spread.at(-1)];
  const inAll =
    lowest === undefined || highest === undefined
      ? ""
      : ` Revenue in all: ${moneyText(lowest.value, currency)} (${lowest.percentile} %) to ${moneyText(highest.value, currency)} (${highest.percentile} %).`;
  return specOf(
    look,
    {
      title: "What may come in",
      subtitle: [
        `Line: the mean of ${nearDecimal(String(runs), 0)} futures.${said === "" ? "" : ` Shaded: percentiles ${said}.`}${inAll}`,
      ],
    },
    {
      vconcat: shown.map(([measure, title], index) =>
        panel(
          forecast,
          { measure, title, bands },
          { ...look, height: index === 0 ? look.height : Math.round(look.height / 2) },
        ),
      ),
    },
  );
}

/** Pairs of percentiles, the outermost first. */
function bandsOf({ periods }: DrawnForecast): readonly (readonly [low: number, high: number])[] {
  const sorted = (periods[0]?.revenue.percentiles ?? [])
    .map(({ percentile }) => percentile)
    .sort((a, b) => a - b);
  return Array.from({ length: Math.floor(sorted.length / 2) }, (_, index) => {
    return [sorted[index] ?? 0, sorted.at(-1 - index) ?? 0] as const;
  });
}

function panel(
  { currency, periods }: DrawnForecast,
  {
    measure,
    title,
    bands,
  }: {
    readonly measure: Measure;
    readonly title: string;
    readonly bands: readonly (readonly [number, number])[];
  },
  look: Look,
): Part {
  const at = (numbers: DrawnForecast["periods"][number][Measure], percentile: number) =>
    numbers.percentiles.find((each) => each.percentile === percentile)?.value ?? numbers.mean;
  const values = periods.map((each) => {
    const numbers = each[measure];
    const text = numbers.percentiles.map(
      ({ percentile, value }) => `${percentile} %: ${moneyText(value, currency)}`,
    );
    const ends = bands.flatMap(([low, high], index) => [
      [`low${index}`, placeOf(at(numbers, low))] as const,
      [`high${index}`, placeOf(at(numbers, high))] as const,
    ]);
    return {
      period: each.period,
      mean: placeOf(numbers.mean),
      meanText: moneyText(numbers.mean, currency),
      text: text.join(", "),
      ...Object.fromEntries(ends),
    };
  });
  const places = values.flatMap(({ period, meanText, text, ...numbers }) => Object.values(numbers));
  const color = look.theme.series[0] ?? "";
  const y = {
    type: "quantitative",
    axis: numberAxis(title, currency, places),
    scale: { zero: false },
  };
  const x = {
    field: "period",
    type: "quantitative",
    scale: { nice: false, zero: false, padding: periods.length > 1 ? 0 : 20 },
    axis: { title: "Billing period", tickMinStep: 1, format: "d", grid: false },
  };
  const tooltip = [
    { field: "period", title: "Billing period" },
    { field: "meanText", title: "Mean" },
    { field: "text", title: "Percentiles" },
  ];
  // One period is no band: its percentiles are lines.
  const type = periods.length > 1 ? "area" : "rule";
  return {
    width: look.width,
    height: look.height,
    data: { values },
    layer: [
      ...bands.map((_, index) => ({
        mark: {
          type,
          color,
          opacity: type === "area" ? 0.22 : 0.6,
          tooltip: true,
          ...(type === "rule" && { strokeWidth: 4 + 8 * index }),
        },
        encoding: { x, y: { field: `low${index}`, ...y }, y2: { field: `high${index}` }, tooltip },
      })),
      {
        mark: {
          type: "line",
          color,
          tooltip: true,
          ...(periods.length <= 60 && { point: { size: 30, color } }),
        },
        encoding: { x, y: { field: "mean", ...y }, tooltip },
      },
    ],
  };
}
