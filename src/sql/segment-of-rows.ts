import type { UsageCharge } from "../catalog/charge.js";
import { compareTexts } from "../data/compare-texts.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { among } from "../schema/wording.js";
import { EARLIEST_INSTANT, type Instant, LATEST_INSTANT } from "../time/instant.js";
import { isTimeZone, type TimeZone } from "../time/zone.js";
import { clockMatters } from "./charge-plan.js";
import { isCompiled } from "./outcomes/outcome-plan.js";
import { rowKey, type SegmentRow, type Texts } from "./rows.js";
import { checkPeriod, type ReadSegment } from "./segments.js";

/** A segment and the keys under which its rows are. */
export interface KeyedSegment extends ReadSegment {
  readonly key: string;
  readonly scope: Texts;
}

/** Segments as they were given. */
export function keyedSegments(given: readonly ReadSegment[]): readonly KeyedSegment[] {
  return given.map((each, place) => keyed(each, String(place)));
}

function keyed(segment: ReadSegment, key: string | Texts): KeyedSegment {
  const { charge, customerId, asOf } = segment;
  return { ...segment, key: rowKey(charge, key), scope: [customerId, String(asOf)] };
}

/** Segments as their table says them, each for every charge that it is for. */
export function segmentsOfRows(
  rows: readonly SegmentRow[],
  charges: readonly UsageCharge[],
  zones: readonly TimeZone[],
  issues: PricingIssue[],
): readonly KeyedSegment[] {
  return inOrder(rows).flatMap(({ key, row }) => {
    const [chargeId, customerId, subscriptionId, agentType, zone, ...moments] = key;
    const [start, end, asOf] = moments.map(instantIn);
    const refuse = (code: PricingIssue["code"], expected: string, received: unknown) => {
      issues.push(issueAt(code, [row, "segment"], { expected, received }));
      return [];
    };
    if (typeof customerId !== "string") return refuse("missing", "a text", customerId);
    if (start === undefined || end === undefined || asOf === undefined || end < start) {
      return refuse("invalid_date", "instants from start to end", moments);
    }
    if (!isTimeZone(zone)) {
      return refuse("unknown_time_zone", "the IANA name of a time zone", zone);
    }
    const places = [...charges.keys()].filter(
      (place) => chargeId === null || charges[place]?.id === chargeId,
    );
    if (places.length === 0) {
      const expected = among(
        "the id of a charge",
        charges.map(({ id }) => id),
      );
      return refuse("unknown_charge", expected, chargeId);
    }
    return places.flatMap((charge) => {
      const own = charges[charge];
      if (own !== undefined && clockMatters(own) && isCompiled(own) && !zones.includes(zone)) {
        return refuse("unknown_time_zone", `one of the query's (${zones.join(", ")})`, zone);
      }
      const period = { start, end };
      checkPeriod(own, period, [row, "segment"], issues);
      const segment = {
        charge,
        customerId,
        subscriptionId: subscriptionId ?? undefined,
        agentType: agentType ?? undefined,
        zone,
        period,
        pauses: [],
        asOf,
      };
      return [keyed(segment, key)];
    });
  });
}

/** Databases give rows in any order. */
function inOrder(rows: readonly SegmentRow[]): readonly SegmentRow[] {
  return rows
    .map((row) => ({ row, text: JSON.stringify(row.key) }))
    .sort((a, b) => compareTexts(a.text, b.text))
    .map(({ row }) => row);
}

function instantIn(text: string | null): Instant | undefined {
  const instant = text === null ? Number.NaN : Number(text);
  return EARLIEST_INSTANT <= instant && instant <= LATEST_INSTANT ? instant : undefined;
}
