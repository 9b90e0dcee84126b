import { deepFreeze } from "../../data/deep-freeze.js";
import { issueMoved, PricingError, type PricingIssue } from "../../errors.js";
import { ONE } from "../../money/fraction.js";
import { scheduledAt } from "../../subscription/cadence.js";
import { formatDate } from "../../time/date.js";
import { type BilledLife, billLife } from "./bill-life.js";
import { dayText } from "./day-row.js";
import { costsOfEvents } from "./event-costs.js";
import { addGrowth, type Growth } from "./growing-bill.js";
import { type ReadSeries, readSeries, type SimulatedLife } from "./read-series.js";
import type { SeriesPlan, SimulationSeries } from "./types.js";
import {
  chargeFlows,
  type Flow,
  type FlowRules,
  figuresAt,
  type Row,
  runningRow,
  sumFlows,
  sumRows,
  totalOf,
  writeCharge,
  writeCost,
  writeFlow,
} from "./write-series.js";

/** How far a simulation has come. */
export interface SeriesProgress {
  /** Steps that are done. */
  readonly done: number;
  /** Steps in all: two for each billing period of each target, as it is priced, and laid over the buckets. */
  readonly total: number;
}

/** A simulation over time, from beginning to end. */
export function simulateSeries(
  target: unknown,
  usage: unknown,
  options: unknown,
): SimulationSeries {
  const steps = seriesSteps(target, usage, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** A simulation over time, step by step. What is wrong is thrown before the first. */
export function* seriesSteps(
  target: unknown,
  usage: unknown,
  options: unknown,
): Generator<SeriesProgress, SimulationSeries> {
  const issues: PricingIssue[] = [];
  const read = readSeries(target, usage, options, issues);
  if (read === undefined || issues.length > 0) throw new PricingError(issues);
  const { lives, policy, days, edges } = read;
  const periods = lives.map(({ life: { timeline } }) => {
    const last = Math.min(days.span.end, timeline.span.end) - 1;
    return (scheduledAt(timeline.schedule, last)?.index ?? 0) + 1;
  });
  const total = 2 * periods.reduce((a, b) => a + b, 0);
  let done = 0;
  const billed: BilledLife[] = [];
  for (const [index, { life, usage: own }] of lives.entries()) {
    const bill = billLife(life, days.span.end, own.given, policy, issues);
    if (bill !== undefined) billed.push(bill);
    done += periods[index] ?? 0;
    yield { done, total };
  }
  if (issues.length > 0) throw new PricingError(issues.map((each) => atQuantity(each, read)));
  const grown: Growth[] = [];
  for (const [index, { usage: own }] of lives.entries()) {
    const growth: Growth = { amounts: new Map(), quantities: new Map() };
    for (const part of billed[index]?.parts ?? []) {
      addGrowth(part, { edges, usage: own, spread: read.spread }, growth);
      if (part.part === "in-advance" || done === total) continue;
      done += 1;
      yield { done, total };
    }
    grown.push(growth);
  }
  return writeSeries(read, billed, grown);
}

/** A quantity that is missing, where it may be given. */
function atQuantity(issue: PricingIssue, { heldPath }: ReadSeries): PricingIssue {
  const chargeId = issue.path.at(-1);
  return issue.code === "missing_quantity" && typeof chargeId === "string"
    ? issueMoved(heldPath(chargeId), issue)
    : issue;
}

function writeSeries(
  read: ReadSeries,
  billed: readonly BilledLife[],
  grown: readonly Growth[],
): SimulationSeries {
  const { lives, edges, currency, days, unit, policy, costs, events = [] } = read;
  const rules: FlowRules = { count: edges.length - 1, rounding: read.rounding };
  const eventCosts = new Map(
    [...costsOfEvents(costs.ofEvents, events, edges, policy.deduplicate)].map(
      ([cost, values]) => [cost, runningRow(values, ONE, rules)] as const,
    ),
  );
  const costRows = new Map<string, Row[]>(costs.names.map((name) => [name, []]));
  for (const [{ name }, row] of eventCosts) costRows.get(name)?.push(row);
  const unowned = [...eventCosts].flatMap(([{ chargeId }, row]) =>
    chargeId === null ? [row] : [],
  );
  // A cost of events is that of one charge, also where several targets have one of its id.
  const ownerOf = (id: string | null) =>
    lives.findIndex(({ life }) => life.charges.some((charge) => charge.id === id));
  const written = lives.map((each, index) => {
    const own = [...eventCosts].filter(([{ chargeId }]) => ownerOf(chargeId) === index);
    const flows = chargeFlows(each.life.charges, grown[index] ?? NOTHING, {
      costs,
      rate: each.rate,
      decimals: each.life.rounding.decimals,
      eventCosts: new Map(own),
      rules,
      costRows,
    });
    // Costs of no charge are those of the only target.
    const flow = sumFlows(flows, lives.length === 1 ? unowned : [], rules);
    return { flow, plan: writePlan(each, billed[index], { flows, flow, rules }) };
  });
  const all = sumFlows(
    written.map(({ flow }) => flow),
    lives.length === 1 ? [] : unowned,
    rules,
  );
  const { first, starts, zone } = days;
  const columns = writeFlow(all, rules);
  const dates = edges.map((edge) => formatDate(edge, zone));
  return deepFreeze({
    schemaVersion: 1,
    currency,
    range: { from: dayText(first), through: dayText(first + starts.length - 1) },
    bucket: unit,
    flatFees: read.spread ? "spread" : "billing-date",
    buckets: all.revenue.map((_, index) => ({
      start: dates[index] ?? "",
      end: dates[index + 1] ?? "",
      ...figuresAt(columns, index),
    })),
    plans: written.map(({ plan }) => plan),
    costs: [...costRows].map(([name, rows]) => writeCost(name, sumRows(rows, rules), rules)),
    total: totalOf(all, rules),
    policy,
  });
}

const NOTHING: Growth = { amounts: new Map(), quantities: new Map() };

function writePlan(
  { life }: SimulatedLife,
  billed: BilledLife | undefined,
  {
    flows,
    flow,
    rules,
  }: {
    readonly flows: ReturnType<typeof chargeFlows>;
    readonly flow: Flow;
    readonly rules: FlowRules;
  },
): SeriesPlan {
  if (billed === undefined) throw new Error("unreachable: a life that was not billed");
  return {
    ratePlanId: life.ratePlanId,
    currency: life.plan.currency,
    charges: flows.map((each) => writeCharge(each, rules)),
    buckets: writeFlow(flow, rules),
    total: totalOf(flow, rules),
    usage: billed.report,
    warnings: billed.warnings,
  };
}
