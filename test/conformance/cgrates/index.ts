import { type ChargeInput, compareAmounts, type RoundingMode, rate } from "rateplan";
import { type Adapter, type Check, type Skip, skip, type Translations } from "../adapter.js";
import { type Json, list, optionalText, text, type Vector } from "../vector.js";
import { unread } from "./unread.js";

const translations: Translations = {
  rounding: { area: "rounding", run: roundValue },
  sum: { area: "aggregation", run: sumIncrements },
  "duration-rate": { area: "pricing", run: rateDuration },
  "duration-increment": { area: "rounding", run: roundDuration },
  graduated: { area: "pricing", run: rateGroups },
  "graduated+increment": { area: "pricing", run: rateGroups },
  defect: { area: "rounding", run: () => skip("engine defect: D3") },
};

/** CGRateS: calls, rated by their seconds in the increments of a rate. */
export const cgrates: Adapter = { translations, unread };

/** Enough digits that no cost of a vector is rounded: the engine states costs as they are. */
const EXACT = { currencies: { COST: 12 } };

function seconds(
  pricing: Extract<ChargeInput, { chargeType: "usage" }>["pricing"],
  increment: string,
): ChargeInput {
  return {
    id: "call",
    name: "call",
    currency: "COST",
    chargeType: "usage",
    unitOfMeasure: "second",
    pricing,
    quantityRounding: { mode: "up", increment },
  };
}

const MODES: Readonly<Record<string, RoundingMode>> = {
  up: "ceiling",
  middle: "half-ceiling",
  down: "floor",
};

function modeOf(mode: string): RoundingMode {
  const known = MODES[mode];
  if (known === undefined) throw new Error(`expected a rounding mode, got ${mode}`);
  return known;
}

/** A value is what that many units cost at a price of 1; tens and hundreds are increments of a currency without decimals. */
function roundValue({ input, expected }: Vector): readonly Check[] {
  const decimals = Number(text(input, "decimals"));
  const increment = decimals < 0 ? { increment: `1${"0".repeat(-decimals)}` } : {};
  const charge: ChargeInput = {
    id: "value",
    name: "value",
    currency: "COST",
    chargeType: "usage",
    unitOfMeasure: "unit",
    pricing: { model: "per-unit", unitPrice: "1" },
  };
  const { amount } = rate(charge, text(input, "value"), {
    currencies: { COST: Math.max(decimals, 0) },
    rounding: { mode: modeOf(text(input, "mode")), ...increment },
    negativeUsage: "allow",
  });
  return [{ what: "value", expected: text(expected, "value"), actual: amount }];
}

/** Many increments at one cost. */
function sumIncrements({ input, expected }: Vector): readonly Check[] {
  const charge = seconds({ model: "per-unit", unitPrice: text(input, "incrementCost") }, "1");
  const { exactAmount } = rate(charge, text(input, "increments"), EXACT);
  return [{ what: "cost", expected: text(expected, "cost"), actual: exactAmount }];
}

/** A rate for some seconds, charged in increments that count once they have begun. */
function rateDuration({ input, expected }: Vector): readonly Check[] {
  const size = text(input, "rateUnitSeconds");
  const charge = seconds(
    { model: "package", size, price: text(input, "rate"), rounding: "exact" },
    text(input, "rateIncrementSeconds"),
  );
  const { exactAmount } = rate(charge, text(input, "seconds"), EXACT);
  return [{ what: "cost", expected: text(expected, "cost"), actual: exactAmount }];
}

/** How long a call is charged for. Which span of a call the seconds belong to is no pricing. */
function roundDuration({ input, expected }: Vector): readonly Check[] | Skip {
  const [first] = list(input, "spans");
  const [charged] = list(expected, "spans");
  const [from, to] = ends(first);
  const [chargedFrom, chargedTo] = ends(charged);
  // The length of a span that begins at 0 is its end.
  if (from !== "0" || chargedFrom !== "0") return skip("no pricing");
  const actual = roundedUp(to, text(input, "firstIncrementSeconds"));
  return [{ what: "charged seconds", expected: chargedTo, actual }];
}

/** A number of seconds in whole increments. */
function roundedUp(length: string, increment: string): string {
  return rate(seconds({ model: "per-unit", unitPrice: "1" }, increment), length, EXACT).quantity;
}

function ends(span: Json | undefined): readonly [string, string] {
  if (!Array.isArray(span)) throw new Error(`expected a span, got ${JSON.stringify(span)}`);
  return [String(span[0]), String(span[1])];
}

/** Rates by elapsed time: each second at the rate of its group. */
function rateGroups({ input, expected }: Vector): readonly Check[] | Skip {
  const groups = list(input, "tiers");
  const [increment] = groups.map((group) => text(group, "increment"));
  if (increment === undefined || !isOneGrid(groups, increment)) return skip("engine convention");
  const tiers = groups.map((group, index) => {
    const upTo = optionalText(groups[index + 1], "fromSeconds");
    const unitPrice = text(group, "ratePerSecond");
    return upTo === undefined ? { unitPrice } : { upTo, unitPrice };
  });
  const rating = rate(
    seconds({ model: "tiered", tiers }, increment),
    text(input, "seconds"),
    EXACT,
  );
  const splitAt = optionalText(expected, "splitAtSeconds");
  return [
    {
      what: "cost of each group",
      expected: list(expected, "costs"),
      actual: rating.tiers.map(({ amount }) => amount),
    },
    ...(splitAt === undefined
      ? []
      : [{ what: "split at", expected: splitAt, actual: rating.tiers[0]?.upTo ?? null }]),
  ];
}

/**
 * Whether all groups round to one increment, and begin with a whole one. Where they do not, the engine rounds a call up
 * within each group; the library rounds its quantity once, before tiers see it.
 */
function isOneGrid(groups: readonly Json[], increment: string): boolean {
  return groups.every((group) => {
    const from = text(group, "fromSeconds");
    const isWhole = compareAmounts(roundedUp(from, increment), from) === 0;
    return isWhole && compareAmounts(text(group, "increment"), increment) === 0;
  });
}
