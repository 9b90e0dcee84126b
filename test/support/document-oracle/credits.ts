/** What grants pay for, and in which order they are used. */
import { netByKey, type OracleLine, type Share, targets, totalOf } from "./line.js";
import { loweringsIn, owedByKey } from "./owed.js";
import { allocate, least, most, Rational, read, round, sum, write, ZERO } from "./rational.js";
import type { Money } from "./reductions.js";
import type { CreditTiming, Grant, Policy, Span } from "./story.js";
import { instantOf } from "./timeline.js";

/** What a document does to a grant. */
export interface OraclePosting {
  readonly kind: "drawdown" | "return" | "expiry" | "grant";
  readonly grantId: string;
  readonly unit: string;
  readonly amount: Rational;
}

/** Units are drawn, and go back, in these. */
const MILLIONTH = new Rational(1n, 1_000_000n);

/** What a grant has paid, as far as it has not gone back. */
class Paid {
  amount: Rational;
  /** How much of the grant that is, in its own unit. */
  quantity: Rational;

  constructor(amount: Rational, quantity: Rational) {
    this.amount = amount;
    this.quantity = quantity;
  }

  /** Takes a part out: of the grant, as much in proportion, rounded down to millionths; the last part takes the rest. */
  take(amount: Rational): Paid {
    const exact = this.quantity.times(amount).over(this.amount);
    const quantity = amount.equals(this.amount) ? exact : round(exact, MILLIONTH, "down");
    this.amount = this.amount.minus(amount);
    this.quantity = this.quantity.minus(quantity);
    return new Paid(amount, quantity);
  }
}

/** What a grant has paid under a key by one document. */
interface Use {
  readonly grant: Grant;
  readonly timing: CreditTiming;
  readonly key: string;
  readonly paid: Paid;
}

/** Grants with what is left of them, as documents use them up. */
export class Ledger {
  readonly grants: Grant[];
  /** Those of the running document. */
  postings: OraclePosting[] = [];
  /** What grants have paid for and was not given back, in the order in which they were used. */
  readonly uses: Use[] = [];
  readonly #balances = new Map<string, Rational>();

  constructor(grants: readonly Grant[]) {
    this.grants = [...grants];
    for (const { id, amount } of grants) this.#balances.set(id, read(amount));
  }

  /** Begins the postings of another document. */
  open(): void {
    this.postings = [];
  }

  /** A new grant: what a document comes to below nothing, for later. */
  add(grant: Grant): void {
    this.grants.push(grant);
    this.post("grant", grant, read(grant.amount));
  }

  balanceOf({ id }: Grant): Rational {
    return this.#balances.get(id) ?? ZERO;
  }

  post(kind: OraclePosting["kind"], { id, unit }: Grant, amount: Rational): void {
    this.postings.push({ kind, grantId: id, unit, amount });
    this.#balances.set(id, (this.#balances.get(id) ?? ZERO).plus(amount));
  }
}

export interface CreditContext {
  readonly policy: Policy;
  readonly currency: string;
  readonly money: Money;
  /** The document's moment. */
  readonly moment: string;
  /** What was left under each key by all documents before, without credits of a timing and what follows them. */
  readonly netBefore: (timing: CreditTiming) => ReadonlyMap<string, Rational>;
  /** The period of the document. */
  readonly period: Span;
  /** What was billed first under a key. */
  readonly lineUnder: (key: string) => OracleLine | undefined;
}

/** Lets the grants of a timing pay for what is owed under each key. */
export function applyCredits(
  timing: CreditTiming,
  lines: readonly OracleLine[],
  ledger: Ledger,
  context: CreditContext,
): readonly OracleLine[] {
  const { policy, currency, money, lineUnder } = context;
  const added: OracleLine[] = [...returns(timing, lines, ledger, context)];
  const owed = new Map(owedByKey(netByKey([...lines, ...added]), lineUnder, money));
  const own = ledger.grants.filter(
    ({ applied = policy.credits?.applied ?? "before-tax" }) => applied === timing,
  );
  const isMoney = ({ unit }: Grant) => (unit === currency ? 1 : 0);
  const order = burnOrder(policy.credits?.order ?? "stripe");
  for (const grant of own.sort((a, b) => isMoney(a) - isMoney(b) || order(a, b))) {
    const open = openKeys(grant, owed, context);
    const limit = totalOf([...lines, ...added]);
    const { shares, quantity } =
      isMoney(grant) === 1
        ? drawMoney(open, limit, ledger.balanceOf(grant), context)
        : drawUnits(grant, open, limit, lines, ledger, context);
    if (shares.length === 0) continue;
    ledger.post("drawdown", grant, quantity.negated());
    for (const { key, amount, quantity: own } of shares) {
      owed.set(key, (owed.get(key) ?? ZERO).plus(amount));
      ledger.uses.push({ grant, timing, key, paid: new Paid(amount.negated(), own) });
    }
    added.push(creditLine("credit", grant, shares, context));
  }
  for (const grant of own) {
    const balance = ledger.balanceOf(grant);
    const { expiresAt } = grant;
    if (expiresAt === undefined || instantOf(expiresAt) > context.moment) continue;
    if (balance.sign > 0) ledger.post("expiry", grant, balance.negated());
  }
  return added;
}

