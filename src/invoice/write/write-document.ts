import type { Posting } from "../../account/posting.js";
import { lasting } from "../../data/canonical-bytes.js";
import { compareTexts } from "../../data/compare-texts.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import { digestOf } from "../../data/digest.js";
import { groupBy } from "../../data/group-by.js";
import { formatAmount, roundAmount } from "../../money/amount-rounding.js";
import {
  type Fraction,
  formatExact,
  isNegative,
  isZero,
  subtract,
  sum,
} from "../../money/fraction.js";
import { remember } from "../../schema/parse.js";
import { currencyOf, planBefore, plansBefore } from "../../subscription/held-plans.js";
import { isInAdvance } from "../../subscription/segment.js";
import { statesWithin } from "../../subscription/timeline.js";
import { formatPeriod, type Period } from "../../time/billing-period.js";
import { formatDate, instantOf } from "../../time/date.js";
import { NO_EVENTS, type UsageReport } from "../../usage/events/report.js";
import type {
  CorrectedPeriod,
  DrawdownUse,
  Invoice,
  InvoiceBasis,
  ProvisionalUsage,
} from "../document/document.js";
import {
  type InvoiceLine,
  LINE_SECTIONS,
  type LineSection,
  lineOfItsKind,
} from "../document/line.js";
import { isOfDocument, type PricedLine, writeLine } from "../document/priced-line.js";
import type { RecordedPart } from "../document/recorded.js";
import type { PricingWarning } from "../document/warning.js";
import { lastOf, nextSequence, partText } from "../history/history.js";
import { recordLife } from "../history/life.js";
import { intervalOf, rememberWhole } from "../history/read-previous.js";
import type { LineHomes } from "../price/line-homes.js";
import type { CouponUse } from "../price/period-coupons.js";
import type { PricedPart } from "../price/price-period.js";
import { keyOf, type ReadRequest } from "../request/read-request.js";
import type { PricedPosting } from "../steps/document-step.js";
import { drawnOf } from "../steps/drawdown.js";
import { recordParts, termsBook } from "./record-parts.js";

/** What a document says besides what its request does. */
export interface DocumentContent {
  readonly lines: readonly PricedLine[];
  readonly postings: readonly PricedPosting[];
  /** What was priced for it. */
  readonly parts: readonly PricedPart[];
  /** The parts that it touches, those that are no more among them. */
  readonly homes: LineHomes;
  readonly report: UsageReport;
  readonly provisional: readonly ProvisionalUsage[];
  readonly warnings: readonly PricingWarning[];
}

/** Writes a document down, and remembers it as read for the time when it is an earlier one. */
export function writeDocument(read: ReadRequest, content: DocumentContent): Invoice {
  const { timeline, policy, rounding, target, history } = read;
  const { subscription, zone } = timeline;
  const { lines, report, warnings, provisional } = content;
  const { plan } = planBefore(target.known, target.period.end);
  const key = keyOf(read);
  const terms = termsBook();
  const ofPart = (line: PricedLine) => !isOfDocument(line.key);
  const parts = recordParts(content.homes, lines.filter(ofPart), zone, terms);
  const written = lines.map((line): InvoiceLine => {
    return writeDocumentLine(line, read, {
      terms: line.terms === null ? null : terms.keyOf(line.terms),
      part: ofPart(line) ? parts.placeOf(line) : null,
    });
  });
  const total = sum(lines.map(({ amount }) => amount));
  const money = (amount: Fraction) => formatAmount(amount, rounding);
  const sectionOf = (section: LineSection) => {
    const own = lines.filter(({ key }) => LINE_SECTIONS[key.kind] === section);
    return money(sum(own.map(({ amount }) => amount)));
  };
  const last = lastOf(history)?.document;
  const basis: InvoiceBasis = {
    previous:
      last === undefined
        ? null
        : {
            sequence: last.sequence,
            idempotencyKey: last.idempotencyKey,
            fingerprint: last.fingerprint,
          },
    billedUntil: billedUntil(read),
    life: lifeOf(read, content.parts),
    terms: terms.all(),
    parts: parts.all,
    ...(read.taxes.length === 0 ? {} : { taxes: read.taxes }),
  };
  const facts: Omit<Invoice, "fingerprint"> = {
    schemaVersion: 2,
    sequence: nextSequence(history),
    idempotencyKey: key,
    kind: isNegative(total) ? "credit-note" : "invoice",
    scope: target.scope,
    customerId: subscription.customerId,
    subscriptionId: subscription.id,
    ratePlanId: plan.id,
    currency: plan.currency,
    period: formatPeriod(target.period, zone),
    asOf: formatDate(read.asOf, zone),
    ...(read.issueDate === undefined ? {} : { issueDate: formatDate(read.issueDate, zone) }),
    ...(read.dueDate === undefined ? {} : { dueDate: formatDate(read.dueDate, zone) }),
    lines: written,
    subtotal: sectionOf("subtotal"),
    discounts: sectionOf("discounts"),
    creditsApplied: sectionOf("creditsApplied"),
    taxes: sectionOf("taxes"),
    total: money(total),
    postings: content.postings.map((posting) => writePosting(posting, key, read)),
    usage: report === NO_EVENTS ? lasting(report) : report,
    provisional,
    coupons: usesOf(content.parts).map(({ coupon, period: covered, applied, unused }) => ({
      couponId: coupon.id,
      period: formatPeriod(covered, zone),
      applied: money(applied),
      unused: unused === undefined ? null : money(unused),
    })),
    ...drawdownsOf(content.parts, read),
    unbilled: unbilledIn(read),
    warnings,
    corrections: correctionsOf(read, parts.all, key),
    basis,
    policy: lasting(policy),
  };
  return finishDocument(facts);
}

