import {
  compareAmounts,
  type Line,
  type LineKind,
  rate,
  rateAmount,
  simulate,
  sumAmounts,
} from "rateplan";
import { type Json, text } from "../vector.js";
import {
  chargeOf,
  flatCharge,
  isFlat,
  isVolume,
  planOf,
  type Terms,
  usageCharge,
} from "./price.js";

/** One line of the engine's: each tier, and each tier's flat price, is a line of its own. */
export interface DetailedLine {
  readonly reference: string;
  readonly perUnitAmount: string;
  readonly quantity: string;
  readonly amount: string;
}

/** The library's amounts, in the engine's words. */
export interface Amounts {
  /** Before discounts and commitments. */
  readonly amount: string;
  /** What the percentage takes off: 0 or less. */
  readonly percentage: string;
  /** What the maximum takes off: 0 or less. */
  readonly maximum: string;
  /** What the minimum adds. */
  readonly charges: string;
  readonly total: string;
}

/** What the library bills for one line of an invoice. */
export interface Bill extends Amounts {
  readonly lines: readonly DetailedLine[];
  /** Whether nothing had to be rounded. */
  readonly isExact: boolean;
  /** Whether rounding every detailed line, as the engine does, makes the same total as rounding once. */
  readonly roundsAsOne: boolean;
}

/** What the library bills for a quantity. */
export function bill(terms: Terms, quantity: string): Bill {
  const { currency, price, percentage } = terms;
  const plan = planOf(currency, [chargeOf("usage", terms)], percentage);
  const { lines } = simulate(plan, isFlat(price) ? {} : { usage: quantity });
  const detailed = lines.filter(isRated).flatMap((line) => detailedLines(terms, line));
  const apart = detailed.map(
    ({ amount }) => simulate(planOf(currency, [flatCharge("line", amount)], percentage), {}).amount,
  );
  const once = sumOf(lines.filter((line) => isRated(line) || line.kind === "discount"));
  return {
    ...amountsOf(lines),
    lines: detailed,
    isExact: lines.every((line) => compareAmounts(line.exactAmount, line.amount) === 0),
    roundsAsOne: compareAmounts(sumAmounts(apart), once) === 0,
  };
}

/** Amounts of some lines, sorted by what they are for. */
export function amountsOf(lines: readonly Line[]): Amounts {
  const ofKind = (kind: LineKind) => sumOf(lines.filter((line) => line.kind === kind));
  return {
    amount: sumOf(lines.filter(isRated)),
    percentage: ofKind("discount"),
    maximum: ofKind("maximum"),
    charges: ofKind("minimum"),
    total: sumOf(lines),
  };
}

function isRated({ kind }: Line): boolean {
  return kind === "usage" || kind === "recurring" || kind === "one-time";
}

function sumOf(lines: readonly Line[]): string {
  return sumAmounts(lines.map(({ amount }) => amount));
}

/** A rated line as the engine takes it apart; each part rounded by itself. */
export function detailedLines(
  { currency, price }: Pick<Terms, "currency" | "price">,
  line: Line,
): readonly DetailedLine[] {
  const { amount, quantity } = line;
  switch (text(price, "type")) {
    case "flat": {
      const perUnitAmount = text(price, "amount");
      return [{ reference: "flat-price", perUnitAmount, quantity, amount }];
    }
    case "unit": {
      const perUnitAmount = text(price, "amount");
      return [{ reference: "unit-price-usage", perUnitAmount, quantity, amount }];
    }
    // What the engine rounds and shows as the price of one.
    case "dynamic":
      return [{ reference: "usage", perUnitAmount: amount, quantity: "1", amount }];
    case "package": {
      const perUnitAmount = text(price, "amount");
      return [{ reference: "usage", perUnitAmount, quantity: packagesIn(price, quantity), amount }];
    }
    default:
      return tierLines(currency, isVolume(price), line);
  }
}

/** How many packages are billed: what they cost at a price of 1. */
function packagesIn(price: Json, quantity: string): string {
  const size = text(price, "quantityPerPackage");
  const charge = usageCharge("packages", { model: "package", size, price: "1" });
  return rate({ ...charge, currency: "USD" }, quantity).exactAmount;
}

function tierLines(currency: string, volume: boolean, { tiers }: Line): readonly DetailedLine[] {
  return tiers.flatMap(({ quantity, unitPrice, flatFee }, index) => {
    const graduated = `graduated-tiered-${index + 1}`;
    const usage = volume ? "volume-tiered-price" : `${graduated}-price-usage`;
    const flat = volume ? "volume-flat-price" : `${graduated}-flat-price`;
    return [
      ...(unitPrice === null ? [] : [pricedApart(usage, unitPrice, quantity, currency)]),
      ...(flatFee === null ? [] : [pricedApart(flat, flatFee, "1", currency)]),
    ];
  });
}

/** A line that is priced, and rounded, for itself. */
function pricedApart(
  reference: string,
  perUnitAmount: string,
  quantity: string,
  currency: string,
): DetailedLine {
  const charge = usageCharge(reference, { model: "per-unit", unitPrice: perUnitAmount });
  return {
    reference,
    perUnitAmount,
    quantity,
    amount: rateAmount({ ...charge, currency }, quantity),
  };
}
