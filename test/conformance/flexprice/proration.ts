import {
  compareAmounts,
  type Invoice,
  invoice,
  type ProrationMethod,
  type RecurringChargeInput,
  rateAmount,
  type SubscriptionInput,
} from "rateplan";
import { type Check, type Skip, skip, type Translations } from "../adapter.js";
import {
  choice,
  field,
  isStated,
  type Json,
  list,
  optionalText,
  text,
  type Vector,
} from "../vector.js";
import { catalogOf, usageCharge } from "./charges.js";
import {
  cycleAt,
  datesOnly,
  daysBetween,
  isRefused,
  written,
  type Zone,
  zoneIn,
} from "./periods.js";

/** Flexprice: parts of periods, and changes within them. */
export const prorations: Translations = {
  "proration-plan-change": { area: "changes", run: planChange },
  "proration-add-item": { area: "proration", run: addedItem },
  "proration-remove-item": { area: "proration", run: removedItem },
  "credit-grant-proration": { area: "proration", run: creditGrant },
};

/** A price and how many of it a subscription has. */
interface Item {
  readonly id: string;
  readonly unitPrice: string;
  readonly quantity: string;
}

/** Items that others take the place of inside a period. */
interface Change {
  /** The period, half-open. */
  readonly start: string;
  readonly end: string;
  readonly at: string;
  readonly before: readonly Item[];
  readonly after: readonly Item[];
  readonly method: ProrationMethod;
  readonly zone: Zone;
  readonly currency?: string;
}

/** The opening invoice, where there is something to bill, and what is due at once on the change. */
function billChange(change: Change): { readonly opening?: Invoice; readonly changed: Invoice } {
  const { start, end, at, before, after, method, zone, currency = "USD" } = change;
  const planOf = (id: string, items: readonly Item[]) => ({
    id,
    name: id,
    currency,
    billingCycle: { every: daysBetween(start, end, zone), unit: "day" } as const,
    effectiveDate: "1900-01-01",
    charges: items.map(
      (item): RecurringChargeInput => ({
        id: item.id,
        name: item.id,
        chargeType: "recurring",
        unitOfMeasure: "unit",
        billingTiming: "in-advance",
        proration: method,
        pricing: { model: "per-unit", unitPrice: item.unitPrice },
      }),
    ),
  });
  const quantitiesOf = (items: readonly Item[]) =>
    Object.fromEntries(items.map(({ id, quantity }) => [id, quantity]));
  const catalog = catalogOf([planOf("before", before), planOf("after", after)]);
  const unchanged: SubscriptionInput = {
    ...datesOnly({ startDate: start, ...zone, quantities: quantitiesOf(before) }),
    ratePlanId: "before",
  };
  const changes = [
    { effectiveDate: at, ratePlanId: "after", quantities: quantitiesOf(after) } as const,
  ];
  const opening =
    before.length === 0
      ? []
      : [invoice({ catalog, subscription: unchanged, period: { start, end: start }, usage: [] })];
  const changed = invoice({
    catalog,
    subscription: { ...unchanged, changes },
    period: { start: at, end: at },
    usage: [],
    previous: opening,
  });
  return { ...(opening[0] === undefined ? {} : { opening: opening[0] }), changed };
}

/** Whether days are counted, or seconds. The engine names its strategies in several ways. */
const STRATEGIES = {
  DayBased: true,
  day_based: true,
  StrategyDayBased: true,
  "": false,
  SecondBased: false,
  second_based: false,
  StrategySecondBased: false,
};

/** Where none is named, seconds are. */
function isDayBased(input: Json): boolean {
  const key = !isStated(input, "prorationStrategy") ? "strategy" : "prorationStrategy";
  return choice(input, key, STRATEGIES, false);
}

/** One price, or one quantity of it, takes the place of another. Day-based, the period's end is its last day. */
function planChange({ input, expected }: Vector): readonly Check[] | Skip {
  const timezone = optionalText(input, "timezone");
  const zone = timezone === "DefaultTimezone" ? {} : zoneIn(input);
  // The library takes UTC where a subscription names no zone, and refuses one that does not exist.
  if (timezone === undefined || zone === undefined) return skip("engine convention");
  if (text(input, "prorationBehavior") !== "ProrationBehaviorCreateProrations") {
    return skip("engine convention");
  }
  const end = text(input, "currentPeriodEnd");
  const endOf = (date: string) =>
    isDayBased(input) ? cycleAt(date, "daily", zone).end : written(date, zone);
  const change: Change = {
    start: text(input, "currentPeriodStart"),
    end: endOf(end),
    at: text(input, "prorationDate"),
    before: itemsIn(input, "old"),
    after: itemsIn(input, "new"),
    method: isDayBased(input) ? "days" : "seconds",
    zone,
    currency: text(input, "currency"),
  };
  if (field(expected, "error") !== undefined) {
    return [{ what: "refused", expected: true, actual: isRefused(() => billChange(change)) }];
  }
  const { opening, changed } = billChange(change);
  // What was paid otherwise, or given back already, caps their credit; here it would be what was billed.
  const paid = optionalText(input, "originalAmountPaid");
  if (paid !== undefined && compareAmounts(paid, opening?.total ?? "0") !== 0) {
    return skip("engine convention");
  }
  const isCredit = ({ kind }: Invoice["lines"][number]) => kind === "adjustment";
  const credits = changed.lines.filter(isCredit);
  const charges = changed.lines.filter((line) => !isCredit(line));
  return [
    { what: "net", expected: text(expected, "net"), actual: changed.total },
    ...compareLines("credit", list(expected, "credits"), credits),
    ...compareLines("charge", list(expected, "charges"), charges),
  ];

  function compareLines(
    what: string,
    stated: readonly Json[],
    lines: Invoice["lines"],
  ): readonly Check[] {
    return [
      { what: `${what}s`, expected: stated.length, actual: lines.length },
      ...stated.map((each, index) => ({
        what: `${what} ${index + 1}`,
        expected: [
          text(each, "price"),
          text(each, "amount"),
          written(text(each, "start"), zone ?? {}),
          endOf(text(each, "end")),
        ],
        actual: [
          lines[index]?.chargeId ?? "",
          lines[index]?.amount ?? "",
          lines[index]?.servicePeriod.start ?? "",
          lines[index]?.servicePeriod.end ?? "",
        ],
      })),
    ];
  }
}

