import { invoice, type RatePlanInput } from "rateplan";
import type { Check } from "../adapter.js";
import { planOf, productOf, subscriptionOf } from "../billed-in-advance.js";
import { after } from "../commercial/plans.js";
import { list, optionalText, text, type Vector } from "../vector.js";

const START = "2026-01-01";

/** A plan that another one takes the place of inside of a billing period; each is billed for its days. */
export function changeOfPlan({ input, expected }: Vector): readonly Check[] {
  const currency = optionalText(input, "currency") ?? "USD";
  const every = Number(text(input, "daysInPeriod"));
  const plan = (id: string, amount: string): RatePlanInput =>
    planOf(id, currency, { every, unit: "day" }, [
      {
        id: "fee",
        name: "fee",
        chargeType: "recurring",
        proration: "days",
        pricing: { model: "flat", amount },
      },
    ]);
  const change = after(START, Number(text(input, "daysOnOldPlan")));
  const { total, lines } = invoice({
    catalog: productOf(plan("plan", text(input, "oldPrice")), plan("new", text(input, "newPrice"))),
    subscription: subscriptionOf(START, {
      changes: [{ effectiveDate: change, ratePlanId: "new" }],
    }),
    period: { start: START, end: after(START, every) },
    usage: [],
  });
  return [
    { what: "total", expected: text(expected, "total"), actual: total },
    {
      what: "lines",
      expected: list(expected, "lines"),
      actual: lines.map(({ amount }) => amount),
    },
  ];
}