/**
 * Gives back what paid for more than is due by now: under a key, then under those of a charge that is lowered by lines of their own.
 * The last used goes first.
 */
function returns(
  timing: CreditTiming,
  lines: readonly OracleLine[],
  ledger: Ledger,
  context: CreditContext,
): readonly OracleLine[] {
  const back = new Map<Use, Rational>();
  const giveBack = (keys: readonly string[], due: Rational) => {
    const uses = ledger.uses.filter((use) => use.timing === timing && keys.includes(use.key));
    const leftOf = (use: Use) => use.paid.amount.minus(back.get(use) ?? ZERO);
    let over = sum(uses.map(leftOf)).minus(most(due, ZERO));
    for (const use of uses.reverse()) {
      const returned = least(over, leftOf(use));
      if (returned.sign <= 0) continue;
      over = over.minus(returned);
      back.set(use, returned.plus(back.get(use) ?? ZERO));
    }
  };
  const now = netByKey(lines);
  const due = new Map(context.netBefore(timing));
  for (const [key, amount] of now) due.set(key, amount.plus(due.get(key) ?? ZERO));
  for (const key of now.keys()) giveBack([key], due.get(key) ?? ZERO);
  for (const { amount, keys, others } of loweringsIn(due, context.lineUnder)) {
    if (![...keys, ...others].some((key) => now.has(key))) continue;
    giveBack(others, sum(others.map((key) => due.get(key) ?? ZERO)).minus(amount));
  }
  return [...new Set([...back.keys()].map(({ grant }) => grant))].map((grant) => {
    const own = [...back].filter(([use]) => use.grant === grant);
    const shares = own.map(([{ key }, amount]) => ({ key, amount }));
    const parts = own.map(([{ paid }, amount]) => paid.take(amount).quantity);
    ledger.post("return", grant, sum(parts));
    return creditLine("credit-return", grant, shares, context);
  });
}

/** Where the policy says so, a document that comes to less than nothing comes to nothing, and the rest is a grant. */
export function carryOver(
  lines: readonly OracleLine[],
  ledger: Ledger,
  documentKey: string,
  { policy, currency, money, moment, period }: CreditContext,
): readonly OracleLine[] {
  const amount = totalOf(lines).negated();
  if (policy.negativeTotal !== "carry" || amount.sign <= 0) return [];
  const id = `carried:${documentKey}`;
  ledger.add({
    id,
    unit: currency,
    amount: write(amount, money.decimals),
    grantedAt: moment,
    applied: "after-tax",
  });
  const head = { key: id, kind: "carried", countsAs: "carried", chargeId: null } as const;
  return [{ ...head, sourceId: id, span: period, amount, exact: amount, shares: [] }];
}

function creditLine(
  kind: "credit" | "credit-return",
  { id }: Grant,
  shares: readonly Share[],
  { moment, period }: CreditContext,
): OracleLine {
  return {
    key: `${kind}:${id}@${moment}`,
    kind,
    countsAs: kind,
    chargeId: null,
    sourceId: id,
    span: period,
    amount: totalOf(shares),
    exact: totalOf(shares),
    shares,
  };
}

/** What a grant pays under each key, and how much of it that is in its own unit. */
interface Drawn {
  readonly shares: readonly (Share & { readonly quantity: Rational })[];
  readonly quantity: Rational;
}

const NOTHING: Drawn = { shares: [], quantity: ZERO };

/** What is owed under keys, and may be paid. */
type Open = readonly (readonly [string, Rational])[];

