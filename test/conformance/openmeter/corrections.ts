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
  const [now, before] = [list(input, "current"), list(input, "previous")];
  const priced = priceLines(now, before, referenceOf) ?? priceLines(now, before, referenceAtPrice);
  if (priced === undefined) return skip("engine convention");
  const { current, previous, references, charges } = priced;
  const request = {
    catalog: productOf(planOf(text(input, "currency"), charges)),
    subscription: subscriptionOf(FIRST.start),
    policy: { negativeUsage: "allow" } as const,
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

function referenceOf(line: Json): string {
  return text(line, "reference");
}

/** Where a reference has several prices, each is billed for itself. */
function referenceAtPrice(line: Json): string {
  return `${referenceOf(line)} at ${text(line, "perUnitAmount")}`;
}

/** A charge for each name that lines have; nothing where no price makes of one what the lines say. */
function priceLines(now: readonly Json[], before: readonly Json[], nameOf: (line: Json) => string) {
  const [current, previous] = [byName(now, nameOf), byName(before, nameOf)];
  if (current === undefined || previous === undefined) return undefined;
  const references = [...new Set([...current.keys(), ...previous.keys()])];
  const charges = references.flatMap((name) => {
    const pricing = pricingOf(current.get(name), previous.get(name));
    return pricing === undefined ? [] : [usageCharge(name, pricing)];
  });
  if (charges.length < references.length) return undefined;
  return { current, previous, references, charges };
}

/** Lines of one name together; nothing where a name has several prices. */
function byName(
  lines: readonly Json[],
  nameOf: (line: Json) => string,
): ReadonlyMap<string, Rated> | undefined {
  const rated = new Map<string, Rated>();
  for (const line of lines) {
    const [name, unitPrice] = [nameOf(line), text(line, "perUnitAmount")];
    const same = rated.get(name);
    if (same !== undefined && compareAmounts(same.unitPrice, unitPrice) !== 0) return undefined;
    const quantity = sumAmounts([same?.quantity ?? "0", text(line, "quantity")]);
    rated.set(name, { quantity, unitPrice });
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
