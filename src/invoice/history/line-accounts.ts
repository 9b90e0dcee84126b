import { groupBy } from "../../data/group-by.js";
import { allocate } from "../../money/allocation.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  type Fraction,
  fraction,
  isNegative,
  isZero,
  minimumOf,
  negate,
  powerOfTen,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { type Interval, overlap } from "../../time/interval.js";
import type { Invoice } from "../document/document.js";
import type { InvoiceLine, LineKind } from "../document/line.js";
import { keyText, type LineKey } from "../document/priced-line.js";
import {
  type AmountBasis,
  addParts,
  amountOf,
  mapParts,
  negateParts,
  type Parts,
  partOfLine,
} from "./account-parts.js";
import type { BilledLine, History } from "./history.js";

/**
 * A line of a document with all that other lines take off it or add to it (discounts, coupons, taxes, credits), less what was
 * corrected of it since.
 */
export interface LineAccount {
  readonly document: Invoice;
  /** The text of the key. */
  readonly name: string;
  readonly key: LineKey;
  readonly line: InvoiceLine;
  readonly period: Interval;
  readonly billed: Parts;
  /** What was credited by choice, with the signs of what was billed. */
  readonly given: Parts;
  /** How many units of it were. */
  readonly givenUnits: Fraction;
}

/** A line that is credited by choice, with what of it is. */
export interface Concession {
  readonly account: LineAccount;
  /** With the signs of what was billed. */
  readonly parts: Parts;
  /** How many units, where units are credited. */
  readonly quantity: Fraction | undefined;
  readonly reason: string | undefined;
}

/** What lines of one document say under one key. */
interface Entry {
  readonly name: string;
  readonly key: LineKey;
  /** The line of that key; nothing where others only take something off it, or add to it. */
  readonly line: InvoiceLine | undefined;
  /** Whether the line that billed it first is given. */
  readonly isWhole: boolean;
  readonly period: Interval;
  readonly parts: Parts;
}

/**
 * What earlier documents have billed, line by line. What a later document takes back is taken off the latest line under its key;
 * what lowers a charge and has no line to be taken off (a guarantee, a maximum), off the lines of the charge.
 */
export function lineAccounts(history: History, rounding: AmountRounding): readonly LineAccount[] {
  const lines = [...[...history.billed.values()].flatMap((each) => each.lines), ...history.settled];
  const read = new Map(lines.map((each) => [each.line, each]));
  const unit = fraction(1n, powerOfTen(rounding.decimals));
  let accounts: readonly LineAccount[] = [];
  for (const { document } of history.documents) {
    const own = document.lines.flatMap((line) => read.get(line) ?? []);
    accounts = own.some(({ line }) => line.kind === "concession")
      ? withGiven(accounts, own)
      : withBilled(accounts, document, entriesOf(own, history), unit);
  }
  return accounts;
}

function entriesOf(lines: readonly BilledLine[], { billed }: History): readonly Entry[] {
  const pieces = lines.flatMap((each) => {
    const shares = each.line.appliedTo.length > 0 ? each.shares : [each];
    return shares.flatMap(({ key, amount }) => {
      const part = partOfLine(each, amount);
      const own = shares[0] === each ? each.line : undefined;
      return part === undefined ? [] : [{ key, own, part }];
    });
  });
  return [...groupBy(pieces, ({ key }) => keyText(key))].flatMap(([name, own]) => {
    const first = billed.get(name)?.lines[0];
    // What is carried over is of no line.
    if (first === undefined) return [];
    const parts = own.reduce<Parts>((all, { part }) => addParts(all, new Map([part])), new Map());
    const line = own.find((each) => each.own !== undefined)?.own;
    const isWhole = first.line.kind !== "adjustment";
    return [{ name, key: first.key, line, isWhole, period: first.period, parts }];
  });
}

/** What lowers a charge by a line of its own. */
const LOWERING: ReadonlySet<LineKind> = new Set<LineKind>(["maximum", "guarantee"]);

/** The accounts after a document that bills. */
function withBilled(
  before: readonly LineAccount[],
  document: Invoice,
  entries: readonly Entry[],
  unit: Fraction,
): readonly LineAccount[] {
  const accounts = [...before];
  const rest: Entry[] = [];
  for (const entry of entries) {
    const { name, key, line, isWhole, period, parts } = entry;
    const whole = amountOf(parts, "gross");
    const earlier = accounts.findLast((each) => each.name === name);
    const opens = line !== undefined && line.kind !== "adjustment" && !isNegative(whole);
    const own = line ?? earlier?.line;
    if (LOWERING.has(key.kind)) {
      if (isWhole) rest.push(entry);
    } else if (own !== undefined && (opens || whole.numerator > 0n)) {
      const given = { given: new Map(), givenUnits: ZERO };
      accounts.push({ document, name, key, line: own, period, billed: parts, ...given });
    } else if (earlier !== undefined) takeBack(accounts, earlier, parts);
    // An adjustment of what is not given says nothing of what is.
    else if (isWhole) rest.push(entry);
  }
  for (const entry of rest) takeOff(accounts, document, entry, unit);
  return accounts;
}

