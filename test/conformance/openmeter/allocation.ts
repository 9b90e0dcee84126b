import { type DiscountShare, simulate, sumAmounts } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { field, type JsonObject, list, optionalText, text, type Vector } from "../vector.js";
import { planOf, usageCharge } from "./price.js";

// An amount over items is a fixed discount over lines: largest remainder, ties to the earlier line.

/** Weights say only how the items stand to each other: the lines cost so much that the discount never uses one up. */
export const allocationByWeight: Translation = {
  area: "allocation",
  run: (vector) => allocate(vector, "1000000000000"),
};

/** Amounts are also the most that their item gets: the lines cost just that. */
export const allocationByAmount: Translation = {
  area: "allocation",
  run: (vector) => allocate(vector, "1"),
};

function allocate({ input, expected }: Vector, unitPrice: string): readonly Check[] | Skip {
  // What the engine's function asks of its caller; a discount over lines has no such demands.
  if (field(expected, "error") !== undefined) return skip("no pricing");
  const shares = sharesOf(input, unitPrice);
  const stated = list(expected, "allocations").map((each) => ({
    key: text(each, "key"),
    amount: text(each, "amount"),
  }));
  return [
    {
      what: "items with a share",
      expected: stated.map(({ key }) => key).toSorted(),
      actual: [...shares.keys()].toSorted(),
    },
    ...stated.map(({ key, amount }) => ({
      what: `share of ${key}, theirs less ours`,
      expected: "0",
      actual: sumAmounts([amount, shares.get(key) ?? "0"]),
    })),
  ];
}

/** What the discount takes off each item's line, by the item's key; 0 or less. */
function sharesOf(input: JsonObject, unitPrice: string): ReadonlyMap<string, string> {
  const items = itemsOf(input);
  const currency = text(input, "currency");
  const precision = optionalText(input, "precision");
  const plan = planOf(currency, [
    ...items.map(({ key }) => usageCharge(key, { model: "per-unit", unitPrice })),
    {
      id: "discount",
      name: "discount",
      chargeType: "recurring",
      pricing: { model: "discount", amount: text(input, "amount"), appliesTo: "all" },
    },
  ]);
  const usage = Object.fromEntries(items.map(({ key, weight }) => [key, weight]));
  const currencies = precision === undefined ? {} : { [currency]: Number(precision) };
  const { lines } = simulate(plan, usage, { policy: { currencies } });
  const shares = lines.flatMap(({ appliedTo }) => appliedTo);
  const ofLine = (key: string) => shares.find((share: DiscountShare) => share.key === key);
  return new Map(
    lines.flatMap(({ key, chargeId }) => {
      const share = ofLine(key);
      return share === undefined || chargeId === null ? [] : [[chargeId, share.amount] as const];
    }),
  );
}

const KNOWN = ["currency", "amount", "items", "precision"];

/** The engine's one option is to break ties by key, whatever a case calls that. */
function breaksTiesByKey(input: JsonObject): boolean {
  const options = Object.keys(input).filter((name) => !KNOWN.includes(name));
  for (const name of options) {
    const value = text(input, name);
    if (!/key/i.test(`${name} ${value}`) || value === "false") {
      throw new Error(`an option that the adapter does not know: ${name}`);
    }
  }
  return options.length > 0;
}

/** The items in the order in which ties are broken. */
function itemsOf(input: JsonObject): readonly { readonly key: string; readonly weight: string }[] {
  const items = list(input, "items").map((item) => ({
    key: text(item, "key"),
    weight: optionalText(item, "weight") ?? text(item, "amount"),
  }));
  return breaksTiesByKey(input) ? items.toSorted((a, b) => (a.key < b.key ? -1 : 1)) : items;
}
