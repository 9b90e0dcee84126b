import { canonicalJson } from "../../data/canonical-json.js";
import { allocate } from "../../money/allocation.js";
import { type AmountRounding, roundAmount } from "../../money/amount-rounding.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  fraction,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  negate,
  powerOfTen,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import type { InvoiceLine, LineKind } from "../document/line.js";
import type { BilledLine } from "./history.js";

/** What of a billed line an amount is: its price with what the catalog takes off it, a coupon, a tax, what a grant has paid. */
export type PartKind = "price" | "coupon" | "included-tax" | "tax" | "credit";

const PART_KINDS: { readonly [kind in Exclude<LineKind, "adjustment" | "carried">]: PartKind } = {
  "one-time": "price",
  recurring: "price",
  usage: "price",
  discount: "price",
  minimum: "price",
  maximum: "price",
  "minimum-commitment": "price",
  "maximum-spend": "price",
  "true-up": "price",
  drawdown: "price",
  overage: "price",
  guarantee: "price",
  concession: "price",
  "concession-return": "price",
  coupon: "coupon",
  "coupon-return": "coupon",
  "included-tax": "included-tax",
  tax: "tax",
  credit: "credit",
  "credit-return": "credit",
};

/** One of the amounts that a billed line consists of. */
export interface AccountPart {
  readonly kind: PartKind;
  /** A line that says what it is. */
  readonly line: InvoiceLine;
  readonly amount: Fraction;
}

/** The amounts that a billed line consists of, each by its name; with what grants have paid, they add up to what was paid. */
export type Parts = ReadonlyMap<string, AccountPart>;

/** Whether an amount is meant with its taxes, or without them. */
export type AmountBasis = "gross" | "net";

/** An amount of a line as a part; nothing for what is carried over. */
export function partOfLine(
  { line, key }: Pick<BilledLine, "line" | "key">,
  amount: Fraction,
): readonly [name: string, part: AccountPart] | undefined {
  // An adjustment is of the kind that it adjusts.
  if (key.kind === "carried" || key.kind === "adjustment") return undefined;
  const kind = PART_KINDS[key.kind];
  return [`${kind} ${sourceOf(line)}`, { kind, line, amount }];
}

function sourceOf(line: InvoiceLine): string {
  if ("couponId" in line) return line.couponId ?? "";
  if ("grantId" in line) return line.grantId;
  if (!("taxId" in line)) return "";
  const { taxable: _own, ...rate } = line.tax;
  return canonicalJson([line.taxId, rate]);
}

/** The sums of parts by their names. */
export function addParts(a: Parts, b: Parts): Parts {
  const all = new Map(a);
  for (const [name, part] of b) {
    const amount = add(all.get(name)?.amount ?? ZERO, part.amount);
    all.set(name, { ...part, amount });
  }
  return all;
}

/** The opposite of every part. */
export function negateParts(parts: Parts): Parts {
  return mapParts(parts, ({ amount }) => negate(amount));
}

/** The same parts with other amounts. */
export function mapParts(parts: Parts, amountOf: (part: AccountPart, name: string) => Fraction) {
  return new Map(
    [...parts].map(([name, part]) => [name, { ...part, amount: amountOf(part, name) }] as const),
  );
}

/** What parts come to, with taxes or without. What grants have paid of it is in it. */
export function amountOf(parts: Parts, basis: AmountBasis): Fraction {
  const own = [...parts.values()].filter(({ kind }) => kind !== "credit");
  return sum(
    own.filter(({ kind }) => basis === "gross" || kind !== "tax").map(({ amount }) => amount),
  );
}

/** What was billed, and what of it was given back before. */
interface Share {
  readonly billed: Fraction;
  readonly given: Fraction;
}

/**
 * The parts of an amount that is given back of a line: each so much that all that was given back of it is its share of all that
 * was given back of the line, to a unit; and never more than is left of it. The last amount leaves nothing. What was paid with what other
 * lines have come to less is `unpaid`: neither the customer's nor a grant's.
 */
