/** The functions under test: everything that the library exports, as its modules say. */
import type { burnOrder, CreditGrant, PreparedRater, Sweep } from "rateplan";
import * as api from "rateplan";
import * as charts from "rateplan/chart";
import * as importers from "rateplan/import";
import * as raters from "rateplan/rate";
import * as queries from "rateplan/sql";
import * as testing from "rateplan/testing";

/** Of the testing kit, what is a function; an assertion that fails gives its message. */
const { documentSerializer: _, ...kit } = {
  ...testing,
  expectLines(...args: Parameters<typeof testing.expectLines>): string {
    try {
      testing.expectLines(...args);
      return "";
    } catch (error) {
      if (error instanceof Error && error.name === "UnexpectedLines") return error.message;
      throw error;
    }
  },
};

/** The name of an export. */
export type Export = keyof typeof API;

/** All of them. What rateplan/rate has of its own is under the names of rateplan there, so it has others here. */
export const API = {
  ...api,
  ...importers,
  ...charts,
  ...queries,
  ...kit,
  "rate/rateAmount": raters.rateAmount,
  "rate/ratePrepared": raters.ratePrepared,
};

/** A function under test. */
export interface Target {
  readonly name: string;
  readonly call: (args: readonly unknown[]) => unknown;
  /** Whether it returns what is wrong, and never throws. */
  readonly returnsIssues: boolean;
  /** What paths of issues may begin in: the arguments, by index, by name, or each by itself. */
  readonly roots: (args: readonly unknown[]) => readonly unknown[];
}

/** The words by which paths of issues begin, where a function takes several arguments. */
const PARAMETERS: { readonly [name in Export]?: readonly string[] } = {
  rate: ["charge", "usage", "policy"],
  rateAmount: ["charge", "quantity", "policy"],
  ratePrepared: ["charge", "policy"],
  "rate/rateAmount": ["charge", "quantity", "policy"],
  "rate/ratePrepared": ["charge", "policy"],
  simulate: ["target", "usage", "options"],
  compare: ["targets", "usage", "options"],
  replay: ["customers", "candidates", "options"],
  replayAsync: ["customers", "candidates", "options"],
  forecast: ["target", "usage", "options"],
  sweep: ["target", "quantities", "options"],
  breakEven: ["a", "b", "range", "options"],
  lintProduct: ["product", "options"],
  simulateAsync: ["target", "usage", "options"],
  documentsDue: ["subscription", "options"],
  billingPeriods: ["subscription", "options"],
  eachBillingPeriod: ["subscription", "options"],
  billingPeriodAt: ["subscription", "at", "options"],
  settleOutcomes: ["events", "policy", "options"],
  summarizeUsage: ["events", "options"],
  summarizeRun: ["events", "options"],
  summarizeRunAsync: ["events", "options"],
  jsonSchema: ["name", "options"],
  verify: ["document", "request"],
  applyPostings: ["grants", "postings"],
  burnOrder: ["order"],
  crossedThreshold: ["request", "thresholds"],
  explain: ["x", "options"],
  invoiceRun: ["requests", "shared"],
  chart: ["x", "options"],
  expectLines: ["document", "expected"],
  summariesFromRows: ["rows", "query"],
  fromStripePrice: ["price", "options"],
  toStripeInvoiceItems: ["document", "options"],
  fromLagoCharge: ["charge", "options"],
  fromOpenMeterPrice: ["price", "options"],
  fromValmiChargeModel: ["model", "options"],
  parseCharge: ["input", "options"],
  parseRatePlan: ["input", "options"],
  parseProduct: ["input", "options"],
  safeParseCharge: ["input", "options"],
  safeParseRatePlan: ["input", "options"],
  safeParseProduct: ["input", "options"],
};

const PERIODS_LOOKED_AT = 50;

function targetOf(name: string, value: unknown): Target {
  if (typeof value !== "function") throw new Error(`${name} is exported and no function`);
  const isClass = Function.prototype.toString.call(value).startsWith("class");
  const parameters = PARAMETERS[name as Export] ?? [];
  const call = (args: readonly unknown[]): unknown =>
    isClass ? Reflect.construct(value, args) : Reflect.apply(value, undefined, args);
  return {
    name,
    call: (args) => (SHOWN[name] ?? ((result) => result))(call(args)),
    returnsIssues: /^(safeParse|from)[A-Z]/.test(name),
    roots: (args) => [
      args,
      ...args,
      Object.fromEntries(parameters.map((parameter, index) => [parameter, args[index] ?? {}])),
    ],
  };
}

/** What is looked at of results that are no data themselves. */
const SHOWN: { readonly [name: string]: ((result: unknown) => unknown) | undefined } = {
  eachBillingPeriod: firstOf,
  anInvoiceRequest: (request) => api.invoice(request as api.InvoiceRequest),
  invoiceRun: firstOf,
  sweep: (prices) => rowsOf(prices as Sweep),
  ratePrepared: (price) => pricesOf(price as PreparedRater),
  "rate/ratePrepared": (price) => pricesOf(price as PreparedRater),
  burnOrder: (order) => GRANTS.toSorted(order as ReturnType<typeof burnOrder>),
};
const GRANTS: readonly CreditGrant[] = [
  { id: "b", unit: "USD", amount: "1", grantedAt: "2026-01-02", expiresAt: "2026-05-01" },
  { id: "a", unit: "USD", amount: "1", grantedAt: "2026-01-01", category: "promotional" },
];

/** The first rows of a sweep, with all that is asked for one by one. */
function rowsOf({ currency, decimals, length, quantities, minorUnits, ...at }: Sweep): unknown {
  const { unitOfMeasure, knots } = at;
  const rows = Array.from({ length: Math.min(length, PERIODS_LOOKED_AT) }, (_, index) => [
    quantities[index],
    minorUnits?.[index] ?? null,
    at.quantityAt(index),
    at.amountAt(index),
    at.averageAt(index),
    at.marginalAt(index),
  ]);
  return { currency, decimals, length, unitOfMeasure, knots, rows };
}

/** What a prepared charge costs, where it has a price of a quantity. */
function pricesOf(price: PreparedRater): unknown {
  const { currency, decimals } = price;
  const prices = [0, "1.5", 10n ** 20n].map((quantity) => price(quantity));
  return { currency, decimals, prices, many: [...price.many(Float64Array.of(0, 1.5, 1_000))] };
}

/** What stands at the beginning of an iterable that need not end. */
function firstOf(iterable: unknown): readonly unknown[] {
  const list: unknown[] = [];
  for (const each of iterable as Iterable<unknown>) {
    if (list.push(each) === PERIODS_LOOKED_AT) break;
  }
  return list;
}

/** All of them, by name. */
export const TARGETS: ReadonlyMap<string, Target> = new Map(
  Object.entries(API).map(([name, value]) => [name, targetOf(name, value)]),
);
