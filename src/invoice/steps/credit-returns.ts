import type { CreditTiming } from "../../account/credit-grant.js";
import { unitsOf } from "../../account/grant-units.js";
import { groupBy } from "../../data/group-by.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  type Fraction,
  isNegative,
  isZero,
  minimumOf,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import type { InvoiceLine, LineKind } from "../document/line.js";
import {
  type AppliedShare,
  amountLine,
  keyText,
  type LineKey,
  type PricedCredit,
  type PricedLine,
} from "../document/priced-line.js";
import type { BilledLine } from "../history/history.js";
import { type DocumentPricing, netByKey } from "./document-step.js";
import { loweringsOf, type TimedAmount } from "./payable.js";

/** What a grant has paid for under a key, by one document, less what has gone back to it. */
export interface EarlierUse {
  readonly grantId: string;
  readonly unit: string;
  readonly name: string;
  readonly key: LineKey;
  amount: Fraction;
  quantity: Fraction;
}

/** What goes back to grants as it is due no longer, besides what goes back to them anyway. */
export function overpaid(
  timing: CreditTiming,
  pricing: DocumentPricing,
  lines: readonly PricedLine[],
  anyway: readonly PricedLine[],
): readonly EarlierUse[] {
  const uses = usesSoFar(timing, pricing, anyway);
  if (uses.length === 0) return [];
  return returnsOf(uses, dueBy(timing, pricing, lines), netByKey(lines));
}

/** A line for each grant that something goes back to. */
export function returnLines(
  returned: readonly EarlierUse[],
  timing: CreditTiming,
  pricing: DocumentPricing,
): readonly PricedLine[] {
  return [...groupBy(returned, ({ grantId }) => grantId)].map(([grantId, own]) => {
    const [{ name, unit }] = own;
    const why = "what it paid for is due no longer";
    return creditReturnLine({ grantId, name, unit, timing, why }, own, pricing);
  });
}

/** What goes back to a grant, and of which keys. */
export function creditReturnLine(
  {
    grantId,
    name,
    unit,
    timing,
    why,
  }: Pick<EarlierUse, "grantId" | "name" | "unit"> & {
    readonly timing: CreditTiming;
    readonly why: string;
  },
  shares: readonly Pick<EarlierUse, "key" | "amount" | "quantity">[],
  { period, currency }: DocumentPricing,
): PricedLine {
  const amount = sum(shares.map((each) => each.amount));
  const quantity = sum(shares.map((each) => each.quantity));
  return amountLine({
    key: {
      kind: "credit-return",
      chargeId: null,
      sourceId: grantId,
      start: period.start,
      group: null,
    },
    description: `${name}: returned`,
    period,
    exactAmount: amount,
    amount,
    appliedTo: shares.map((each) => creditShare(each, unit === currency)),
    credit: { unit, quantity, timing },
    steps: [amountStep("credit", amount, why)],
  });
}

/** What of a credit falls to a key; in its own unit, too, where that is no money. */
export function creditShare(
  { key, amount, quantity }: Pick<EarlierUse, "key" | "amount" | "quantity">,
  isMoney: boolean,
): AppliedShare {
  return isMoney ? { key, amount } : { key, amount, quantity };
}

/** What all documents and this one come to under each key, as far as grants of a timing may pay for it. */
export function dueBy(
  timing: CreditTiming,
  { history, period }: DocumentPricing,
  lines: readonly PricedLine[],
): ReadonlyMap<string, TimedAmount> {
  const earlier = [
    ...[...history.billed.values()].flatMap((each) => each.lines),
    ...history.settled.filter(({ line }) => precedes(line, timing)),
  ].map(({ key, amount, shares }) => ({ key, amount, appliedTo: shares }));
  const times = new Map(lines.map((line) => [keyText(line.key), line.period]));
  return new Map(
    [...netByKey([...earlier, ...lines])].map(([name, net]) => {
      const billed = history.billed.get(name)?.lines[0];
      return [name, { ...net, period: billed?.period ?? times.get(name) ?? period }];
    }),
  );
}

/**
 * What goes back, of what a document touches: first what was paid of a key beyond what is due under it; then what was paid of a
 * charge beyond what is due of it, where something lowers it by an amount of its own. The last used first.
 */
