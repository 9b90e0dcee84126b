import { canonicalJson } from "../content/canonical-json.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { type Fraction, sum } from "../money/fraction.js";
import type { NegativeUsage } from "../pricing/rate.js";
import type { PricedService } from "./priced-service.js";
import { billedPart, rateService } from "./rate-charge.js";

/** The services of each charge, taken together as long as its prices hold: what is held to one minimum and maximum. */
export function stretchesOf(
  services: readonly PricedService[],
): readonly (readonly PricedService[])[] {
  const stretches = new Map<string, PricedService[]>();
  for (const service of services) {
    const key = stretchKey(service);
    stretches.set(key, [...(stretches.get(key) ?? []), service]);
  }
  return [...stretches.values()];
}

/** Whether two services are held to the same minimum and maximum. */
export function sharesLimits(a: PricedService, b: PricedService): boolean {
  return stretchKey(a) === stretchKey(b);
}

function stretchKey({ charge, time }: PricedService): string {
  return canonicalJson([charge.id, time?.pricesHold.start ?? null]);
}

/** Whether limits are judged with a service: in advance where its stretch begins, in arrears where it ends. */
export function decidesLimits({ charge, time }: PricedService): boolean {
  if (time === undefined) return true;
  const inAdvance = charge.chargeType === "recurring" && charge.billingTiming === "in-advance";
  return inAdvance
    ? time.period.start === time.pricesHold.start
    : time.period.end === time.pricesHold.end;
}

/** What a service bills, for limits that it shares with those of another billing period. */
export function feeOf(
  service: PricedService,
  negativeUsage: NegativeUsage,
  rounding: AmountRounding,
): Fraction {
  const ratings = rateService(service, negativeUsage);
  return sum(ratings.map(({ rating }) => billedPart(service, rating.amount, rounding).rounded));
}
