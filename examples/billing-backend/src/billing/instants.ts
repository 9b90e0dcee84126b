import { onlyRow, type Queries } from "../database/database.js";
import { type Time, timeOf } from "../store/rows.js";

/** When a date of rateplan begins: an instant, or a civil date in a time zone. */
export async function instantOf(within: Queries, date: string, timeZone = "UTC"): Promise<string> {
  const rows = await within.query<{ at: Time }>("select instant_of($1, $2) as at", [
    date,
    timeZone,
  ]);
  return timeOf(onlyRow(rows).at);
}
