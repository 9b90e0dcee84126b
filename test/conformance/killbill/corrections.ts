import {
  billingPeriodAt,
  compareAmounts,
  creditNote,
  type Invoice,
  type InvoiceLine,
  invoice,
  type SubscriptionChangeInput,
  sumAmounts,
} from "rateplan";
import type { Check, Translations } from "../adapter.js";
import {
  choice,
  field,
  isStated,
  type Json,
  type JsonObject,
  list,
  record,
  text,
  type Vector,
} from "../vector.js";
import {
  amountOf,
  catalogOf,
  compareStated,
  corrections,
  fee,
  invoicesUntil,
  linesOf,
  planOf,
  refusal,
  type Subject,
} from "./billing.js";
import { anchorOf, datesOnly } from "./cycles.js";

/** Kill Bill: what earlier invoices billed and should not have, or should have and did not. */
export const repairs: Translations = {
  "invoice idempotency": { area: "corrections", run: idempotency },
  "repair of past invoices": { area: "corrections", run: repair },
  "re-bill a previously repaired sub-interval": { area: "corrections", run: billAgain },
  "repair capped by earlier adjustment": { area: "corrections", run: cappedRepair },
};

/** What was credited by hand is not given back again when the plan changes. */
function cappedRepair({ input, expected }: Vector): readonly Check[] {
  const original = record(input, "original");
  const start = text(original, "start");
  const [before, after] = ["before", "after"].map((id) => {
    const price = id === "before" ? text(original, "amount") : text(input, "newPlanMonthly");
    return planOf(id, "MONTHLY", [fee(price, { billingTiming: "in-advance" })]);
  });
  if (before === undefined || after === undefined) throw new Error("two plans");
  const changeDate = text(input, "changeDate");
  const billingAnchor = anchorOf(start, "MONTHLY", text(input, "bcd"));
  const catalog = catalogOf([before, after]);
  const subscription = { ...datesOnly({ startDate: start, billingAnchor }), ratePlanId: before.id };
  const opening = invoice({
    catalog,
    subscription,
    period: { start, end: start },
    usage: [],
  });
  const note = creditNote({
    catalog,
    subscription,
    previous: [opening],
    credit: {
      invoice: opening.idempotencyKey,
      amount: text(input, "itemAdjustment").replace(/^-/, ""),
    },
    asOf: start,
  });
  const changes = [{ effectiveDate: changeDate, ratePlanId: after.id }];
  const changed = invoice({
    catalog,
    subscription: { ...subscription, changes },
    period: { start: changeDate, end: changeDate },
    usage: [],
    previous: [opening, note],
  });
  const stated = (type: string) => {
    const item = list(expected, "items").find((each) => text(each, "type") === type);
    return text(item, "amount");
  };
  const sumOf = (...kinds: readonly string[]) =>
    sumAmounts(
      changed.lines.filter(({ kind }) => kinds.includes(kind)).map(({ amount }) => amount),
    );
  return [
    { what: "credited by hand", expected: text(input, "itemAdjustment"), actual: note.total },
    { what: "RECURRING", expected: stated("RECURRING"), actual: sumOf("recurring") },
    {
      what: "REPAIR_ADJ",
      expected: stated("REPAIR_ADJ"),
      actual: sumOf("adjustment", "concession-return"),
    },
    { what: "CBA_ADJ", expected: `-${stated("CBA_ADJ")}`, actual: changed.total },
  ];
}

/** A second run finds nothing to bill, and what was billed cannot be billed again. */
function idempotency({ input, expected }: Vector): readonly Check[] {
  const startDate = text(input, "startDate");
  const subject = monthly(startDate, text(input, "billCycleDay"), text(input, "price"));
  const [first = [], second = []] = list(input, "targetDates").map((date) =>
    invoicesUntil(subject, String(date)),
  );
  const keys = new Set(first.map(({ idempotencyKey }) => idempotencyKey));
  const fresh = second.filter(({ idempotencyKey }) => !keys.has(idempotencyKey));
  const { period } = first.at(-1) ?? {};
  if (period === undefined) throw new Error("the first run bills something");
  const again = refusal(() => invoice({ ...subject, period, usage: [], previous: first }));
  return [
    {
      what: "second invoice",
      expected: field(expected, "secondInvoice") ?? null,
      actual: fresh.length === 0 ? null : fresh.length,
    },
    { what: "refused", expected: true, actual: again.includes("already_invoiced") },
  ];
}