export function partsOfAmount(
  { billed, given }: { readonly billed: Parts; readonly given: Parts },
  amount: Fraction,
  basis: AmountBasis,
  form: AmountRounding,
  unpaid: Fraction = ZERO,
): Parts {
  const left = addParts(billed, negateParts(given));
  const isWhole = compare(amount, amountOf(left, basis)) === 0;
  // Where grants have paid more of a line than it comes to, they get back no more than that: a credit bills nothing.
  if (isWhole && !isNegative(sum([...left.values()].map((part) => part.amount)))) return left;
  const all = [...billed.values(), ...given.values()].map((part) => part.amount);
  const rounding = gridOf([amount, ...all], form);
  const shareOf = (name: string): Share => ({
    billed: billed.get(name)?.amount ?? ZERO,
    given: given.get(name)?.amount ?? ZERO,
  });
  const net: Share = { billed: amountOf(billed, "net"), given: amountOf(given, "net") };
  const ofKind = (...kinds: readonly PartKind[]) =>
    [...left].filter(([, { kind }]) => kinds.includes(kind)).map(([name]) => name);
  const found = new Map<string, Fraction>();
  const taxes = ofKind("tax");
  let own = amount;
  if (basis === "gross") {
    const [ofNet = ZERO, ...ofTaxes] = split(amount, [net, ...taxes.map(shareOf)], rounding);
    own = ofNet;
    for (const [index, name] of taxes.entries()) found.set(name, ofTaxes[index] ?? ZERO);
  } else {
    for (const name of taxes) found.set(name, follow(shareOf(name), net, own, rounding));
  }
  for (const name of ofKind("coupon", "included-tax"))
    found.set(name, follow(shareOf(name), net, own, rounding));
  const off = ofKind("coupon", "included-tax").map((name) => found.get(name) ?? ZERO);
  for (const name of ofKind("price")) found.set(name, subtract(own, sum(off)));
  const credits = ofKind("credit");
  const paid = credits.map(shareOf).map(({ billed: all, given: back }) => ({
    billed: negate(all),
    given: negate(back),
  }));
  const customer: Share = {
    billed: subtract(amountOf(billed, "gross"), sum([unpaid, ...paid.map((each) => each.billed)])),
    given: subtract(amountOf(given, "gross"), sum(paid.map((each) => each.given))),
  };
  const whole = add(own, sum(taxes.map((name) => found.get(name) ?? ZERO)));
  const [, ...back] = split(whole, [customer, ...paid], rounding);
  for (const [index, name] of credits.entries()) found.set(name, negate(back[index] ?? ZERO));
  return mapParts(left, (_part, name) => found.get(name) ?? ZERO);
}

/** How amounts are rounded; to the minor unit where some of them were rounded to finer steps than today's. */
export function gridOf(amounts: readonly Fraction[], rounding: AmountRounding): AmountRounding {
  const { increment, decimals } = rounding;
  const isOn = ({ numerator, denominator }: Fraction) =>
    (numerator * increment.denominator) % (denominator * increment.numerator) === 0n;
  return amounts.every(isOn)
    ? rounding
    : { ...rounding, increment: fraction(1n, powerOfTen(decimals)) };
}

/** Splits an amount so that all that was given of each share is in proportion to what was billed of it. */
function split(
  amount: Fraction,
  shares: readonly Share[],
  { increment }: AmountRounding,
): readonly Fraction[] {
  const whole = sum(shares.map(({ billed }) => billed));
  const soFar = add(amount, sum(shares.map(({ given }) => given)));
  const rooms = shares.map(({ billed, given }) => notBelow(subtract(billed, given), ZERO));
  const due = shares.map(({ billed, given }, index) => {
    const all = isZero(whole) ? ZERO : divide(multiply(billed, soFar), whole);
    return minimumOf(notBelow(subtract(all, given), ZERO), rooms[index] ?? ZERO);
  });
  return allocate(amount, due, increment, rooms);
}

/** What of one share follows when an amount of another is given. */
function follow({ billed, given }: Share, of: Share, amount: Fraction, rounding: AmountRounding) {
  if (isZero(of.billed)) return ZERO;
  const all = divide(multiply(billed, add(of.given, amount)), of.billed);
  const due = subtract(roundAmount(all, rounding), given);
  const left = subtract(billed, given);
  return isNegative(left)
    ? negate(minimumOf(notBelow(negate(due), ZERO), negate(left)))
    : minimumOf(notBelow(due, ZERO), left);
}

function notBelow(value: Fraction, least: Fraction): Fraction {
  return compare(value, least) < 0 ? least : value;
}
