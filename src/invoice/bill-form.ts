import { pricesUsage } from "../catalog/charge-kinds.js";
import { lasting } from "../data/canonical-bytes.js";
import { isPricingError, type PricingIssue } from "../errors.js";
import { formatAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { type Fraction, formatExact, isNegative, sum, ZERO } from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import { hasAllowance } from "../subscription/allowance.js";
import { formatPeriod } from "../time/billing-period.js";
import type { MeteredUsage } from "../usage/collect.js";
import { recordGiven } from "../usage/given-quantities.js";
import type { UsageSegment } from "../usage/meter/scope.js";
import { quantityRecord } from "../usage/read-usage.js";
import type { Invoice } from "./document/document.js";
import type { InvoiceLine } from "./document/line.js";
import type { PricedLine } from "./document/priced-line.js";
import type { RecordedPart, RecordedSegment } from "./document/recorded.js";
import { formMemory } from "./form-memory.js";
import { isFirstDocument } from "./price/prepare-bill.js";
import type { MatchedParts, PricedPart } from "./price/price-period.js";
import { type Matched, readsUsage } from "./rating/match-tasks.js";
import type { MeterTask } from "./rating/meter-task.js";
import type { MeteredSegment } from "./rating/metered-segment.js";
import { nothingUsed } from "./rating/rate-segment.js";
import { keyOf, type ReadRequest } from "./request/read-request.js";
import { hasLimits } from "./steps/limits.js";
import type { PeriodPricing } from "./steps/period-step.js";
import { rateSegments } from "./steps/rate.js";
import { finishDocument, writeDocumentLine } from "./write/write-document.js";

/**
 * A document without its quantities: all that does not depend on them, as it was written once. There is one where nothing but
 * rating makes lines.
 */
interface BillForm {
  readonly facts: Omit<Invoice, "fingerprint">;
  readonly parts: readonly FormPart[];
  /** What usage is looked for. */
  readonly segments: readonly UsageSegment[];
}

interface FormPart {
  readonly recorded: RecordedPart;
  readonly pricing: PeriodPricing;
  readonly places: readonly Place[];
}

/** A segment, with the lines that it always has, or the usage that makes them. */
interface Place {
  readonly recorded: RecordedSegment;
  readonly segment: MeteredSegment;
  readonly usage: UsageSegment | undefined;
  readonly lines: readonly InvoiceLine[];
  /** What its lines come to. */
  readonly amount: Fraction;
}

const forms = formMemory<BillForm>();

/**
 * The document for the quantities of a request, by the form of one for a life like it, the same period and the same policy. Nothing where
 * there is no form, or where they make more of it than lines: what is wrong with them, too, is found on the long way.
 */
export function fillForm(read: ReadRequest): Invoice | undefined {
  if (!isFirstDocument(read) || !isPlain(read)) return undefined;
  const given = quantityRecord(read.given.usage);
  const form = given && forms.find(read);
  if (given === undefined || form === undefined) return undefined;
  const issues: PricingIssue[] = [];
  const quantities = recordGiven(given, form.segments, read.given.path, issues);
  if (issues.length > 0) return undefined;
  const filled = form.parts.map((part, index) => fillPart(part, index, quantities, read));
  const lines: InvoiceLine[] = [];
  const amounts: Fraction[] = [];
  const parts: RecordedPart[] = [];
  for (const part of filled) {
    if (part === undefined) return undefined;
    lines.push(...part.lines);
    amounts.push(part.amount);
    parts.push(part.recorded);
  }
  const total = sum(amounts);
  if (isNegative(total)) return undefined;
  const text = formatAmount(total, read.rounding);
  const { facts } = form;
  const { id: subscriptionId, customerId } = read.timeline.subscription;
  return finishDocument({
    ...facts,
    idempotencyKey: keyOf(read),
    customerId,
    subscriptionId,
    lines,
    subtotal: text,
    total: text,
    basis: { ...facts.basis, parts },
  });
}

interface FilledPart {
  readonly recorded: RecordedPart;
  readonly lines: readonly InvoiceLine[];
  readonly amount: Fraction;
}

function fillPart(
  { recorded, pricing, places }: FormPart,
  part: number,
  quantities: MeteredUsage,
  read: ReadRequest,
): FilledPart | undefined {
  const lines: InvoiceLine[] = [];
  const amounts: Fraction[] = [];
  const segments: RecordedSegment[] = [];
  for (const place of places) {
    const { usage, segment } = place;
    if (usage === undefined) {
      segments.push(place.recorded);
      lines.push(...place.lines);
      amounts.push(place.amount);
      continue;
    }
    const metered = quantities.get(usage) ?? nothingUsed(segment);
    const quantity = sum(metered.map((each) => each.quantity));
    const rated = isNegative(quantity)
      ? undefined
      : ratedLines({ ...pricing, segments: [{ ...segment, metered }] });
    if (rated === undefined) return undefined;
    const { terms } = place.recorded;
    segments.push({ ...place.recorded, quantity: formatExact(quantity) });
    for (const line of rated) {
      lines.push(writeDocumentLine(line, read, { terms, part }));
      amounts.push(line.amount);
    }
  }
  const isSame = places.every(({ usage }) => usage === undefined);
  return { recorded: isSame ? recorded : { ...recorded, segments }, lines, amount: sum(amounts) };
}

/** Nothing where a charge refuses its quantity. */
function ratedLines(pricing: PeriodPricing): readonly PricedLine[] | undefined {
  try {
    return rateSegments(pricing).lines;
  } catch (error) {
    if (isPricingError(error)) return undefined;
    throw error;
  }
}

/** Keeps the form of a document, where it has one. */
export function keepForm(
  parts: MatchedParts,
  read: ReadRequest,
  billed: readonly PricedPart[],
  document: Invoice,
): void {
  const isFit =
    isPlain(read) &&
    read.policy.rounding.scope === "line" &&
    quantityRecord(read.given.usage) !== undefined &&
    parts.unrecorded.length === 0 &&
    parts.matched.every(makesOnlyLines) &&
    billed.every(hasNoRules) &&
    document.postings.length === 0 &&
    document.warnings.every(({ code }) => code === "presumed_billed");
  if (!isFit) return;
  const { fingerprint: _own, ...facts } = document;
  const { lines, basis, ...rest } = facts;
  for (const fact of [...Object.values(rest), ...Object.values(basis)]) {
    if (typeof fact === "object" && fact !== null) lasting(fact);
  }
  const usageOf = new Map(parts.matched.map(({ task, usage }) => [task, usage]));
  // A warning names documents by their keys.
  const isShared = document.warnings.length === 0;
  const form: BillForm = {
    facts,
    segments: parts.matched
      .filter(({ task }) => task.given !== undefined && isCounted(task))
      .map(({ usage }) => usage),
    parts: billed.map((part, index): FormPart => {
      const recorded = basis.parts[index];
      const tasks = parts.wanted[index]?.own;
      if (recorded === undefined || tasks === undefined) {
        throw new Error("unreachable: a part that is not recorded");
      }
      const places = tasks.map((task, place): Place => {
        const [segment, written] = [part.segments[place], recorded.segments[place]];
        if (segment === undefined || written === undefined) {
          throw new Error("unreachable: a segment that is not recorded");
        }
        if (isCounted(task))
          return { recorded: written, segment, usage: usageOf.get(task), lines: [], amount: ZERO };
        const { start } = formatPeriod(segment.period, read.timeline.zone);
        const own = lines.filter(
          (line) =>
            line.part === index &&
            line.chargeId === segment.charge.id &&
            line.servicePeriod.start === start,
        );
        const amount = sum(own.map((line) => exact(line.amount)));
        const fixed = { recorded: lasting(written), lines: own.map(lasting), amount };
        return { ...fixed, segment, usage: undefined };
      });
      return { recorded: lasting(recorded), pricing: part.pricing, places };
    }),
  };
  forms.keep(read, form, isShared);
}

/** Whether nothing is asked for that a document has only of one request. */
function isPlain({ coupons, credits, taxes, issueDate, dueDate }: ReadRequest): boolean {
  return (
    coupons.length === 0 &&
    credits.length === 0 &&
    taxes.length === 0 &&
    issueDate === undefined &&
    dueDate === undefined
  );
}

/** Whether a segment is priced by what usage says of it. */
function isCounted(task: MeterTask): boolean {
  return readsUsage(task) && pricesUsage(task.segment.charge);
}

/** Whether a segment is priced by its quantity, and by nothing else. */
function makesOnlyLines({ task, usage, before }: Matched): boolean {
  const { segment, billed, occurredFrom } = task;
  const { charge } = segment;
  const { needs } = modelOf(charge.pricing);
  const isBare =
    charge.chargeType !== "usage" ||
    (charge.groupBy === undefined &&
      charge.outcome === undefined &&
      charge.guarantee === undefined);
  return (
    isBare &&
    (needs === "quantity" || needs === "nothing") &&
    !hasLimits({ charge }) &&
    !hasAllowance(charge) &&
    billed === undefined &&
    occurredFrom === undefined &&
    usage.recorded === undefined &&
    before.count === 0
  );
}

/** Whether nothing but the charges' own prices decides what a part comes to. */
function hasNoRules({
  items,
  eras,
  elsewhere,
  earlierDiscounts,
  coupons,
  until,
}: PricedPart): boolean {
  const rules = [items.discounts, items.commitments, items.terms, items.drawdowns];
  return (
    rules.every((list) => list.length === 0) &&
    eras.size === 0 &&
    elsewhere.length === 0 &&
    earlierDiscounts.length === 0 &&
    coupons.length === 0 &&
    until === undefined
  );
}
