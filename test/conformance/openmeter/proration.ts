import { type ChargeInput, invoice } from "rateplan";
import { skip, type Translation } from "../adapter.js";
import { cycleBetween, productOf, subscriptionOf } from "../billed-in-advance.js";
import { choice, type Json, record, text } from "../vector.js";
import { planOf } from "./price.js";

/** A flat fee for a part of its period, by the time that it takes; or in full, where the engine is told not to prorate. */
export const flatFee: Translation = {
  area: "proration",
  run: ({ input, expected }) => {
    const [part, full] = [record(input, "servicePeriod"), record(input, "fullServicePeriod")];
    const [from, to] = [text(part, "from"), text(part, "to")];
    const cycle = cycleBetween(text(full, "from"), text(full, "to"));
    if (cycle === undefined) return skip("input shape");
    const fee: ChargeInput = {
      id: "fee",
      name: "fee",
      chargeType: "recurring",
      proration: isProrated(input) ? "seconds" : "none",
      pricing: { model: "flat", amount: text(input, "amount") },
    };
    const plan = { ...planOf(text(input, "currency"), [fee]), billingCycle: cycle };
    const { total } = invoice({
      catalog: productOf(plan),
      subscription: subscriptionOf(from, { endDate: to, billingAnchor: text(full, "from") }),
      period: { start: from, end: to },
      usage: [],
    });
    return [{ what: "amount", expected: text(expected, "amount"), actual: total }];
  },
};

/** By a setting of its own, the engine bills the period in which a subscription ends in full. */
function isProrated(input: Json): boolean {
  const everywhere = choice(input, "prorationMode", { prorate_prices: true, no_prorate: false });
  const atTheEnd = choice(
    input,
    "subscriptionEndProrationMode",
    { bill_actual_period: true, bill_full_period: false },
    true,
  );
  return everywhere && atTheEnd;
}
