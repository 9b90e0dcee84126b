import type { RatedCharge } from "../../catalog/charge-kinds.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { add, formatExact, isNegative, sum, ZERO } from "../../money/fraction.js";
import { billsNothing, compileTerms, totalOf } from "../../pricing/rate-exactly.js";
import { formatPeriod } from "../../time/billing-period.js";
import { instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { contains } from "../../time/interval.js";
import { type Metered, meteredQuantity } from "../../usage/meter/metered.js";
import type { PricingWarning } from "../document/warning.js";
import { lastOf } from "../history/history.js";
import { intervalOf } from "../history/read-previous.js";
import type { DocumentParts } from "../parts/document-parts.js";
import type { MeteredPart } from "../price/part-pricing.js";
import { currentPart, type MeteredParts } from "../price/price-period.js";
import type { MeteredTasks } from "../rating/meter-segments.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import type { ReadRequest } from "../request/read-request.js";

/** What a document bills otherwise than somebody may expect. */
export function documentWarnings(
  read: ReadRequest,
  { presumed }: DocumentParts,
  { parts, report, tooLate, summarized }: MeteredParts,
): readonly PricingWarning[] {
  const { zone } = read.timeline;
  const segments = parts.flatMap((part) => part.segments);
  return [
    ...presumed.map(({ charge: { id: chargeId }, period }): PricingWarning => {
      const { start, end } = formatPeriod(period, zone);
      const message = `Charge ${chargeId} is billed in advance for ${start} to ${end}, presumably on an earlier document: previous does not hold it`;
      return { code: "presumed_billed", chargeId, message };
    }),
    ...negativeUsage(segments, read),
    ...parts.flatMap(({ notGiven, scheduled: { period } }) =>
      notGiven.map((chargeId): PricingWarning => {
        const { start, end } = formatPeriod(period, zone);
        const message = `What charge ${chargeId} bills for ${start} to ${end} has changed, and stays as it was billed until its usage is given in rerate`;
        return { code: "usage_not_given", chargeId, message };
      }),
    ),
    ...missingEvents(parts, read),
    ...ofClosedPeriods(parts, read),
    ...unbilledEvents({ report, summarized }),
    ...counted(
      { code: "closed_period_events", chargeId: null },
      tooLate,
      " of a period that is billed already can only be billed by rating it again: see rerate",
    ),
  ];
}

/** Events that should have been billed and cannot be. */
export function unbilledEvents({
  report,
  summarized,
}: Pick<MeteredTasks, "report" | "summarized">): readonly PricingWarning[] {
  const reports = [{ chargeId: null, report }, ...summarized];
  return reports.flatMap(({ chargeId, report: { counts } }) => {
    const [where, which] =
      chargeId === null ? ["", "usage"] : [` of the summary of charge ${chargeId}`, "its report"];
    return [
      ...counted(
        { code: "invalid_events", chargeId },
        counts.invalid,
        `${where} cannot be read and not be billed: ${which} says why`,
      ),
      ...counted(
        { code: "conflicting_events", chargeId },
        counts.conflict,
        `${where} cannot be billed beside others of the same id, which say otherwise`,
      ),
    ];
  });
}

function counted(
  warning: Pick<PricingWarning, "code" | "chargeId">,
  count: number,
  fact: string,
): readonly PricingWarning[] {
  if (count === 0) return [];
  return [{ ...warning, message: `${count} event${count === 1 ? "" : "s"}${fact}` }];
}

/** Usage that takes back more than there is, and is billed as none. */
export function negativeUsage(
  segments: readonly MeteredSegment[],
  { policy }: Pick<ReadRequest, "policy">,
): readonly PricingWarning[] {
  return segments.flatMap(({ charge, metered, billed, before = ZERO }) => {
    if (billed !== undefined) return [];
    const { id: chargeId } = charge;
    const terms = compileTerms(charge);
    return together(charge, metered).flatMap((each): readonly PricingWarning[] => {
      // What came before in the cycle is there to be taken back.
      const known = { ...each, quantity: add(before, each.quantity) };
      if (!billsNothing(terms, known, policy.negativeUsage)) return [];
      const where = each.group === null ? "" : ` in group ${canonicalJson(each.group)}`;
      const total = totalOf(terms.needs, known);
      const fact = isNegative(total)
        ? `is ${formatExact(total)} in total`
        : "comes to an amount below 0";
      const message = `The usage of charge ${chargeId}${where} ${fact} and is billed as 0`;
      return [{ code: "negative_usage", chargeId, message }];
    });
  });
}

/** What is priced as one: each group by itself, or all of them. */
function together(charge: RatedCharge, metered: readonly Metered[]): readonly Metered[] {
  const isAcross = charge.chargeType === "usage" && charge.groupBy?.tiers === "across-groups";
  return isAcross ? [meteredQuantity(sum(metered.map(({ quantity }) => quantity)))] : metered;
}

/** Outcomes that waited at the last document and are not among the usage that is given now. */
function missingEvents(
  parts: readonly MeteredPart[],
  read: ReadRequest,
): readonly PricingWarning[] {
  const last = lastOf(read.history)?.document;
  const { segments = [] } = currentPart(parts, read.target) ?? {};
  return (last?.provisional ?? []).flatMap(({ chargeId, pending, since }) => {
    const all = segments.filter(({ charge }) => charge.id === chargeId);
    const own = all.filter(({ outcomes }) => outcomes !== undefined);
    const from = Math.min(...own.map(({ period }) => period.start));
    const first = own.filter(({ period }) => period.start === from);
    const isNotAmong = own.length > 0 && first.every(({ outcomes }) => outcomes?.waited === 0);
    const isMissing = isNotAmong || runsOffUnseen(all, instantOf(since, read.timeline.zone));
    if (pending === "0" || !isMissing) return [];
    const message = `${pending} outcomes of charge ${chargeId} were pending and are not among the events: they are needed from ${since} on`;
    return [{ code: "usage_incomplete", chargeId, message }];
  });
}

/** Whether nothing is said of the outcomes of a time whose prices are in force no longer: a quantity is of today's. */
function runsOffUnseen(segments: readonly MeteredSegment[], since: Instant): boolean {
  return segments.some(
    ({ occurredFrom, home, outcomes, billed }) =>
      occurredFrom !== undefined &&
      home !== undefined &&
      outcomes === undefined &&
      billed === undefined &&
      contains({ start: occurredFrom, end: home.period.end }, since),
  );
}

/** Outcomes that waited when the period in which they are billed was closed: only rating it again bills them. */
function ofClosedPeriods(
  parts: readonly MeteredPart[],
  { history, rerate, target, timeline: { zone } }: ReadRequest,
): readonly PricingWarning[] {
  const { segments = [] } = currentPart(parts, target) ?? {};
  const waiting = new Set(
    segments.flatMap(({ charge }) =>
      charge.chargeType === "usage" && charge.outcome?.billOn === "occurred" ? [charge.id] : [],
    ),
  );
  return (lastOf(history)?.document.provisional ?? []).flatMap((each) => {
    const { chargeId, pending } = each;
    const { start, end } = intervalOf(each.servicePeriod, zone);
    const isAgain = rerate.some(({ scheduled: { period } }) => contains(period, end - 1));
    const isClosed = start < target.period.start && !isAgain;
    if (pending === "0" || !waiting.has(chargeId) || !isClosed) return [];
    const message = `${pending} outcomes of charge ${chargeId} waited when their period was billed, ${each.servicePeriod.start} to ${each.servicePeriod.end}: what is certain of them by now is billed once that is rated again, see rerate`;
    return [{ code: "closed_period_events", chargeId, message }];
  });
}
