import { ratesOfCharge, type TaxRate } from "../account/tax-rate.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { scheduledAt } from "../subscription/cadence.js";
import { currencyOf } from "../subscription/held-plans.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { contains, type Interval, sameInterval } from "../time/interval.js";
import { fillForm, keepForm } from "./bill-form.js";
import type { Invoice } from "./document/document.js";
import { type LineKey, segmentKeyText } from "./document/priced-line.js";
import { needsOf } from "./due/document-needs.js";
import { lastOf, partText } from "./history/history.js";
import { chargeOf, type LineHomes, lineHomes } from "./price/line-homes.js";
import { availableCredits } from "./price/plan-grants.js";
import { prepareBill } from "./price/prepare-bill.js";
import {
  type BillingContext,
  meterMatchedParts,
  type PricedPart,
  priceParts,
} from "./price/price-period.js";
import { keyOf, type ReadRequest } from "./request/read-request.js";
import type { DocumentPricing } from "./steps/document-step.js";
import { concessionSteps, documentSteps, priceDocument } from "./steps/index.js";
import { provisionalIn } from "./write/provisional.js";
import { documentWarnings } from "./write/warnings.js";
import { writeDocument } from "./write/write-document.js";

/**
 * From a request to a document: what it touches, what that is priced from, what it comes to, less what was billed.
 * Nothing where something is wrong, which is reported.
 */
export function billDocument(read: ReadRequest, issues: PricingIssue[]): Invoice | undefined {
  const { target, policy, rounding, history, asOf } = read;
  checkNotInvoiced(read, issues);
  const filled = issues.length === 0 ? fillForm(read) : undefined;
  if (filled !== undefined) return filled;
  const prepared = prepareBill(read, issues);
  const { found } = prepared;
  const { subscription, schedule } = target.known;
  const context: BillingContext = {
    policy,
    rounding,
    history,
    coupons: read.coupons,
    usageOf: prepared.usageOf,
    scope: {
      customerId: subscription.customerId,
      subscriptionId: subscription.id,
      zone: target.known.zone,
      asOf,
      period: target.period,
      billedAsOf: billedAsOf(read),
      isClosed: isClosed(read),
      billedUntil: billedUntil(read),
      billingPeriodOf: (instant) => scheduledAt(schedule, instant)?.index ?? -1,
    },
  };
  const metered = meterMatchedParts(prepared.matched, prepared.given, context, issues);
  const available = availableCredits(read, issues);
  if (issues.length > 0) return undefined;
  const priced = priceParts(metered.parts, context);
  const billed = priced.slice(0, found.tasks.length);
  const homes = lineHomes(billed, priced.slice(found.tasks.length), found.retired, history);
  const { concessions } = read;
  const steps = concessions === undefined ? documentSteps : concessionSteps;
  const pricing: DocumentPricing = {
    period: target.period,
    due: billed.flatMap((part) => part.lines),
    history,
    mayBeOver: found.mayBeOver,
    timeline: target.known,
    rounding,
    policy,
    lateEventIds: lateEventIds(billed),
    taxRatesOf: taxRateFinder(homes, read.taxes),
    credits: available.credits,
    rollovers: available.rollovers,
    chargeOf: (key) => chargeOf(homes.partOf(key), key),
    moment: target.moment,
    currency: currencyOf(target.known),
    documentKey: keyOf(read),
    concessions: concessions ?? [],
  };
  const { lines, postings } = priceDocument(pricing, steps);
  const document = writeDocument(read, {
    lines,
    postings: [...available.granted, ...postings],
    parts: billed,
    homes,
    report: metered.report,
    provisional: provisionalIn(billed, read),
    warnings: documentWarnings(read, found, {
      ...metered,
      parts: metered.parts.slice(0, found.tasks.length),
    }),
  });
  if (prepared.isLasting) keepForm(prepared.matched, read, billed, document);
  return document;
}

/**
 * The tax rates of what is billed under a key. What is corrected is taxed as it was: at the rates of the document that first
 * billed its part, by the tax codes on record.
 */
