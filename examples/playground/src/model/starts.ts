/** Where one may begin: the seed's product, a plan with every charge model, and the terms of six vendors. */
import type { Json, JsonRecord } from "./json.js";
import { MODELS } from "./models.js";
import {
  draftOf,
  FIRST_SCENARIO,
  FIRST_SHOWN,
  NO_USAGE,
  type Scenario,
  type Shown,
  type State,
  type UsageDraft,
} from "./state.js";
import { VENDORS } from "./vendors.js";

/** A starting point. */
export interface Start {
  readonly id: string;
  readonly name: string;
  /** What it shows, and whose terms it is modelled on. */
  readonly about: string;
  readonly state: State;
}

const seed: Start = {
  id: "seed",
  name: "OCR product: tiered outcomes",
  about: "The first 100 outcomes at $50, the next 400 at $40, all further ones at $30.",
  state: stateOf(
    [
      {
        id: "outcome",
        name: "outcome charge",
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: {
          model: "tiered",
          tiers: [
            { upTo: "100", unitPrice: "50" },
            { upTo: "500", unitPrice: "40" },
            { unitPrice: "30" },
          ],
        },
      },
    ],
    {
      product: { id: "ocr", name: "ocr product", agentType: "ocr-agent" },
      plan: { id: "starter", name: "Starter plan" },
      scenario: {
        usage: { outcome: used("650", { perDay: "21" }) },
        costs: { "@outcome": "14" },
      },
    },
  ),
};

const models: Start = {
  id: "models",
  name: "Every charge model",
  about:
    "One plan with a charge of each model, and a set-up fee: what each asks for, and what it shows.",
  state: stateOf(
    [
      {
        id: "setup",
        name: "Set-up",
        chargeType: "one-time",
        pricing: { model: "flat", amount: "500" },
      },
      {
        id: "platform",
        name: "Platform",
        chargeType: "recurring",
        billingTiming: "in-advance",
        pricing: { model: "flat", amount: "99" },
      },
      charge("seats", "Seats", "@seat", "volume", { chargeType: "recurring" }),
      charge("calls", "Calls", "call", "per-unit"),
      charge("pages", "Pages", "page", "tiered"),
      charge("projects", "Projects", "project", "stairstep"),
      charge("storage", "Storage", "gigabyte", "package"),
      charge("messages", "Messages", "message", "overage"),
      charge("payments", "Payments", "payment", "percentage"),
      charge("tasks", "Tasks", "task", "matrix"),
      charge("tokens", "Tokens", "token-run", "pre-rated"),
      {
        id: "launch",
        name: "Launch discount",
        chargeType: "usage",
        pricing: MODELS.discount.fresh,
      },
    ],
    {
      product: { id: "suite", name: "Agent suite", agentType: "suite-agent" },
      plan: { id: "all", name: "All models" },
      shown: { charge: 4 },
      scenario: {
        bucket: "month",
        usage: {
          seats: used("12"),
          calls: used("400", { perDay: "13" }),
          pages: used("240", { shape: "ramp", perDay: "4", to: "16" }),
          projects: used("60", { perDay: "2" }),
          storage: used("250", { perDay: "8" }),
          messages: used("180", { shape: "seasonal", perDay: "8", weekend: "0.5" }),
          payments: used("1200", { perDay: "40" }),
          tasks: used("20", { perDay: "1" }),
          tokens: used("85.50", { perDay: "2.85" }),
        },
        costs: { call: "0.12", page: "1.10", message: "0.20" },
      },
    },
  ),
};

const vendors: readonly Start[] = VENDORS.map(({ id, name, about, charges, events }) => ({
  id,
  name,
  about,
  state: stateOf(charges, {
    product: { id: "agent", name: "Agent", agentType: "agent" },
    plan: { id: "plan", name: "Plan" },
    effectiveDate: "2026-06-01",
    shown: { chart: "outcomes" },
    scenario: {
      source: "events",
      range: { from: "2026-06-01", through: "2026-07-31" },
      asOf: "2026-07-20T00:00:00Z",
      usage: Object.fromEntries(
        charges.map((each) => [String(each["id"]), used("100", { perDay: "3" })]),
      ),
      events,
    },
  }),
}));

export const STARTS: readonly [Start, ...Start[]] = [seed, models, ...vendors];

interface Around {
  readonly product: JsonRecord;
  readonly plan: JsonRecord;
  readonly effectiveDate?: string;
  readonly shown?: Partial<Shown>;
  readonly scenario: Partial<Scenario>;
}

/** A state with one plan of these charges. */
function stateOf(
  charges: readonly JsonRecord[],
  { product, plan, effectiveDate = "2026-01-01", shown, scenario }: Around,
): State {
  const ratePlans: Json = [
    { ...plan, currency: "USD", billingCycle: "monthly", effectiveDate, charges },
  ];
  return {
    drafts: [draftOf({ ...product, effectiveDate, ratePlans })],
    shown: { ...FIRST_SHOWN, ...shown },
    scenario: { ...FIRST_SCENARIO, ...scenario },
  };
}

function charge(
  id: string,
  name: string,
  unitOfMeasure: string,
  model: keyof typeof MODELS,
  more: JsonRecord = {},
): JsonRecord {
  return { id, name, chargeType: "usage", unitOfMeasure, ...more, pricing: MODELS[model].fresh };
}

function used(quantity: string, more: Partial<UsageDraft> = {}): UsageDraft {
  return { ...NO_USAGE, quantity, ...more };
}
