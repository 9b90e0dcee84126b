import { exact } from "../../money/decimal.js";
import { formatExact, subtract } from "../../money/fraction.js";
import { nearDecimal } from "../number-for-people.js";
import { unitForPeople } from "../unit-for-people.js";
import { heightsOfTexts, moneyText, numberAxis, placeOf } from "./axis.js";
import { type Look, type Part, specOf, type VegaLiteSpec } from "./spec.js";
import type { SweepData } from "./sweep-data.js";

/** The most knots that are named beside their lines. */
const MOST_NAMED = 12;

/** What each quantity costs, and what a unit then costs on average, with bounds of tiers and cliffs. */
export function sweepChart(sweep: SweepData, look: Look): VegaLiteSpec {
  const { currency, decimals, unitOfMeasure, knots } = sweep;
  const unit = look.unit ?? (unitOfMeasure === null ? "units" : unitForPeople(unitOfMeasure));
  const money = (amount: string) => moneyText(amount, currency, decimals);
  const points = sweep.points.map(({ quantity, amount, average }, index) => ({
    index,
    quantity: placeOf(formatExact(quantity)),
    quantityText: nearDecimal(formatExact(quantity), 0),
    amount: placeOf(amount),
    amountText: money(amount),
    average: average === null ? null : placeOf(average),
    averageText: average === null ? "" : money(average),
  }));
  const places = points.map(({ quantity }) => quantity);
  const [least = 0, most = 0] = [places[0], places.at(-1)];
  const named = knots.map(({ quantity, kind, amount, above, cheaperFrom }) => {
    const label = nearDecimal(quantity, 0);
    const drop = above === null ? "0" : formatExact(subtract(exact(above), exact(amount)));
    return {
      quantity: placeOf(quantity),
      label: kind === "cliff" ? `${money(drop)} beyond ${label}` : label,
      kind: kind === "cliff" ? "cliff" : "bound",
      cheaperFrom: cheaperFrom === null ? null : placeOf(cheaperFrom),
    };
  });
  const texts = named.map(({ quantity, label }) => ({ place: quantity, text: label }));
  const heights = heightsOfTexts(texts, { least, most, width: look.width });
  const marks = named.map((mark, index) => ({ ...mark, textAt: heights[index] ?? 0 }));
  const cliffs = marks.filter(({ kind }) => kind === "cliff");
  const x = {
    field: "quantity",
    type: "quantitative",
    scale: { domain: [least, most], nice: false },
    axis: numberAxis("Quantity", unit, places),
  };
  const marking = markingOf(marks, cliffs, look);
  const line = (field: "amount" | "average", title: string, more: Part): Part => {
    const values = points.flatMap((point) => point[field] ?? []);
    const domain = field === "average" ? { scale: { domain: [0, usualMost(values)] } } : {};
    return {
      width: look.width,
      ...more,
      layer: [
        ...marking,
        {
          data: { values: points },
          mark: { type: "line", color: look.theme.series[0] ?? "", clip: true, tooltip: true },
          encoding: {
            x,
            y: {
              field,
              type: "quantitative",
              ...domain,
              axis: numberAxis(title, currency, values),
            },
            order: { field: "index", type: "quantitative" },
            tooltip: [
              { field: "quantityText", title: "Quantity" },
              { field: "amountText", title: "Amount" },
              { field: "averageText", title: "Average price" },
            ],
          },
        },
        ...(field === "amount" ? namesOf(marks, look) : []),
      ],
    };
  };
  const subtitle = [
    ...(marks.length > cliffs.length ? ["Dashed lines: where the price list changes"] : []),
    ...(cliffs.length > 0 ? ["shaded: it is cheaper to use more, beyond the drop"] : []),
  ].join("; ");
  return specOf(
    look,
    { title: "What each quantity costs", subtitle: subtitle === "" ? [] : [upper(subtitle)] },
    {
      vconcat: [
        line("amount", "Amount", { height: look.height }),
        line("average", "Average price", { height: Math.round(look.height / 2) }),
      ],
    },
  );
}

function markingOf(
  marks: readonly Part[],
  cliffs: readonly Part[],
  { theme }: Look,
): readonly Part[] {
  const x = { field: "quantity", type: "quantitative" };
  const bands = {
    data: { values: [...cliffs] },
    mark: { type: "rect", color: theme.bad, opacity: 0.16 },
    encoding: { x: { field: "cheaperFrom", type: "quantitative" }, x2: { field: "quantity" } },
  };
  const rules = {
    data: { values: [...marks] },
    mark: { type: "rule", strokeDash: [4, 3], strokeWidth: 1.2 },
    encoding: { x, color: colorOf(theme) },
  };
  return [...(cliffs.length > 0 ? [bands] : []), ...(marks.length > 0 ? [rules] : [])];
}

function namesOf(marks: readonly Part[], { theme }: Look): readonly Part[] {
  if (marks.length === 0 || marks.length > MOST_NAMED) return [];
  return [
    {
      data: { values: [...marks] },
      mark: { type: "text", align: "left", dx: 4, dy: 2, baseline: "top" },
      encoding: {
        x: { field: "quantity", type: "quantitative" },
        y: { field: "textAt", type: "quantitative", scale: null },
        text: { field: "label" },
        color: colorOf(theme),
      },
    },
  ];
}

function colorOf({ quiet, bad }: Look["theme"]): Part {
  const scale = { domain: ["bound", "cliff"], range: [quiet, bad] };
  return { field: "kind", type: "nominal", scale, legend: null };
}

/** Where an axis of averages ends: at a fee divided by next to nothing, all others would be one line. */
function usualMost(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [middle = 0, most = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return (middle > 0 ? Math.min(most, middle * 4) : most) * 1.05;
}

function upper(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
