import type { Adapter, Check, Skip, Translation, Translations } from "../adapter.js";
import { skip } from "../adapter.js";
import type { Vector } from "../vector.js";
import { changeOfPlan } from "./changes.js";
import { screen } from "./margins.js";
import { discount, flatFee, overage, perUnit, tiered, volume } from "./models.js";
import { costPerUnit, costTotal, dailyCounts, sampleCharge, templateInvoice } from "./seed.js";
import { unread } from "./unread.js";

const translations: Translations = {
  "flat-fee": { area: "pricing", run: unlessOpen(flatFee) },
  "per-unit": { area: "pricing", run: unlessOpen(perUnit) },
  tiered: { area: "pricing", run: unlessOpen(tiered) },
  volume: { area: "pricing", run: unlessOpen(volume) },
  "overage-pricing": { area: "pricing", run: unlessOpen(overage) },
  discount: { area: "discounts", run: unlessOpen(discount) },
  config: stated(),
  derived: stated(),
  documented: stated(),
  "documented-partial": stated(),
  measured: stated(),
  ambiguous: stated(),
  inconsistent: stated(),
  // The cost of a call to a language model, as the caller sends it.
  "gpt-4": { area: "other", run: () => skip("no pricing") },
};

/**
 * Valmi, the system whose catalog this library re-imagines. Cases are named after their charge model, and the others
 * after how Valmi comes to state the number; those are told apart by what they hold.
 */
export const valmi: Adapter = { translations, unread };

/** What Valmi leaves open has readings, and no expected value. */
function unlessOpen(run: Translation["run"]): Translation["run"] {
  return (vector) => (vector.expected === null ? skip("no expected value") : run(vector));
}

function stated(): Translation {
  return { area: "other", run: unlessOpen(byContent) };
}

function byContent(vector: Vector): readonly Check[] | Skip {
  const { input, expected } = vector;
  const has = (...keys: readonly string[]) => keys.every((key) => Object.hasOwn(input, key));
  const shows = (key: string) =>
    typeof expected === "object" && expected !== null && Object.hasOwn(expected, key);
  if (has("oldPrice", "newPrice", "daysOnOldPlan")) return changeOfPlan(vector);
  if (has("revenue", "cost") || shows("buckets")) return screen(vector);
  // What another system is sent.
  if (shows("stripeAmountMinor")) return skip("no pricing");
  if (has("lines") && shows("subtotal")) return templateInvoice(vector);
  if (has("charge", "usage_data") || has("charge_model_type", "list_price")) {
    return sampleCharge(vector);
  }
  if (has("costs")) return costTotal(vector);
  if (has("cost", "quantity")) return costPerUnit(vector);
  return has("events", "anonymousIds") ? dailyCounts(vector) : skip("input shape");
}