function returnsOf(
  uses: readonly EarlierUse[],
  due: ReadonlyMap<string, TimedAmount>,
  touched: ReadonlyMap<string, unknown>,
): readonly Readonly<EarlierUse>[] {
  const byKey = groupBy(uses, ({ key }) => keyText(key));
  const names = [...due.keys()];
  const over = new Map<EarlierUse, Fraction>();
  const giveBack = (own: readonly EarlierUse[], most: Fraction) => {
    let rest = most;
    for (const use of own.toReversed()) {
      const before = over.get(use) ?? ZERO;
      const amount = minimumOf(rest, subtract(use.amount, before));
      if (isZero(amount)) continue;
      over.set(use, add(before, amount));
      rest = subtract(rest, amount);
    }
  };
  const unpaid = [...due].map(([name, { amount }]) => {
    const own = byKey.get(name) ?? [];
    const open = subtract(isNegative(amount) ? ZERO : amount, sum(own.map((use) => use.amount)));
    if (isNegative(open) && touched.has(name)) giveBack(own, negate(open));
    return isNegative(open) ? ZERO : open;
  });
  for (const { amount, own, others } of loweringsOf([...due.values()])) {
    let rest = amount;
    for (const place of others) {
      const part = minimumOf(rest, unpaid[place] ?? ZERO);
      unpaid[place] = subtract(unpaid[place] ?? ZERO, part);
      rest = subtract(rest, part);
    }
    const beside = new Set([...own, ...others].map((place) => names[place] ?? ""));
    if (isZero(rest) || ![...beside].some((name) => touched.has(name))) continue;
    giveBack(
      uses.filter(({ key }) => beside.has(keyText(key))),
      rest,
    );
  }
  return [...over].map(([use, amount]) => ({ ...use, amount, quantity: unitsOf(amount, use) }));
}

const BEFORE_TAX: ReadonlySet<LineKind> = new Set<LineKind>([
  "concession",
  "coupon-return",
  "concession-return",
]);

/** Whether a line that is worked out for a document as a whole counts in what grants of a timing may pay for. */
function precedes(line: InvoiceLine, timing: CreditTiming): boolean {
  if (timing === "before-tax") return BEFORE_TAX.has(line.kind);
  return isCredit(line) ? line.credit.timing === "before-tax" : true;
}

type BilledCredit = Extract<InvoiceLine, { readonly kind: "credit" | "credit-return" }>;

function isCredit(line: InvoiceLine): line is BilledCredit {
  return line.kind === "credit" || line.kind === "credit-return";
}

/** What grants have paid for by earlier documents, key by key, in the order in which they were used. */
export function earlierUses(
  timing: CreditTiming,
  { history }: DocumentPricing,
): readonly EarlierUse[] {
  return usesIn(history.settled.flatMap(creditEntry), timing);
}

/** The same, by what a document has of it as well. */
export function usesSoFar(
  timing: CreditTiming,
  { history }: DocumentPricing,
  lines: readonly PricedLine[],
): readonly EarlierUse[] {
  const own = lines.flatMap((line): readonly CreditEntry[] => {
    const { key, credit, amount, appliedTo: shares, description: name } = line;
    if (credit === undefined || key.sourceId === undefined) return [];
    return [{ kind: line.kind, grantId: key.sourceId, name, credit, amount, shares }];
  });
  return usesIn([...history.settled.flatMap(creditEntry), ...own], timing);
}

/** What a line says of a grant: that it paid, or that something goes back to it. */
interface CreditEntry {
  readonly kind: LineKind;
  readonly grantId: string;
  readonly name: string;
  readonly credit: PricedCredit;
  readonly amount: Fraction;
  readonly shares: readonly AppliedShare[];
}

function creditEntry({ line, amount, shares }: BilledLine): readonly CreditEntry[] {
  if (!isCredit(line)) return [];
  const { kind, grantId, description: name } = line;
  const credit = { ...line.credit, quantity: exact(line.credit.quantity) };
  return [{ kind, grantId, name, credit, amount, shares }];
}

function usesIn(entries: readonly CreditEntry[], timing: CreditTiming): readonly EarlierUse[] {
  const uses = new Map<string, EarlierUse[]>();
  const all: EarlierUse[] = [];
  for (const { kind, grantId, name, credit, amount, shares } of entries) {
    if (credit.timing !== timing) continue;
    let rest = { amount: negate(amount), quantity: negate(credit.quantity) };
    for (const share of shares) {
      const own = uses.get(`${grantId} ${keyText(share.key)}`) ?? [];
      uses.set(`${grantId} ${keyText(share.key)}`, own);
      if (kind === "credit-return") {
        takeBack(own, share);
        continue;
      }
      const paid = negate(share.amount);
      const quantity = share.quantity === undefined ? unitsOf(paid, rest) : negate(share.quantity);
      rest = { amount: subtract(rest.amount, paid), quantity: subtract(rest.quantity, quantity) };
      const use = { grantId, unit: credit.unit, name, key: share.key, amount: paid, quantity };
      own.push(use);
      all.push(use);
    }
  }
  return all;
}

/** Takes what goes back to a grant off its latest uses, and says what that is in the grant's unit. */
export function takeBack(
  uses: readonly EarlierUse[],
  { amount, quantity }: Pick<AppliedShare, "amount" | "quantity">,
): Fraction {
  let [money, units, back] = [amount, quantity, ZERO];
  for (const use of uses.toReversed()) {
    const part = minimumOf(money, use.amount);
    const own = units === undefined ? unitsOf(part, use) : minimumOf(units, use.quantity);
    use.amount = subtract(use.amount, part);
    use.quantity = subtract(use.quantity, own);
    money = subtract(money, part);
    units &&= subtract(units, own);
    back = add(back, own);
  }
  return back;
}
