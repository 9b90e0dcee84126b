import type { CreditTiming } from "../../account/credit-grant.js";
import { groupBy } from "../../data/group-by.js";
import { exact } from "../../money/decimal.js";
import {
  compare,
  divide,
  type Fraction,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import type { InvoiceLine, LineKind } from "../line.js";
import { amountLine, keyText, type LineKey, type PricedLine } from "../priced-line.js";
import { type DocumentPricing, netByKey } from "./document-step.js";

/** What a grant has paid for under a key, by one document. */
interface EarlierUse {
  readonly grantId: string;
  readonly unit: string;
  readonly name: string;
  readonly key: LineKey;
  amount: Fraction;
  quantity: Fraction;
}

/** Gives back to grants what they have paid for and is due no longer. */
export function creditReturns(
  timing: CreditTiming,
  pricing: DocumentPricing,
  lines: readonly PricedLine[],
  post: (grantId: string, unit: string, amount: Fraction) => void,
): readonly PricedLine[] {
  const { history, period } = pricing;
  const uses = earlierUses(timing, pricing);
  if (uses.size === 0) return [];
  const earlier = [
    ...[...history.billed.values()].flatMap((each) => each.lines),
    ...history.settled.filter(({ line }) => precedes(line, timing)),
  ].map(({ key, amount, shares }) => ({ key, amount, appliedTo: shares }));
  const due = netByKey([...earlier, ...lines]);
  const returned: EarlierUse[] = [];
  for (const [name] of netByKey(lines)) {
    const own = uses.get(name) ?? [];
    const used = sum(own.map(({ amount }) => amount));
    const owed = due.get(name)?.amount ?? ZERO;
    let over = subtract(used, isNegative(owed) ? ZERO : owed);
    for (const use of own.toReversed()) {
      if (over.numerator <= 0n) break;
      const amount = minimumOf(over, use.amount);
      if (amount.numerator <= 0n) continue;
      const quantity = divide(multiply(use.quantity, amount), use.amount);
      returned.push({ ...use, amount, quantity });
      over = subtract(over, amount);
    }
  }
  return [...groupBy(returned, ({ grantId }) => grantId)].map(([grantId, own]) => {
    const [first] = own;
    if (first === undefined) throw new Error("unreachable: a group of none");
    const amount = sum(own.map((each) => each.amount));
    const quantity = sum(own.map((each) => each.quantity));
    post(grantId, first.unit, quantity);
    return amountLine({
      key: {
        kind: "credit-return",
        chargeId: null,
        sourceId: grantId,
        start: period.start,
        group: null,
      },
      description: `${first.name}: returned`,
      period,
      exactAmount: amount,
      amount,
      appliedTo: own.map((each) => ({ key: each.key, amount: each.amount })),
      credit: { unit: first.unit, quantity, timing },
      steps: [amountStep("credit", amount, "what it paid for is due no longer")],
    });
  });
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

/** What grants have paid for so far, by key, in the order in which they were used. */
export function earlierUses(
  timing: CreditTiming,
  { history }: DocumentPricing,
): ReadonlyMap<string, readonly EarlierUse[]> {
  const uses = new Map<string, EarlierUse[]>();
  for (const { line, amount: whole, shares } of history.settled) {
    if (!isCredit(line) || line.credit.timing !== timing || isZero(whole)) continue;
    const { grantId, credit, description: name } = line;
    const perAmount = divide(exact(credit.quantity), whole);
    for (const share of shares) {
      const own = uses.get(keyText(share.key)) ?? [];
      uses.set(keyText(share.key), own);
      const [amount, quantity] = [share.amount, multiply(share.amount, perAmount)];
      if (line.kind === "credit") {
        const use = { grantId, unit: credit.unit, name, key: share.key };
        own.push({ ...use, amount: negate(amount), quantity: negate(quantity) });
      } else takeBack(own, grantId, amount, quantity);
    }
  }
  return uses;
}

/** What has gone back to a grant before was of its latest uses. */
function takeBack(uses: EarlierUse[], grantId: string, amount: Fraction, quantity: Fraction): void {
  let [money, units] = [amount, quantity];
  for (const use of uses.toReversed()) {
    if (use.grantId !== grantId || isZero(money)) continue;
    const part = minimumOf(money, use.amount);
    const unitsOfPart = compare(part, money) === 0 ? units : use.quantity;
    use.amount = subtract(use.amount, part);
    use.quantity = subtract(use.quantity, unitsOfPart);
    money = subtract(money, part);
    units = subtract(units, unitsOfPart);
  }
}
