/** The playground's state and what follows from it, without the page: plain data and pure functions. */
import fc from "fast-check";
import { type Product, sumAmounts } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  addCharge,
  addEvent,
  addPlan,
  addTier,
  chargePath,
  chooseModel,
  compareDrafts,
  draftShown,
  keepDraft,
  moveEvent,
  removeRow,
  replaceProduct,
  set,
  setUsage,
  show,
  type,
} from "../../examples/playground/src/model/edit.js";
import { asCode, asJson, importCatalog } from "../../examples/playground/src/model/exchange.js";
import {
  type Json,
  keyOf,
  listOf,
  type Path,
  valueAt,
  withValueAt,
} from "../../examples/playground/src/model/json.js";
import { MODEL_NAMES, MODELS } from "../../examples/playground/src/model/models.js";
import { byPlace, readProduct, written } from "../../examples/playground/src/model/reading.js";
import {
  billed,
  bills,
  byQuantity,
  costOfPeriod,
  money,
  mostOf,
  onePeriod,
  outcomesOf,
  overTime,
  planShown,
  sideBySide,
  tiersOf,
  twoPlans,
} from "../../examples/playground/src/model/results.js";
import { STARTS } from "../../examples/playground/src/model/starts.js";
import { readState, type State } from "../../examples/playground/src/model/state.js";
import {
  instantOf,
  minutesOf,
  moved,
  placeOn,
  spanOf,
  ticksOf,
} from "../../examples/playground/src/model/time.js";
import { usageOf } from "../../examples/playground/src/model/usage.js";

const TIERS: Path = ["ratePlans", 0, "charges", 0, "pricing", "tiers"];

