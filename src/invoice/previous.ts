import * as z from "zod";
import type { CatalogReader } from "../catalog/catalog.js";
import type { Charge } from "../catalog/charge.js";
import { isRated, type RatedCharge } from "../catalog/charge-kinds.js";
import { date, id } from "../catalog/fields.js";
import { parseWith, valueOrReport } from "../catalog/parse.js";
import { DATA_LIMITS } from "../catalog/plain-data.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import { exact } from "../money/decimal.js";
import { type Fraction, sum } from "../money/fraction.js";
import { decimal } from "../pricing/fields-schema.js";
import type { Timeline } from "../subscription/timeline.js";
import { type Interval, sameInterval } from "../time/cycle-grid.js";
import { instantOf } from "../time/date.js";
import type { TimeZone } from "../time/zone.js";
import { compareTexts } from "../usage/report.js";
import type { Invoice } from "./invoice.js";
import { type InvoiceLine, lineKey } from "./line.js";
import type { LineTerms } from "./line-terms.js";

/** A line of an earlier invoice. */
export interface BilledLine {
  readonly line: InvoiceLine;
  readonly invoice: Invoice;
  readonly period: Interval;
  readonly path: readonly PathSegment[];
}

/** An earlier invoice and the time that it billed for. */
export interface BilledInvoice {
  readonly invoice: Invoice;
  readonly period: Interval;
  readonly path: readonly PathSegment[];
}

/** What earlier invoices have billed. */
export interface Billed {
  readonly invoices: readonly BilledInvoice[];
  /** Their lines by key; adjustments stand under the key that they adjust. */
  readonly lines: ReadonlyMap<string, readonly BilledLine[]>;
  /** The line with the terms on which a service was first billed, by the service's key without group. */
  readonly terms: ReadonlyMap<string, BilledLine>;
}

const NOTHING_BILLED: Billed = { invoices: [], lines: new Map(), terms: new Map() };

/** Everything that we read of an earlier invoice; the rest may be anything. */
const invoiceSchema = z.looseObject({
  schemaVersion: z.literal(1),
  idempotencyKey: z.string(),
  kind: z.string(),
  subscriptionId: id,
  currency: z.string(),
  period: z.looseObject({ start: date, end: date }),
  asOf: date,
  lines: z.array(
    z.looseObject({
      key: z.string(),
      kind: z.string(),
      chargeId: z.nullable(id),
      group: z.nullable(z.record(z.string(), z.nullable(z.string()))),
      description: z.string(),
      amount: decimal,
      servicePeriod: z.looseObject({ start: date, end: date }),
      appliedTo: z.array(z.looseObject({ key: z.string(), amount: decimal })),
      terms: z.nullable(z.looseObject({ chargeType: z.string() })),
    }),
  ),
});

/** Reads earlier invoices of a subscription, and reports those that are not. */
export function readPrevious(
  input: unknown,
  { subscription, states, zone }: Timeline,
  issues: PricingIssue[],
): Billed {
  const root = ["previous"];
  const currency = states[0]?.plan.plan.currency ?? "";
  const subject = { subscriptionId: subscription.id, currency, zone };
  if (input === undefined) return NOTHING_BILLED;
  if (!Array.isArray(input)) {
    const expected = "a list of invoices";
    issues.push(
      issueAt("invalid_type", root, `must be ${expected}`, { expected, received: input }),
    );
    return NOTHING_BILLED;
  }
  const seen = new Map<string, number>();
  const invoices: BilledInvoice[] = [];
  for (const [index, each] of input.entries()) {
    const path = [...root, index];
    const result = parseWith<Invoice>("invoice", invoiceSchema, each, path, DATA_LIMITS);
    const invoice = valueOrReport(result, issues);
    if (invoice === undefined || !isOf(invoice, subject, path, issues)) continue;
    const earlier = seen.get(invoice.idempotencyKey);
    if (earlier !== undefined) {
      const expected = `an invoice other than previous[${earlier}]`;
      issues.push(
        issueAt("duplicate_id", [...path, "idempotencyKey"], `must be of ${expected}`, {
          expected,
          received: invoice.idempotencyKey,
        }),
      );
      continue;
    }
    seen.set(invoice.idempotencyKey, index);
    invoices.push({ invoice, period: intervalOf(invoice.period, subject.zone), path });
  }
  return indexed(invoices.sort(inOrder), subject.zone);
}

/** Invoices in the order of time, however they are given. */
function inOrder(a: BilledInvoice, b: BilledInvoice): number {
  return (
    a.period.end - b.period.end ||
    b.period.start - a.period.start ||
    compareTexts(a.invoice.idempotencyKey, b.invoice.idempotencyKey)
  );
}

function indexed(invoices: readonly BilledInvoice[], zone: TimeZone): Billed {
  const lines = new Map<string, BilledLine[]>();
  const terms = new Map<string, BilledLine>();
  for (const { invoice, path } of invoices) {
    for (const [position, line] of invoice.lines.entries()) {
      const period = intervalOf(line.servicePeriod, zone);
      const billed = { line, invoice, period, path: [...path, "lines", position] };
      const sameKey = lines.get(line.key);
      if (sameKey === undefined) lines.set(line.key, [billed]);
      else sameKey.push(billed);
      if (line.terms === null || line.kind === "adjustment") continue;
      const service = lineKey(line.kind, line.chargeId, line.servicePeriod);
      if (!terms.has(service)) terms.set(service, billed);
    }
  }
  return { invoices, lines, terms };
}

function intervalOf(
  { start, end }: { readonly start: string; readonly end: string },
  zone: TimeZone,
): Interval {
  return { start: instantOf(start, zone), end: instantOf(end, zone) };
}

function isOf(
  invoice: Invoice,
  { subscriptionId, currency }: { readonly subscriptionId: string; readonly currency: string },
  path: readonly PathSegment[],
  issues: PricingIssue[],
): boolean {
  const wrong = (["subscriptionId", "currency"] as const).filter(
    (name) => invoice[name] !== { subscriptionId, currency }[name],
  );
  for (const name of wrong) {
    const expected = `${{ subscriptionId, currency }[name]}, as on the subscription that is billed`;
    issues.push(
      issueAt("previous_mismatch", [...path, name], `must be ${expected}`, {
        expected,
        received: invoice[name],
      }),
    );
  }
  return wrong.length === 0;
}

/** Whether earlier invoices include the one of a billing period. */
export function wasInvoiced({ invoices }: Billed, period: Interval): boolean {
  return invoices.some(
    (each) => each.invoice.kind !== "credit-note" && sameInterval(each.period, period),
  );
}

/** What all invoices together have billed under a key; nothing when none has a line under it. */
export function billedUnder({ lines }: Billed, key: string): Fraction | undefined {
  const own = lines.get(key);
  return own && sum(own.map(({ line }) => exact(line.amount)));
}

/** The charge as a line recorded it, under the name that it has today. */
export function recordedCharge(
  today: Charge,
  { line, path }: BilledLine & { readonly line: { readonly terms: LineTerms } },
  reader: CatalogReader,
  issues: PricingIssue[],
): RatedCharge | undefined {
  const { ratePlanId: _plan, overridden: _own, ...terms } = line.terms;
  const { id: chargeId, name, currency } = today;
  const result = reader.charge({ id: chargeId, name, currency, ...terms });
  if (result.ok && isRated(result.value)) return result.value;
  for (const issue of result.ok ? [] : result.issues) {
    issues.push(issueUnder([...path, "terms"], issue));
  }
  return undefined;
}
