import { type ChargeInput, invoice, type SubscriptionInput, simulate } from "rateplan";
import {
  dateIn,
  eventAt,
  type Growth,
  momentIn,
  outcomes,
  planOf,
  seats,
  times,
  yearOf,
} from "./inputs.js";

/** Charges of a plan, one unlike the other. */
function chargesOf(size: number): ChargeInput[] {
  return times(size, (index) =>
    index % 2 === 0
      ? { ...seats, id: `c${index}`, pricing: { model: "flat", amount: `${index}.50` } }
      : { ...outcomes, id: `c${index}`, unitOfMeasure: `unit ${index}` },
  );
}

function usageChargesOf(size: number): ChargeInput[] {
  return times(size, (index) => ({ ...outcomes, id: `c${index}`, unitOfMeasure: `unit ${index}` }));
}

function eventOfEach(size: number) {
  return times(size, (index) =>
    eventAt(index, momentIn(index, size), { unitOfMeasure: `unit ${index}` }),
  );
}

function fees(size: number): ChargeInput[] {
  return times(size, (index) => ({
    id: `c${index}`,
    name: "Fee",
    chargeType: "recurring",
    pricing: { model: "flat", amount: `${100 + index}.50` },
  }));
}

type Discount = Extract<ChargeInput["pricing"], { readonly model: "discount" }>;

function discountsOf(size: number, pricingOf: (index: number) => Discount): ChargeInput[] {
  return times(size, (index) => ({
    id: `d${index}`,
    name: "Discount",
    chargeType: "recurring",
    pricing: pricingOf(index),
  }));
}

function billedYear(charges: readonly ChargeInput[]): () => unknown {
  const request = yearOf(charges);
  return () => invoice(request);
}

/** As many dated overrides as charges, each of another charge. */
function overridesOfCharges(size: number): () => unknown {
  const ids = times(size, (index) => `c${index}`);
  const changes: SubscriptionInput["changes"] = ids.map((id, index) => ({
    effectiveDate: dateIn(index, size),
    overrides: { [id]: { model: "per-unit", unitPrice: "2" } },
  }));
  const request = yearOf(usageChargesOf(size), { changes }, eventOfEach(size));
  return () => invoice(request);
}

function quantitiesOfCharges(size: number): () => unknown {
  const ids = times(size, (index) => `c${index}`);
  const changes: SubscriptionInput["changes"] = ids.map((id, index) => ({
    effectiveDate: dateIn(index, size),
    quantities: { [id]: "7" },
  }));
  const quantities = Object.fromEntries(ids.map((id) => [id, "5"]));
  const request = yearOf(
    ids.map((id) => ({ ...seats, id })),
    { quantities, changes },
  );
  return () => invoice(request);
}

/** How jobs grow with what a plan has. */
export const catalogGrowth: readonly Growth[] = [
  {
    name: "Charges in a plan, simulated",
    input: "charges, every other of usage, with a record of quantities by their ids",
    size: 1_000,
    jobOf(size) {
      const charges = chargesOf(size);
      const plan = planOf("annual", charges);
      const used = charges.filter(({ chargeType }) => chargeType === "usage");
      const usage = Object.fromEntries(used.map(({ id }, index) => [id, index]));
      return () => simulate(plan, usage);
    },
  },
  {
    name: "Charges in a plan, billed",
    input: "charges, every other of usage",
    size: 1_000,
    jobOf: (size) => billedYear(chargesOf(size)),
  },
  {
    name: "Usage charges, each with an event",
    input: "charges, each on a unit of its own, and as many events",
    size: 500,
    jobOf(size) {
      const request = yearOf(usageChargesOf(size), {}, eventOfEach(size));
      return () => invoice(request);
    },
  },
  {
    name: "Discounts, each on a charge of its own",
    input: "discounts, and as many charges",
    size: 250,
    jobOf: (size) =>
      billedYear([
        ...fees(size),
        ...discountsOf(size, (index) => ({
          model: "discount",
          percent: "10",
          appliesTo: { charges: [`c${index}`] },
        })),
      ]),
  },
  {
    name: "Discounts of a percentage × charges",
    input: "shares: as many discounts as charges, each on all of them",
    size: 2_500,
    jobOf(size) {
      const each = Math.round(Math.sqrt(size));
      const pricing = { model: "discount", percent: "0.5" } as const;
      return billedYear([...fees(each), ...discountsOf(each, () => pricing)]);
    },
  },
  {
    name: "Discounts of an amount × charges",
    input: "shares: as many discounts as charges, each on all of them",
    size: 2_500,
    jobOf(size) {
      const each = Math.round(Math.sqrt(size));
      const pricing = { model: "discount", amount: "3.33" } as const;
      return billedYear([...fees(each), ...discountsOf(each, () => pricing)]);
    },
  },
  {
    name: "Overrides, each of a charge of its own",
    input: "changes of a price in one annual period, each of another charge, and as many events",
    size: 160,
    jobOf: overridesOfCharges,
  },
  {
    name: "Quantities, each of a charge of its own",
    input: "changes of a quantity in one annual period, each of another charge",
    size: 160,
    jobOf: quantitiesOfCharges,
  },
  {
    name: "A long plan cycle over a short charge cycle",
    input: "months of a monthly fee on a plan that is billed once for all of them (at most 1,000)",
    size: 240,
    jobOf(size) {
      const fee = { ...fees(1)[0], id: "fee", billingCycle: "monthly" } as ChargeInput;
      const years = size / 12;
      const request = yearOf([fee]);
      const period = { start: "2026-01-01", end: `${2026 + years}-01-01` };
      const catalog = {
        ...request.catalog,
        ratePlans: [planOf({ every: years, unit: "year" }, [fee])],
      };
      return () => invoice({ ...request, catalog, period });
    },
  },
  {
    name: "Tiers",
    input: "tiers of a price, through all of which the usage goes",
    size: 1_000,
    jobOf(size) {
      const tiers = times(size, (index) =>
        index === size - 1
          ? { unitPrice: "1" }
          : { upTo: `${index + 1}`, unitPrice: `${size - index}.25` },
      );
      const charge: ChargeInput = { ...outcomes, pricing: { model: "tiered", tiers } };
      return () => simulate({ ...charge, currency: "USD" }, size);
    },
  },
];
