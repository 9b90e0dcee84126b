import {
  type BillingPeriod,
  billingPeriodAt,
  billingPeriods,
  type NamedCycle,
  type Subscription,
  safeParseSubscription,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { sameDate, subscriptionOf, type TextualSubscription } from "../billed-in-advance.js";
import { field, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { feesInAdvance, fractionOf, shareOfFirstPeriod } from "./shares.js";

/** The engine's billing periods, and how many months each is. */
const CYCLES: Readonly<Record<string, { readonly cycle: NamedCycle; readonly months: number }>> = {
  Monthly: { cycle: "monthly", months: 1 },
  Quarterly: { cycle: "quarterly", months: 3 },
  Semiannual: { cycle: "semi-annual", months: 6 },
  Annual: { cycle: "annual", months: 12 },
};

interface Case {
  readonly subscription: TextualSubscription;
  readonly billingCycle: NamedCycle;
}

/**
 * A subscription of the engine: its anchor is a day of the month alone, and the month is that of the start. So a
 * quarter from 1 January with an anchor on the 10th first bills nine days, as with our anchor on 10 January.
 */
function readCase(input: Json, startField: string): Case | Skip {
  const found = CYCLES[text(input, "billingPeriod")];
  if (found === undefined) return skip("input shape");
  const start = text(input, startField);
  const anchor = anchorOf(start, text(input, "anchorDay"), found.months);
  return { subscription: subscriptionOf(start, anchor), billingCycle: found.cycle };
}

/**
 * The anchor day in the month of a date; where that month is too short, in another one of the same row of periods, and
 * where all are (30 February, by the year), the last day of the month.
 */
function anchorOf(
  start: string,
  anchorDay: string,
  months: number,
): Pick<Subscription, "billingAnchor" | "endOfMonth"> {
  const [year = "", month = ""] = start.split("-");
  const row = Array.from({ length: 12 / months }, (_, index) => index * months);
  const others = row.map((each) => ((Number(month) - 1 + each) % 12) + 1);
  const written = (each: number, day: string) =>
    `${year}-${String(each).padStart(2, "0")}-${day.padStart(2, "0")}`;
  const found = others.map((each) => written(each, anchorDay)).find(isDate);
  if (found !== undefined) return { billingAnchor: found };
  const last = ["30", "29", "28"].map((day) => written(Number(month), day)).find(isDate);
  return last === undefined ? {} : { billingAnchor: last, endOfMonth: "sticky" };
}

function isDate(date: string): boolean {
  return safeParseSubscription(subscriptionOf("2000-01-01", { billingAnchor: date })).ok;
}

function isSkip(read: Case | Skip): read is Skip {
  return "skip" in read;
}

function periodOf({ subscription, billingCycle }: Case, at: string | number) {
  return billingPeriodAt(subscription, at, { billingCycle });
}

function periodChecks(expected: Json, period: BillingPeriod | undefined): readonly Check[] {
  return (["start", "end"] as const).map((what) => ({
    what,
    expected: field(expected, what) ?? null,
    actual: period?.[what] ?? null,
  }));
}

/** The period that begins on the date of an invoice in advance. */
export function advancePeriod({ input, expected }: Vector): readonly Check[] | Skip {
  const read = readCase(input, "invoiceDate");
  if (isSkip(read)) return read;
  return periodChecks(expected, periodOf(read, 0));
}

/** The period that ends on the date of an invoice in arrears. */
export function arrearsPeriod({ input, expected }: Vector): readonly Check[] | Skip {
  const read = readCase(input, "billingStart");
  if (isSkip(read)) return read;
  const next = periodOf(read, text(input, "invoiceDate"));
  const ended = periodOf(read, (next?.index ?? 0) - 1);
  return periodChecks(expected, ended);
}

/** How many periods are over at a date: the index of the one that contains it. */
export function elapsedCycles({ input, expected }: Vector): readonly Check[] | Skip {
  const read = readCase(input, "billingStart");
  if (isSkip(read)) return read;
  const period = periodOf(read, text(input, "targetDate"));
  return [
    { what: "cycles", expected: text(expected, "cycles"), actual: String(period?.index ?? 0) },
  ];
}

/** The period that contains a date; before the start, the first one. */
export function periodContaining({ input, expected }: Vector): readonly Check[] | Skip {
  const read = readCase(input, "billingStart");
  if (isSkip(read)) return read;
  const period = periodOf(read, text(input, "targetDate")) ?? periodOf(read, 0);
  return periodChecks(expected, period);
}

/** The boundaries of a subscription from its start on, and whether the first period is a part of a cycle. */
export function boundaries({ input, expected }: Vector): readonly Check[] | Skip {
  const read = readCase(input, "start");
  if (isSkip(read)) return read;
  const prorated = field(expected, "firstInvoiceProrated");
  const share = shareOfFirstPeriod(read.subscription, read.billingCycle);
  return [
    boundaryCheck(list(expected, "boundaries"), read),
    ...(prorated === undefined
      ? []
      : [{ what: "first invoice prorated", expected: prorated, actual: share !== null }]),
  ];
}

function boundaryCheck(expected: readonly Json[], { subscription, billingCycle }: Case): Check {
  const limit = Math.max(expected.length - 1, 1);
  const periods = billingPeriods(subscription, { billingCycle, limit });
  const actual = [subscription.startDate, ...periods.map(({ end }) => end)];
  return { what: "boundaries", expected, actual };
}

/** The first period in advance, where it is a part of a cycle, and what part; or what is billed for it. */
export function firstCycle({ input, expected }: Vector): readonly Check[] | Skip {
  const rate = optionalText(input, "rate");
  const read = readCase(input, rate === undefined ? "invoiceDate" : "start");
  if (isSkip(read)) return read;
  if (rate !== undefined) return firstInvoices(rate, read, expected);
  const { subscription, billingCycle } = read;
  const first = periodOf(read, 0);
  const isWhole = first !== undefined && sameDate(first.start, first.cycle.start);
  const factor = optionalText(expected, "factor");
  return [
    {
      what: "period",
      expected: field(expected, "advance") ?? null,
      actual: first === undefined || isWhole ? null : [first.start, first.end],
    },
    {
      what: "factor",
      expected: factor === undefined ? null : fractionOf(factor),
      actual: shareOfFirstPeriod(subscription, billingCycle),
    },
  ];
}

/** The fees in advance of the first two periods. */
function firstInvoices(rate: string, read: Case, expected: Json): readonly Check[] {
  const [first, second] = feesInAdvance(rate, read.subscription, read.billingCycle);
  const amounts = { firstInvoiceCents: first, secondInvoiceCents: second };
  return [
    boundaryCheck(list(expected, "boundaries"), read),
    ...Object.entries(amounts).flatMap(([what, actual]): readonly Check[] => {
      const cents = optionalText(expected, what);
      return cents === undefined ? [] : [{ what, expected: `${cents}e-2`, actual }];
    }),
  ];
}
