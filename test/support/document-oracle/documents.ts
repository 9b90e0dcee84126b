/**
 * Prices the documents of a subscription, one after the other, from the rules as the guides tell them: naive, in fractions. It
 * shares nothing with src: a story goes in as JSON, what stands on each document comes out as JSON.
 */
import {
  applyCredits,
  type CreditContext,
  carryOver,
  Ledger,
  type OraclePosting,
} from "./credits.js";
import { netByKey, type OracleLine, totalOf } from "./line.js";
import { hasOpening, pricePart } from "./period.js";
import { plain, Rational, read, write, ZERO } from "./rational.js";
import type { Money, PartName } from "./reductions.js";
import type { Asked, Coupon, CreditTiming, Span, Story, Tax, UsageEvent } from "./story.js";
import { ratesOf, type TaxedBefore, taxLines } from "./taxes.js";
import { indexAt, instantOf, periodOf } from "./timeline.js";

/** What the oracle says of a line. */
interface LineFacts {
  readonly kind: string;
  readonly chargeId: string | null;
  /** The coupon, grant or tax. */
  readonly sourceId: string | null;
  readonly amount: string;
}

interface PostingFacts {
  readonly kind: string;
  readonly grantId: string;
  readonly amount: string;
}

/** What the oracle says of a document. */
export interface DocumentFacts {
  readonly lines: readonly LineFacts[];
  readonly subtotal: string;
  readonly discounts: string;
  readonly creditsApplied: string;
  readonly taxes: string;
  readonly total: string;
  readonly postings: readonly PostingFacts[];
}

/** All that was billed under a key, and what it took off others. */
interface Billed {
  readonly line: OracleLine;
  /** The part of a billing period that it belongs to. */
  readonly part: string;
  readonly amount: Rational;
  readonly shares: ReadonlyMap<string, Rational>;
  /** The rates in force when it was billed first: at these it is corrected. */
  readonly taxes: readonly Tax[];
}

/** A part of a billing period, as it was priced last. */
interface PricedPart {
  readonly lines: readonly OracleLine[];
  readonly coupons: readonly Coupon[];
}

/** What is known of the documents so far. */
interface Chain {
  readonly story: Story;
  readonly money: Money;
  readonly billed: Map<string, Billed>;
  /** Lines and coupons of each part of a billing period, as it was priced last. */
  readonly parts: Map<string, PricedPart>;
  readonly currency: string;
  readonly ledger: Ledger;
  /** What is left under each key by all documents: before credits that come before tax, and before those after it. */
  readonly net: Readonly<Record<CreditTiming, Map<string, Rational>>>;
  /** What each document has billed under a key before taxes, with those that it has charged on that. */
  readonly taxed: Map<string, TaxedBefore[]>;
}

const DECIMALS: Readonly<Record<string, number>> = { JPY: 0, USD: 2, KWD: 3 };

export function priceStory(story: Story): readonly DocumentFacts[] {
  const { currency = "USD" } = story.catalog.ratePlans[0] ?? {};
  const decimals = DECIMALS[currency] ?? 2;
  const { mode = "half-away-from-zero", increment } = story.policy.rounding ?? {};
  const step =
    increment === undefined ? new Rational(1n, 10n ** BigInt(decimals)) : read(increment);
  const money: Money = { step, decimals, mode };
  const chain: Chain = {
    story,
    money,
    billed: new Map(),
    parts: new Map(),
    currency,
    ledger: new Ledger(story.credits),
    net: { "before-tax": new Map(), "after-tax": new Map() },
    taxed: new Map(),
  };
  // What a document knows is never less than what those before it knew.
  let asOf = "";
  return story.documents.map((asked) => {
    const moment = instantOf(asked.asOf ?? asked.period.end);
    asOf = moment > asOf ? moment : asOf;
    return priceDocument(chain, asked, asOf);
  });
}

