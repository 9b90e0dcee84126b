import type { UsageCharge } from "../catalog/charge.js";
import {
  isOfCharges,
  rowOf,
  type StatementContext,
  type StatementPart,
  scopeKey,
} from "./context.js";
import { eventColumns, eventTexts } from "./event-rows.js";

/**
 * The events and signals by which the outcomes of a charge are judged, as they are: all of its unit, whenever they
 * happened, those that share an id with one of them, and the signals of its customers.
 */
export function judgedEvents(
  { unitOfMeasure = "" }: UsageCharge,
  place: number,
  context: StatementContext,
): StatementPart {
  const { sql, binder } = context;
  const [scope, marked] = [`judged_scope_${place}`, `judged_${place}`];
  const events = eventColumns("e");
  const isSignal = "e.unit IS NULL OR e.confirms IS NOT NULL OR e.reverses IS NOT NULL";
  const concerns = `CASE WHEN ${isSignal} OR e.unit = ${binder.bind(unitOfMeasure)} THEN 1 ELSE 0 END`;
  const id = "e.customer_id, c.known_ms, e.event_source, e.event_id";
  const row = rowOf(sql, {
    kind: "'event'",
    charge: `'${place}'`,
    segment: scopeKey(sql, "j"),
    data: sql.array(eventTexts("j", sql)),
  });
  return {
    relations: [
      {
        name: scope,
        select: `SELECT DISTINCT s.customer_id, s.known_ms
  FROM segment s
  WHERE ${isOfCharges([place], context)}`,
      },
      {
        name: marked,
        select: `SELECT ${events.join(", ")}, c.known_ms AS known_ms, max(${concerns}) OVER (PARTITION BY ${id}) AS concerns
  FROM event e
  JOIN ${scope} c ON c.customer_id = e.customer_id
  WHERE e.received_ms <= c.known_ms AND e.event_id IS NOT NULL`,
      },
    ],
    rows: [`SELECT ${row}\nFROM ${marked} j\nWHERE j.concerns = 1`],
  };
}
