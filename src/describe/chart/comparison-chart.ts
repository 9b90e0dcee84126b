import { exact } from "../../money/decimal.js";
import { compare } from "../../money/fraction.js";
import { nearDecimal } from "../number-for-people.js";
import { heightsOfTexts, moneyText, numberAxis, placeOf } from "./axis.js";
import type { DrawnBreakEven, DrawnComparison } from "./schemas.js";
import { type Look, type Part, seriesScale, specOf, type VegaLiteSpec } from "./spec.js";

/** What is drawn beside a comparison. */
export interface ComparisonMarks {
  readonly breakEvens: readonly DrawnBreakEven[];
  /** What the rows are called, in their order. */
  readonly labels: readonly string[] | undefined;
}

/** What each of several prices bills: over the quantity, where each row is one, else row by row. */
export function comparisonChart(
  comparison: DrawnComparison,
  { breakEvens, labels }: ComparisonMarks,
  look: Look,
): VegaLiteSpec {
  const { currency, targets, rows } = comparison;
  const names = targets.map(({ name }) => name);
  const values = rows.flatMap(({ quantity, amounts }, index) => {
    const label =
      labels?.[index] ?? (quantity === null ? `${index + 1}` : nearDecimal(quantity, 0));
    return names.flatMap((name) => {
      const amount = Object.hasOwn(amounts, name) ? amounts[name] : undefined;
      if (amount === undefined) return [];
      const place = { amount: placeOf(amount), amountText: moneyText(amount, currency) };
      return [
        {
          row: index,
          label,
          plan: name,
          quantity: quantity === null ? null : placeOf(quantity),
          ...place,
        },
      ];
    });
  });
  const scale = seriesScale(names, look.theme);
  const legend = { title: null, orient: "top", columns: 4 };
  const color = { field: "plan", type: "nominal", scale: scale.color, legend };
  const tooltip = [
    { field: "plan", title: "Plan" },
    { field: "label", title: "Usage" },
    { field: "amountText", title: "Amount" },
  ];
  const y = {
    field: "amount",
    type: "quantitative",
    axis: numberAxis(
      "Amount",
      currency,
      values.map(({ amount }) => amount),
    ),
  };
  const size = { width: look.width, height: look.height };
  const title = "What each plan bills";
  const isCurve = labels === undefined && rows.every(({ quantity }) => quantity !== null);
  if (!isCurve) {
    const x = {
      field: "label",
      type: "nominal",
      sort: rows.map((_, index) => labels?.[index] ?? `${index + 1}`),
      title: labels === undefined ? "Usage" : null,
      axis: { labelAngle: 0, labelLimit: 140 },
    };
    const view = {
      ...size,
      data: { values },
      mark: { type: "bar", cornerRadiusEnd: 2, tooltip: true },
      encoding: { x, xOffset: { field: "plan", sort: names }, y, color, tooltip },
    };
    return specOf(look, { title, subtitle: [] }, view);
  }
  const sorted = values.toSorted((a, b) => (a.quantity ?? 0) - (b.quantity ?? 0));
  const places = sorted.map(({ quantity }) => quantity ?? 0);
  const [least = 0, most = 0] = [places[0], places.at(-1)];
  const x = {
    field: "quantity",
    type: "quantitative",
    scale: { domain: [least, most], nice: false },
    axis: numberAxis("Quantity", look.unit ?? "units", places),
  };
  const points = pointsOf(breakEvens, { least, most, width: look.width }, currency);
  const line = {
    data: { values: sorted },
    mark: { type: "line", tooltip: true, ...(rows.length <= 30 && { point: { size: 36 } }) },
    encoding: {
      x,
      y,
      color,
      strokeDash: { field: "plan", type: "nominal", scale: scale.dash, legend },
      tooltip,
    },
  };
  const subtitle =
    points.length === 0 ? [] : ["Rings: break-even quantities, at which the cheaper plan changes"];
  return specOf(look, { title, subtitle }, { ...size, layer: [line, ...marksOf(points, look)] });
}

/** Break-even points within what is drawn, in order, at the lower of both amounts. */
function pointsOf(
  breakEvens: readonly DrawnBreakEven[],
  plot: { readonly least: number; readonly most: number; readonly width: number },
  currency: string,
): readonly Part[] {
  const found = breakEvens
    .flatMap(({ points }) => points)
    .map(({ quantity, kind, amounts: { a, b } }) => {
      const amount = compare(exact(a), exact(b)) <= 0 ? a : b;
      return {
        quantity: placeOf(quantity),
        label: nearDecimal(quantity, 0),
        kind,
        amount: placeOf(amount),
        amountText: moneyText(amount, currency),
      };
    })
    .filter(({ quantity }) => quantity >= plot.least && quantity <= plot.most)
    .sort((a, b) => a.quantity - b.quantity);
  const texts = found.map(({ quantity, label }) => ({ place: quantity, text: label }));
  const heights = heightsOfTexts(texts, plot);
  return found.map((point, index) => ({ ...point, textAt: heights[index] ?? 0 }));
}

function marksOf(points: readonly Part[], { theme }: Look): readonly Part[] {
  if (points.length === 0) return [];
  const data = { values: [...points] };
  const x = { field: "quantity", type: "quantitative" };
  const y = { field: "amount", type: "quantitative" };
  return [
    { data, mark: { type: "rule", strokeDash: [2, 3] }, encoding: { x } },
    {
      data,
      mark: {
        type: "point",
        shape: "circle",
        size: 110,
        strokeWidth: 2,
        filled: false,
        color: theme.text,
        tooltip: true,
      },
      encoding: {
        x,
        y,
        tooltip: [
          { field: "label", title: "Break-even at" },
          { field: "amountText", title: "Amount" },
          { field: "kind", title: "Kind" },
        ],
      },
    },
    {
      data,
      mark: { type: "text", align: "left", baseline: "top", dx: 4, dy: 2, fontWeight: "bold" },
      encoding: {
        x,
        y: { field: "textAt", type: "quantitative", scale: null },
        text: { field: "label" },
      },
    },
  ];
}
