import type { OutcomeState } from "../../usage/outcomes/outcome.js";
import { nearDecimal } from "../number-for-people.js";
import type { DrawnSettlement } from "./schemas.js";
import { type Look, specOf, type VegaLiteSpec } from "./spec.js";

/** How far an outcome comes, from one stage to the next. */
const STAGES: readonly {
  readonly name: string;
  readonly holds: (outcome: DrawnSettlement["outcomes"][number]) => boolean;
}[] = [
  { name: "Attempts", holds: () => true },
  { name: "Qualified", holds: ({ state }) => state !== "unqualified" },
  {
    name: "Confirmed",
    holds: ({ state, confirmedAt }) =>
      confirmedAt !== null && state !== "unqualified" && state !== "superseded",
  },
  { name: "Settled", holds: ({ state }) => state === "settled" },
  { name: "Reversed", holds: ({ state }) => state === "reversed" },
];

/** What states are called, in the order in which they are drawn. */
const STATES: { readonly [state in OutcomeState]: string } = {
  settled: "settled",
  confirmed: "confirmed, may be reversed",
  free: "free",
  pending: "pending",
  reversed: "reversed",
  blocked: "blocked",
  superseded: "superseded",
  unqualified: "unqualified",
};

/** The funnel of outcomes: how many come how far, and where they stand. */
export function outcomeChart({ outcomes }: DrawnSettlement, look: Look): VegaLiteSpec {
  const { theme } = look;
  const [blue = "", orange = "", green = "", purple = ""] = theme.series;
  const colors: { readonly [state in OutcomeState]: string } = {
    settled: green,
    confirmed: blue,
    free: purple,
    pending: orange,
    reversed: theme.bad,
    blocked: theme.costs[2] ?? "",
    superseded: theme.costs[1] ?? "",
    unqualified: theme.costs[3] ?? "",
  };
  const known = Object.keys(STATES) as readonly OutcomeState[];
  const present = known.filter((state) => outcomes.some((outcome) => outcome.state === state));
  const stages = STAGES.map(({ name, holds }) => {
    const own = outcomes.filter(holds);
    const share = outcomes.length === 0 ? 0 : (own.length / outcomes.length) * 100;
    const label = `${nearDecimal(String(own.length), 0)} (${Math.round(share * 10) / 10} %)`;
    return { name, own, label };
  });
  const values = stages.flatMap(({ name, own }) =>
    present.flatMap((state, order) => {
      const count = own.filter((outcome) => outcome.state === state).length;
      return count === 0 ? [] : [{ stage: name, state: STATES[state], order, count }];
    }),
  );
  const y = {
    field: "stage",
    type: "nominal",
    sort: STAGES.map(({ name }) => name),
    title: null,
    axis: { labelFontSize: 12, ticks: false, domain: false },
  };
  const x = {
    type: "quantitative",
    scale: { domain: [0, Math.max(1, outcomes.length)] },
    axis: { title: "Outcomes", format: ",d", tickMinStep: 1 },
  };
  return specOf(
    look,
    {
      title: "How far outcomes come",
      subtitle: ["In per cent of all attempts, by where they stand"],
    },
    {
      width: look.width,
      height: { step: 44 },
      layer: [
        {
          data: { values },
          mark: { type: "bar", tooltip: true },
          encoding: {
            y,
            x: { field: "count", ...x },
            color: {
              field: "state",
              type: "nominal",
              scale: {
                domain: present.map((state) => STATES[state]),
                range: present.map((state) => colors[state]),
              },
              legend: { title: null, orient: "top", columns: 4 },
            },
            order: { field: "order" },
            tooltip: [
              { field: "stage", title: "Stage" },
              { field: "state", title: "State" },
              { field: "count", title: "Outcomes" },
            ],
          },
        },
        {
          data: {
            values: stages.map(({ name, own, label }) => ({
              stage: name,
              count: own.length,
              label,
            })),
          },
          mark: { type: "text", align: "left", dx: 6, fontSize: 12 },
          encoding: { y, x: { field: "count", ...x }, text: { field: "label" } },
        },
      ],
    },
  );
}