/** A line as it stands on a document, with the key of its terms and the place of its part there. */
export function writeDocumentLine(
  line: PricedLine,
  { rounding, timeline: { zone } }: Pick<ReadRequest, "rounding" | "timeline">,
  { terms, part }: Pick<InvoiceLine, "terms" | "part">,
): InvoiceLine {
  const servicePeriod = formatPeriod(line.period, zone);
  return lineOfItsKind(writeLine(line, { rounding, zone }, { servicePeriod, terms, part }));
}

/** Seals a document, and remembers it as one of our own. */
export function finishDocument(facts: Omit<Invoice, "fingerprint">): Invoice {
  const document: Invoice = deepFreeze({ ...facts, fingerprint: digestOf(facts) });
  remember("invoice", document);
  rememberWhole(document);
  return document;
}

function writePosting(
  { grantId, kind, unit, amount, before, after, grant }: PricedPosting,
  document: string,
  { rounding, timeline }: ReadRequest,
): Posting {
  const isMoney = unit === currencyOf(timeline);
  // A balance may be finer than what can be paid: it stays exact.
  const isPayable = (value: Fraction) => isZero(subtract(value, roundAmount(value, rounding)));
  const write = (value: Fraction) =>
    isMoney && isPayable(value) ? formatAmount(value, rounding) : formatExact(value);
  return {
    grantId,
    kind,
    unit,
    amount: write(amount),
    balanceBefore: before === undefined ? null : write(before),
    balanceAfter: after === undefined ? null : write(after),
    document,
    ...(grant === undefined ? {} : { grant }),
  };
}

/** Each coupon once for a period: what is over counts what was billed ahead, and nothing ahead is no use of it. */
function usesOf(parts: readonly PricedPart[]): readonly CouponUse[] {
  const ordered = parts.toSorted(
    (a, b) => Number(a.part === "in-arrears") - Number(b.part === "in-arrears"),
  );
  const uses = new Map<string, CouponUse>();
  for (const { part, segments, couponUses } of ordered) {
    if (part === "in-advance" && segments.length === 0) continue;
    for (const use of couponUses) uses.set(`${use.period.start} ${use.coupon.id}`, use);
  }
  return [...uses.values()].sort(
    (a, b) => a.period.start - b.period.start || compareTexts(a.coupon.id, b.coupon.id),
  );
}

