import type { CreditTiming } from "../../account/credit-grant.js";
import { groupBy } from "../../data/group-by.js";
import { add, type Fraction, subtract, sum, ZERO } from "../../money/fraction.js";
import type { Interval } from "../../time/interval.js";
import { keyText, type LineKey, type PricedLine } from "../document/priced-line.js";
import { segmentName } from "../history/history.js";
import { dueBy, type EarlierUse, usesSoFar } from "./credit-returns.js";
import { type DocumentPricing, netByKey } from "./document-step.js";
import { payableOf } from "./payable.js";

/** What is owed under a key, and what grants may still take of it: net of what lowers its charge. */
export interface OwedAmount {
  readonly key: LineKey;
  readonly period: Interval;
  readonly line: PricedLine | undefined;
  readonly left: Fraction;
  /** The usage that it is for, where it is for usage. */
  readonly usage: BilledUsage | undefined;
  /** Takes off what a grant in a unit pays of it. */
  pay(unit: string, taken: Omit<Taken, "key">): void;
}

/** Usage as all documents bill it: what grants pay in units of it does not depend on how many there are. */
export interface BilledUsage {
  /** The usage that is due. */
  readonly line: PricedLine;
  /** What is owed for it, less what lowers its charge. */
  readonly owed: Fraction;
  /** What grants of its unit have paid of that. */
  paid: Fraction;
  /** How many units that was. */
  units: Fraction;
  /** The same by earlier documents, in the order of use. */
  readonly uses: readonly EarlierUse[];
  /** How many units are free by grants that have paid before it, where these pay after tax; nothing is owed for them. */
  readonly freeElsewhere: Fraction;
}

/** What a grant takes of one amount: money, and what that is in the grant's own unit. */
export interface Taken {
  readonly key: LineKey;
  readonly amount: Fraction;
  readonly quantity: Fraction;
}

/**
 * What the document comes to under each key, less what lowers its charge; what it comes to as a whole limits what grants take
 * of it. Among them is usage of which units are free, also where no other amount is due for it.
 */
export function owedAmounts(
  timing: CreditTiming,
  lines: readonly PricedLine[],
  pricing: DocumentPricing,
): readonly OwedAmount[] {
  const { history, period, rounding } = pricing;
  const nets = netByKey(lines);
  const usages = usageFinder(timing, lines, pricing);
  const own = new Map(lines.map((line) => [keyText(line.key), line]));
  const still = usages.free.filter(({ key }) => !nets.has(keyText(key)));
  const amounts = [...nets.values(), ...still.map(({ key }) => ({ key, amount: ZERO }))].map(
    ({ key, amount }) => {
      const line = own.get(keyText(key));
      const billed = history.billed.get(keyText(key))?.lines[0];
      return { key, line, period: line?.period ?? billed?.period ?? period, amount };
    },
  );
  const payable = payableOf(amounts, rounding);
  return amounts.map(({ amount: _net, ...each }, index) => {
    const left = payable[index] ?? ZERO;
    return owedAmount({ ...each, left, usage: usages.of(each.key, left) });
  });
}

function owedAmount(facts: Omit<OwedAmount, "pay">): OwedAmount {
  const { usage } = facts;
  let { left } = facts;
  return {
    ...facts,
    get left() {
      return left;
    },
    pay(unit, { amount, quantity }) {
      left = subtract(left, amount);
      if (usage?.line.unitOfMeasure !== unit) return;
      usage.paid = add(usage.paid, amount);
      usage.units = add(usage.units, quantity);
    },
  };
}

interface UsageFinder {
  /** Usage of which units are free by earlier documents. */
  readonly free: readonly PricedLine[];
  /** The usage under a key, of which the document bills no more than an amount. */
  of(key: LineKey, left: Fraction): BilledUsage | undefined;
}

function usageFinder(
  timing: CreditTiming,
  lines: readonly PricedLine[],
  pricing: DocumentPricing,
): UsageFinder {
  const { credits, currency, history, rounding } = pricing;
  const isInUnits = (list: readonly { readonly unit: string }[]) =>
    list.some(({ unit }) => unit !== currency);
  const used = usesSoFar(timing, pricing, lines);
  // What is paid before tax does not depend on what is paid after it.
  const usedElsewhere = timing === "after-tax" ? usesSoFar("before-tax", pricing, lines) : [];
  if (![credits, used, usedElsewhere].some(isInUnits)) return { free: [], of: () => undefined };
  const due = groupBy(
    pricing.due.filter(({ kind }) => kind === "usage"),
    ({ key }) => keyText(key),
  );
  const freeUnder = (uses: readonly EarlierUse[]) =>
    groupBy(
      uses.filter(({ key, unit }) => due.get(keyText(key))?.[0].unitOfMeasure === unit),
      ({ key }) => keyText(key),
    );
  const [free, freeElsewhere] = [freeUnder(used), freeUnder(usedElsewhere)];
  let payable: ReadonlyMap<string, Fraction> | undefined;
  const allDue = () => {
    const before = lines.filter(({ credit }) => credit?.timing !== timing);
    const all = dueBy(timing, pricing, before);
    const amounts = payableOf([...all.values()], rounding);
    return new Map([...all.keys()].map((name, index) => [name, amounts[index] ?? ZERO]));
  };
  const owedOf = (key: LineKey, left: Fraction) => {
    // A group that is new shares with those before it what lowers the charge.
    if (!history.bySegment.has(segmentName(key.chargeId, key.start))) return left;
    payable ??= allDue();
    return payable.get(keyText(key)) ?? ZERO;
  };
  return {
    free: [...free.keys()].flatMap((name) => due.get(name)?.[0] ?? []),
    of(key, left) {
      const name = keyText(key);
      const [line] = due.get(name) ?? [];
      if (line === undefined) return undefined;
      const uses = free.get(name) ?? [];
      return {
        line,
        owed: owedOf(key, left),
        paid: amountOf(uses),
        units: unitsOf(uses),
        uses,
        freeElsewhere: unitsOf(freeElsewhere.get(name) ?? []),
      };
    },
  };
}

function amountOf(uses: readonly EarlierUse[]): Fraction {
  return sum(uses.map(({ amount }) => amount));
}

function unitsOf(uses: readonly EarlierUse[]): Fraction {
  return sum(uses.map(({ quantity }) => quantity));
}
