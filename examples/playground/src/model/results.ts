/** Everything that follows from a state: what rateplan makes of it. Pure; nothing is kept. */
import {
  type BreakEven,
  breakEven,
  type Charge,
  type Comparison,
  compare,
  documentsDue,
  type EventInput,
  type Explainable,
  type Explanation,
  explain,
  type Invoice,
  invoice,
  type Outcome,
  type OutcomeSettlement,
  type Product,
  type RatePlan,
  type Simulation,
  type SimulationSeries,
  type Sweep,
  settleOutcomes,
  simulate,
  sumAmounts,
  sweep,
  type TierUse,
  upcoming,
} from "rateplan";
import { type Chartable, chart, type VegaLiteSpec } from "rateplan/chart";
import { type JsonRecord, textOf } from "./json.js";
import { type Attempt, attempt, knownCosts, written } from "./reading.js";
import type { Scenario, Shown } from "./state.js";
import {
  countsOf,
  heldQuantities,
  usageOf,
  usageOfPeriod,
  usageOfRange,
  usedQuantities,
} from "./usage.js";

/** The plan of a product that is looked at. */
export function planShown(product: Product, { plan }: Pick<Shown, "plan">): RatePlan | undefined {
  return product.ratePlans[plan] ?? product.ratePlans[0];
}

/** Its charge. */
export function chargeShown(product: Product, shown: Shown): Charge | undefined {
  return planShown(product, shown)?.charges[shown.charge];
}

/** What one billing period comes to, from quantities. */
export function onePeriod(plan: RatePlan, { usage }: Pick<Scenario, "usage">): Attempt<Simulation> {
  return attempt(() =>
    simulate(plan, usageOfPeriod(plan, usage), { quantities: heldQuantities(plan, usage) }),
  );
}

/** What is billed in all. */
export interface Billed {
  readonly amount: string;
  readonly currency: string;
}

/** What a draft comes to: one period of quantities, or all documents that the events lead to. */
export function billed(product: Product, plan: RatePlan, scenario: Scenario): Attempt<Billed> {
  if (scenario.source === "quantities") return onePeriod(plan, scenario);
  const found = documents(product, plan, scenario);
  if (!found.ok) return found;
  const amount = sumAmounts(["0.00", ...found.value.map(({ total }) => total)]);
  return { ok: true, value: { amount, currency: plan.currency } };
}

/** Something that two drafts bill, or one of them. */
export interface SideRow {
  readonly key: string;
  readonly name: string;
  readonly a: string | null;
  readonly b: string | null;
  /** What B bills more. */
  readonly difference: string;
}

/** Two drafts side by side: line by line for quantities, document by document for events. */
export function sideBySide(
  a: readonly (Simulation | Invoice)[],
  b: readonly (Simulation | Invoice)[],
): readonly SideRow[] {
  const rows = new Map<string, { readonly name: string; a: string | null; b: string | null }>();
  for (const [side, bills] of [["a", a] as const, ["b", b] as const]) {
    for (const { key, name, amount } of bills.flatMap(rowsOf)) {
      const row = rows.get(key) ?? { name, a: null, b: null };
      row[side] = sumAmounts([row[side] ?? "0", amount]);
      rows.set(key, row);
    }
  }
  return [...rows].map(([key, row]) => ({
    key,
    ...row,
    difference: subtracted(row.b ?? "0", row.a ?? "0"),
  }));
}

function rowsOf(bill: Simulation | Invoice) {
  if (!("total" in bill)) {
    return bill.lines.map(({ key, description, amount }) => ({ key, name: description, amount }));
  }
  const { period, scope, total } = bill;
  return [
    { key: `${scope} ${period.start}`, name: `${period.start} to ${period.end}`, amount: total },
  ];
}

/** What one amount is more than another. */
export function subtracted(amount: string, other: string): string {
  return sumAmounts([amount, other.startsWith("-") ? other.slice(1) : `-${other}`]);
}

/** What the bills of a state are: one period of quantities, or the documents that the events lead to. */
export function bills(
  product: Product,
  plan: RatePlan,
  scenario: Scenario,
): Attempt<readonly (Simulation | Invoice)[]> {
  if (scenario.source === "events") return documents(product, plan, scenario);
  const bill = onePeriod(plan, scenario);
  return bill.ok ? { ok: true, value: [bill.value] } : bill;
}

