import { compareAmounts, simulate, sumAmounts, type UsageChargeInput } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { allocationChecks } from "../npm-libs/allocation.js";
import { negative } from "../one-document.js";
import {
  field,
  flag,
  type Json,
  type JsonObject,
  list,
  optionalText,
  record,
  text,
  type Vector,
} from "../vector.js";
import { priced, usageCharge } from "./charges.js";

// What is used is worth so much, and such worth is the quantity of a charge of its own: each unit of it costs 1 up to the
// commitment, and the factor beyond it. That the commitment is due in any case is the charge's minimum.

/** What a stretch comes to: within the commitment, beyond it, and up to it. */
interface Committed {
  readonly total: string;
  readonly utilized: string;
  readonly overage: string;
  readonly trueUp: string;
}

/** What a quantity comes to in one window: the price, and the commitment on it. */
type Window = (quantity: string) => Committed;

/** Each window has the commitment for itself. */
const perWindow: Translation["run"] = ({ input, expected }) => {
  const window = windowOf(input);
  return checksOf(
    expected,
    list(input, "windows").map((quantity) => window(String(quantity))),
  );
};

/** The price and the commitment of a window are those of the time of day at which it begins, or of the line. */
const byTimeOfDay: Translation["run"] = ({ input, expected }) => {
  const line = windowOf(record(input, "lineItem"));
  const buckets = list(input, "buckets").map((bucket) => ({
    holds: hoursOf(bucket),
    window: windowOf(record({ bucket }, "bucket")),
  }));
  const windows = list(input, "usage").map((each) => {
    const time = text(each, "at").slice("2026-01-01T".length, "2026-01-01T00:00".length);
    const { window } = buckets.find(({ holds }) => holds(time)) ?? { window: line };
    return window(text(each, "quantity"));
  });
  return checksOf(expected, windows);
};

/** Times of day in UTC; a bucket may run over midnight. */
function hoursOf(bucket: Json): (time: string) => boolean {
  const [from, to] = [text(bucket, "from"), text(bucket, "to")];
  return (time) => (from < to ? from <= time && time < to : time >= from || time < to);
}

function windowOf(terms: JsonObject): Window {
  const pricing = { model: "per-unit", unitPrice: text(terms, "unitPrice") } as const;
  const worthOf = (units: string) => priced(pricing, units).exactAmount;
  const units = optionalText(terms, "commitmentQuantity");
  const amount = optionalText(terms, "commitmentAmount") ?? (units && worthOf(units)) ?? "0";
  const charge = chargeOf(
    amount,
    optionalText(terms, "overageFactor") ?? "1",
    flag(terms, "trueUp"),
  );
  return (quantity) => {
    const total = worthOf(quantity);
    if (compareAmounts(amount, "0") > 0) return committed(charge, total);
    return { total, utilized: total, overage: "0", trueUp: "0" };
  };
}

function chargeOf(commitment: string, factor: string, isDue = false): UsageChargeInput {
  return usageCharge(
    { model: "tiered", tiers: [{ upTo: commitment, unitPrice: "1" }, { unitPrice: factor }] },
    isDue ? { minimum: commitment } : {},
  );
}

function committed(charge: UsageChargeInput, worth: string): Committed {
  const { amount, lines } = simulate(charge, worth, { policy: { currencies: { EXACT: 12 } } });
  const [within, beyond] = lines.find(({ kind }) => kind === "usage")?.tiers ?? [];
  return {
    total: amount,
    utilized: within?.amount ?? "0",
    overage: beyond?.amount ?? "0",
    trueUp: lines.find(({ kind }) => kind === "minimum")?.amount ?? "0",
  };
}

const FIGURES = ["total", "utilized", "overage", "trueUp"] as const;

/** What several stretches come to together, as far as the case states it. */
function checksOf(expected: Json, stretches: readonly Committed[]): readonly Check[] {
  return FIGURES.flatMap((what) => {
    const stated = optionalText(expected, what);
    const actual = sumAmounts(["0", ...stretches.map((each) => each[what])]);
    return stated === undefined ? [] : [{ what, expected: stated, actual }];
  });
}

/** One commitment for several periods: what they come to so far, less what those before came to. */
function cumulative({ input, expected }: Vector): readonly Check[] | Skip {
  const factor = text(input, "overageFactor");
  const charge = chargeOf(text(input, "commitment"), factor);
  const before = worthBefore(input, factor);
  const items = itemsOf(input);
  if (before === undefined) return skip("engine convention");
  const now = committed(charge, sumAmounts([before, ...items.map(([, worth]) => worth)]));
  const earlier = committed(charge, before);
  const difference = (key: keyof Committed) => sumAmounts([now[key], negative(earlier[key])]);
  const within = field(expected, "within");
  return [
    ...checksOf(expected, [
      {
        total: difference("total"),
        utilized: difference("utilized"),
        overage: difference("overage"),
        trueUp: "0",
      },
    ]),
    ...(within === undefined
      ? []
      : allocationChecks(
          difference("utilized"),
          items.map(([, worth]) => worth),
          2,
          items.map(([name]) => text(within, name)),
        )),
  ];
}

/** What was used before is worth what was charged for it; beyond the commitment, without the factor. */
function worthBefore(input: JsonObject, factor: string): string | undefined {
  const parts = { model: "package", size: factor, price: "1", rounding: "exact" } as const;
  const charges = list(input, "priorPeriodCharges").flatMap((period) => list({ period }, "period"));
  const worths = charges.map((each) =>
    typeof each === "string" ? each : priced(parts, text(each, "overage")).exactAmount,
  );
  // What no decimal is equal to, no quantity is.
  return worths.some((worth) => worth.includes("/")) ? undefined : sumAmounts(["0", ...worths]);
}

/** What each item's usage is worth now. */
function itemsOf(input: JsonObject): readonly (readonly [string, string])[] {
  const usage = field(input, "currentUsage") ?? null;
  if (typeof usage === "string") return [["usage", usage]];
  const items = record(input, "currentUsage");
  return Object.keys(items).map((name) => [name, text(items, name)]);
}

/** Commitments with a factor for what goes beyond them, by windows or over several periods. */
export const commitments: Readonly<Record<string, Translation>> = {
  "commitment (per window)": { area: "commitments", run: perWindow },
  "commitment with time-of-day buckets": { area: "commitments", run: byTimeOfDay },
  "cumulative commitment across periods": { area: "commitments", run: cumulative },
};