/** Each cycle of a fee that usage is drawn from once, as it stands after all that is billed of it. */
function drawdownsOf(
  parts: readonly PricedPart[],
  { rounding, timeline: { zone } }: ReadRequest,
): Pick<Invoice, "drawdowns"> {
  const money = (amount: Fraction) => formatAmount(amount, rounding);
  const uses = new Map<string, DrawdownUse>();
  const ordered = parts.toSorted((a, b) => a.scheduled.period.start - b.scheduled.period.start);
  for (const total of ordered.flatMap(({ totals }) => totals.drawdowns)) {
    const { charge, cycle, isOver } = total.drawdown;
    const drawn = drawnOf(total);
    const left = money(subtract(total.paid, drawn));
    const expires = isOver && charge.drawdown.rest !== "carries-over";
    uses.set(`${cycle.start} ${charge.id}`, {
      chargeId: charge.id,
      period: formatPeriod(cycle, zone),
      paid: money(total.paid),
      drawn: money(drawn),
      left,
      expired: expires ? left : null,
    });
  }
  return uses.size === 0 ? {} : { drawdowns: [...uses.values()] };
}

function billedUntil({ target: { scope, period }, history, timeline: { zone } }: ReadRequest) {
  const before = lastOf(history)?.document.basis.billedUntil ?? null;
  if (scope !== "period" && scope !== "run-off") return before;
  const isFurther = before === null || instantOf(before, zone) < period.end;
  return isFurther ? formatDate(period.end, zone) : before;
}

/** Up to when the life was looked at, and how it was known: a correction and an interim document look at what they are for alone. */
function lifeOf({ target, history }: ReadRequest, parts: readonly PricedPart[]) {
  const { scope, known, moment } = target;
  const before = lastOf(history)?.document.basis;
  if (scope === "correction" || scope === "interim") return before?.life ?? [];
  const closedUntil = before?.billedUntil ?? null;
  // At a moment before closed time, what was billed at the end of that is not looked at.
  const isPast = closedUntil !== null && instantOf(closedUntil, known.zone) > moment;
  const ahead = isPast ? undefined : parts.find(({ scheduled }) => scheduled.period.end > moment);
  const isBilledAhead = plansBefore(known, moment + 1).some(({ charges }) =>
    charges.some((charge) => isInAdvance({ charge })),
  );
  return recordLife([
    { timeline: known, until: moment },
    // What begins at the moment itself is invoiced, too, where something is billed in advance.
    ...(isBilledAhead ? [{ timeline: known, until: moment + 1 }] : []),
    ...(ahead === undefined
      ? []
      : [{ timeline: ahead.timeline, until: ahead.scheduled.period.end }]),
  ]);
}

function unbilledIn({ target: { scope, known, period }, timeline: { zone } }: ReadRequest) {
  if (scope !== "period") return [];
  return statesWithin(known, period).flatMap(({ unbilledReason, span }) =>
    unbilledReason === undefined
      ? []
      : [
          {
            reason: unbilledReason,
            period: formatPeriod(
              { start: Math.max(span.start, period.start), end: Math.min(span.end, period.end) },
              zone,
            ),
          },
        ],
  );
}

/** The periods that have been priced again, or credited, so far, with the document that is written. */
function correctionsOf(
  { history, concessions, timeline: { zone } }: ReadRequest,
  recorded: readonly RecordedPart[],
  key: string,
): readonly CorrectedPeriod[] {
  const text = ({ start, end }: Period) => `${start} ${end}`;
  const before = lastOf(history)?.document.corrections ?? [];
  const corrected = new Map(before.map((each) => [text(each.period), each]));
  const again = [
    ...recorded.filter(({ part, period }) =>
      history.parts.has(partText(part, intervalOf(period, zone))),
    ),
    ...(concessions ?? []).flatMap(({ account: { line, document } }) =>
      line.part === null ? [] : (document.basis.parts[line.part] ?? []),
    ),
  ];
  const entries = history.documents.flatMap(({ document }) =>
    document.basis.parts.map((part) => ({ name: text(part.period), document })),
  );
  const earlier = groupBy(entries, ({ name }) => name);
  for (const { period } of again) {
    const name = text(period);
    const own = (earlier.get(name) ?? []).map(({ document }) => document.idempotencyKey);
    const documents = [...new Set([...(corrected.get(name)?.documents ?? []), ...own, key])];
    corrected.set(name, { period, documents });
  }
  return [...corrected.values()].sort((a, b) => (a.period.start < b.period.start ? -1 : 1));
}