function itemsIn(input: Json, which: "old" | "new"): readonly Item[] {
  const id = optionalText(input, `${which}PriceID`);
  if (id === undefined) return [];
  const quantity = text(input, `${which}Quantity`);
  return [{ id, unitPrice: text(input, `${which}PricePerUnit`), quantity }];
}

/**
 * An item that is there for a part of the period, by the second. Theirs lack one second at the end, which is less than a
 * cent here.
 */
function addedItem({ input, expected }: Vector): readonly Check[] | Skip {
  if (isDayBased(input)) return skip("engine quirk");
  const { changed } = billChange({ ...partIn(input), before: [], after: [itemIn(input)] });
  return [{ what: "charge", expected: text(expected, "charge"), actual: changed.total }];
}

/** What was billed of it, less what was given back already, is the most that is given back; the price where nothing was. */
function removedItem({ input, expected }: Vector): readonly Check[] | Skip {
  if (isDayBased(input)) return skip("engine quirk");
  const { opening, changed } = billChange({
    ...partIn(input),
    before: [itemIn(input)],
    after: [],
  });
  // What was billed otherwise than at the price caps their credit; here the difference would be due, too.
  const price = opening?.total ?? "0";
  const billed = optionalText(input, "billed") ?? price;
  const before = optionalText(input, "previousCredits") ?? "0";
  if (compareAmounts(billed, price) !== 0 || compareAmounts(before, "0") !== 0) {
    return skip("engine convention");
  }
  return [{ what: "credit", expected: `-${text(expected, "credit")}`, actual: changed.total }];
}

function partIn(input: Json) {
  return {
    start: text(input, "periodStart"),
    end: text(input, "periodEnd"),
    at: text(input, "effectiveDate"),
    method: "seconds",
    zone: {},
  } as const;
}

function itemIn(input: Json): Item {
  return { id: "item", unitPrice: text(input, "price"), quantity: "1" };
}

/** Credits are a fee in a currency of eight decimals. */
function creditGrant({ input, expected }: Vector): readonly Check[] | Skip {
  const [start, at] = [text(input, "periodStart"), text(input, "prorationDate")];
  // A day more than there is, at both ends of the fraction: of the whole period it is the whole all the same.
  if (isDayBased(input) && at > start) return skip("engine quirk");
  const coefficient = optionalText(expected, "wantCoefficient");
  return [
    {
      what: "credits",
      expected: text(expected, "wantCredits"),
      actual: granted(input, text(input, "credits"), 8),
    },
    ...(coefficient === undefined
      ? []
      : [
          {
            what: "coefficient",
            // A binary number, whose last digits are not those of the fraction.
            expected: rateAmount(usageCharge({ model: "per-unit", unitPrice: "1" }), coefficient, {
              currencies: { EXACT: 12 },
            }),
            actual: granted(input, "1", 12),
          },
        ]),
  ];
}

/** The part of a fee from a date to the end of the period: all of it before the period, nothing after it. */
function granted(input: Json, amount: string, decimals: number): string {
  const [start, end] = [text(input, "periodStart"), text(input, "periodEnd")];
  const at = text(input, "prorationDate");
  if (at >= end) return "0";
  const [, begin = at] = [start, at].sort();
  const plan = {
    id: "plan",
    name: "Plan",
    currency: "CREDIT",
    billingCycle: { every: daysBetween(start, end), unit: "day" },
    effectiveDate: "1900-01-01",
    charges: [
      {
        id: "grant",
        name: "Grant",
        chargeType: "recurring",
        billingTiming: "in-advance",
        proration: isDayBased(input) ? "days" : "seconds",
        pricing: { model: "flat", amount },
      },
    ],
  } as const;
  return invoice({
    catalog: catalogOf([plan]),
    subscription: datesOnly({ startDate: begin, billingAnchor: start }),
    period: { start: begin, end: begin },
    usage: [],
    policy: { currencies: { CREDIT: decimals } },
  }).total;
}
