import type { Invoice, TaxRateInput } from "rateplan";
import type { Check } from "../adapter.js";
import { documentOf, flatFee } from "../one-document.js";
import { type Json, type JsonObject, optionalText, text } from "../vector.js";
import { CENT, IN_CENTS } from "./charges.js";

export function taxId(percent: string): string {
  return `rate ${percent}`;
}

/** The tax of one rate on everything. */
export function taxAt(percent: string | undefined): readonly TaxRateInput[] {
  return percent === undefined ? [] : [{ id: taxId(percent), percent }];
}

/** An amount with one tax on it. */
export function taxed(cents: string, percent: string): Invoice {
  return documentOf({
    currency: CENT,
    charges: [flatFee("fee", cents)],
    taxes: taxAt(percent),
    policy: IN_CENTS,
  });
}

/** A total with taxes, where a case states one: of an amount in cents, at the rate of the case. */
export function taxedChecks(input: JsonObject, expected: Json, cents: string): readonly Check[] {
  const stated = optionalText(expected, "totalInclTaxCents");
  if (stated === undefined) return [];
  const { total } = taxed(cents, text(input, "taxRate"));
  return [{ what: "totalInclTaxCents", expected: stated, actual: total }];
}
