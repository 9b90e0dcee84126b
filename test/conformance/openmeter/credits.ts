import {
  applyPostings,
  type CreditGrantInput,
  compareAmounts,
  type Invoice,
  invoice,
  isPricingError,
  type Posting,
  sumAmounts,
} from "rateplan";
import type { Check, Translation } from "../adapter.js";
import { planOf, productOf, subscriptionOf } from "../billed-in-advance.js";
import { grantOf, MONTH, negative } from "../one-document.js";
import {
  choice,
  field,
  isStated,
  type Json,
  type JsonObject,
  list,
  optionalText,
  text,
  type Vector,
} from "../vector.js";
import { usageCharge } from "./price.js";

/**
 * Credit that was allocated to a charge and goes back. Each allocation is a grant of its own that paid for a part of a period's
 * usage, at a price of 1; earlier corrections took back what they did before the next allocation was made. Then so much
 * less is due, and the period is rated again.
 */
export const creditCorrection: Translation = { area: "credits", run: correctCredit };

function correctCredit({ input, expected }: Vector): readonly Check[] {
  if (field(expected, "error") !== undefined) return [refusal(input, expected)];
  const before = allocated(input);
  const { postings } = before.next(text(input, "correctionAmount"), []);
  const stated = list(expected, "corrections");
  return [
    {
      what: "corrections",
      expected: stated.map((each) => [
        grantId(text(each, "allocation")),
        negative(text(each, "amount")),
      ]),
      actual: postings
        .filter(({ kind }) => kind === "return")
        .map(({ grantId: id, amount }) => [id, amount]),
    },
  ];
}

function grantId(place: string): string {
  return `allocation ${place}`;
}

/** What was taken back of an allocation before, as amounts below zero. */
function correctionsOf(input: JsonObject, place: string): readonly string[] {
  return earlierCorrections(input)
    .filter((each) => text(each, "allocation") === place)
    .map((each) => text(each, "amount"));
}

function earlierCorrections(input: JsonObject): readonly Json[] {
  return !isStated(input, "existingCorrections") ? [] : list(input, "existingCorrections");
}

/** The documents so far, and a next one: so much more or less is due, and these grants are there. */
interface Chain {
  readonly next: (difference: string, grants: readonly CreditGrantInput[]) => Invoice;
}

function allocated(input: JsonObject): Chain {
  const currency = text(input, "currency");
  const chain = chainIn(currency);
  for (const [index, allocation] of list(input, "allocations").entries()) {
    const [place, amount] = [String(index + 1), amountOf(allocation)];
    chain.next(amount, [grantOf(grantId(place), currency, amount)]);
    for (const correction of correctionsOf(input, place)) chain.next(correction, []);
  }
  return chain;
}

function amountOf(allocation: Json): string {
  return typeof allocation === "string" ? allocation : text(allocation, "amount");
}

/** Documents of one month's usage after the other, each of the next month. */
function chainIn(currency: string): Chain {
  const charge = usageCharge("usage", { model: "per-unit", unitPrice: "1" });
  const request = {
    catalog: productOf(planOf("plan", currency, "monthly", [charge])),
    subscription: subscriptionOf(MONTH.start),
  };
  const documents: Invoice[] = [];
  let used = "0";
  return {
    next(difference, credits) {
      used = sumAmounts([used, difference]);
      const usage = { usage: used };
      const previous = [...documents];
      const document =
        documents.length === 0
          ? invoice({ ...request, period: MONTH, usage, credits })
          : invoice({
              ...request,
              period: monthAfter(documents.length),
              usage: {},
              credits,
              previous,
              rerate: [{ period: MONTH, usage }],
            });
      documents.push(document);
      return document;
    },
  };
}

/** The month so many after the first. */
function monthAfter(count: number) {
  const [start, end] = [count, count + 1].map((each) =>
    new Date(Date.UTC(2026, each, 1)).toISOString().slice(0, 10),
  );
  if (start === undefined || end === undefined) throw new Error("no month");
  return { start, end };
}

/** What the engine refuses: more would go back than is allocated, or it is no correction at all. A ledger of ours does, too. */
function refusal(input: JsonObject, expected: Json): Check {
  choice(expected, "error", REFUSALS);
  const amount = sumAmounts(list(input, "allocations").map(amountOf));
  const corrected = list(input, "allocations").flatMap((_, index) =>
    correctionsOf(input, String(index + 1)),
  );
  const balance = negative(sumAmounts(["0", ...corrected]));
  const grant = grantOf("allocations", text(input, "currency"), amount, { balance });
  const posting: Posting = {
    grantId: grant.id,
    kind: "return",
    unit: grant.unit,
    amount: negative(text(input, "correctionAmount")),
    balanceBefore: balance,
    balanceAfter: null,
    document: "correction",
  };
  return {
    what: "refused",
    expected: true,
    actual: isRefused(() => applyPostings([grant], [posting])),
  };
}

const REFUSALS = {
  "amount must not be positive": true,
  "insufficient funds": true,
  ErrInsufficientFunds: true,
};

function isRefused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (isPricingError(error)) return true;
    throw error;
  }
}

/** Credits on one line of the engine's. It has them pay one detailed line after the other; together they pay the same. */
export function creditsOn(input: Json): readonly string[] {
  return !isStated(input, "creditsApplied") ? [] : list(input, "creditsApplied").map(amountOf);
}

/** Grants of the credits, used in their order. */
export function grantsOf(credits: readonly string[], currency: string) {
  return credits.map((amount, index) =>
    grantOf(`credit-${index}`, currency, amount, { priority: index }),
  );
}

/** What the credits pay: all of them, the totals say, and the lines together. */
export function creditChecks(
  stated: readonly Json[],
  { creditsApplied }: Invoice,
): readonly Check[] {
  const totals = stated.map((line) => optionalText(field(line, "totals"), "creditsTotal") ?? "0");
  const parts = stated.flatMap(creditsOn);
  return [
    {
      what: "credits total, theirs less ours",
      expected: "0",
      actual: sumAmounts([...totals, creditsApplied]),
    },
    {
      what: "credits of the lines, theirs less ours",
      expected: "0",
      actual: sumAmounts([...parts, creditsApplied]),
    },
  ];
}

/** Whether all credits are used, as the engine asks; with us the rest stays on the grants. */
export function isUsedUp(credits: readonly string[], { creditsApplied }: Invoice): boolean {
  return compareAmounts(sumAmounts([...credits, creditsApplied]), "0") === 0;
}
