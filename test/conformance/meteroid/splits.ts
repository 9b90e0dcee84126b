import {
  type ChargeInput,
  type InvoiceLine,
  invoice,
  sumAmounts,
  type UsageEventInput,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { invoiceAt, isBefore, openingOf } from "../billed-in-advance.js";
import { isStated, type Json, list, optionalText, record, text, type Vector } from "../vector.js";
import { changeOfPlan, feeOf, usageOf } from "./changes.js";
import { dollars } from "./charges.js";

const RATE = "rateMonthly";
const PER_UNIT = "PerUnit";

/** Unit prices of a plan by what they count, from fields such as `apiCallsPerUnit`; and its fee. */
function chargesOf(plan: Json): readonly ChargeInput[] {
  return Object.keys(typeof plan === "object" && plan !== null ? plan : {}).flatMap((key) => {
    if (key === RATE) return [feeOf(key, text(plan, key))];
    return key.endsWith(PER_UNIT) ? [usageOf(key.slice(0, -PER_UNIT.length), text(plan, key))] : [];
  });
}

const UNIT = "usage";

/** The two plans: spelled out, or as the price before and the one after of the same unit, beside the same fee. */
function plansOf(input: Json): readonly [readonly ChargeInput[], readonly ChargeInput[]] {
  if (isStated(input, "oldPlan")) {
    return [chargesOf(record(input, "oldPlan")), chargesOf(record(input, "newPlan"))];
  }
  const fee = optionalText(input, RATE);
  const fees = fee === undefined ? [] : [feeOf(RATE, fee)];
  return [
    [...fees, usageOf(UNIT, text(input, "oldPerUnit"))],
    [...fees, usageOf(UNIT, text(input, "newPerUnit"))],
  ];
}

/** An event for the usage of each stretch: `apiCalls [02-01,02-15)`, or without a unit where there is only one. */
function eventsOf(usage: Readonly<Record<string, Json>>, year: string): readonly UsageEventInput[] {
  return Object.keys(usage).map((stretch, index) => {
    const [, unit = "", day = ""] = /^(\w*) ?\[(\d\d-\d\d),/.exec(stretch) ?? [];
    return {
      id: `event-${index}`,
      customerId: "customer",
      unitOfMeasure: unit === "" ? UNIT : unit,
      timestamp: `${year}-${day}T12:00:00Z`,
      quantity: text(usage, stretch),
    };
  });
}

/** Usage before and after a change of plan, each at its own price; and what the change makes due at once. */
export function usagePriceChange({ input, expected }: Vector): readonly Check[] | Skip {
  const [start = "", end = ""] = list(input, "period").map(String);
  const at = text(input, "changeDate");
  const change = changeOfPlan([start, end], at, ...plansOf(input));
  if (change === undefined) return skip("input shape");
  const opening = openingOf(change.before);
  const atChange = invoiceAt(change.after, at, [opening]);
  const usage = eventsOf(record(input, "usage"), start.slice(0, 4));
  const previous = [opening, atChange];
  const next = invoice({ ...change.after, period: { start, end }, previous, usage });
  const adjusted = optionalText(expected, "adjustmentInvoiceCents");
  return [
    {
      what: "adjustment",
      expected: adjusted === undefined ? null : dollars(adjusted),
      actual: atChange.lines.length === 0 ? null : atChange.total,
    },
    ...nextChecks(record(expected, "nextInvoice"), next.lines, next.total, at),
  ];
}

/** `advanceCents`, `totalCents`, and `oldApiCents` and such: what begins before the change, and what does not. */
function nextChecks(
  expected: Json,
  lines: readonly InvoiceLine[],
  total: string,
  at: string,
): readonly Check[] {
  const ofUsage = lines.filter(({ kind }) => kind === "usage");
  const amounts = (of: readonly InvoiceLine[]) =>
    sumAmounts(["0", ...of.map((each) => each.amount)]);
  const isOld = ({ servicePeriod }: InvoiceLine) => isBefore(servicePeriod.start, at);
  return Object.keys(typeof expected === "object" && expected !== null ? expected : {}).map(
    (what): Check => {
      const cents = dollars(text(expected, what));
      if (what === "totalCents") return { what, expected: cents, actual: total };
      if (what === "advanceCents") {
        return {
          what,
          expected: cents,
          actual: amounts(lines.filter(({ kind }) => kind === "recurring")),
        };
      }
      const [, side, unit = ""] = /^(old|new|)(\w+)Cents$/.exec(what) ?? [];
      const own = ofUsage.filter(
        ({ chargeId }) => chargeId?.toLowerCase().startsWith(unit.toLowerCase()) === true,
      );
      const some = side === "" ? own : own.filter((line) => isOld(line) === (side === "old"));
      return { what, expected: cents, actual: amounts(some) };
    },
  );
}

/** A fee in arrears before and after a change of plan: a line for each part of the period. */
export function arrearsSplit({ input, expected }: Vector): readonly Check[] | Skip {
  const [start = "", end = ""] = list(input, "period").map(String);
  const at = text(input, "changeDate");
  const change = changeOfPlan(
    [start, end],
    at,
    [feeOf("fee", text(input, "old"), "in-arrears")],
    [feeOf("fee", text(input, "new"), "in-arrears")],
  );
  if (change === undefined) return skip("input shape");
  const { lines } = invoice({ ...change.after, period: { start, end }, usage: [] });
  const segment = (isOld: boolean) =>
    sumAmounts([
      "0",
      ...lines
        .filter((line) => isBefore(line.servicePeriod.start, at) === isOld)
        .map(({ amount }) => amount),
    ]);
  return [
    { what: "old", expected: dollars(text(expected, "oldSegmentCents")), actual: segment(true) },
    { what: "new", expected: dollars(text(expected, "newSegmentCents")), actual: segment(false) },
  ];
}

/**
 * Credits and charges under one key are one line, of the difference; those without a key stay apart. With us a key is
 * a charge: the credit is what was billed for it before, the charge what is due for it now.
 */
export function netLines({ input, expected }: Vector): readonly Check[] | Skip {
  const given = list(input, "lines").map((line, index) => ({
    id: optionalText(line, "key") ?? `line-${index}`,
    cents: text(line, "cents"),
  }));
  const ids = [...new Set(given.map(({ id }) => id))];
  const feesOf = (negative: boolean) =>
    ids.flatMap((id) => {
      const own = given.filter((each) => each.id === id && each.cents.startsWith("-") === negative);
      const cents = sumAmounts(["0", ...own.map((each) => each.cents.replace("-", ""))]);
      return own.length === 0 ? [] : [feeOf(id, dollars(cents))];
    });
  const period = ["2026-01-01", "2026-02-01"] as const;
  const change = changeOfPlan(period, period[0], feesOf(true), feesOf(false));
  if (change === undefined) return skip("input shape");
  const opening = openingOf(change.before);
  const { lines } = invoiceAt(change.after, period[0], [opening]);
  const own = lines.filter(({ servicePeriod }) => isBefore(servicePeriod.start, period[1]));
  return [
    {
      what: "lines",
      expected: list(expected, "cents").map((each) => dollars(String(each))),
      actual: ids.flatMap((id) =>
        own.filter(({ chargeId }) => chargeId === id).map(({ amount }) => amount),
      ),
    },
  ];
}
