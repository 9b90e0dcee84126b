import * as z from "zod";
import { issueAt } from "../errors.js";
import { listIn, type Report, recordIn, type Unproved } from "../pricing/fields-schema.js";
import { readDate } from "../time/date.js";
import { isDateProblem } from "../time/instant.js";
import { UTC } from "../time/zone.js";
import { date } from "./fields.js";

/** A price that takes the place of a charge's `pricing` on a date. */
export interface Revision<P> {
  /** From when it holds: a civil date, first moment in the subscription's time zone, or an instant. */
  readonly effectiveDate: string;
  /** The prices. */
  readonly pricing: P;
  /**
   * Inside a period: the price at its start holds for the whole period (`"hold"`, default), or the period is split at
   * the effective date (`"split"`).
   */
  readonly withinPeriod?: "hold" | "split";
  /** Every subscription (`"all"`, default), or only those that come onto the plan from the effective date on (`"new"`). */
  readonly appliesTo?: "all" | "new";
}

/** The schema of a revision, for the schema of its prices. */
export function revisionSchema<T extends z.ZodType>(pricing: T) {
  return z.strictObject({
    effectiveDate: date,
    pricing,
    withinPeriod: z.exactOptional(z.enum(["hold", "split"])),
    appliesTo: z.exactOptional(z.enum(["all", "new"])),
  });
}

/** Aggregations of the parts of a period that add up to that of the whole. */
const SPLITTABLE = ["sum", "count"];

/** Whether usage that is aggregated so may be priced in parts of a period. */
export function isSplittable(aggregation: unknown): boolean {
  return aggregation === undefined || SPLITTABLE.some((each) => each === aggregation);
}

/** What must hold between the revisions of a charge, and between them and how it counts. */
export function checkRevisions(charge: Unproved, report: Report): void {
  const seen = new Map<string, number>();
  for (const [index, revision] of listIn(charge["revisions"]).map(recordIn).entries()) {
    const { effectiveDate, appliesTo = "all", withinPeriod } = revision;
    const at = readDate(effectiveDate, UTC);
    const key = `${String(appliesTo)} ${at}`;
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, index);
    } else if (!isDateProblem(at)) {
      const expected = `other than revisions[${earlier}].effectiveDate`;
      const path = ["revisions", index, "effectiveDate"];
      report(
        issueAt("duplicate_change", path, `must be ${expected}`, {
          expected,
          received: effectiveDate,
        }),
      );
    }
    if (withinPeriod !== "split" || isSplittable(charge["aggregation"])) continue;
    const expected = `"hold", as usage that is aggregated by other than sum or count cannot be split`;
    report(
      issueAt("not_splittable", ["revisions", index, "withinPeriod"], `must be ${expected}`, {
        expected,
        received: withinPeriod,
      }),
    );
  }
}
