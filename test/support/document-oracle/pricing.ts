/** What a quantity costs under each charge model, the slow way. */
import { HUNDRED, least, most, ONE, type Rational, read, round, sum, ZERO } from "./rational.js";
import type {
  CountingPrice,
  MatrixPrice,
  PercentagePrice,
  Recurring,
  StairRow,
  TierRow,
  Usage,
  UsageEvent,
} from "./story.js";

/** What a charge bills for a full cycle, and the quantity on its line. */
export interface Rated {
  readonly quantity: Rational;
  readonly amount: Rational;
}

/** A charge on a quantity: rounded, less what is included, then priced. */
export function rateQuantity(
  charge: Pick<Recurring | Usage, "quantityRounding" | "includedUnits">,
  pricing: CountingPrice,
  metered: Rational,
): Rated {
  const { quantityRounding: rounding, includedUnits = "0" } = charge;
  const rounded =
    rounding === undefined
      ? metered
      : round(metered, read(rounding.increment ?? "1"), rounding.mode);
  const quantity = most(rounded.minus(read(includedUnits)), ZERO);
  return {
    quantity: pricing.model === "flat" ? ONE : quantity,
    amount: priceOf(pricing, quantity),
  };
}

function priceOf(pricing: CountingPrice, quantity: Rational): Rational {
  switch (pricing.model) {
    case "flat":
      return read(pricing.amount);
    case "per-unit":
      return quantity.times(read(pricing.unitPrice));
    case "tiered":
      return graduated(pricing.tiers, quantity, pricing.flatFeeAtZero === true);
    case "volume":
    case "stairstep": {
      const tiers: readonly (TierRow | StairRow)[] = pricing.tiers;
      const tier = reached(tiers, quantity);
      const { unitPrice = "0" }: TierRow = tier;
      const fee = quantity.sign > 0 || pricing.flatFeeAtZero ? read(tier.flatFee ?? "0") : ZERO;
      return quantity.times(read(unitPrice)).plus(fee);
    }
    case "package": {
      const packages = quantity.over(read(pricing.size));
      const counted = {
        up: round(packages, ONE, "ceiling"),
        down: round(packages, ONE, "floor"),
        exact: packages,
      }[pricing.rounding ?? "up"];
      return counted.times(read(pricing.price));
    }
    case "overage": {
      const beyond = most(quantity.minus(read(pricing.includedUnits)), ZERO);
      return read(pricing.baseFee ?? "0").plus(beyond.times(read(pricing.unitPrice)));
    }
  }
}

function graduated(tiers: readonly TierRow[], quantity: Rational, feeAtZero: boolean): Rational {
  let from = ZERO;
  let total = ZERO;
  for (const [index, { upTo, unitPrice = "0", flatFee = "0" }] of tiers.entries()) {
    const isLast = index === tiers.length - 1;
    const to = isLast || upTo === undefined ? quantity : least(quantity, read(upTo));
    const held = most(to.minus(from), ZERO);
    total = total.plus(held.times(read(unitPrice)));
    if (held.sign > 0 || (index === 0 && feeAtZero)) total = total.plus(read(flatFee));
    from = upTo === undefined ? quantity : read(upTo);
  }
  return total;
}

/** The first tier whose upper bound is not below the quantity; above all of them, the last. */
function reached<T extends { readonly upTo?: string }>(tiers: readonly T[], quantity: Rational): T {
  const tier = tiers.find(({ upTo }) => upTo === undefined || !quantity.isMoreThan(read(upTo)));
  const found = tier ?? tiers.at(-1);
  if (found === undefined) throw new Error("no tiers");
  return found;
}

/** A share of each event's value, in the order of the events. */
export function ratePercentage(pricing: PercentagePrice, events: readonly UsageEvent[]): Rational {
  const free = Number(pricing.freeEvents ?? "0");
  const ordered = [...events].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  return sum(
    ordered.slice(free).map(({ value = "0" }) => {
      const share = read(value).times(read(pricing.percent)).over(HUNDRED);
      const charged = share.plus(read(pricing.fixedPerEvent ?? "0"));
      const raised = most(charged, read(pricing.minPerEvent ?? "0"));
      return pricing.maxPerEvent === undefined ? raised : least(raised, read(pricing.maxPerEvent));
    }),
  );
}

/** Units by fields of the events. */
export function rateMatrix(pricing: MatrixPrice, events: readonly UsageEvent[]): Rational {
  return sum(
    events.map(({ quantity = "1", properties = {} }) => {
      const cell = pricing.prices.find(({ when }) =>
        pricing.dimensions.every(
          (dimension) =>
            (properties[dimension.replace("properties.", "")] ?? null) === when[dimension],
        ),
      );
      return read(quantity).times(read(cell?.unitPrice ?? pricing.default));
    }),
  );
}

export function totalQuantity(events: readonly UsageEvent[]): Rational {
  return sum(events.map(({ quantity = "1" }) => read(quantity)));
}
