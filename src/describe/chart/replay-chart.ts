import { moneyText, numberAxis, placeOf } from "./axis.js";
import type { DrawnReplay } from "./schemas.js";
import { type Look, type Part, specOf, type VegaLiteSpec } from "./spec.js";

const SIDES = ["pay less", "pay the same", "pay more"] as const;
/** The most candidates whose movers are drawn. */
const MOST_SHOWN = 4;
const ROW = 24;

/** Who wins and who loses under each candidate: how many, by how much, and the biggest movers. */
export function replayChart(replay: DrawnReplay, look: Look): VegaLiteSpec {
  const { currency, baseline, candidates } = replay;
  const names = candidates.map(({ name }) => name);
  const sides = sidesOf(look);
  const y = { field: "plan", type: "nominal", sort: names, title: null };
  const size = { width: look.width, height: { step: ROW } };
  const counts = {
    ...size,
    title: part("How many customers"),
    data: {
      values: candidates.flatMap(({ name, winners, losers, unchanged }) =>
        [winners.customers, unchanged, losers.customers].map((customers, index) => {
          return { plan: name, side: SIDES[index] ?? "", order: index, customers };
        }),
      ),
    },
    mark: { type: "bar", tooltip: true },
    encoding: {
      y,
      x: {
        field: "customers",
        type: "quantitative",
        axis: numberAxis("Customers", "", [replay.customers]),
      },
      color: {
        field: "side",
        type: "nominal",
        ...sides,
        legend: { title: null, orient: "top" },
      },
      order: { field: "order" },
      tooltip: [
        { field: "plan", title: "Plan" },
        { field: "side", title: "Customers who" },
        { field: "customers", title: "Number" },
      ],
    },
  };
  const moved = candidates.filter(
    ({ topWinners, topLosers }) => topWinners.length + topLosers.length > 0,
  );
  return specOf(
    look,
    {
      title: "Who would win and who would lose",
      subtitle: [
        `Against what is billed at present (${baseline}, where nothing else is said): below 0 a customer pays less`,
      ],
    },
    {
      vconcat: [
        counts,
        ...spreadOf(replay, look),
        ...moved.slice(0, MOST_SHOWN).map((candidate) => moversOf(candidate, currency, look)),
      ],
      resolve: { scale: { color: "independent" } },
    },
  );
}

function sidesOf({ theme: { good, costs, bad } }: Look) {
  return { scale: { domain: [...SIDES], range: [good, costs[1] ?? "", bad] } };
}

function part(text: string): Part {
  return { text, fontSize: 13, fontWeight: "bold", offset: 8 };
}

/** The percentiles of the differences: from the lowest to the highest a line, between the inner ones a bar, and the middle as a mark. */
function spreadOf({ candidates, currency }: DrawnReplay, look: Look): readonly Part[] {
  const rows = candidates.flatMap(({ name, percentiles }) => {
    const sorted = percentiles.toSorted((a, b) => a.percentile - b.percentile);
    const [lowest, highest] = [sorted[0], sorted.at(-1)];
    if (lowest === undefined || highest === undefined) return [];
    const [low = lowest, high = highest] = sorted.length >= 4 ? [sorted[1], sorted.at(-2)] : [];
    const middle = sorted[Math.floor(sorted.length / 2)] ?? lowest;
    const text = (each: typeof lowest) =>
      `${each.percentile} %: ${moneyText(each.difference, currency)}`;
    return [
      {
        plan: name,
        lowest: placeOf(lowest.difference),
        low: placeOf(low.difference),
        middle: placeOf(middle.difference),
        high: placeOf(high.difference),
        highest: placeOf(highest.difference),
        text: sorted.map(text).join(", "),
      },
    ];
  });
  if (rows.length === 0) return [];
  const y = {
    field: "plan",
    type: "nominal",
    sort: candidates.map(({ name }) => name),
    title: null,
  };
  const axis = numberAxis(
    "Difference of a customer",
    currency,
    rows.flatMap((row) => [row.lowest, row.highest]),
  );
  const x = (field: string) => ({ field, type: "quantitative", axis });
  const tooltip = [
    { field: "plan", title: "Plan" },
    { field: "text", title: "Percentiles" },
  ];
  const first = candidates.find(({ percentiles }) => percentiles.length > 0)?.percentiles ?? [];
  const said = first.map(({ percentile }) => percentile).sort((a, b) => a - b);
  return [
    {
      width: look.width,
      height: { step: ROW },
      title: part(`By how much: percentiles ${said.join(", ")}`),
      data: { values: rows },
      layer: [
        {
          mark: { type: "rule", color: look.theme.quiet, tooltip: true },
          encoding: { y, x: x("lowest"), x2: { field: "highest" }, tooltip },
        },
        {
          mark: { type: "bar", height: 10, color: look.theme.costs[0] ?? "", tooltip: true },
          encoding: { y, x: x("low"), x2: { field: "high" }, tooltip },
        },
        {
          mark: { type: "tick", thickness: 3, height: 16, color: look.theme.text, tooltip: true },
          encoding: { y, x: x("middle"), tooltip },
        },
      ],
    },
  ];
}

/** The customers who move most under a candidate. */
function moversOf(
  { name, topWinners, topLosers }: DrawnReplay["candidates"][number],
  currency: string,
  look: Look,
): Part {
  const movers = [...topWinners, ...topLosers.toReversed()].map(
    ({ customerId, difference }, index) => ({
      row: `${index} ${customerId}`,
      customer: customerId,
      side: difference.startsWith("-") ? SIDES[0] : SIDES[2],
      difference: placeOf(difference),
      text: moneyText(difference, currency),
    }),
  );
  const places = movers.map(({ difference }) => difference);
  return {
    width: look.width,
    height: { step: ROW - 6 },
    title: part(`Biggest movers: ${name}`),
    data: { values: movers },
    mark: { type: "bar", tooltip: true },
    encoding: {
      y: {
        field: "row",
        type: "nominal",
        sort: movers.map(({ row }) => row),
        title: null,
        // A customer may move by the same as another, or be there twice: the number in front tells rows apart.
        axis: {
          labelExpr: "substring(datum.label, indexof(datum.label, ' ') + 1)",
          labelLimit: 160,
        },
      },
      x: {
        field: "difference",
        type: "quantitative",
        axis: numberAxis("Difference", currency, places),
      },
      color: { field: "side", type: "nominal", ...sidesOf(look), legend: null },
      tooltip: [
        { field: "customer", title: "Customer" },
        { field: "text", title: "Difference" },
      ],
    },
  };
}
