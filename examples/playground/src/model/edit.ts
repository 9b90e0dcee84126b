/** What one can do to a state. Each takes one and returns another. */
import {
  isRecord,
  type Json,
  type JsonRecord,
  keyOf,
  listOf,
  type Path,
  recordOf,
  textOf,
  valueAt,
  withValueAt,
} from "./json.js";
import { MODELS, type Model, rowOf } from "./models.js";
import {
  type Draft,
  draftOf,
  FIRST_SHOWN,
  NO_USAGE,
  type Scenario,
  type Shown,
  type State,
  type UsageDraft,
} from "./state.js";

export function draftShown({ drafts, shown }: State): Draft {
  return drafts[shown.draft] ?? drafts[0] ?? draftOf({});
}

export function planPath({ plan }: Shown): Path {
  return ["ratePlans", plan];
}

export function chargePath({ plan, charge }: Shown): Path {
  return ["ratePlans", plan, "charges", charge];
}

/** Types something into the draft that is shown; `undefined` takes it away. */
export function type(state: State, path: Path, value: Json | undefined): State {
  return withDraft(state, (draft) => ({
    ...draft,
    product: recordOf(withValueAt(draft.product, path, value)),
  }));
}

export function show(state: State, shown: Partial<Shown>): State {
  return withinBounds({ ...state, shown: { ...state.shown, ...shown } });
}

export function set<K extends keyof Scenario>(state: State, key: K, value: Scenario[K]): State {
  return { ...state, scenario: { ...state.scenario, [key]: value } };
}

export function setUsage(state: State, chargeId: string, change: Partial<UsageDraft>): State {
  const { usage } = state.scenario;
  return set(state, "usage", {
    ...usage,
    [chargeId]: { ...NO_USAGE, ...usage[chargeId], ...change },
  });
}

export function setCost(state: State, unit: string, cost: string): State {
  return set(state, "costs", { ...state.scenario.costs, [unit]: cost });
}

/** Takes another charge model. What was typed for the one before is kept; tiers go along where they mean the same. */
export function chooseModel(state: State, path: Path, model: Model): State {
  const { product, shelf } = draftShown(state);
  const charge = recordOf(valueAt(product, path));
  const before = recordOf(charge["pricing"]);
  const slot = (name: string) => `${textOf(charge["id"]) || keyOf(path)}/${name}`;
  const next = shelf[slot(model)] ?? carriedOver(before, model) ?? MODELS[model].fresh;
  const unit = MODELS[model].counts !== "nothing" && textOf(charge["unitOfMeasure"]) === "";
  return withDraft(state, (draft) => ({
    product: recordOf(
      withValueAt(draft.product, path, {
        ...charge,
        ...(unit ? { unitOfMeasure: "@outcome" } : {}),
        pricing: next,
      }),
    ),
    shelf: { ...draft.shelf, [slot(textOf(before["model"]))]: before },
  }));
}

function carriedOver(before: JsonRecord, model: Model): JsonRecord | undefined {
  const columns = rowOf(before["model"])?.tiers;
  const { tiers, fields } = MODELS[model];
  if (columns === undefined || columns !== tiers) return undefined;
  const kept = Object.entries(before).filter(
    ([key]) => key === "tiers" || fields.some((field) => field.key === key),
  );
  return { ...Object.fromEntries(kept), model };
}

/** A tier between the one before and the last, which has no end. */
export function addTier(state: State, path: Path): State {
  const tiers = listOf(valueAt(draftShown(state).product, path)).map(recordOf);
  const last = tiers.at(-1) ?? {};
  const bound = Number(textOf(tiers.at(-2)?.["upTo"]));
  const upTo = String(Number.isFinite(bound) && bound > 0 ? bound * 2 : 100);
  return type(state, path, [...tiers.slice(0, -1), { upTo, ...omit(last, "upTo") }, last]);
}

/** Takes a row of a list away. */
export function removeRow(state: State, path: Path): State {
  return withinBounds(type(state, path, undefined));
}

