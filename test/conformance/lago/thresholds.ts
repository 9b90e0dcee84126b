import {
  compareAmounts,
  crossedThreshold,
  type DecimalInput,
  invoice,
  rate,
  sumAmounts,
  type UsageEventInput,
} from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { planOf, productOf, subscriptionOf } from "../billed-in-advance.js";
import { MONTH } from "../one-document.js";
import { list, optionalText, text, type Vector } from "../vector.js";
import { CENT, eventsOf, IN_CENTS, isZero, lagoCharge } from "./charges.js";

/**
 * Which thresholds a growing usage has passed since it was last billed: those that are said to be fixed, and whether the
 * recurring one is passed once more. What was invoiced of a subscription before, in whatever period, is here what an
 * interim document has billed.
 */
export const passedThresholds: Translation = { area: "in-advance", run: comparePassed };

const BILLED = { timestamp: "2026-01-10T00:00:00Z", asOf: "2026-01-11" };
const NOW = { timestamp: "2026-01-20T00:00:00Z", asOf: "2026-01-21" };

function comparePassed({ input, expected }: Vector): readonly Check[] | Skip {
  const fixed = list(input, "fixedThresholdsCents").map(String);
  const every = optionalText(input, "recurringThresholdCents");
  const ahead = text(input, "progressiveBilledAmountCents");
  const before = sumAmounts([
    text(input, "historicalUsageCents"),
    text(input, "invoicedUsageCents"),
    ahead,
  ]);
  const since = sumAmounts([text(input, "currentUsageCents"), `-${ahead}`]);
  const last = fixed.toSorted(compareAmounts).at(-1) ?? "0";
  // Once the last of the others was billed, Lago counts the recurring threshold from 0, and we go on from there.
  if (every !== undefined && compareAmounts(before, last) >= 0 && !isMultiple(last, every)) {
    return skip("engine convention");
  }
  const crossed = crossing(before, since);
  const highest =
    every === undefined ? null : crossed({ amounts: fixed.length === 0 ? [] : fixed, every });
  return [
    {
      what: "passedThresholdsCents",
      expected: list(expected, "passedThresholdsCents"),
      actual: [
        ...fixed.filter((amount) => crossed({ amounts: [amount] }) !== null),
        ...(every !== undefined && highest !== null && compareAmounts(highest, last) > 0
          ? [every]
          : []),
      ],
    },
  ];
}

/** The highest threshold that usage crosses which comes on top of what was billed. */
function crossing(before: string, since: string) {
  const request = {
    catalog: productOf(
      planOf("plan", CENT, "monthly", [
        lagoCharge("standard", { amount: "1" }, { currency: CENT }),
      ]),
    ),
    subscription: subscriptionOf(MONTH.start),
    period: MONTH,
    policy: { ...IN_CENTS, negativeUsage: "allow" },
    scope: "interim",
  } as const;
  const [earlier, later] = eventsOf([
    { timestamp: BILLED.timestamp, quantity: before },
    { timestamp: NOW.timestamp, quantity: since },
  ]);
  const known = (...events: readonly (UsageEventInput | undefined)[]) =>
    events.filter((event) => event !== undefined);
  const previous = isZero(before)
    ? []
    : [invoice({ ...request, usage: known(earlier), asOf: BILLED.asOf })];
  return (thresholds: { readonly amounts: readonly DecimalInput[]; readonly every?: string }) =>
    crossedThreshold(
      { ...request, usage: known(earlier, later), asOf: NOW.asOf, previous },
      thresholds,
    )?.threshold ?? null;
}

function isMultiple(amount: string, of: string): boolean {
  const pricing = { packageSize: of, amount: "1" };
  const whole = rate(lagoCharge("package", pricing), amount).exactAmount;
  const back = rate(lagoCharge("standard", { amount: of }), whole).exactAmount;
  return compareAmounts(back, amount) === 0;
}