function taxRateFinder(
  homes: LineHomes,
  given: readonly TaxRate[],
): (key: LineKey) => readonly TaxRate[] {
  return (key) => {
    const part = homes.partOf(key);
    const rates =
      part.closed === undefined ? given : (part.closed.first.document.basis.taxes ?? []);
    return rates.length === 0 ? [] : ratesOfCharge(rates, chargeOf(part, key));
  };
}

/** Nothing is invoiced twice. */
function checkNotInvoiced(read: ReadRequest, issues: PricingIssue[]): void {
  if (read.history.documents.length === 0) return;
  const key = keyOf(read);
  if (!read.history.documents.some(({ document }) => document.idempotencyKey === key)) return;
  const expected = "without the document that is written";
  issues.push(issueAt("already_invoiced", ["previous"], { expected, found: key }));
}

/** When the documents that billed some time knew what they knew; of time that is rated again now, nothing. */
function billedAsOf({ history, target: { known }, rerate }: ReadRequest) {
  const again = new Set(rerate.map(({ scheduled }) => scheduled.period.start));
  return (instant: Instant): Instant | undefined => {
    const scheduled = scheduledAt(known.schedule, instant);
    if (scheduled === undefined || again.has(scheduled.period.start)) return undefined;
    return history.parts.get(partText("in-arrears", scheduled.period))?.latest.asOf;
  };
}

/** Whether some time is billed, not billed again, and before everything that the document needs events of. */
function isClosed({ target: { known, scheduled, period }, history, rerate }: ReadRequest) {
  const last = lastOf(history);
  const { billedUntil: until = null } = last?.document.basis ?? {};
  const closedUntil = until === null ? known.span.start : instantOf(until, known.zone);
  let neededFrom: Instant | undefined;
  return (instant: Instant): boolean => {
    if (instant < known.span.start || instant >= closedUntil) return false;
    if (rerate.some(({ scheduled: again }) => contains(again.period, instant))) return false;
    const recorded = () => [...history.parts.values()].flatMap(({ segments }) => segments);
    neededFrom ??=
      (scheduled && needsOf(known, scheduled, last, recorded).usageFrom) ?? period.start;
    return instant < Math.min(period.start, neededFrom);
  };
}

/** Up to when earlier documents have billed the usage of a charge, of periods that there still are. */
function billedUntil({ history, target: { known } }: ReadRequest) {
  let ends: ReadonlyMap<string, Instant> | undefined;
  const read = () => {
    const found = new Map<string, Instant>();
    const isStill = (period: Interval) => {
      const scheduled = scheduledAt(known.schedule, period.start);
      return scheduled !== undefined && sameInterval(scheduled.period, period);
    };
    for (const { part, period, segments } of history.parts.values()) {
      if (part !== "in-arrears" || !isStill(period)) continue;
      for (const { charge, period: own } of segments) {
        found.set(charge.id, Math.max(found.get(charge.id) ?? own.end, own.end));
      }
    }
    return found;
  };
  const runOffs = history.documents
    .filter(
      ({ document, period }) => document.scope === "run-off" && period.start >= known.span.end,
    )
    .map(({ period }) => period.end);
  return (chargeId: string): Instant | undefined => {
    ends ??= read();
    const own = ends.get(chargeId);
    const all = own === undefined ? runOffs : [...runOffs, own];
    return all.length === 0 ? undefined : all.reduce((a, b) => Math.max(a, b));
  };
}

/** What became known since each segment was billed, by its key without group. */
function lateEventIds(parts: readonly PricedPart[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    parts.flatMap(({ segments }) =>
      segments.flatMap(({ charge, period, occurredFrom, lateEventIds: ids }) => {
        if (ids.length === 0) return [];
        const mark = occurredFrom === undefined ? {} : { mark: occurredFrom };
        const key = { kind: charge.chargeType, chargeId: charge.id, start: period.start, ...mark };
        return [[segmentKeyText({ ...key, group: null }), ids] as const];
      }),
    ),
  );
}
