import {
  compareAmounts,
  isPricingError,
  type PricingIssueCode,
  rate,
  safeParseCharge,
  summarizeUsage,
  type UsageEventInput,
} from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import {
  field,
  isStated,
  type Json,
  list,
  optionalText,
  record,
  text,
  type Vector,
} from "../vector.js";
import { POLICY, UNIT, usageCharge } from "./cents.js";

const ONE_CENT_EACH = usageCharge({ model: "per-unit", unitPrice: "1" });

/** A number of cents rounded: what that many units cost at a price of 1. */
export const roundedValue: Translation = {
  area: "rounding",
  run({ input, expected }) {
    const { amount } = rate(ONE_CENT_EACH, text(input, "value"), POLICY);
    return [{ what: "rounded", expected: text(expected, "rounded"), actual: amount }];
  },
};

/** A price per unit, with a cap on what is billed. */
export const perUnit: Translation = {
  area: "pricing",
  run({ input, expected }) {
    const maximum = optionalText(input, "capCents");
    const charge = usageCharge(
      { model: "per-unit", unitPrice: text(input, "unitAmountCents") },
      maximum === undefined ? {} : { maximum },
    );
    const { amount } = rate(charge, text(input, "quantity"), POLICY);
    return [{ what: "amount", expected: text(expected, "amountCents"), actual: amount }];
  },
};

/** Volume and graduated tiers. */
export const tiers: Translation = { area: "pricing", run: rateTiers };

function rateTiers(vector: Vector): readonly Check[] | Skip {
  const { input, expected, model } = vector;
  const quantity = optionalText(input, "quantity") ?? "1";
  // The engine refuses less than nothing; our policy bills it as nothing, or takes it back.
  if (compareAmounts(quantity, "0") < 0) return skip("engine convention");
  if (model === "graduated" && isAbove(sortedTiers(input).at(-1), quantity)) {
    return skip("engine defect: D8");
  }
  const rating = ratingOf(input, model, quantity);
  if (field(expected, "error") === undefined) {
    const actual = rating?.exactAmount;
    return [{ what: "amount", expected: text(expected, "amountCents"), actual }];
  }
  // The engine refuses what would have to be rounded to whole cents; rounding is what we are for.
  if (rating !== undefined && compareAmounts(rating.exactAmount, rating.amount) !== 0) {
    return skip("engine convention");
  }
  return [{ what: "refused", expected: true, actual: rating === undefined }];
}

/** Nothing where the library refuses. */
function ratingOf(input: Json, model: string, quantity: string) {
  try {
    return rate(tieredCharge(input, model, "error"), quantity, POLICY);
  } catch (error) {
    if (isPricingError(error)) return undefined;
    throw error;
  }
}

/** Tiers in the order of their bounds, in which the engine brings them. */
function sortedTiers(input: Json): readonly Json[] {
  const all = list(input, "tiers");
  const bounded = all.filter((tier) => optionalText(tier, "upTo") !== undefined);
  return [
    ...bounded.toSorted((a, b) => compareAmounts(text(a, "upTo"), text(b, "upTo"))),
    ...all.filter((tier) => optionalText(tier, "upTo") === undefined),
  ];
}

function isAbove(tier: Json | undefined, quantity: string): boolean {
  const upTo = optionalText(tier, "upTo");
  return upTo !== undefined && compareAmounts(quantity, upTo) > 0;
}

/** `overflow` lets the last tier have an upper bound, as the engine does. */
function tieredCharge(input: Json, model: string, overflow: "error") {
  return usageCharge({
    model: model === "volume" ? "volume" : "tiered",
    tiers: sortedTiers(input).map((tier) => {
      const upTo = optionalText(tier, "upTo");
      const unitPrice = text(tier, "unitAmountCents");
      return upTo === undefined ? { unitPrice } : { upTo, unitPrice };
    }),
    overflow,
  });
}

/** Tiers that the engine refuses. */
export const tierRules: Translation = { area: "pricing", run: checkTiers };

const CODES: Readonly<Record<string, PricingIssueCode>> = {
  unbounded_tier_not_last: "open_tier_not_last",
  duplicate_tier_bound: "tier_not_increasing",
};

function checkTiers({ input, expected }: Vector): readonly Check[] | Skip {
  // How tiers are stored, and which quantities may be bought.
  if (field(expected, "error") === undefined) return skip("no pricing");
  if (Object.keys(input).some((key) => key !== "tiers" && key !== "type"))
    return skip("input shape");
  const parsed = safeParseCharge(tieredCharge(input, "graduated", "error"), { policy: POLICY });
  const issues: readonly string[] = parsed.ok ? [] : parsed.issues.map(({ code }) => code);
  const code = CODES[text(expected, "error")];
  return code === undefined
    ? [{ what: "refused", expected: true, actual: !parsed.ok }]
    : [{ what: code, expected: true, actual: issues.includes(code) }];
}

/** Usage that was metered event by event; what was billed before is not billed again. */
export const metered: Translation = { area: "aggregation", run: rateUsage };

function rateUsage({ input, expected }: Vector): readonly Check[] {
  const events = [
    ...eventsOf(!isStated(input, "alreadyBilled") ? [] : list(input, "alreadyBilled"), 1),
    ...eventsOf(list(input, "usage"), 2),
  ];
  const actual = rateEvents(text(input, "unitAmountCents"), events);
  const quantity = optionalText(expected, "quantity");
  return [
    { what: "amount", expected: text(expected, "amountCents"), actual: actual.amount },
    ...(quantity === undefined
      ? []
      : [{ what: "quantity", expected: quantity, actual: actual.quantity }]),
  ];
}

/** Usage under a price, and under the one that replaced it: each part at its own. */
export const twoPrices: Translation = { area: "aggregation", run: rateTwoPrices };

function rateTwoPrices({ input, expected }: Vector): readonly Check[] {
  return Object.entries(record(input, "prices")).map(([name, price]) => ({
    what: name,
    expected: text(expected, `${name}Cents`),
    actual: rateEvents(text(price, "unitCents"), eventsOf(list(price, "usage"), 2)).amount,
  }));
}

const PERIOD = { start: "2026-02-01", end: "2026-03-01" };

/** Events of the period, in the second month, or of the one before. */
function eventsOf(quantities: readonly Json[], month: 1 | 2): readonly UsageEventInput[] {
  return quantities.map((quantity, index) => ({
    id: `${month}-${index}`,
    customerId: "customer",
    unitOfMeasure: UNIT,
    timestamp: `2026-0${month}-15T00:00:00Z`,
    quantity: String(quantity),
  }));
}

function rateEvents(unitPrice: string, events: readonly UsageEventInput[]) {
  const charge = usageCharge({ model: "per-unit", unitPrice });
  const summary = summarizeUsage(events, { charge, period: PERIOD, policy: POLICY });
  return rate(charge, summary, POLICY);
}
