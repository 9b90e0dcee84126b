import * as z from "zod";
import { excerpt } from "../data/excerpt.js";
import { issueAt } from "../errors.js";
import { date } from "../schema/entity-fields.js";
import { listIn, type Report, recordIn, type UnknownRecord } from "../schema/fields.js";
import { readDate } from "../time/date.js";
import { isDateProblem } from "../time/instant.js";
import { UTC } from "../time/zone.js";
import { ADDITIVE, isAdditive } from "../usage/aggregations/index.js";

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
    effectiveDate: date(),
    pricing,
    withinPeriod: z.exactOptional(z.enum(["hold", "split"])),
    appliesTo: z.exactOptional(z.enum(["all", "new"])),
  });
}

/** What must hold between the revisions of a charge, and between them and how it counts. */
export function checkRevisions(charge: UnknownRecord, report: Report): void {
  const seen = new Map<string, number>();
  for (const [index, revision] of listIn(charge["revisions"]).map(recordIn).entries()) {
    const { effectiveDate, appliesTo = "all", withinPeriod } = revision;
    const at = readDate(effectiveDate, UTC);
    const key = `${excerpt(appliesTo)} ${at}`;
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, index);
    } else if (!isDateProblem(at)) {
      const expected = `other than revisions[${earlier}].effectiveDate`;
      const path = ["revisions", index, "effectiveDate"];
      report(
        issueAt("duplicate_change", path, {
          expected,
          received: effectiveDate,
        }),
      );
    }
    if (withinPeriod !== "split" || isAdditive(charge["aggregation"])) continue;
    const expected = `"hold", as usage that is aggregated by other than ${ADDITIVE.join(" or ")} cannot be split`;
    report(
      issueAt("not_splittable", ["revisions", index, "withinPeriod"], {
        expected,
        received: withinPeriod,
      }),
    );
  }
}