function drawMoney(
  open: Open,
  limit: Rational,
  balance: Rational,
  { money }: CreditContext,
): Drawn {
  const owed = open.map(([, amount]) => amount);
  const paid = [sum(owed), limit, balance].reduce(least);
  if (paid.sign <= 0) return NOTHING;
  const whole = round(paid, money.step, "down");
  const shares = allocate(whole, owed, money.step, owed).flatMap((share, index) => {
    const key = open[index]?.[0] ?? "";
    return share.sign === 0 ? [] : [{ key, amount: share.negated(), quantity: share }];
  });
  return { shares, quantity: whole };
}

/** What is owed under keys that a grant may pay for. */
function openKeys(
  grant: Grant,
  owed: ReadonlyMap<string, Rational>,
  { lineUnder, period }: Pick<CreditContext, "lineUnder" | "period">,
): Open {
  return [...owed].filter(([key, amount]) => {
    const { charge, span = period } = lineUnder(key) ?? {};
    return amount.sign > 0 && isUsable(grant, span) && targets(grant.appliesTo ?? "all", charge);
  });
}

/**
 * Pays in a pricing unit for what is priced in it, line by line; at the unit's rate, in money that is rounded once. What it has taken of
 * the grant with each line is rounded up to millionths, as far as it goes.
 */
function drawUnits(
  grant: Grant,
  open: Open,
  total: Rational,
  lines: readonly OracleLine[],
  ledger: Ledger,
  { money, lineUnder }: CreditContext,
): Drawn {
  const whole = ledger.balanceOf(grant);
  let balance = whole;
  let limit = total;
  let before = ZERO;
  const shares: (Share & { readonly quantity: Rational })[] = [];
  for (const [key, left] of open) {
    const { charge, plan, quantity: rated } = lineUnder(key) ?? {};
    if (rated === undefined || charge?.chargeType === "one-time") continue;
    const unit = plan?.pricingUnits?.find(({ code }) => code === charge?.pricingUnit);
    // What is owed only because something else was taken off elsewhere is paid in money.
    if (unit?.code !== grant.unit || !lines.some((line) => line.key === key)) continue;
    const rate = read(unit.rate);
    const used = [balance, least(left, limit).over(rate)].reduce(least);
    if (used.sign <= 0) continue;
    const paid = round(used.times(rate), money.step, money.mode);
    if (paid.sign <= 0) continue;
    balance = balance.minus(used);
    limit = limit.minus(paid);
    const taken = least(round(whole.minus(balance), MILLIONTH, "up"), whole);
    shares.push({ key, amount: paid.negated(), quantity: taken.minus(before) });
    before = taken;
  }
  return { shares, quantity: before };
}

/** Whether a grant can be used in some of a time. */
function isUsable({ grantedAt, effectiveDate = grantedAt, expiresAt }: Grant, span: Span): boolean {
  return (
    instantOf(effectiveDate) < instantOf(span.end) &&
    (expiresAt === undefined || instantOf(span.start) < instantOf(expiresAt))
  );
}

type Comparison = (a: Grant, b: Grant) => number;

function by<T extends number | string>(value: (grant: Grant) => T): Comparison {
  return (a, b) => {
    const [first, second] = [value(a), value(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  };
}

const priority = by(({ priority: number = 50 }) => number);
const expiry = by(({ expiresAt = "9999-01-01" }) => instantOf(expiresAt));
const promotional = by(({ category }) => (category === "promotional" ? 0 : 1));
const granted = by(({ grantedAt }) => instantOf(grantedAt));
const effective = by(({ grantedAt, effectiveDate = grantedAt }) => instantOf(effectiveDate));
const narrow = by(({ appliesTo = "all" }) =>
  appliesTo === "all" ? Number.POSITIVE_INFINITY : (appliesTo.charges?.length ?? 1e6),
);

const ORDERS: Record<string, readonly Comparison[]> = {
  stripe: [priority, expiry, promotional, effective, granted],
  orb: [expiry, promotional, effective, granted],
  metronome: [priority, promotional, narrow, expiry, effective],
  openmeter: [priority, expiry, granted],
  lago: [priority, granted],
};

function burnOrder(name: string): Comparison {
  const comparisons = [...(ORDERS[name] ?? []), by(({ id }) => id)];
  return (a, b) => comparisons.reduce((found, compare) => found || compare(a, b), 0);
}