/** A monthly fee in advance. */
function monthly(startDate: string, billCycleDay: string, price: string): Subject {
  return {
    catalog: catalogOf([planOf("plan", "MONTHLY", [fee(price, { billingTiming: "in-advance" })])]),
    subscription: datesOnly({
      startDate,
      billingAnchor: anchorOf(startDate, "MONTHLY", billCycleDay),
    }),
  };
}

/** A plan that a subscription is to have had all along, by name. */
interface Part {
  readonly from: string;
  readonly price: string;
}

function repair({ input, expected }: Vector): readonly Check[] {
  return !isStated(input, "original")
    ? repairOfSeveral(input, expected)
    : repairOfOne(input, expected);
}

/** One price takes the place of another from the start. Payment is not looked at. */
function repairOfOne(input: JsonObject, expected: Json): readonly Check[] {
  const [original, replacement] = [record(input, "original"), record(input, "replacement")];
  const from = text(original, "from");
  const parts = new Map([["fee", { from, price: text(original, "monthly") }]]);
  const subject = together(parts, text(original, "bcd"));
  const previous = invoicesUntil(subject, text(input, "targetDate"));
  const overrides = { fee: { model: "flat", amount: text(replacement, "monthly") } } as const;
  const corrected = correctionsOf(
    { ...subject, subscription: { ...subject.subscription, overrides } },
    from,
    previous,
  );
  return compareStated("invoice 2", record(expected, "invoice2"), factsOf(corrected));
}

/** Several plans begin one after the other; then some are to have had another price, or not to have been at all. */
function repairOfSeveral(input: JsonObject, expected: Json): readonly Check[] {
  const changed = record(input, "newEvents");
  const names = Object.keys(changed);
  const parts = new Map(
    names.map((name) => {
      const what = changed[name];
      if (typeof what === "string") choice(changed, name, { kept: true, removed: true });
      const part = record(input, name);
      return [name, { from: text(part, "from"), price: text(part, "monthly") }];
    }),
  );
  const billCycleDay = text(record(input, names[0] ?? ""), "bcd");
  const invoices: Invoice[] = [];
  const repairAt = text(input, "repairAt");
  return list(expected, "invoices").flatMap((stated) => {
    const date = text(stated, "targetDate");
    if (date < repairAt) {
      const known = new Map([...parts].filter(([, { from }]) => from <= date));
      const period = { start: date, end: date };
      const request = { ...together(known, billCycleDay), period, usage: [], previous: invoices };
      const bill = invoice(request);
      invoices.push(bill);
      return compareStated(`invoice of ${date}`, stated, factsOf(bill.lines, date));
    }
    const kept = new Map([...parts].filter(([name]) => changed[name] !== "removed"));
    const prices = names.flatMap((name) => {
      const replacement = changed[name];
      if (typeof replacement !== "object") return [];
      return [[name, { model: "flat", amount: text(replacement, "monthly") }] as const];
    });
    const subject = together(kept, billCycleDay);
    const overrides = Object.fromEntries(prices);
    const corrected = correctionsOf(
      { ...subject, subscription: { ...subject.subscription, overrides } },
      date,
      invoices,
    );
    return compareStated(`invoice of ${date}`, stated, factsOf(corrected, date));
  });
}