export function addPlan(state: State): State {
  const plans = listOf(draftShown(state).product["ratePlans"]);
  const [first] = plans;
  const id = freshId("plan", plans);
  const plan = isRecord(first)
    ? { ...first, id, name: `Plan ${plans.length + 1}` }
    : {
        id,
        name: "Plan",
        currency: "USD",
        billingCycle: "monthly",
        effectiveDate: "2026-01-01",
        charges: [],
      };
  const next = type(state, ["ratePlans", plans.length], plan);
  return show(next, { plan: plans.length, charge: 0 });
}

export function addCharge(state: State): State {
  const path = [...planPath(state.shown), "charges"];
  const charges = listOf(valueAt(draftShown(state).product, path));
  const charge = {
    id: freshId("charge", charges),
    name: `Charge ${charges.length + 1}`,
    chargeType: "usage",
    unitOfMeasure: "@action",
    pricing: MODELS["per-unit"].fresh,
  };
  const next = type(state, [...path, charges.length], charge);
  return show(next, { charge: charges.length });
}

function freshId(word: string, rows: readonly Json[]): string {
  const taken = new Set(rows.map((row) => textOf(recordOf(row)["id"])));
  let number = rows.length + 1;
  while (taken.has(`${word}-${number}`)) number += 1;
  return `${word}-${number}`;
}

/** Begins to compare: the second draft is a copy of the first, to be changed. */
export function compareDrafts(state: State): State {
  const [first] = state.drafts;
  if (first === undefined || state.drafts.length > 1) return state;
  return show({ ...state, drafts: [first, first] }, { draft: 1 });
}

/** Goes on with one draft alone. */
export function keepDraft(state: State, index: number): State {
  const kept = state.drafts[index];
  return kept === undefined ? state : show({ ...state, drafts: [kept] }, { draft: 0 });
}

/** Puts a catalog in place of the draft that is shown. */
export function replaceProduct(state: State, product: JsonRecord): State {
  const drafts = state.drafts.map((each, index) =>
    index === state.shown.draft ? draftOf(product) : each,
  );
  const { draft, chart } = state.shown;
  return { ...state, drafts, shown: { ...FIRST_SHOWN, draft, chart } };
}

/** Moves an event in time, by minutes, within the dates that are looked at. */
export function moveEvent(state: State, index: number, timestamp: string): State {
  return set(
    state,
    "events",
    state.scenario.events.map((event, at) => (at === index ? { ...event, timestamp } : event)),
  );
}

export function addEvent(state: State, kind: "outcome" | "signal"): State {
  const { events, asOf } = state.scenario;
  const model = events.find((event) => "unitOfMeasure" in event === (kind === "outcome"));
  const id = freshId(kind, events);
  const fresh: JsonRecord = {
    customerId: "shop",
    subject: "conv-1",
    ...(kind === "outcome" ? { unitOfMeasure: "@outcome" } : { name: "reopened" }),
  };
  const event = { ...(model ?? fresh), id, timestamp: asOf };
  return set(state, "events", [...events, event]);
}

export function removeEvent(state: State, index: number): State {
  return set(
    state,
    "events",
    state.scenario.events.filter((_, at) => at !== index),
  );
}

function withDraft(state: State, change: (draft: Draft) => Draft): State {
  const { draft: shown } = state.shown;
  const drafts = state.drafts.map((draft, index) => (index === shown ? change(draft) : draft));
  return { ...state, drafts };
}

/** What is looked at is there. */
function withinBounds(state: State): State {
  const { shown } = state;
  const last = (rows: Json | undefined) => Math.max(0, listOf(rows).length - 1);
  const { product } = draftShown(state);
  const plan = Math.min(shown.plan, last(product["ratePlans"]));
  const charges = valueAt(product, ["ratePlans", plan, "charges"]);
  const charge = Math.min(shown.charge, last(charges));
  return { ...state, shown: { ...shown, plan, charge } };
}

function omit(record: JsonRecord, key: string): JsonRecord {
  const { [key]: _, ...rest } = record;
  return rest;
}
