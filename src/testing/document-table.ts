import { canonicalJson } from "../data/canonical-json.js";
import { isList } from "../data/foreign.js";
import { issueAt, PricingError } from "../errors.js";
import type { Invoice } from "../invoice/document/document.js";
import type { InvoiceLine } from "../invoice/document/line.js";
import { compareAmounts } from "../money/amounts.js";
import { isRecord } from "../schema/unknown-record.js";
import type { Period } from "../time/billing-period.js";
import { inColumns } from "./columns.js";

/** What {@link documentTable} reads of a document. */
type Tabled = Pick<
  Invoice,
  | "kind"
  | "sequence"
  | "scope"
  | "customerId"
  | "subscriptionId"
  | "period"
  | "currency"
  | "lines"
  | "subtotal"
  | "discounts"
  | "creditsApplied"
  | "taxes"
  | "total"
  | "warnings"
>;

/**
 * A document as a small table for people, snapshots and logs: what it is, a row for each line with its quantity and amount, the totals, and
 * what it warns of. Amounts stand as on the document, and those of the lines add up to the total. A column for groups, or for
 * the time that a line is for, stands there only where lines differ in it. Digests and recorded terms are left out.
 *
 * @throws {PricingError} `invalid_type` for what is no document.
 *
 * @example
 * ```ts
 * import { invoice } from "rateplan";
 * import { anInvoiceRequest, documentTable } from "rateplan/testing";
 *
 * documentTable(invoice(anInvoiceRequest({ usage: { outcomes: 12 } }))).split("\n");
 * // => [
 * //   "invoice 1 (period) of subscription, customer, 2026-01-01 to 2026-02-01",
 * //   "charge    kind   quantity  amount USD",
 * //   "outcomes  usage        12       12.00",
 * //   "total                           12.00",
 * // ]
 * ```
 */
export function documentTable(document: Invoice): string {
  if (!isDocument(document)) {
    const expected = "a document as invoice, upcoming or creditNote return it";
    throw new PricingError([issueAt("invalid_type", [], { expected, received: document })]);
  }
  return tableOf(document);
}

/**
 * Prints documents in snapshots as {@link documentTable}. For `expect.addSnapshotSerializer` of vitest and jest, which then print
 * every document so, also inside of other data.
 *
 * @example
 * ```ts
 * import { invoice } from "rateplan";
 * import { anInvoiceRequest, documentSerializer, documentTable } from "rateplan/testing";
 *
 * // expect.addSnapshotSerializer(documentSerializer);
 * const document = invoice(anInvoiceRequest());
 * documentSerializer.test(document); // => true
 * documentSerializer.test({ total: "1.00" }); // => false
 * documentSerializer.serialize(document, {}, "") === documentTable(document); // => true
 * ```
 */
export const documentSerializer: DocumentSerializer = Object.freeze({
  test: isDocument,
  serialize: (document: unknown, _config: unknown, indentation: string) =>
    documentTable(document as Invoice).replaceAll("\n", `\n${indentation}`),
});

/** A serializer as vitest and jest take it. */
export interface DocumentSerializer {
  /** Whether a value is a document. */
  readonly test: (value: unknown) => boolean;
  /** The document as a table, each of its lines but the first after so much indentation. */
  readonly serialize: (document: unknown, config: unknown, indentation: string) => string;
}

/** Whether a value is a document of ours, as far as a table needs it. */
function isDocument(value: unknown): value is Invoice {
  if (!isRecord(value)) return false;
  const { schemaVersion, idempotencyKey, lines, total, warnings, period } = value;
  return (
    typeof schemaVersion === "number" &&
    typeof idempotencyKey === "string" &&
    typeof total === "string" &&
    isRecord(period) &&
    isList(lines) &&
    isList(warnings)
  );
}

/** Whether a column stands in the table of a document: always, unless it says. */
interface Column {
  readonly heading: string;
  readonly isRight?: boolean;
  readonly isShown?: (document: Tabled) => boolean;
  readonly cell: (line: InvoiceLine) => string;
}

const COLUMNS: readonly Column[] = [
  { heading: "charge", cell: subjectOf },
  { heading: "kind", cell: ({ kind }) => kind },
  {
    heading: "for",
    isShown: ({ lines, period }) =>
      lines.some(({ servicePeriod }) => periodText(servicePeriod) !== periodText(period)),
    cell: ({ servicePeriod }) => periodText(servicePeriod),
  },
  {
    heading: "group",
    isShown: ({ lines }) => lines.some(({ group }) => group !== null),
    cell: ({ group }) => (group === null ? "" : groupText(group)),
  },
  { heading: "quantity", isRight: true, cell: ({ quantity }) => quantity },
];

function tableOf(document: Tabled): string {
  const { kind, sequence, scope, subscriptionId, customerId, period, currency, lines } = document;
  const columns = COLUMNS.filter(({ isShown }) => isShown?.(document) ?? true);
  const rows = inColumns(
    [
      [...columns.map(({ heading }) => heading), `amount ${currency}`],
      // A document of a test may hold anything.
      ...lines.map((line) => [...columns.map(({ cell }) => cell(line)), line.amount].map(String)),
      ...totalsOf(document).map(([name, amount]) => [
        name,
        ...columns.slice(1).map(() => ""),
        amount,
      ]),
    ],
    [...columns.map(({ isRight = false }) => isRight), true],
  );
  return [
    `${kind} ${sequence} (${scope}) of ${subscriptionId}, ${customerId}, ${periodText(period)}`,
    ...rows,
    ...document.warnings.map(({ code }) => `warning ${code}`),
  ].join("\n");
}

/** The total, and where it is not the subtotal alone, what it is made of. */
function totalsOf(document: Tabled): readonly (readonly [string, string])[] {
  const parts = [
    ["subtotal", document.subtotal],
    ["discounts", document.discounts],
    ["credits", document.creditsApplied],
    ["taxes", document.taxes],
  ] as const;
  const others = parts.slice(1).filter(([, amount]) => compareAmounts(amount, "0") !== 0);
  const shown = others.length === 0 ? [] : [...parts.slice(0, 1), ...others];
  return [...shown, ["total", document.total]];
}

/** What a line is of: its charge, or else its coupon, tax or grant. */
export function subjectOf(line: {
  readonly chargeId?: unknown;
  readonly couponId?: unknown;
  readonly taxId?: unknown;
  readonly grantId?: unknown;
}): string {
  const { chargeId, couponId, taxId, grantId } = line;
  const found = [chargeId, couponId, taxId, grantId].find((id) => typeof id === "string");
  return typeof found === "string" ? found : "";
}

export function periodText({ start, end }: Period): string {
  return start === end ? `at ${start}` : `${start} to ${end}`;
}

/** The values that a group has in the fields that a charge groups by. */
export function groupText(group: Readonly<Record<string, unknown>>): string {
  return Object.entries(group)
    .map(
      ([name, value]) =>
        `${name}=${value === null ? "none" : typeof value === "string" ? value : canonicalJson(value)}`,
    )
    .join(", ");
}