function start(id: string): State {
  const found = STARTS.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no start ${id}`);
  return found.state;
}

function read(state: State) {
  return readProduct(draftShown(state), state.scenario.costs);
}

/** The product of a state that parses, and its plan. */
function productOf(state: State) {
  const { product, messages } = read(state);
  const plan = product && planShown(product, state.shown);
  if (product === undefined || plan === undefined) throw new Error(messages[0]?.text);
  return { product, plan };
}

function ok<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly issues: readonly { readonly message: string }[] },
): T {
  if (!result.ok) throw new Error(result.issues.map(({ message }) => message).join("\n"));
  return result.value;
}

/** A literal, as JavaScript reads it. */
function evaluated(text: string): unknown {
  return new Function(`return (${text});`)();
}

describe("the seed", () => {
  const state = start("seed");
  const { product, plan } = productOf(state);

  it("comes to 25,500.00 for 650 outcomes", () => {
    const bill = ok(onePeriod(plan, state.scenario));
    // 100 × 50 + 400 × 40 + 150 × 30
    expect(money(bill.amount)).toBe("25,500.00");
    expect(tiersOf(bill, "outcome").map(({ amount }) => amount)).toEqual(["5000", "16000", "4500"]);
    // 650 × 14
    expect(ok(costOfPeriod(plan, state.scenario))).toBe("9100.00");
  });

  it("comes to the same over its dates, however they are cut", () => {
    for (const bucket of ["day", "week", "month", "billing-period"] as const) {
      const { total } = ok(overTime(product, plan, set(state, "bucket", bucket).scenario));
      // 21 a day: 651 in January and March, 588 in February. 21,000 for the first 500, and 30 for each further one:
      // 2 × (21,000 + 151 × 30) + 21,000 + 88 × 30. Costs: 90 × 21 × 14.
      expect(total).toMatchObject({ revenue: "74700.00", cost: "26460.00", margin: "48240.00" });
    }
  });

  it("is drawn beyond its last tier", () => {
    const [charge] = plan.charges;
    if (charge === undefined) throw new Error("no charge");
    expect(mostOf(charge, "650")).toBe(1000);
    expect(mostOf(charge, "5000")).toBe(7000);
    const prices = ok(byQuantity(plan, charge, 1000));
    expect(prices.amountAt(prices.length - 1)).toBe("36000.00");
  });
});

describe("what is typed", () => {
  it("is said to be wrong at its own place, and kept", () => {
    const wrong = type(
      type(start("seed"), [...TIERS, 0, "unitPrice"], "5O"),
      [...TIERS, 1, "upTo"],
      "50",
    );
    const { product, messages } = read(wrong);
    expect(product).toBeUndefined();
    const said = byPlace(messages);
    expect(said.get(keyOf([...TIERS, 0, "unitPrice"]))?.[0]?.text).toContain(
      'must be a decimal number, got "5O"',
    );
    expect(said.get(keyOf([...TIERS, 1, "upTo"]))?.[0]?.text).toContain("must be more than 100");
    expect(valueAt(draftShown(wrong).product, [...TIERS, 0, "unitPrice"])).toBe("5O");
  });

  it("is absent where it is empty", () => {
    expect(written({ a: "", b: { c: "" }, d: [{ e: "" }, ""], f: {}, g: "0" })).toEqual({
      d: [{}, ""],
      f: {},
      g: "0",
    });
    const open = type(start("seed"), [...TIERS, 0, "flatFee"], "");
    expect(read(open).messages).toEqual([]);
  });

  it("is warned about beside the tier, where it looks like a mistake", () => {
    const volume = chooseModel(start("seed"), chargePath(start("seed").shown), "volume");
    const [cliff] = read(volume).messages.filter(({ severity }) => severity === "warning");
    // Beyond 100 all cost 40: just over 4,000, which is what 80 cost at 50.
    expect(cliff?.path).toEqual([...TIERS, 1]);
    expect(cliff?.text).toContain("from 80 on");
  });

  it("survives another charge model, there and back", () => {
    const state = type(start("seed"), [...TIERS, 0, "unitPrice"], "5O");
    const path = chargePath(state.shown);
    for (const model of MODEL_NAMES) {
      const there = chooseModel(state, path, model);
      expect(draftShown(chooseModel(there, path, "tiered")).product).toEqual(
        draftShown(state).product,
      );
    }
    const volume = draftShown(chooseModel(state, path, "volume")).product;
    // Tiers mean the same under both, and go along.
    expect(valueAt(volume, TIERS)).toEqual(valueAt(draftShown(state).product, TIERS));
  });
});

describe("every charge model", () => {
  it("has a charge in the plan of all, and is billed by it", () => {
    const state = start("models");
    const { product, plan } = productOf(state);
    const models = new Set(plan.charges.map(({ pricing }) => pricing.model));
    expect([...models].sort()).toEqual([...MODEL_NAMES].sort());
    const bill = ok(onePeriod(plan, state.scenario));
    const amounts: Record<string, string> = {};
    for (const { chargeId, amount } of bill.lines) {
      const name = chargeId ?? "";
      amounts[name] = sumAmounts([amounts[name] ?? "0.00", amount]);
    }
    expect(amounts).toEqual({
      setup: "500.00",
      platform: "99.00",
      seats: "60.00", // 12 × 5
      calls: "200.00", // 400 × 0.50
      pages: "1060.00", // 100 × 5 + 140 × 4
      projects: "300.00",
      storage: "120.00", // 3 packages of 40
      messages: "147.00", // 99 + 80 × 0.60
      payments: "35.10", // 1,200 × 2.9 % + 0.30
      tasks: "80.00", // 20 × 1 + 20 × 3
      tokens: "102.60", // 85.50 × 1.2
      launch: "-270.37", // a tenth of 2,703.70
    });
    expect(ok(overTime(product, plan, state.scenario)).buckets).toHaveLength(3);
  });

  it("parses as it begins", () => {
    for (const model of MODEL_NAMES) {
      const state = start("seed");
      const fresh = type(state, [...chargePath(state.shown), "pricing"], MODELS[model].fresh);
      const errors = read(fresh).messages.filter(({ severity }) => severity === "error");
      expect(errors).toEqual([]);
    }
  });

  it("uses the days of a profile for a matrix, too", () => {
    const state = setUsage(start("models"), "tasks", { shape: "ramp", perDay: "1", to: "90" });
    const { product, plan } = productOf(state);
    const { plans } = ok(overTime(product, plan, state.scenario));
    const tasks = plans[0]?.charges.find(({ chargeId }) => chargeId === "tasks");
    // 1 + 2 + … + 90 of each of two cells, at 1 and at 3.
    expect([tasks?.total.quantity, tasks?.total.revenue]).toEqual(["8190", "16380.00"]);
  });
});

describe("the vendors", () => {
  /** The invoices that test/examples.test.ts has of the same stories, by hand. */
  const totals: Readonly<Record<string, readonly string[]>> = {
    "intercom-fin": ["13.95", "0.00"],
    zendesk: ["6.00", "2.00"],
    sierra: ["90.20", "-39.00"],
    riskified: ["3.45", "-96.95"],
    chargeflow: ["45.00", "0.00"],
    "salesforce-agentforce": ["6.00", "0.00"],
  };

  it.each(Object.entries(totals))("%s bills June and July as its terms come to", (id, amounts) => {
    const state = start(id);
    const { product, plan } = productOf(state);
    const found = ok(bills(product, plan, state.scenario));
    expect(found.map((bill) => ("total" in bill ? bill.total : bill.amount))).toEqual(amounts);
    const sum = amounts.reduce((all, amount) => all + Math.round(Number(amount) * 100), 0);
    const inAll = ok(billed(product, plan, state.scenario)).amount;
    expect(Math.round(Number(inAll) * 100)).toBe(sum);
    expect(ok(overTime(product, plan, state.scenario)).total.revenue).toBe(inAll);
  });

  it("bill what is dragged where it is dropped", () => {
    const state = start("zendesk");
    const index = state.scenario.events.findIndex(({ id }) => id === "s4");
    const { plan } = productOf(state);
    expect(outcomesOf(plan, state.scenario).get("a4")?.state).toBe("settled");
    // The escalation comes three days earlier, before the evaluation.
    const earlier = moveEvent(state, index, "2026-06-06T08:00:00Z");
    expect(outcomesOf(plan, earlier.scenario).get("a4")?.state).toBe("blocked");
  });
});

describe("two drafts", () => {
  it("are compared over a quantity, with the point at which the cheaper changes", () => {
    const both = compareDrafts(start("seed"));
    const path = chargePath(both.shown);
    const flat = type(chooseModel(both, path, "per-unit"), [...path, "pricing", "unitPrice"], "42");
    const [a, b] = flat.drafts.map((_, draft) => productOf(show(flat, { draft })).plan);
    const charge = a?.charges[0];
    if (a === undefined || b === undefined || charge === undefined) throw new Error("no plans");
    const { comparison, breakEven } = ok(twoPlans(a, b, { charge, most: 1000, usage: {} }));
    expect(comparison.rows.at(-1)?.amounts).toEqual({ A: "36000.00", B: "42000.00" });
    // 21,000 + 30 × (q − 500) = 42 × q, at q = 500: there both cost 21,000.
    expect(breakEven?.points.map(({ quantity }) => quantity)).toEqual(["500"]);
    expect(keepDraft(flat, 1).drafts).toEqual([flat.drafts[1]]);
  });

  it("are compared with the usage of the other charges beside it", () => {
    const state = compareDrafts(start("models"));
    const { plan } = productOf(state);
    const without: Product["ratePlans"][number] = {
      ...plan,
      charges: plan.charges.filter(({ pricing }) => pricing.model !== "matrix"),
    };
    const charge = without.charges.find(({ id }) => id === "calls");
    if (charge === undefined) throw new Error("no charge");
    const { comparison } = ok(
      twoPlans(without, without, { charge, most: 100, usage: state.scenario.usage }),
    );
    expect(comparison.rows[0]?.quantity).toBe("0");
    expect(comparison.rows[0]?.amounts["A"]).toBe(comparison.rows[0]?.amounts["B"]);
  });
});

describe("side by side", () => {
  it("stands what both bill, and what only one does", () => {
    const both = addCharge(compareDrafts(start("seed")));
    const used = setUsage(both, "charge-2", { quantity: "10" });
    const [a, b] = used.drafts.map((_, draft) => {
      const { product, plan } = productOf(show(used, { draft }));
      return ok(bills(product, plan, used.scenario));
    });
    // 10 × 0.50 of the charge that is new in B.
    expect(sideBySide(a ?? [], b ?? []).map(({ key: _, ...row }) => row)).toEqual([
      { name: "outcome charge", a: "25500.00", b: "25500.00", difference: "0.00" },
      { name: "Charge 2", a: null, b: "5.00", difference: "5.00" },
    ]);
  });

  it("stands document beside document, of events", () => {
    const both = compareDrafts(start("sierra"));
    const dearer = type(both, ["ratePlans", 0, "charges", 0, "pricing", "unitPrice"], "20.00");
    const [a, b] = dearer.drafts.map((_, draft) => {
      const { product, plan } = productOf(show(dearer, { draft }));
      return ok(bills(product, plan, dearer.scenario));
    });
    // One cancellation is saved in June, and lost in July: 5.00 more, and 5.00 back.
    expect(sideBySide(a ?? [], b ?? []).map(({ difference }) => difference)).toEqual([
      "5.00",
      "-5.00",
    ]);
  });
});

describe("import and export", () => {
  it.each(STARTS.map(({ id }) => id))("give back %s, as JSON and as code", (id) => {
    const state = start(id);
    const draft = draftShown(state);
    for (const text of [asJson(draft), asCode(draft)]) {
      const found = importCatalog(text, evaluated);
      if (!found.ok) throw new Error(found.reason);
      expect(found.product).toEqual(written(draft.product));
      expect(draftShown(replaceProduct(state, found.product)).product).toEqual(found.product);
    }
  });

  it("write what the catalog comes to into the code", () => {
    const state = start("seed");
    const { plan } = productOf(state);
    const code = asCode(draftShown(state), {
      plan,
      usage: { outcome: "650" },
      quantities: {},
      amount: "25500.00",
    });
    expect(code).toContain(
      'simulate(product, { outcome: "650" }, { ratePlanId: "starter" }).amount; // => "25500.00"',
    );
    expect(code).toContain('{ upTo: "100", unitPrice: "50" },');
  });

  it("read a charge by itself, and say what else they expect", () => {
    const text =
      'const a = { x: 1 };\nconst charge = { id: "c", name: "C", currency: "EUR", chargeType: "usage", unitOfMeasure: "call", pricing: { model: "per-unit", unitPrice: "{2}" } } as const;';
    const found = importCatalog(text, evaluated);
    expect(found.ok && valueAt(found.product, ["ratePlans", 0, "currency"])).toBe("EUR");
    expect(importCatalog("{ }", evaluated)).toMatchObject({ ok: false });
    expect(importCatalog("{ ratePlans: [", evaluated)).toMatchObject({ ok: false });
    expect(importCatalog("", evaluated)).toMatchObject({ ok: false });
  });

  it("write any JSON as JavaScript reads it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // A key of that name is no key in a literal.
        fc.pre(!JSON.stringify(value).includes("__proto__"));
        const product = { ratePlans: [value as Json] };
        const code = asCode({ product, shelf: {} });
        const found = importCatalog(code, evaluated);
        expect(found).toEqual({ ok: true, product: JSON.parse(JSON.stringify(written(product))) });
      }),
    );
  });
});

describe("an address", () => {
  it.each(STARTS.map(({ id }) => id))("holds all of %s", (id) => {
    const state = compareDrafts(start(id));
    expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  it("may hold anything, and gives a state that can be shown, or none", () => {
    const seed = JSON.parse(JSON.stringify(start("seed")));
    const places = [
      "drafts",
      "shown",
      "scenario",
      "usage",
      "range",
      "events",
      "costs",
      "product",
      "ratePlans",
      "shelf",
    ];
    const value = fc.jsonValue();
    const spoilt = (whole: Json, name: string, by: Json): Json =>
      JSON.parse(JSON.stringify(whole), (key, each) => (key === name ? by : each));
    fc.assert(
      fc.property(fc.constantFrom(...places), value, (name, by) => {
        const state = readState(spoilt(seed, name, by as Json));
        if (state === undefined) return;
        const { product } = read(state);
        const plan = product && planShown(product, state.shown);
        if (product === undefined || plan === undefined) return;
        onePeriod(plan, state.scenario);
        overTime(product, plan, { ...state.scenario, bucket: "quarter" });
        billed(product, plan, { ...state.scenario, source: "events" });
      }),
    );
    expect(readState(null)).toBeUndefined();
    expect(readState({ drafts: [] })).toBeUndefined();
  });
});

describe("editing", () => {
  it("changes one place, and takes it away again", () => {
    const step = fc.oneof(fc.constantFrom("a", "b"), fc.nat({ max: 2 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), fc.string(), (path, value) => {
        const typed = withValueAt({}, path, value);
        expect(valueAt(typed, path)).toBe(value);
        expect(valueAt(withValueAt(typed, path, undefined), path)).toBeUndefined();
      }),
    );
  });

  it("adds and removes tiers, charges and plans, and looks at what is there", () => {
    const state = start("seed");
    const more = addTier(state, TIERS);
    expect(
      listOf(valueAt(draftShown(more).product, TIERS)).map((tier) => valueAt(tier, ["upTo"])),
    ).toEqual(["100", "500", "1000", undefined]);
    expect(read(more).product).toBeDefined();
    expect(draftShown(removeRow(more, [...TIERS, 2])).product).toEqual(draftShown(state).product);
    const charged = addCharge(state);
    expect(charged.shown.charge).toBe(1);
    expect(read(charged).product?.ratePlans[0]?.charges).toHaveLength(2);
    expect(removeRow(charged, chargePath(charged.shown)).shown.charge).toBe(0);
    const planned = addPlan(charged);
    expect(planned.shown).toMatchObject({ plan: 1, charge: 0 });
    expect(read(planned).product?.ratePlans).toHaveLength(2);
    const events = addEvent(addEvent(start("zendesk"), "outcome"), "signal").scenario.events;
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it("moves moments on a line, and not beyond it", () => {
    const span = spanOf({ from: "2026-06-01", through: "2026-06-30" });
    expect([instantOf(span.start), instantOf(span.end)]).toEqual([
      "2026-06-01T00:00:00Z",
      "2026-07-01T00:00:00Z",
    ]);
    expect(moved("2026-06-03T10:00:00Z", 90, span)).toBe("2026-06-03T11:30:00Z");
    expect(moved("2026-06-03T10:00:00Z", -90_000, span)).toBe("2026-06-01T00:00:00Z");
    expect(placeOn("2026-06-16", span)).toBe(0.5);
    expect(placeOn("2026-07-02", span)).toBeUndefined();
    expect(minutesOf("soon")).toBeUndefined();
    // Mondays of June 2026.
    expect(ticksOf(span).map(({ text }) => text)).toEqual([
      "1 Jun",
      "8 Jun",
      "15 Jun",
      "22 Jun",
      "29 Jun",
    ]);
  });

  it("has a usage for every charge, typed or not", () => {
    expect(usageOf({ id: "new" }, {}).quantity).toBe("");
  });
});
