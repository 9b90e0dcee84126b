import { compareAmounts, type RoundingMode, rate, sumAmounts } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { choice, type Json, optionalText, record, text, type Vector } from "../vector.js";
import { chargeOf, usageCharge } from "./price.js";

/** Rounding of an amount: what that many units cost at a price of 1, in a currency with these digits. */
export const currencyRounding: Translation = { area: "rounding", run: roundAmount };

const MODES: Readonly<Record<string, RoundingMode>> = {
  half_away_from_zero: "half-away-from-zero",
  half_even: "half-even",
  half_up: "half-away-from-zero",
  up: "up",
  down: "down",
  ceiling: "ceiling",
  floor: "floor",
};

function modeOf(mode: string): RoundingMode {
  const known = MODES[mode];
  if (known === undefined) throw new Error(`expected a rounding mode, got ${mode}`);
  return known;
}

function roundAmount({ input, expected }: Vector): readonly Check[] {
  const currency = text(input, "currency");
  const charge = { ...usageCharge("amount", { model: "per-unit", unitPrice: "1" }), currency };
  const rating = rate(charge, text(input, "amount"), {
    currencies: { [currency]: Number(text(input, "digits")) },
    rounding: { mode: modeOf(text(input, "mode")) },
    negativeUsage: "allow",
  });
  return [{ what: "amount", expected: text(expected, "amount"), actual: rating.amount }];
}

/** What a metered quantity is in other units: exactly, and as it is billed. */
export interface Converted {
  readonly converted: string;
  readonly invoiced: string;
}

/**
 * A conversion of units. The library has none of its own, but a price converts as well: so many units cost so much of
 * a currency that stands for the other unit, with its digits and its rounding.
 */
export function convert(config: Json, quantity: string): Converted {
  const factor = text(config, "conversionFactor");
  const rounding = text(config, "rounding");
  const charge = usageCharge(
    "conversion",
    choice(config, "operation", { multiply: true, divide: false })
      ? { model: "per-unit", unitPrice: factor }
      : { model: "package", size: factor, price: "1", rounding: "exact" },
  );
  const { exactAmount, amount } = rate({ ...charge, currency: "UNITS" }, quantity, {
    currencies: { UNITS: Number(optionalText(config, "precision") ?? "0") },
    rounding: rounding === "none" ? {} : { mode: modeOf(rounding) },
    negativeUsage: "allow",
  });
  return { converted: exactAmount, invoiced: rounding === "none" ? exactAmount : amount };
}

export const unitConversion: Translation = { area: "rounding", run: convertUnits };

function convertUnits({ input, expected }: Vector): readonly Check[] | Skip {
  const actual = convert(input, text(input, "quantity"));
  // What no decimal is equal to the engine cuts off somewhere.
  if (actual.invoiced.includes("/")) return skip("engine convention");
  const converted = optionalText(expected, "converted");
  return [
    { what: "invoiced", expected: text(expected, "invoiced"), actual: actual.invoiced },
    ...(converted === undefined || actual.converted.includes("/")
      ? []
      : [{ what: "converted", expected: converted, actual: actual.converted }]),
  ];
}

/** A price in a currency of the customer's own, whose amounts are then worth so much of another. */
export const customCurrency: Translation = { area: "pricing", run: rateCustomCurrency };

const CREDITS = ["creditsAllocated", "creditsAllocatedAtCollection", "fiatCreditsAvailable"];
/** The most digits that a custom currency may have, with the engine and with us. */
const MOST_DIGITS = 12;

function rateCustomCurrency({ input, expected }: Vector): readonly Check[] | Skip {
  const credits = sumAmounts(CREDITS.map((key) => optionalText(input, key) ?? "0"));
  if (compareAmounts(credits, "0") !== 0) return skip("not yet: credits");
  const [own, invoiced] = [text(input, "chargeCurrency"), text(input, "invoiceCurrency")];
  const charge = chargeOf("charge", {
    price: record(input, "price"),
    freeUnits: undefined,
    closing: true,
  });
  const quantity = sumAmounts([
    text(input, "quantity"),
    optionalText(input, "lateQuantity") ?? "0",
  ]);
  const policy = { currencies: { [own]: MOST_DIGITS } };
  const run = rate({ ...charge, currency: own }, quantity, policy);
  const unitPrice = text(input, "costBasisRate");
  const conversion = usageCharge("conversion", { model: "per-unit", unitPrice });
  const invoice = rate({ ...conversion, currency: invoiced }, run.amount);
  return [
    ...totalChecks("run", expected, "runTotals", run.amount),
    ...totalChecks("invoice", expected, "invoiceTotals", invoice.amount),
  ];
}

/** Without discounts, commitments and credits the amount is the total. */
function totalChecks(what: string, expected: Json, key: string, actual: string): readonly Check[] {
  const totals = record(expected, key);
  return [
    { what: `${what} amount`, expected: text(totals, "amount"), actual },
    { what: `${what} total`, expected: text(totals, "total"), actual },
  ];
}
