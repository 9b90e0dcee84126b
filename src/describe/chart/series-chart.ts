import { exact } from "../../money/decimal.js";
import { add, type Fraction, formatExact, negate, ZERO } from "../../money/fraction.js";
import { periodForPeople } from "../../time/for-people.js";
import { isDateProblem, readCivilDate, readInstant } from "../../time/instant.js";
import { moneyText, numberAxis, placeOf } from "./axis.js";
import type { DrawnSeries } from "./schemas.js";
import { type Look, specOf, type VegaLiteSpec } from "./spec.js";

/** One thing that comes in or goes out, bucket by bucket; what goes out is below 0. */
interface Flow {
  readonly name: string;
  readonly color: string;
  readonly amounts: readonly Fraction[];
}

/** Revenue by charge above the axis, costs below it, and the margin as a line. */
export function seriesChart(series: DrawnSeries, look: Look): VegaLiteSpec {
  const { currency, range, buckets, total } = series;
  const flows = flowsOf(series, look);
  const spans = buckets.map(({ start, end }) => ({
    start: timeOf(start),
    end: timeOf(end),
    period: periodForPeople(start, end),
  }));
  const bars = spans.flatMap((span, index) => {
    let [above, below] = [ZERO, ZERO];
    return flows.flatMap(({ name, amounts }) => {
      const amount = amounts[index] ?? ZERO;
      if (amount.numerator === 0n) return [];
      const isBelow = amount.numerator < 0n;
      const from = isBelow ? below : above;
      const to = add(from, amount);
      if (isBelow) below = to;
      else above = to;
      return [
        {
          ...span,
          flow: name,
          from: placeOf(formatExact(from)),
          to: placeOf(formatExact(to)),
          amountText: moneyText(formatExact(amount), currency),
        },
      ];
    });
  });
  const margins = spans.map((span, index) => ({
    middle: (span.start + span.end) / 2,
    period: span.period,
    flow: MARGIN,
    margin: placeOf(buckets[index]?.margin ?? "0"),
    amountText: moneyText(buckets[index]?.margin ?? "0", currency),
  }));
  const y = numberAxis("Revenue above, costs below", currency, [
    ...bars.flatMap(({ from, to }) => [from, to]),
    ...margins.map(({ margin }) => margin),
  ]);
  const scale = {
    domain: [...flows.map(({ name }) => name), MARGIN],
    range: [...flows.map(({ color }) => color), look.theme.text],
  };
  const color = {
    field: "flow",
    type: "nominal",
    scale,
    legend: { title: null, orient: "top", columns: 4, symbolType: "square" },
  };
  const tooltip = [
    { field: "period", title: "Period" },
    { field: "flow", title: "What" },
    { field: "amountText", title: "Amount" },
  ];
  const time = { type: "temporal", scale: { type: "utc" } };
  const rate = total.marginRate === null ? "" : `, ${percent(total.marginRate)} of the revenue`;
  return specOf(
    look,
    {
      title: "Revenue, costs and margin",
      subtitle: [
        `${periodForPeople(range.from, range.from)} to ${periodForPeople(range.through, range.through)}, by ${series.bucket.replace("-", " ")}: revenue ${moneyText(total.revenue, currency)}, margin ${moneyText(total.margin, currency)}${rate}`,
      ],
    },
    {
      width: look.width,
      height: look.height,
      layer: [
        {
          data: { values: bars },
          mark: {
            type: "rect",
            tooltip: true,
            ...(buckets.length <= 31 && { stroke: look.theme.background, strokeWidth: 1 }),
          },
          encoding: {
            x: { field: "start", ...time, title: null, axis: { grid: false, labelFlush: false } },
            x2: { field: "end" },
            y: { field: "from", type: "quantitative", axis: y },
            y2: { field: "to" },
            color,
            tooltip,
          },
        },
        {
          data: { values: margins },
          mark: {
            type: "line",
            tooltip: true,
            strokeWidth: 2,
            ...(buckets.length <= 40 && { point: { size: 30 } }),
          },
          encoding: {
            x: { field: "middle", ...time },
            y: { field: "margin", type: "quantitative" },
            color,
            tooltip,
          },
        },
      ],
    },
  );
}

const MARGIN = "Margin";

/** Charges of each plan and costs, by names of their own. */
function flowsOf({ plans, costs, buckets }: DrawnSeries, { theme }: Look): readonly Flow[] {
  const names = new Set([MARGIN]);
  const unique = (name: string): string => {
    const own = names.has(name) ? unique(`${name} `) : name;
    names.add(own);
    return own;
  };
  const column = (amounts: readonly string[], sign: (amount: Fraction) => Fraction) =>
    buckets.map((_, index) => sign(exact(amounts[index] ?? "0")));
  const charges = plans.flatMap(({ ratePlanId, charges: own }) =>
    own.map((charge) => ({
      name:
        plans.length > 1 && ratePlanId !== null ? `${charge.name} (${ratePlanId})` : charge.name,
      amounts: column(charge.buckets.revenue, (amount) => amount),
    })),
  );
  const spent = costs.map((cost) => ({
    name: `Cost: ${cost.name}`,
    amounts: column(cost.buckets, negate),
  }));
  const drawn = (
    flows: readonly { readonly name: string; readonly amounts: readonly Fraction[] }[],
    colors: readonly string[],
  ) =>
    flows
      .filter(({ amounts }) => amounts.some(({ numerator }) => numerator !== 0n))
      .map(({ name, amounts }, index): Flow => {
        return { name: unique(name), amounts, color: colors[index % colors.length] ?? "" };
      });
  return [...drawn(charges, theme.series), ...drawn(spent, theme.costs)];
}

/** The moment of a date, a civil one as if in UTC: people see the date that is written. */
function timeOf(date: string): number {
  const civil = readCivilDate(date);
  if (typeof civil === "number") return civil;
  const instant = readInstant(date);
  return isDateProblem(instant) ? 0 : instant;
}

function percent(rate: string): string {
  return `${Math.round(placeOf(rate) * 1_000) / 10} %`;
}