/** What the range of dates comes to, bucket by bucket. */
export function overTime(
  product: Product,
  plan: RatePlan,
  scenario: Scenario,
): Attempt<SimulationSeries> {
  const { range, bucket, flatFees, usage, source } = scenario;
  const quantities = heldQuantities(plan, usage);
  return attempt(() =>
    simulate(product, source === "events" ? events(scenario) : usageOfRange(plan, scenario), {
      ratePlanId: plan.id,
      range,
      bucket,
      flatFees,
      costs: knownCosts({ ratePlans: [plan] }, scenario.costs),
      subscription: { quantities },
      ...(source === "events" ? { policy: CREDITS } : {}),
    }),
  );
}

/** What one charge costs at every quantity up to `most`. */
export function byQuantity(plan: RatePlan, charge: Charge, most: number): Attempt<Sweep> {
  return attempt(() => sweep({ currency: plan.currency, ...charge }, steps(most)));
}

/** How far the slider of a charge goes: beyond its last tier, and beyond what was typed. */
export function mostOf(charge: Charge, typed: string): number {
  const { pricing } = charge;
  const tiers = "tiers" in pricing ? (pricing.tiers ?? []) : [];
  const bounds = tiers.flatMap(({ upTo }) => (upTo === undefined ? [] : [Number(upTo)]));
  const included = "includedUnits" in pricing ? Number(pricing.includedUnits) * 2 : 0;
  const size = pricing.model === "package" ? Number(pricing.size) * 5 : 0;
  const quantity = Number(typed);
  const wanted = Math.max(
    ...bounds.map((bound) => bound * 1.4),
    included,
    size,
    Number.isFinite(quantity) ? quantity * 1.2 : 0,
    100,
  );
  return niceAbove(wanted);
}

/** 1, 1.5, 2, 3, 5 or 7 times a power of ten. */
function niceAbove(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 1.5, 2, 3, 5, 7].find((step) => step * power >= wanted) ?? 10);
}

function steps(most: number) {
  return { from: 0, to: most, step: Math.max(1, Math.round(most / 200)) };
}

/** Two plans over the quantity of one charge, and where the cheaper changes. */
export interface Compared {
  readonly comparison: Comparison;
  readonly breakEven: BreakEven | undefined;
}

export function twoPlans(
  a: RatePlan,
  b: RatePlan,
  {
    charge,
    most,
    usage,
  }: { readonly charge: Charge; readonly most: number; readonly usage: Scenario["usage"] },
): Attempt<Compared> {
  const quantities = { ...heldQuantities(b, usage), ...heldQuantities(a, usage) };
  const others: Readonly<Record<string, string>> = {
    ...usedQuantities(b, usage),
    ...usedQuantities(a, usage),
  };
  const { [charge.id]: _, ...fixed } = others;
  const isHeld = charge.chargeType === "recurring";
  const { [charge.id]: __, ...held } = quantities;
  const { to, step } = steps(most);
  const row = Array.from({ length: Math.floor(to / step) + 1 }, (___, index) => index * step);
  return attempt(() => {
    // A row that is one quantity is drawn over it; with other quantities beside it, each row is a record of them.
    const alone = Object.keys(fixed).length === 0 && !isHeld;
    const comparison = alone
      ? compare({ A: a, B: b }, row, { quantities })
      : compare(
          { A: a, B: b },
          row.map((quantity) => ({ ...fixed, [charge.id]: quantity })),
          { quantities: held },
        );
    const points = attempt(() =>
      breakEven(a, b, { to: most }, { of: charge.id, usage: fixed, quantities: held }),
    );
    return {
      comparison: alone ? comparison : withQuantities(comparison, row),
      breakEven: points.ok ? points.value : undefined,
    };
  });
}

/** The rows say the quantity that is varied: they are drawn over it. */
function withQuantities(comparison: Comparison, row: readonly number[]): Comparison {
  return {
    ...comparison,
    rows: comparison.rows.map((each, index) => ({ ...each, quantity: String(row[index] ?? 0) })),
  };
}

/** Events as typed, without empty fields. Bad ones are reported by rateplan, never thrown. */
function events({ events: typed }: Pick<Scenario, "events">): readonly EventInput[] {
  return typed.map((event) => written(event) as unknown as EventInput);
}

/** Whose events they are. */
function subscriptionOf(plan: RatePlan, { events: typed, range, usage }: Scenario) {
  const customerId = textOf(
    typed.find((event) => textOf(event["customerId"]) !== "")?.["customerId"],
  );
  return {
    id: "sub-1",
    customerId: customerId === "" ? "customer" : customerId,
    ratePlanId: plan.id,
    startDate: range.from,
    quantities: heldQuantities(plan, usage),
  };
}

