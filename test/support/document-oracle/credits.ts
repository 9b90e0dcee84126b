/** What grants pay for, and in which order they are used. */
import { netByKey, type OracleLine, type Share, targets, totalOf } from "./line.js";
import { allocate, least, type Rational, read, round, sum, write, ZERO } from "./rational.js";
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

/** What a grant has paid under a key. */
interface Use {
  readonly grant: Grant;
  readonly timing: CreditTiming;
  readonly key: string;
  amount: Rational;
  /** How much of the grant that is, in its own unit. */
  quantity: Rational;
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

/** Lets the grants of a timing pay for what is left under each key. */
export function applyCredits(
  timing: CreditTiming,
  lines: readonly OracleLine[],
  ledger: Ledger,
  context: CreditContext,
): readonly OracleLine[] {
  const { policy, currency } = context;
  const added: OracleLine[] = [...returns(timing, lines, ledger, context)];
  const own = ledger.grants.filter(
    ({ applied = policy.credits?.applied ?? "before-tax" }) => applied === timing,
  );
  const isMoney = ({ unit }: Grant) => (unit === currency ? 1 : 0);
  const order = burnOrder(policy.credits?.order ?? "stripe");
  for (const grant of own.sort((a, b) => isMoney(a) - isMoney(b) || order(a, b))) {
    const { shares, quantity } =
      isMoney(grant) === 1
        ? drawMoney(grant, [...lines, ...added], ledger, context)
        : drawUnits(grant, lines, added, ledger, context);
    if (shares.length === 0) continue;
    ledger.post("drawdown", grant, quantity.negated());
    for (const share of shares) {
      const amount = share.amount.negated();
      const part = quantity.times(amount).over(totalOf(shares).negated());
      ledger.uses.push({ grant, timing, key: share.key, amount, quantity: part });
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

/** Gives back what paid for more than is due under a key by now, the last used first. */
function returns(
  timing: CreditTiming,
  lines: readonly OracleLine[],
  ledger: Ledger,
  context: CreditContext,
): readonly OracleLine[] {
  const before = context.netBefore(timing);
  const back = new Map<Grant, Share[]>();
  const quantities = new Map<Grant, Rational>();
  for (const [key, amount] of netByKey(lines)) {
    const due = amount.plus(before.get(key) ?? ZERO);
    const uses = ledger.uses.filter((use) => use.timing === timing && use.key === key);
    let over = sum(uses.map((use) => use.amount)).minus(due.sign < 0 ? ZERO : due);
    for (const use of uses.reverse()) {
      const returned = least(over, use.amount);
      if (returned.sign <= 0) continue;
      over = over.minus(returned);
      const quantity = use.quantity.times(returned).over(use.amount);
      quantities.set(use.grant, quantity.plus(quantities.get(use.grant) ?? ZERO));
      use.quantity = use.quantity.minus(quantity);
      use.amount = use.amount.minus(returned);
      back.set(use.grant, [...(back.get(use.grant) ?? []), { key, amount: returned }]);
    }
  }
  return [...back].map(([grant, shares]) => {
    ledger.post("return", grant, quantities.get(grant) ?? ZERO);
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
  readonly shares: readonly Share[];
  readonly quantity: Rational;
}

const NOTHING: Drawn = { shares: [], quantity: ZERO };

function drawMoney(
  grant: Grant,
  lines: readonly OracleLine[],
  ledger: Ledger,
  { money, lineUnder, period }: CreditContext,
): Drawn {
  const open = openKeys(grant, lines, { lineUnder, period });
  const owed = open.map(([, amount]) => amount);
  const paid = [sum(owed), totalOf(lines), ledger.balanceOf(grant)].reduce(least);
  if (paid.sign <= 0) return NOTHING;
  const whole = round(paid, money.step, "down");
  const shares = allocate(whole, owed, money.step, owed).flatMap((share, index) => {
    const key = open[index]?.[0] ?? "";
    return share.sign === 0 ? [] : [{ key, amount: share.negated() }];
  });
  return { shares, quantity: whole };
}

/** What is owed under keys that a grant may pay for. */
function openKeys(
  grant: Grant,
  lines: readonly OracleLine[],
  { lineUnder, period }: Pick<CreditContext, "lineUnder" | "period">,
): readonly (readonly [string, Rational])[] {
  return [...netByKey(lines)].filter(([key, amount]) => {
    const { charge, span = period } = lineUnder(key) ?? {};
    return amount.sign > 0 && isUsable(grant, span) && targets(grant.appliesTo ?? "all", charge);
  });
}

/** Pays in a pricing unit for what is priced in it, line by line; at the unit's rate, in money that is rounded once. */
function drawUnits(
  grant: Grant,
  lines: readonly OracleLine[],
  added: readonly OracleLine[],
  ledger: Ledger,
  context: CreditContext,
): Drawn {
  const { money, lineUnder } = context;
  let balance = ledger.balanceOf(grant);
  let limit = totalOf([...lines, ...added]);
  let quantity = ZERO;
  const shares: Share[] = [];
  for (const [key, left] of openKeys(grant, [...lines, ...added], context)) {
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
    quantity = quantity.plus(used);
    shares.push({ key, amount: paid.negated() });
  }
  return { shares, quantity };
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
