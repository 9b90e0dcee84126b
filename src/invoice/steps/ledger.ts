import { balanceOf, burnOrder, type CreditGrant, expiryOf } from "../../account/credit-grant.js";
import {
  add,
  type Fraction,
  isZero,
  minimumOf,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import type { DocumentPricing, PricedPosting } from "./document-step.js";

/** The balances of grants while a document is priced, and what has been posted. */
export interface Ledger {
  readonly postings: readonly PricedPosting[];
  balanceOf(grant: CreditGrant): Fraction;
  post(kind: PricedPosting["kind"], grantId: string, unit: string, amount: Fraction): void;
}

/** Grants in the order in which they are used: those in units first, else as the policy says. */
export function inOrderOfUse(
  grants: readonly CreditGrant[],
  { policy, currency }: Pick<DocumentPricing, "policy" | "currency">,
): readonly CreditGrant[] {
  const inOrder = burnOrder(policy.credits.order);
  const isMoney = ({ unit }: CreditGrant) => unit === currency;
  return grants.toSorted((a, b) => Number(isMoney(a)) - Number(isMoney(b)) || inOrder(a, b));
}

/** What is left of grants that have expired is written off. */
export function writeOffExpired(
  grants: readonly CreditGrant[],
  { timeline, moment }: DocumentPricing,
  ledger: Ledger,
): void {
  for (const grant of grants) {
    const rest = ledger.balanceOf(grant);
    if (isZero(rest) || expiryOf(grant, timeline.zone) > moment) continue;
    ledger.post("expiry", grant.id, grant.unit, negate(rest));
  }
}

/** What is left of some grants beyond what is taken over expires, that which would expire first of all. */
export function writeOff(
  { isOf, max }: DocumentPricing["rollovers"][number],
  grants: readonly CreditGrant[],
  { timeline: { zone } }: DocumentPricing,
  ledger: Ledger,
): void {
  const own = grants
    .filter(({ id }) => isOf(id))
    .sort((a, b) => expiryOf(a, zone) - expiryOf(b, zone));
  let over = subtract(sum(own.map(ledger.balanceOf)), max);
  for (const grant of own) {
    const part = minimumOf(over, ledger.balanceOf(grant));
    if (part.numerator <= 0n) continue;
    ledger.post("expiry", grant.id, grant.unit, negate(part));
    over = subtract(over, part);
  }
}

export function openLedger(grants: readonly CreditGrant[]): Ledger {
  const balances = new Map(grants.map((grant) => [grant.id, balanceOf(grant)]));
  const postings: PricedPosting[] = [];
  return {
    postings,
    balanceOf: ({ id }) => balances.get(id) ?? ZERO,
    post(kind, grantId, unit, amount) {
      const before = balances.get(grantId);
      const after = before && add(before, amount);
      if (after !== undefined) balances.set(grantId, after);
      postings.push({ kind, grantId, unit, amount, before, after, grant: undefined });
    },
  };
}
