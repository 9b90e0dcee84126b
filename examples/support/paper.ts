/** Invoices and outcomes on paper: every figure and every reason as the library gave it. */
import type { Invoice, InvoiceLine, OutcomeSettlement } from "rateplan";
import { money, table } from "./table.js";

/** An invoice: its lines, what an adjustment corrects and why, what is not final, and what was not billed and why. */
export function invoicePaper(bill: Invoice): string {
  const { kind, period, lines, total, currency } = bill;
  const isMoment = period.start === period.end;
  const about = isMoment ? period.start : `${period.start} to ${period.end} (exclusive)`;
  const rows = lines.map((line) => [
    `  ${line.description}`,
    line.kind === "usage" || line.kind === "recurring" ? line.quantity : "",
    money(line.amount),
  ]);
  return [
    `${kind} ${about}, known by ${bill.asOf}`,
    rows.length === 0 ? "  nothing is billed" : table(["  line", "quantity", "amount"], rows),
    `  total ${money(total)} ${currency}`,
    ...lines.flatMap(adjustmentNote),
    ...bill.provisional.flatMap(({ chargeId, reversible, pending }) => [
      `  not final: of "${chargeId}", ${reversible} billed here may still be reversed, ${pending} wait for confirmation`,
    ]),
    ...bill.warnings.map(({ message }) => `  note: ${message}`),
  ].join("\n");
}

function adjustmentNote(line: InvoiceLine): readonly string[] {
  if (line.kind !== "adjustment") return [];
  const { servicePeriod, adjustment } = line;
  const { due, billed, causes } = adjustment;
  const ids = causes.flatMap(({ eventIds }) => eventIds);
  const why = ids.length === 0 ? "" : `, because of ${ids.join(", ")}`;
  return [
    `  adjustment: ${servicePeriod.start} to ${servicePeriod.end} comes to ${money(due)} now, ${money(billed)} was billed${why}`,
  ];
}

/** What was given and not billed, and why; of each kind of event up to `most`. */
export function leftOut({ usage }: Invoice, most = 12): string {
  const kinds = ["unmatched", "outside-period", "duplicate", "conflict", "invalid"] as const;
  const rows = kinds.flatMap((kind) =>
    (usage.details[kind] ?? []).slice(0, most).map(({ id, reason }) => [`  ${id}`, reason]),
  );
  return rows.length === 0 ? "  everything is billed" : table(["  not billed", "why"], rows, 2);
}

/** Every outcome, where it stands and everything that put it there. */
export function outcomePaper({ outcomes, unusedSignals }: OutcomeSettlement): string {
  const rows = outcomes.flatMap(({ id, subject, state, reasons }) =>
    reasons.map(({ text }, index) => [
      index === 0 ? `  ${id}` : "",
      index === 0 ? (subject ?? "") : "",
      index === 0 ? state : "",
      text,
    ]),
  );
  const unused = unusedSignals.map(({ id, reason }) => `  signal ${id}: ${reason}`);
  return [table(["  outcome", "subject", "state", "why"], rows, 4), ...unused].join("\n");
}