function priceDocument(chain: Chain, asked: Asked, asOf: string): DocumentFacts {
  const { story, money, billed, ledger, net, taxed } = chain;
  const parts = dueParts(chain, asked, asOf).map(({ name, lines }) => ({
    name,
    lines: differences(chain, { name, lines }),
  }));
  const lines = parts.flatMap((part) => part.lines);
  const { taxes = [] } = asked;
  for (const part of parts) record(chain, part, taxes);
  const lineUnder = (key: string) => billed.get(key)?.line;
  const ratesUnder = (key: string) =>
    ratesOf(billed.get(key)?.taxes ?? taxes, lineUnder(key)?.charge);
  const { period } = asked;
  ledger.open();
  const credits: CreditContext = {
    policy: story.policy,
    currency: chain.currency,
    money,
    moment: instantOf(asked.asOf ?? period.end),
    period,
    lineUnder,
    netBefore: (timing) => net[timing],
  };
  const keep = (timing: CreditTiming, now: ReadonlyMap<string, Rational>) => {
    for (const [key, amount] of now)
      net[timing].set(key, amount.plus(net[timing].get(key) ?? ZERO));
  };
  const beforeCredits = netByKey(lines);
  lines.push(...applyCredits("before-tax", lines, ledger, credits));
  const beforeTax = netByKey(lines);
  const before = (key: string) => taxed.get(key) ?? [];
  const charges = taxLines(lines, ratesUnder, story.policy.taxes ?? {}, money, period, before);
  lines.push(...charges);
  for (const [key, amount] of beforeTax) {
    const charged = charges.flatMap(({ tax, shares }) =>
      shares.flatMap((share) =>
        tax !== undefined && share.key === key ? [[tax, share.amount] as const] : [],
      ),
    );
    taxed.set(key, [...before(key), { amount, charged }]);
  }
  const afterTax = netByKey(lines);
  lines.push(...applyCredits("after-tax", lines, ledger, credits));
  lines.push(...carryOver(lines, ledger, keyOf(story, asked), credits));
  keep("before-tax", beforeCredits);
  keep("after-tax", afterTax);
  return factsOf(lines, ledger.postings, chain);
}

/** What is billed, of whom and when: an interim document up to its moment. */
function keyOf({ subscription: { id } }: Story, { period, scope, asOf }: Asked): string {
  if (scope === "interim") return `interim:${id}@${period.start}/${asOf?.replace("Z", ".000Z")}`;
  return `${period.start === period.end ? "opening" : "period"}:${id}@${period.start}/${period.end}`;
}

interface DuePart {
  readonly name: string;
  readonly lines: readonly OracleLine[];
}

/** The parts of billing periods that a document touches, priced. */
function dueParts(chain: Chain, asked: Asked, asOf: string): readonly DuePart[] {
  const { story, parts } = chain;
  const index = indexAt(story, instantOf(asked.period.start));
  const known = (events: readonly UsageEvent[]) =>
    events.filter(({ receivedAt, timestamp }) => (receivedAt ?? timestamp) <= asOf);
  const price = (
    period: Span,
    part: PartName,
    usage: readonly UsageEvent[],
    { isInterim = false, coupons = asked.coupons ?? [] } = {},
  ): DuePart => {
    const name = `${period.start} ${part}`;
    const before = part === "ahead" ? [] : (parts.get(`${period.start} ahead`)?.lines ?? []);
    const { money } = chain;
    const events = known(usage);
    const moment = instantOf(asked.asOf ?? asked.period.end);
    const facts = { period, part, isInterim, moment, events, coupons, before, money };
    const lines = pricePart(story, facts);
    parts.set(name, { lines, coupons });
    return { name, lines };
  };
  const own = periodOf(story, index);
  if (asked.scope === "interim") return [price(own, "arrears", asked.usage, { isInterim: true })];
  if (asked.period.start === asked.period.end) return [price(own, "ahead", [])];
  const again = rerated(story, asked, index).map(({ period, usage }) => {
    const { coupons = [] } = parts.get(`${period.start} arrears`) ?? {};
    return price(period, "arrears", usage, { coupons });
  });
  return [
    price(own, "arrears", asked.usage),
    ...(hasOpening(story) ? [price(periodOf(story, index + 1), "ahead", [])] : []),
    ...again,
  ];
}