/** The documents of a customer up to the moment of knowledge; the last one is that of the running period. */
function documents(
  product: Product,
  plan: RatePlan,
  scenario: Scenario,
): Attempt<readonly Invoice[]> {
  const { asOf, range } = scenario;
  return attempt(() => {
    const subscription = subscriptionOf(plan, scenario);
    const usage = events(scenario);
    const request = { catalog: product, subscription, usage, policy: CREDITS } as const;
    const closed: Invoice[] = [];
    for (;;) {
      const last = closed.at(-1);
      const [due] = documentsDue(subscription, {
        catalog: product,
        until: asOf,
        ...(last && { last }),
      });
      if (due === undefined || closed.length === MOST_DOCUMENTS) break;
      const previous = [...closed];
      const rerate = closed.some(({ scope }) => scope === "period")
        ? { from: range.from }
        : undefined;
      closed.push(invoice({ ...request, period: due.period, previous, ...(rerate && { rerate }) }));
    }
    const rerate = closed.some(({ scope }) => scope === "period")
      ? { from: range.from }
      : undefined;
    const running = attempt(() =>
      upcoming({ ...request, previous: closed, asOf, ...(rerate && { rerate }) }),
    );
    return running.ok ? [...closed, running.value] : closed;
  });
}

const MOST_DOCUMENTS = 60;

/** Events may take money back: what a guarantee pays, for example. */
const CREDITS = { negativeUsage: "allow" } as const;

/** The outcomes of a charge, where it has a policy: what its `filter` names, judged as of the moment of knowledge. */
export function settled(
  charge: Charge,
  scenario: Scenario,
): Attempt<OutcomeSettlement> | undefined {
  if (charge.chargeType !== "usage" || charge.outcome === undefined) return undefined;
  const { outcome, unitOfMeasure, filter } = charge;
  if (filter?.where !== undefined) return undefined;
  const own = events(scenario).filter(
    (event) =>
      !("unitOfMeasure" in event) ||
      (event.unitOfMeasure === unitOfMeasure &&
        (filter?.names === undefined || filter.names.some((name) => name === event.name))),
  );
  const { from: start } = scenario.range;
  const whole = { start, end: "2100-01-01" };
  return attempt(() =>
    settleOutcomes(own, outcome, {
      asOf: scenario.asOf,
      ...(outcome.uniqueBy?.per === "billing-period" ? { periods: [whole] } : {}),
    }),
  );
}

/** The state of each outcome of a plan, by the id of its event. */
export function outcomesOf(plan: RatePlan, scenario: Scenario): ReadonlyMap<string, Outcome> {
  const all = plan.charges.flatMap((charge) => {
    const own = settled(charge, scenario);
    return own?.ok === true ? own.value.outcomes : [];
  });
  return new Map(all.map((outcome) => [outcome.id, outcome]));
}

/** The tiers that the lines of a charge passed through. */
export function tiersOf(
  { lines }: { readonly lines: Simulation["lines"] | Invoice["lines"] },
  chargeId: string,
): readonly TierUse[] {
  return lines.flatMap((line) => (line.chargeId === chargeId ? line.tiers : []));
}

/** What the usage of one period costs, from costs by unit; quantities that are none cost nothing. */
export function costOfPeriod(plan: RatePlan, scenario: Scenario): Attempt<string> {
  const { usage } = scenario;
  const costs = knownCosts({ ratePlans: [plan] }, scenario.costs);
  return attempt(() => {
    const quantities = plan.charges.flatMap((charge) => {
      const unit = "unitOfMeasure" in charge ? charge.unitOfMeasure : undefined;
      const cost = unit === undefined ? undefined : costs[unit];
      const { quantity } = usageOf(charge, usage);
      return cost === undefined || quantity === "" || countsOf(charge) === undefined
        ? []
        : [simulate(pricedAt(cost, plan.currency), quantity).amount];
    });
    return sumAmounts(quantities.length === 0 ? ["0.00"] : quantities);
  });
}

/** A charge that is what a unit costs: its price is the cost. */
function pricedAt(unitPrice: string, currency: string) {
  return {
    id: "cost",
    name: "Cost",
    currency,
    chargeType: "usage",
    unitOfMeasure: "unit",
    pricing: { model: "per-unit", unitPrice },
  } as const;
}

export function explained(what: Explainable): Attempt<Explanation> {
  return attempt(() => explain(what, { format: "data", eventIds: true }));
}

/** A result as a picture; what cannot be drawn says why. */
export function drawn(
  what: Chartable,
  options: Parameters<typeof chart>[1],
): Attempt<VegaLiteSpec> {
  return attempt(() => chart(what, options));
}

/** Amounts for people: thousands are set apart, digits stay. */
export function money(amount: string): string {
  const [whole = "", decimals] = amount.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",").replace("-", "−");
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** An event is an outcome, or a signal about some. */
export function isOutcome(event: JsonRecord): boolean {
  return "unitOfMeasure" in event;
}