/** Takes parts off an account; where they are more than is left of it, that and the one before it are one. */
function takeBack(accounts: LineAccount[], account: LineAccount, parts: Parts): void {
  const billed = addParts(account.billed, parts);
  const place = accounts.indexOf(account);
  const earlier = accounts.slice(0, place).findLast(({ name }) => name === account.name);
  const after = { ...account, billed };
  if (earlier === undefined || !isNegative(amountOf(leftOf(after), "gross"))) {
    accounts.splice(place, 1, after);
    return;
  }
  accounts.splice(place, 1);
  const given = addParts(earlier.given, account.given);
  const givenUnits = add(earlier.givenUnits, account.givenUnits);
  const merged = { ...earlier, given, givenUnits };
  accounts.splice(accounts.indexOf(earlier), 1, merged);
  takeBack(accounts, merged, billed);
}

/** Takes off the lines of a charge, else of the document, what lowers it as a whole, in proportion to them. */
function takeOff(
  accounts: LineAccount[],
  document: Invoice,
  { key, period, parts }: Entry,
  unit: Fraction,
): void {
  const ofCharge = accounts.filter((each) => isBeside(each, { key, period }));
  const own = ofCharge.filter((each) => each.document === document);
  const ofDocument = accounts.filter((each) => each.document === document);
  const targets = [own, ofCharge, ofDocument].find((list) => list.length > 0) ?? [];
  if (targets.length === 0) return;
  const billedOf = targets.map(({ billed }) => notNegative(amountOf(billed, "gross")));
  const paidOf = targets.map(({ billed }) =>
    notNegative(sum([...billed.values()].map(({ amount }) => amount))),
  );
  const whole = amountOf(parts, "gross");
  // Where it can be, no line is left with less than grants have paid of it.
  const rooms = [paidOf, billedOf].find((list) => !isNegative(add(sum(list), whole)));
  const shares = allocate(whole, billedOf, unit, isNegative(whole) ? rooms : undefined);
  const weights = shares.map((share) => (isNegative(share) ? negate(share) : share));
  const others = new Map(
    [...parts]
      .filter(([, { kind }]) => kind !== "price")
      .map(([name, { amount }]) => [name, allocate(amount, weights, unit)] as const),
  );
  for (const [index, account] of targets.entries()) {
    const rest = [...parts].map(([name, { kind }]) =>
      kind === "credit" ? ZERO : (others.get(name)?.[index] ?? ZERO),
    );
    const price = subtract(shares[index] ?? ZERO, sum(rest));
    const share = mapParts(parts, ({ kind }, name) =>
      kind === "price" ? price : (others.get(name)?.[index] ?? ZERO),
    );
    const billed = addParts(account.billed, share);
    accounts.splice(accounts.indexOf(account), 1, { ...account, billed });
  }
}

/** The accounts after a document that credits by choice. */
function withGiven(
  accounts: readonly LineAccount[],
  lines: readonly BilledLine[],
): readonly LineAccount[] {
  const shares = lines.flatMap((each) =>
    each.shares.map(({ key, amount }) => ({ name: keyText(key), each, amount })),
  );
  const byKey = groupBy(shares, ({ name }) => name);
  return accounts.map((account) => {
    const own = byKey.get(account.name) ?? [];
    const concession = own
      .flatMap(({ each: { line } }) => ("concession" in line ? line.concession : []))
      .find(({ invoice }) => invoice === account.document.idempotencyKey);
    if (concession === undefined) return account;
    const parts = own.flatMap(({ each, amount }) => {
      const part = partOfLine(each, amount);
      return part === undefined ? [] : [part];
    });
    return {
      ...account,
      given: addParts(account.given, negateParts(new Map(parts))),
      givenUnits: add(account.givenUnits, exact(concession.quantity ?? "0")),
    };
  });
}

/** What is left of a line: what was billed, less what was credited by choice. */
export function leftOf({ billed, given }: LineAccount): Parts {
  return addParts(billed, negateParts(given));
}

/**
 * How much may be credited of each line: what is left of it, less what was credited of other lines of its charge, of the same
 * stretch of time, that have come to less since.
 */
export function creditable(
  accounts: readonly LineAccount[],
  basis: AmountBasis,
): ReadonlyMap<LineAccount, Fraction> {
  const left = new Map(accounts.map((each) => [each, amountOf(leftOf(each), basis)]));
  const limits = new Map([...left].map(([each, amount]) => [each, notNegative(amount)]));
  const latestFirst = accounts.toReversed();
  for (const [account, amount] of left) {
    let missing = negate(amount);
    for (const other of latestFirst) {
      if (missing.numerator <= 0n) break;
      if (!isOfSegment(other, account)) continue;
      const limit = limits.get(other) ?? ZERO;
      const part = minimumOf(limit, missing);
      limits.set(other, subtract(limit, part));
      missing = subtract(missing, part);
    }
  }
  return limits;
}

function isOfSegment({ key: a }: LineAccount, { key: b }: LineAccount): boolean {
  return a.chargeId === b.chargeId && a.start === b.start;
}

/** Whether two lines are of one charge, and of the same time. */
function isBeside(
  one: Pick<LineAccount, "key" | "period">,
  other: Pick<LineAccount, "key" | "period">,
): boolean {
  const isOfCharge = one.key.chargeId === other.key.chargeId;
  return isOfCharge && overlap(one.period, other.period) !== undefined;
}

function notNegative(amount: Fraction): Fraction {
  return isNegative(amount) ? ZERO : amount;
}

/** Whether nothing is left of a line. Something may be left also where its amounts come to nothing together. */
export function isExhausted(account: LineAccount, limit: Fraction): boolean {
  const parts = [...leftOf(account).values()];
  const isNothing = isZero(amountOf(leftOf(account), "gross"));
  return isZero(limit) && (!isNothing || parts.every(({ amount }) => isZero(amount)));
}
