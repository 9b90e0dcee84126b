/** The options of all readers: null and undefined say nothing, with every setting of the compiler. */
import {
  fromLagoCharge,
  fromOpenMeterPrice,
  fromStripePrice,
  fromValmiChargeModel,
  type ImportOptions,
} from "rateplan/import";
import { describe, expect, it } from "vitest";

const nothing = { id: null, name: undefined, aggregation: null, policy: null } as const;
const named: ImportOptions = { ...nothing, id: "c", name: "C", unitOfMeasure: "@action" };

describe("options", () => {
  it("that are null are absent", () => {
    const stripe = { id: "p", currency: "usd", unit_amount: 5, type: "one_time" };
    const none = { ...nothing, unitOfMeasure: null };
    expect(fromStripePrice(stripe, none)).toEqual(fromStripePrice(stripe));
    const lago = {
      lago_id: "l",
      billable_metric_code: "m",
      charge_model: "standard",
      properties: { amount: "1" },
    };
    expect(fromLagoCharge(lago, { ...none, currency: null })).toEqual(fromLagoCharge(lago));
    const flat = { type: "flat", amount: "1" };
    expect(fromOpenMeterPrice(flat, { ...named, currency: null, chargeType: null })).toEqual(
      fromOpenMeterPrice(flat, named),
    );
    const valmi = { type: "per-unit", pricing_strategy: { price: 1 } };
    const more = { chargeType: null, overflow: null, baseFee: undefined } as const;
    expect(fromValmiChargeModel(valmi, { ...named, ...more })).toEqual(
      fromValmiChargeModel(valmi, named),
    );
    for (const result of [fromStripePrice(stripe, none), fromLagoCharge(lago, none)]) {
      expect(result.ok).toBe(true);
    }
  });
});
