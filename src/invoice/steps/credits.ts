import {
  type CreditGrant,
  type CreditTiming,
  expiryOf,
  usableFrom,
} from "../../account/credit-grant.js";
import { roundUnits } from "../../account/grant-units.js";
import { discountTargets } from "../../catalog/discount.js";
import { allocate } from "../../money/allocation.js";
import {
  add,
  type Fraction,
  formatExact,
  isZero,
  minimumOf,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { roundToIncrement } from "../../money/rounding.js";
import { amountStep } from "../../pricing/step.js";
import { amountLine, type PricedLine } from "../document/priced-line.js";
import { gridOf } from "../history/account-parts.js";
import {
  creditShare,
  type EarlierUse,
  earlierUses,
  overpaid,
  returnLines,
} from "./credit-returns.js";
import type { BilledCharge, DocumentPricing, DocumentStep } from "./document-step.js";
import { drawUnits } from "./draw-units.js";
import { overvalued, undervalued } from "./free-units.js";
import { inOrderOfUse, type Ledger, openLedger, writeOff, writeOffExpired } from "./ledger.js";
import { type OwedAmount, owedAmounts, type Taken } from "./owed-amounts.js";

/**
 * Takes credit off: first what grants have paid for and is due no longer goes back to them, in reverse order of use; then they pay
 * for what is owed, those in units first, else in the order of the policy, each within its scope and dates, and never more than that. What is left of
 * one that has expired by the moment of the document is written off.
 */
export function applyCredits(timing: CreditTiming): DocumentStep {
  return (pricing, lines) => {
    const { credits, policy, currency, rounding } = pricing;
    const isMoney = ({ unit }: CreditGrant) => unit === currency;
    const own = inOrderOfUse(
      credits.filter(({ applied = policy.credits.applied }) => applied === timing),
      pricing,
    );
    const isUsed = earlierUses(timing, pricing).length > 0;
    if (own.length === 0 && !isUsed) return { lines: [] };
    const ledger = openLedger(own);
    const returned = isUsed
      ? returnLines(dueNoLonger(timing, pricing, lines), timing, pricing)
      : [];
    for (const { key, credit } of returned) {
      if (credit === undefined || isZero(credit.quantity)) continue;
      ledger.post("return", key.sourceId ?? "", credit.unit, credit.quantity);
    }
    const all = [...lines, ...returned];
    const owed = owedAmounts(timing, all, pricing);
    let limit = sum(all.map(({ amount }) => amount));
    const paid = new Map<string, Payment>();
    const put = (grant: Payment["grant"], taken: readonly Taken[]) => {
      if (taken.length === 0) return;
      paid.set(grant.id, { grant, taken: [...(paid.get(grant.id)?.taken ?? []), ...taken] });
      limit = subtract(limit, sum(taken.map(({ amount }) => amount)));
    };
    for (const { use, taken } of undervalued(owed, limit, rounding)) {
      put({ id: use.grantId, name: use.name, unit: use.unit }, [taken]);
    }
    for (const grant of own) {
      const drawn = drawFrom(grant, owed, limit, pricing, ledger);
      const taken = isMoney(grant) ? drawn : inParts(drawn, ledger.balanceOf(grant));
      put(grant, taken);
      const quantity = sum(taken.map((each) => each.quantity));
      if (!isZero(quantity)) ledger.post("drawdown", grant.id, grant.unit, negate(quantity));
    }
    writeOffExpired(own, pricing, ledger);
    for (const rollover of pricing.rollovers) writeOff(rollover, own, pricing, ledger);
    const payments = [...paid.values()].map((each) => creditLine(each, timing, pricing));
    return { lines: [...returned, ...payments], postings: ledger.postings };
  };
}

/** What of earlier payments goes back: what is due no longer, and what free units are worth no longer. */
function dueNoLonger(
  timing: CreditTiming,
  pricing: DocumentPricing,
  lines: readonly PricedLine[],
): readonly EarlierUse[] {
  const worthLess = overvalued(owedAmounts(timing, lines, pricing), pricing.rounding);
  const anyway = returnLines(worthLess, timing, pricing);
  return [...worthLess, ...overpaid(timing, pricing, lines, anyway)];
}

/** What a grant pays. */
interface Payment {
  readonly grant: Pick<CreditGrant, "id" | "name" | "unit">;
  readonly taken: readonly Taken[];
}

/** Units that are taken, each up to the sixth decimal, together no more than a balance. */
function inParts(taken: readonly Taken[], balance: Fraction): readonly Taken[] {
  let [all, before] = [ZERO, ZERO];
  return taken.map((each) => {
    all = add(all, each.quantity);
    const now = minimumOf(roundUnits(all), balance);
    const quantity = subtract(now, before);
    before = now;
    return { ...each, quantity };
  });
}

function drawFrom(
  grant: CreditGrant,
  owed: readonly OwedAmount[],
  limit: Fraction,
  pricing: DocumentPricing,
  ledger: Ledger,
): readonly Taken[] {
  const { timeline, chargeOf, moment, rounding, currency } = pricing;
  const balance = ledger.balanceOf(grant);
  const [from, until] = [usableFrom(grant, timeline.zone), expiryOf(grant, timeline.zone)];
  if (from > moment || limit.numerator <= 0n || isZero(balance)) return [];
  const open = owed.filter(({ key, period, left }) => {
    const isInForce = from < period.end && period.start < until;
    return isInForce && left.numerator > 0n && paysFor(grant, () => chargeOf(key));
  });
  if (grant.unit !== currency) return drawUnits(grant, open, { balance, limit }, pricing);
  const lefts = open.map(({ left }) => left);
  const most = roundToIncrement(minimumOf(balance, limit), rounding.increment, "down");
  const total = minimumOf(most, sum(lefts));
  const { increment } = gridOf([total, ...lefts], rounding);
  const shares = allocate(total, lefts, increment, lefts);
  const taken: Taken[] = [];
  for (const [index, each] of open.entries()) {
    const amount = shares[index] ?? ZERO;
    if (isZero(amount)) continue;
    each.pay(grant.unit, { amount, quantity: amount });
    taken.push({ key: each.key, amount, quantity: amount });
  }
  return taken;
}

function paysFor(
  { appliesTo = "all" }: CreditGrant,
  chargeOf: () => BilledCharge | undefined,
): boolean {
  if (appliesTo === "all") return true;
  const charge = chargeOf();
  return charge !== undefined && discountTargets(appliesTo, charge);
}

function creditLine(
  { grant: { id, name = id, unit }, taken }: Payment,
  timing: CreditTiming,
  { period, currency }: DocumentPricing,
): PricedLine {
  const amount = negate(sum(taken.map((each) => each.amount)));
  const quantity = sum(taken.map((each) => each.quantity));
  const free = isZero(quantity)
    ? "free units are worth more"
    : `${formatExact(quantity)} ${unit} free`;
  const words = unit === currency ? "credit" : free;
  return amountLine({
    key: { kind: "credit", chargeId: null, sourceId: id, start: period.start, group: null },
    description: name,
    period,
    exactAmount: amount,
    amount,
    appliedTo: taken.map((each) =>
      creditShare(
        { key: each.key, amount: negate(each.amount), quantity: negate(each.quantity) },
        unit === currency,
      ),
    ),
    credit: { unit, quantity: negate(quantity), timing },
    steps: [amountStep("credit", amount, words)],
  });
}