/** Plans side by side as one subscription: a rate plan for each date from which one more of them is there. */
function together(parts: ReadonlyMap<string, Part>, billCycleDay: string): Subject {
  const dates = [...new Set([...parts.values()].map(({ from }) => from))].sort();
  const plans = dates.map((date) => {
    const there = [...parts].filter(([, { from }]) => from <= date);
    const charges = there.map(([id, { price }]) => fee(price, { id, billingTiming: "in-advance" }));
    return { date, plan: planOf(there.map(([id]) => id).join("+"), "MONTHLY", charges) };
  });
  const [first, ...later] = plans;
  if (first === undefined) throw new Error("a subscription begins with a plan");
  return {
    catalog: catalogOf(plans.map(({ plan }) => plan)),
    subscription: {
      ...datesOnly({
        startDate: first.date,
        billingAnchor: anchorOf(first.date, "MONTHLY", billCycleDay),
        changes: later.map(({ date, plan }) => ({ effectiveDate: date, ratePlanId: plan.id })),
      }),
      ratePlanId: first.plan.id,
    },
  };
}

/** What the invoice of the period that contains a date corrects. */
function correctionsOf(
  subject: Subject,
  date: string,
  previous: readonly Invoice[],
): readonly InvoiceLine[] {
  const running = billingPeriodAt(subject.subscription, date, { catalog: subject.catalog });
  if (running === undefined) throw new Error(`no period contains ${date}`);
  const { start, end } = running;
  return corrections(invoice({ ...subject, period: { start, end }, usage: [], previous }));
}

/** A correction is the reversal of what was billed, and what is due instead, if anything: two items in one line. */
function factsOf(lines: readonly InvoiceLine[], targetDate?: string) {
  const items = lines.flatMap(({ amount, adjustment }) =>
    adjustment === null ? [amount] : [adjustment.billed, adjustment.due],
  );
  return new Map([
    ["items", `${items.filter((amount) => compareAmounts(amount, "0") !== 0).length}`],
    ["balance", sumAmounts(lines.map(({ amount }) => amount))],
    ...(targetDate === undefined ? [] : [["targetDate", targetDate] as const]),
  ]);
}

/** A part that was taken back, as if for a pause, is billed again when there was none. */
function billAgain({ input, expected }: Vector): readonly Check[] {
  const [original, reversal] = list(input, "existing");
  const start = text(original, "start");
  const subject = monthly(start, text(input, "bcd"), text(input, "price"));
  const previous: Invoice[] = [...invoicesUntil(subject, start)];
  const [from, to] = [text(reversal, "start"), text(reversal, "end")];
  const changes: readonly SubscriptionChangeInput[] = [
    { effectiveDate: from, status: "paused" },
    { effectiveDate: to, status: "active" },
  ];
  const paused = { ...subject, subscription: { ...subject.subscription, changes } };
  const pause = invoice({ ...paused, period: { start: from, end: from }, usage: [], previous });
  previous.push(pause);
  const target = text(input, "targetDate");
  const again = invoicesAfter(subject, previous, target);
  const [restored, ...items] = list(expected, "items");
  const later = linesOf(again).filter(({ kind }) => kind !== "adjustment");
  return [
    { what: "billed", expected: text(original, "amount"), actual: previous[0]?.total },
    { what: "taken back", expected: text(reversal, "amount"), actual: pause.total },
    {
      what: "billed again",
      expected: text(restored, "amount"),
      actual: amountOf(again.flatMap(corrections)),
    },
    {
      what: "further items",
      expected: items.map((item) => [text(item, "start"), text(item, "end")]),
      actual: later.map(({ servicePeriod }) => [servicePeriod.start, servicePeriod.end]),
    },
    {
      what: "second run",
      expected: field(expected, "secondRun") ?? null,
      actual: invoicesAfter(subject, [...previous, ...again], target).length === 0 ? null : "some",
    },
  ];
}

/** The invoices that are due up to a date after those that there are. */
function invoicesAfter(
  subject: Subject,
  earlier: readonly Invoice[],
  date: string,
): readonly Invoice[] {
  const invoices = [...earlier];
  const keys = new Set(earlier.map(({ idempotencyKey }) => idempotencyKey));
  for (const { period, idempotencyKey } of invoicesUntil(subject, date)) {
    if (keys.has(idempotencyKey)) continue;
    invoices.push(invoice({ ...subject, period, usage: [], previous: invoices }));
  }
  return invoices.slice(earlier.length);
}
