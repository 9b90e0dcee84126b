import { compareAmounts, invoice, type PricingInputFor, sumAmounts } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { productOf, subscriptionOf } from "../billed-in-advance.js";
import { field, type Json, list, text, type Vector } from "../vector.js";
import { planOf, usageCharge } from "./price.js";
import { sumTotals, totalsOf } from "./totals.js";

/** What one line of the engine's, or several that stand for the same, come to. */
interface Rated {
  readonly quantity: string;
  readonly unitPrice: string;
}

const FIRST = { start: "2021-01-01", end: "2021-02-01" };
const SECOND = { start: "2021-02-01", end: "2021-03-01" };

/**
 * What is rated now, less what was billed. The engine has one line for each price; we have one adjustment line for what
 * is due less what was billed, which comes to the same.
 */
export const subtractLines: Translation = { area: "corrections", run: billDifference };

function billDifference({ input, expected }: Vector): readonly Check[] | Skip {
  const [current, previous] = [
    byReference(list(input, "current")),
    byReference(list(input, "previous")),
  ];
  if (current === undefined || previous === undefined) return skip("engine convention");
  const references = [...new Set([...current.keys(), ...previous.keys()])];
  const charges = references.flatMap((reference) => {
    const pricing = pricingOf(current.get(reference), previous.get(reference));
    return pricing === undefined ? [] : [usageCharge(reference, pricing)];
  });
  if (charges.length < references.length) return skip("engine convention");
  const request = {
    catalog: productOf(planOf(text(input, "currency"), charges)),
    subscription: subscriptionOf(FIRST.start),
  };
  const usageOf = (lines: ReadonlyMap<string, Rated>) =>
    Object.fromEntries(
      references.map((reference) => [reference, lines.get(reference)?.quantity ?? "0"]),
    );
  const billed = invoice({ ...request, period: FIRST, usage: usageOf(previous) });
  const { total } = invoice({
    ...request,
    period: SECOND,
    usage: {},
    previous: [billed],
    rerate: [{ period: FIRST, usage: usageOf(current) }],
  });
  const stated = sumTotals(list(expected, "lines").map((line) => totalsOf(field(line, "totals"))));
  return [{ what: "total", expected: stated.total, actual: total }];
}

/** Lines of one reference and price together; nothing where a reference has several prices. */
function byReference(lines: readonly Json[]): ReadonlyMap<string, Rated> | undefined {
  const rated = new Map<string, Rated>();
  for (const line of lines) {
    const [reference, unitPrice] = [text(line, "reference"), text(line, "perUnitAmount")];
    const same = rated.get(reference);
    if (same !== undefined && compareAmounts(same.unitPrice, unitPrice) !== 0) return undefined;
    const quantity = sumAmounts([same?.quantity ?? "0", text(line, "quantity")]);
    rated.set(reference, { quantity, unitPrice });
  }
  return rated;
}

/**
 * A price under which each quantity costs what it is said to: that of the larger one begins above the smaller. Nothing
 * where one quantity has two prices.
 */
function pricingOf(
  current: Rated | undefined,
  previous: Rated | undefined,
): PricingInputFor<"usage"> | undefined {
  const [low, high] = [current, previous]
    .filter((each) => each !== undefined)
    .toSorted((a, b) => compareAmounts(a.quantity, b.quantity));
  if (low === undefined) return undefined;
  const { quantity, unitPrice } = low;
  if (high === undefined || compareAmounts(high.unitPrice, unitPrice) === 0) {
    return { model: "per-unit", unitPrice };
  }
  if (compareAmounts(high.quantity, quantity) === 0) return undefined;
  return { model: "volume", tiers: [{ upTo: quantity, unitPrice }, { unitPrice: high.unitPrice }] };
}
