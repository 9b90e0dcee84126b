import { compareAmounts, type Invoice, isPricingError, simulate, sumAmounts } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { documentOf } from "../one-document.js";
import {
  choice,
  field,
  isStated,
  type Json,
  list,
  optionalText,
  record,
  text,
  type Vector,
} from "../vector.js";
import { amountsOf, bill } from "./bill.js";
import { creditChecks, creditsOn, grantsOf, isUsedUp } from "./credits.js";
import { convert } from "./money.js";
import { chargeOf, isFlat, isVolume, planOf, type Terms, termsOf, usageCharge } from "./price.js";
import { partRun } from "./progressive.js";
import { undividedPart } from "./splits.js";
import { lineChecks } from "./stated.js";
import { totalChecks, totalsOf } from "./totals.js";

const WHOLE = "single_per_period";
const MIDDLE = "mid_period_split";
const LAST = "last_in_period_split";

function modeOf(input: Json): string {
  return choice(input, "lineMode", { [WHOLE]: WHOLE, [MIDDLE]: MIDDLE, [LAST]: LAST });
}

/** One line of an invoice, over a whole period or over a part of it. */
export const lineRun: Translation = { area: "pricing", run: rateLine };

function rateLine({ input, expected }: Vector): readonly Check[] | Skip {
  const declined = whyNot(input);
  if (declined !== undefined) return declined;
  const terms = termsOf(input, closes(input));
  if (field(expected, "error") !== undefined) return refused(input, terms);
  const lines = list(expected, "lines");
  const quantity = quantityOf(input, "preLinePeriodQuantity", "quantity");
  const mode = modeOf(input);
  const quantityBefore = quantityOf(input, "preLinePeriodQuantity");
  const billedBefore = optionalText(input, "previouslyBilledAmount") ?? "0";
  // A line may say that it is the only one of its period, and that something was metered before it all the same.
  const isPart =
    mode !== WHOLE ||
    [quantityBefore, billedBefore].some((each) => compareAmounts(each, "0") !== 0);
  if (isPart && isBilledInParts(terms.price)) {
    return partRun({ terms, quantity, quantityBefore, billedBefore, lines });
  }
  const isPaid =
    mode !== WHOLE &&
    choice(terms.price, "paymentTerm", { in_advance: true, in_arrears: false }, false);
  if (mode === MIDDLE || isPaid) {
    return undividedPart(terms, mode === MIDDLE ? "middle" : "last", quantity, lines);
  }
  const actual = bill(terms, quantity);
  if (!actual.roundsAsOne) return skip("engine convention");
  const credits = creditsAppliedTo(input);
  if (credits.length === 0) return lineChecks("line", lines, actual);
  const document = paidByCredits(terms, quantity, credits);
  return [
    ...lineChecks("line", lines, { ...actual, total: document.total }),
    ...creditChecks(lines, document),
  ];
}

/** The credits of a line, unless the caller has them left out. */
function creditsAppliedTo(input: Json): readonly string[] {
  const areOff = names(input, "options").some((option) => option.includes("Credits"));
  const credits = creditsOn(input);
  return areOff ? [] : credits;
}

function paidByCredits(terms: Terms, quantity: string, credits: readonly string[]): Invoice {
  const { currency, price, percentage } = terms;
  return documentOf({
    currency,
    charges: planOf(currency, [chargeOf("usage", terms)], percentage).charges,
    usage: isFlat(price) ? {} : { usage: quantity },
    credits: grantsOf(credits, currency),
  });
}

/** What a vector uses that is out of scope. */
function whyNot(input: Json): Skip | undefined {
  // The switch of a deployment, and its guard against data that it does not fit.
  if (isStated(input, "unitConfig") && field(input, "unitConfigEnabled") === false) {
    return skip("no pricing");
  }
  // How credits fall to the parts of a period is the engine's; a document of ours is over all of it.
  if (modeOf(input) !== WHOLE && creditsAppliedTo(input).length > 0)
    return skip("engine convention");
  return undefined;
}

function isBilledInParts(price: Json): boolean {
  return !isFlat(price) && !isVolume(price);
}

/** The minimum is billed with the part that ends the period, unless the caller wants it ignored. */
function closes(input: Json): boolean {
  const isIgnored = names(input, "options").some((option) => option.includes("MinimumCommitment"));
  return modeOf(input) !== MIDDLE && !isIgnored;
}

function names(input: Json, key: string): readonly string[] {
  return !isStated(input, key) ? [] : list(input, key).map(String);
}

/** Some quantities of the input together, converted to the units that are priced. */
function quantityOf(input: Json, ...keys: readonly string[]): string {
  const usage = record(input, "usage");
  const metered = sumAmounts(keys.map((key) => optionalText(usage, key) ?? "0"));
  const unitConfig = field(input, "unitConfig") ?? null;
  return unitConfig === null ? metered : convert(unitConfig, metered).invoiced;
}

/**
 * Data that the engine refuses: we should, too; but for less than nothing, which the policy bills as nothing, and for a
 * volume of which the engine has billed a part, as we bill none.
 */
function refused(input: Json, terms: Terms): readonly Check[] | Skip {
  const credits = creditsAppliedTo(input);
  if (credits.length > 0) {
    const paid = paidByCredits(terms, quantityOf(input, "quantity"), credits);
    // More credit than is owed: the engine asks its caller for no more than that, and ours keeps the rest.
    return isUsedUp(credits, paid) ? skip("input shape") : skip("engine convention");
  }
  const before = quantityOf(input, "preLinePeriodQuantity");
  if (isVolume(terms.price) && compareAmounts(before, "0") !== 0) return skip("no pricing");
  const quantity = quantityOf(input, "preLinePeriodQuantity", "quantity");
  if (compareAmounts(quantity, "0") < 0) return skip("engine convention");
  return [{ what: "refused", expected: true, actual: isRefused(() => bill(terms, quantity)) }];
}

function isRefused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (isPricingError(error)) return true;
    throw error;
  }
}

/** A line that was written by hand: a quantity at a price. */
export const manualLine: Translation = { area: "pricing", run: rateManualLine };

function rateManualLine({ input, expected }: Vector): readonly Check[] {
  const unitPrice = text(input, "perUnitAmount");
  const charge = usageCharge("line", { model: "per-unit", unitPrice });
  const plan = planOf(text(input, "currency"), [charge], optionalText(input, "percentageDiscount"));
  const { lines } = simulate(plan, { line: text(input, "quantity") });
  return totalChecks("line", totalsOf(record(expected, "totals")), amountsOf(lines));
}
