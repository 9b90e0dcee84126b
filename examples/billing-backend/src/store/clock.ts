import { onlyRow, type Queries } from "../database/database.js";
import { type Time, timeOf } from "./rows.js";

/** The moment by the database's clock: of all clocks, the one that counts. */
export async function databaseTime(within: Queries): Promise<string> {
  const rows = await within.query<{ now: Time }>("select billing_now() as now");
  return timeOf(onlyRow(rows).now);
}
