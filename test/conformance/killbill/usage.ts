import { type Period, summarizeUsage, type UsageChargeInput, type UsageSummary } from "rateplan";
import { type Json, optionalText, text } from "../vector.js";
import { EXACT } from "./charges.js";

/** Usage records as our events; a record of a day happened at its first moment. */
function usageEvents(records: readonly Json[], onlyUnit: string) {
  return records.map((entry, index) => ({
    id: `${index}`,
    customerId: "customer",
    unitOfMeasure: optionalText(entry, "unit") ?? onlyUnit,
    timestamp: `${text(entry, "date")}T00:00:00Z`,
    receivedAt: receivedAt(entry),
    quantity: text(entry, "quantity"),
  }));
}

function receivedAt(entry: Json): string | null {
  const date = optionalText(entry, "reportedAfter");
  return date === undefined ? null : `${date}T00:00:00Z`;
}

/** What a charge counts of usage records in a period, whenever they were reported. */
export function summarizeRecords(
  records: readonly Json[],
  charge: UsageChargeInput,
  period: Period,
): UsageSummary {
  return summarizeUsage(usageEvents(records, charge.unitOfMeasure ?? ""), {
    charge,
    period,
    asOf: AFTER_EVERYTHING,
    policy: EXACT,
  });
}

const AFTER_EVERYTHING = "9000-01-01";

/**
 * The time that an item bills usage of: half-open between billing days, but usage at the very instant of a
 * cancellation counts.
 */
export function usagePeriod(start: string, end: string, billCycleDay: string | undefined): Period {
  const cut = billCycleDay !== undefined && (start === end || !isBillingDay(end, billCycleDay));
  return { start, end: cut ? `${end}T00:00:00.001Z` : end };
}

/** Whether a date is the bill cycle day, or the last day of a month that does not have it. */
function isBillingDay(date: string, billCycleDay: string): boolean {
  const day = Number(date.slice(8));
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return day === Math.min(Number(billCycleDay), lastDay);
}
