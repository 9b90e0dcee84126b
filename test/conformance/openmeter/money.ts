import { type CreditGrantInput, type RoundingMode, rate, sumAmounts } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { documentOf, grantOf, negative } from "../one-document.js";
import { choice, field, type Json, optionalText, record, text, type Vector } from "../vector.js";
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

/**
 * A price in a currency of the customer's own, whose amounts are then worth so much of another. What the price comes to are
 * units of the own currency, billed at what one is worth: credits in it are a grant of such units, and credits in the other
 * currency a grant of money.
 */
export const customCurrency: Translation = { area: "pricing", run: rateCustomCurrency };

/** Grants in the charge's own currency; what is granted later, while usage is collected, counts as well. */
const OWN_CREDITS = ["creditsAllocated", "creditsAllocatedAtCollection"] as const;
const FIAT_CREDITS = "fiatCreditsAvailable";
/** The most digits that a custom currency may have, with the engine and with us. */
const MOST_DIGITS = 12;

function rateCustomCurrency({ input, expected }: Vector): readonly Check[] {
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
  const run = rate({ ...charge, currency: own }, quantity, {
    currencies: { [own]: MOST_DIGITS },
  });
  const unitPrice = text(input, "costBasisRate");
  const grants = OWN_CREDITS.map((id) => grantOf(id, own, optionalText(input, id) ?? "0"));
  const billed = (credits: readonly CreditGrantInput[]) =>
    documentOf({
      currency: invoiced,
      charges: [
        {
          ...usageCharge("conversion", { model: "per-unit", unitPrice }),
          unitOfMeasure: own,
        },
      ],
      usage: { conversion: run.amount },
      credits,
    });
  const overage = billed(grants);
  const fiat = grantOf(FIAT_CREDITS, invoiced, optionalText(input, FIAT_CREDITS) ?? "0");
  const final = billed([...grants, { ...fiat, applied: "after-tax" }]);
  const used = sumAmounts(["0", ...overage.postings.map(({ amount }) => amount)]);
  return [
    ...totalsChecks("run", field(expected, "runTotals"), {
      amount: run.amount,
      creditsTotal: negative(used),
      total: sumAmounts([run.amount, used]),
    }),
    ...totalsChecks("invoice", field(expected, "invoiceTotals"), {
      amount: overage.total,
      creditsTotal: "0",
      total: overage.total,
    }),
    ...totalsChecks("final invoice", field(expected, "finalInvoiceTotals"), {
      amount: overage.total,
      creditsTotal: negative(sumAmounts([final.total, negative(overage.total)])),
      total: final.total,
    }),
  ];
}

/** A total that the engine leaves out is 0; totals that it leaves out altogether are not compared. */
function totalsChecks(
  what: string,
  stated: Json | undefined,
  actual: Readonly<Record<"amount" | "creditsTotal" | "total", string>>,
): readonly Check[] {
  if (stated === undefined) return [];
  return Object.entries(actual).map(([key, value]) => ({
    what: `${what} ${key}`,
    expected: optionalText(stated, key) ?? "0",
    actual: value,
  }));
}