/** The closed periods that are billed again, each with its usage. */
function rerated(story: Story, { rerate = [], usage }: Asked, index: number) {
  if (!("from" in rerate)) return rerate;
  const first = indexAt(story, instantOf(rerate.from));
  return Array.from({ length: index - first }, (_, n) => ({
    period: periodOf(story, first + n),
    usage,
  }));
}

/** Due less billed: what was never billed as it is, else the difference to what was billed under the same key. */
function differences(chain: Chain, { name, lines }: DuePart): readonly OracleLine[] {
  const gone = [...chain.billed.values()].filter(
    ({ line, part }) => part === name && !lines.some(({ key }) => key === line.key),
  );
  const due = new Map<string, OracleLine[]>();
  for (const line of lines) due.set(line.key, [...(due.get(line.key) ?? []), line]);
  for (const { line } of gone)
    due.set(line.key, [{ ...line, amount: ZERO, exact: ZERO, shares: [] }]);
  return [...due.values()].flatMap((list) => difference(chain, list));
}

function difference({ billed }: Chain, lines: readonly OracleLine[]): readonly OracleLine[] {
  const [line] = lines;
  const before = billed.get(line?.key ?? "");
  if (line === undefined || before === undefined) return lines;
  const amount = totalOf(lines).minus(before.amount);
  const now = new Map<string, Rational>();
  for (const share of lines.flatMap(({ shares }) => shares)) {
    now.set(share.key, share.amount.plus(now.get(share.key) ?? ZERO));
  }
  const shares = [...new Set([...now.keys(), ...before.shares.keys()])]
    .map((key) => ({
      key,
      amount: (now.get(key) ?? ZERO).minus(before.shares.get(key) ?? ZERO),
    }))
    .filter((share) => share.amount.sign !== 0);
  if (amount.sign === 0 && shares.length === 0) return [];
  return [{ ...line, kind: "adjustment", amount, exact: amount, shares }];
}

function record(chain: Chain, { name, lines }: DuePart, taxes: readonly Tax[]): void {
  for (const line of lines) {
    const before = chain.billed.get(line.key);
    const shares = new Map(before?.shares);
    for (const { key, amount } of line.shares) {
      shares.set(key, (shares.get(key) ?? ZERO).plus(amount));
    }
    const amount = line.amount.plus(before?.amount ?? ZERO);
    chain.billed.set(line.key, {
      line: before?.line ?? line,
      part: name,
      amount,
      shares,
      taxes: before?.taxes ?? taxes,
    });
  }
}

const SECTIONS = {
  discounts: ["coupon"],
  creditsApplied: ["credit", "credit-return", "carried"],
  taxes: ["tax"],
};

function factsOf(
  lines: readonly OracleLine[],
  postings: readonly OraclePosting[],
  { currency, money: { decimals } }: Chain,
): DocumentFacts {
  const inSection = (kinds: readonly string[]) =>
    totalOf(lines.filter(({ countsAs }) => kinds.includes(countsAs)));
  const [discounts, creditsApplied, taxes] = [
    inSection(SECTIONS.discounts),
    inSection(SECTIONS.creditsApplied),
    inSection(SECTIONS.taxes),
  ];
  const total = totalOf(lines);
  const subtotal = total.minus(discounts).minus(creditsApplied).minus(taxes);
  const text = (amount: Rational) => write(amount, decimals);
  return {
    lines: lines.map(({ kind, chargeId, sourceId, amount }) => ({
      kind,
      chargeId,
      sourceId,
      amount: text(amount),
    })),
    subtotal: text(subtotal),
    discounts: text(discounts),
    creditsApplied: text(creditsApplied),
    taxes: text(taxes),
    total: text(total),
    postings: postings.map(({ kind, grantId, unit, amount }) => ({
      kind,
      grantId,
      amount: unit === currency ? text(amount) : plain(amount),
    })),
  };
}
