import { issueAt } from "../errors.js";
import { listIn, type Report, recordIn, type UnknownRecord } from "../schema/fields.js";
import { readDate } from "../time/date.js";
import { type Instant, isDateProblem } from "../time/instant.js";
import { UTC } from "../time/zone.js";

/** No price is revised before there is a plan to sell it on. */
export function checkRevisionDates(plan: UnknownRecord, report: Report): void {
  const from = readDate(plan["effectiveDate"], UTC);
  for (const [index, charge] of listIn(plan["charges"]).map(recordIn).entries()) {
    for (const [position, revision] of listIn(charge["revisions"]).map(recordIn).entries()) {
      const date = readDate(revision["effectiveDate"], UTC);
      if (isDateProblem(from) || isDateProblem(date) || date >= from) continue;
      const path = ["charges", index, "revisions", position, "effectiveDate"];
      const expected = `from the plan's effectiveDate on (${String(plan["effectiveDate"])})`;
      report(
        issueAt("revision_too_early", path, {
          expected,
          received: revision["effectiveDate"],
        }),
      );
    }
  }
}

/** No charge is of a time in which there is no plan to sell it on. */
export function checkChargeDates(plan: UnknownRecord, report: Report): void {
  const [from, to] = datesOf(plan);
  for (const [index, charge] of listIn(plan["charges"]).map(recordIn).entries()) {
    const refuse = (name: string, expected: string) => {
      const path = ["charges", index, name];
      report(issueAt("outside_effective_dates", path, { expected, received: charge[name] }));
    };
    const [start, end] = datesOf(charge);
    if (start >= to) refuse("effectiveDate", `before the plan's endDate (${plan["endDate"]})`);
    if (end <= from) refuse("endDate", `after the plan's effectiveDate (${plan["effectiveDate"]})`);
  }
}

/** Since when and until when there is something; what is no date does not bound it. */
function datesOf({ effectiveDate, endDate }: UnknownRecord): readonly [Instant, Instant] {
  const [from, to] = [readDate(effectiveDate, UTC), readDate(endDate, UTC)];
  return [
    isDateProblem(from) ? Number.NEGATIVE_INFINITY : from,
    isDateProblem(to) ? Number.POSITIVE_INFINITY : to,
  ];
}
