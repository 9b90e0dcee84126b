/** What is credited by choice of lines, with all that they consist of, for tests of one step by itself. */
import type { Invoice, InvoiceLine } from "rateplan";
import type { CreditGrant } from "../../src/account/credit-grant.js";
import type { PricedLine } from "../../src/invoice/document/priced-line.js";
import type { AccountPart, PartKind } from "../../src/invoice/history/account-parts.js";
import type { BilledLine } from "../../src/invoice/history/history.js";
import type { Concession, LineAccount } from "../../src/invoice/history/line-accounts.js";
import { concede } from "../../src/invoice/steps/concessions.js";
import { exact } from "../../src/money/decimal.js";
import { unchecked } from "./plans.js";
import { days, documentPricing, historyOf, keyOf } from "./step-lines.js";

const VAT = { name: "VAT", percent: "19", inclusive: false, compound: false, marker: null };

/** A part of what is credited, with the line that says what it is; its name stands before it. */
export function part(
  name: string,
  kind: PartKind,
  amount: string,
  line: object = {},
): readonly [string, AccountPart] {
  return [name, { kind, amount: exact(amount), line: unchecked<InvoiceLine>(line) }];
}

export const price = (amount: string) => part("price ", "price", amount);
export const tax = (amount: string, more: object = {}, taxId = "vat") =>
  part(`tax ${taxId}`, "tax", amount, {
    ...{ kind: "tax", description: `the ${taxId}`, taxId },
    tax: { ...VAT, ...more },
  });
export const grant = (amount: string, grantId = "g", credit: object = {}) =>
  part(`credit ${grantId}`, "credit", amount, {
    ...{ kind: "credit", description: `grant ${grantId}`, grantId },
    credit: { unit: "USD", timing: "before-tax", ...credit },
  });

/** When the lines were billed for, of which something is credited. */
export const SERVICE = days(1, 20);

/** So much of the usage of a charge is credited. */
export function concession(
  chargeId: string,
  parts: readonly (readonly [string, AccountPart])[],
  more: Partial<Concession> = {},
): Concession {
  const account = unchecked<LineAccount>({
    document: unchecked<Invoice>({ idempotencyKey: "january" }),
    key: keyOf("usage", chargeId),
    line: { description: `usage of ${chargeId}`, quantity: "12.5" },
    period: SERVICE,
  });
  return { account, parts: new Map(parts), quantity: undefined, reason: undefined, ...more };
}

/** What is credited, and what becomes of grants. */
export function concedeOf(
  concessions: readonly Concession[],
  { credits = [], paid = [] }: { credits?: CreditGrant[]; paid?: BilledLine[] } = {},
) {
  const history = historyOf([], paid);
  return concede(documentPricing({ concessions, credits, history }));
}

/** The lines after those of the prices. */
export function others(
  concessions: readonly Concession[],
  paid: BilledLine[] = [],
): readonly PricedLine[] {
  return concedeOf(concessions, { paid }).lines.slice(concessions.length);
}
