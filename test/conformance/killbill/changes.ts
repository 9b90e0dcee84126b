import {
  billingPeriodAt,
  invoice,
  type RatePlanInput,
  type SubscriptionChangeInput,
  type SubscriptionInput,
} from "rateplan";
import type { Check, Translations } from "../adapter.js";
import { replaced } from "../reading.js";
import { type Json, list, optionalText, text, type Vector } from "../vector.js";
import {
  amountOf,
  catalogOf,
  compareStated,
  fee,
  invoicesUntil,
  linesOf,
  planOf,
  type Subject,
  totalOf,
} from "./billing.js";
import { anchorOf, datesOnly } from "./cycles.js";

/** Kill Bill: phases and plans that follow each other, billed one invoice after the other. */
export const changes: Translations = {
  "phase change with BCD change": { area: "changes", run: phasesUntil },
  "price ramp": { area: "changes", run: phasesUntil },
  "trial then discount then evergreen, BCD 15": { area: "changes", run: trialThenPhases },
  "one-time + recurring": { area: "in-advance", run: fixedAndRecurring },
};

/** A recurring price from a date on: a rate plan of its own, to which the subscription changes. */
interface Phase {
  readonly from: string;
  readonly price: string;
  readonly billCycleDay: string;
}

interface PhaseOptions {
  readonly billingPeriod: string;
  readonly billingTiming: "in-advance" | "in-arrears";
  /** More of the first rate plan. */
  readonly charges?: RatePlanInput["charges"];
}

/** A subscription that goes from phase to phase. */
export function phased(phases: readonly Phase[], options: PhaseOptions): Subject {
  const [first, ...later] = phases;
  if (first === undefined) throw new Error("a subscription has a first phase");
  const { billingPeriod, billingTiming, charges = [] } = options;
  const anchor = (each: Phase) => anchorOf(each.from, billingPeriod, each.billCycleDay);
  let { billCycleDay } = first;
  return {
    catalog: catalogOf(
      phases.map(({ from, price }, index) =>
        planOf(`from ${from}`, billingPeriod, [
          ...(index === 0 ? charges : []),
          fee(price, { billingTiming }),
        ]),
      ),
    ),
    subscription: {
      ...datesOnly({ startDate: first.from, billingAnchor: anchor(first) }),
      ratePlanId: `from ${first.from}`,
      changes: later.map((each): SubscriptionChangeInput => {
        const moves = each.billCycleDay !== billCycleDay;
        ({ billCycleDay } = each);
        return {
          effectiveDate: each.from,
          ratePlanId: `from ${each.from}`,
          ...(moves ? { billingAnchor: anchor(each) } : {}),
        };
      }),
    },
  };
}

function readPhases(input: Json): readonly Phase[] {
  return list(input, "phases").map((phase) => ({
    from: text(phase, "from"),
    price: text(phase, "price"),
    billCycleDay: optionalText(phase, "bcd") ?? text(input, "billCycleDay"),
  }));
}

/** All items up to a date. */
function phasesUntil({ input, expected }: Vector): readonly Check[] {
  const subject = phased(readPhases(input), {
    billingPeriod: optionalText(input, "billingPeriod") ?? "MONTHLY",
    billingTiming: "in-advance",
  });
  const invoices = invoicesUntil(subject, text(input, "targetDate"));
  return [
    {
      what: "items",
      expected: text(expected, "itemCount"),
      actual: `${linesOf(invoices).length}`,
    },
    { what: "balance", expected: text(expected, "balance"), actual: totalOf(invoices) },
  ];
}

/** A first phase with no price but a fixed one of 0 is a trial: it is billed an item of 0 there, and nothing here. */
function trialThenPhases({ input, expected }: Vector): readonly Check[] {
  const [trial, ...phases] = list(input, "phases");
  const [startDate, trialEnd] = [text(trial, "from"), text(phases[0], "from")];
  if (text(trial, "fixed") !== "0") throw new Error("a trial has a fixed price of 0");
  const subject = phased(readPhases(replaced(input, { phases })), {
    billingPeriod: text(input, "billingPeriod"),
    billingTiming: "in-advance",
  });
  const trialDays = billingPeriodAt(datesOnly({ startDate }), trialEnd, { billingCycle: "daily" });
  const subscription: SubscriptionInput = {
    ...subject.subscription,
    startDate,
    trialDays: trialDays?.index ?? 0,
  };
  const whole = { ...subject, subscription };
  return invoicesOn(whole, input).flatMap(({ target, lines }, index) => {
    const stated = list(expected, "invoices")[index];
    const items = target < trialEnd ? unbilledOn(whole, target) : lines;
    const facts = new Map([
      ["items", `${items.length}`],
      ["balance", amountOf(lines)],
      ["firstItemStart", lines[0]?.servicePeriod.start],
    ]);
    return compareStated(`invoice of ${target}`, stated, facts);
  });
}

/** What the invoice of the period that contains a date says of time that is not billed. */
function unbilledOn(subject: Subject, date: string) {
  const running = billingPeriodAt(subject.subscription, date, { catalog: subject.catalog });
  if (running === undefined) throw new Error(`no period contains ${date}`);
  const { start, end } = running;
  return invoice({ ...subject, period: { start, end }, usage: [] }).unbilled;
}

/** A fixed price is due at once, and the recurring one in advance. */
function fixedAndRecurring({ input, expected }: Vector): readonly Check[] {
  const [startDate, billCycleDay] = [text(input, "startDate"), text(input, "billCycleDay")];
  const subject = phased([{ from: startDate, price: text(input, "recurring"), billCycleDay }], {
    billingPeriod: text(input, "billingPeriod"),
    billingTiming: "in-advance",
    charges: [
      {
        id: "fixed",
        name: "Fixed",
        chargeType: "one-time",
        pricing: { model: "flat", amount: text(input, "fixed") },
      },
    ],
  });
  return invoicesOn(subject, input).flatMap(({ target, lines }, index) =>
    compareStated(
      `invoice of ${target}`,
      list(expected, "invoices")[index],
      new Map([
        ["items", `${lines.length}`],
        ["balance", amountOf(lines)],
      ]),
    ),
  );
}

/** What falls due by each target date and not by the one before it. */
function invoicesOn(subject: Subject, input: Json) {
  const seen = new Set<string>();
  return list(input, "targetDates").map((date) => {
    const fresh = invoicesUntil(subject, String(date)).filter(
      ({ idempotencyKey }) => !seen.has(idempotencyKey),
    );
    for (const { idempotencyKey } of fresh) seen.add(idempotencyKey);
    return { target: String(date), lines: linesOf(fresh) };
  });
}
