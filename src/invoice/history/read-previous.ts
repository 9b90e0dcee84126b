import { digestOf } from "../../data/digest.js";
import { ownFields } from "../../data/foreign.js";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { parseWith, valueOrReport } from "../../schema/parse.js";
import { STORED_DATA } from "../../schema/plain-data.js";
import { isRecord } from "../../schema/unknown-record.js";
import { currencyOf } from "../../subscription/held-plans.js";
import type { Timeline } from "../../subscription/timeline.js";
import { instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type { Invoice } from "../document/document.js";
import { documentSchema } from "./document-schema.js";

/** An earlier document of the subscription. */
export interface EarlierDocument {
  readonly document: Invoice;
  readonly period: Interval;
  readonly asOf: Instant;
  readonly path: readonly PathSegment[];
}

/** More than a subscription has that is billed daily for 25 years. */
export const MOST_DOCUMENTS = 10_000;
/** Reads earlier documents of a subscription in the order of their numbers, and reports those that are not. */
export function readPrevious(
  input: unknown,
  timeline: Timeline,
  issues: PricingIssue[],
): readonly EarlierDocument[] {
  if (input === undefined || input === null) return [];
  const root = ["previous"];
  const list = elementsIn(input, root, "a list of documents", issues, MOST_DOCUMENTS);
  if (list === undefined) return [];
  const read = list.flatMap(
    (each, index) => readDocument(each, [...root, index], timeline, issues) ?? [],
  );
  return inChain(
    read.sort((a, b) => a.document.sequence - b.document.sequence),
    issues,
  );
}

/** Reads one earlier document of a subscription. */
export function readDocument(
  input: unknown,
  path: readonly PathSegment[],
  timeline: Timeline,
  issues: PricingIssue[],
): EarlierDocument | undefined {
  const { subscription, zone } = timeline;
  const subject = {
    subscriptionId: subscription.id,
    customerId: subscription.customerId,
    currency: currencyOf(timeline),
  };
  const document = readWhole(input, path, issues);
  if (document === undefined || !isOf(document, subject, path, issues)) return undefined;
  const interval = intervalOf(document.period, zone);
  return { document, period: interval, asOf: instantOf(document.asOf, zone), path };
}

/** Reads a document, whoever's it is, that is as it was written. */
export function readWhole(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Invoice | undefined {
  if (isOlder(input)) {
    const expected = "2: a document of version 1 does not record what it was priced from";
    issues.push(
      issueAt("unsupported_version", [...path, "schemaVersion"], { expected, received: 1 }),
    );
    return undefined;
  }
  const result = parseWith<Invoice>("invoice", documentSchema(), input, path, STORED_DATA);
  const document = valueOrReport(result, issues);
  return document !== undefined && isWhole(document, path, issues) ? document : undefined;
}

function isOlder(input: unknown): boolean {
  return isRecord(input) && ownFields(input)?.["schemaVersion"] === 1;
}

/** The fingerprint of a document's content. */
export function fingerprintOf({ fingerprint: _own, ...content }: Invoice): string {
  return digestOf(content);
}

const whole = new WeakSet<Invoice>();

/** Remembers a document of our own making, whose fingerprint needs no check. */
export function rememberWhole(document: Invoice): void {
  whole.add(document);
}

/** Whether a document is as it was written. */
function isWhole(document: Invoice, path: readonly PathSegment[], issues: PricingIssue[]): boolean {
  if (whole.has(document)) return true;
  if (fingerprintOf(document) === document.fingerprint) {
    whole.add(document);
    return true;
  }
  const expected = `document ${document.idempotencyKey} as it was written, whose content has the fingerprint ${document.fingerprint}`;
  issues.push(issueAt("tampered", path, { expected, found: "other content" }));
  return false;
}

function isOf(
  document: Invoice,
  subject: {
    readonly subscriptionId: string;
    readonly customerId: string;
    readonly currency: string;
  },
  path: readonly PathSegment[],
  issues: PricingIssue[],
): boolean {
  const names = ["subscriptionId", "customerId", "currency"] as const;
  const wrong = names.filter((name) => document[name] !== subject[name]);
  for (const name of wrong) {
    const expected = `${subject[name]}, as on the subscription that is billed`;
    issues.push(
      issueAt("previous_mismatch", [...path, name], { expected, received: document[name] }),
    );
  }
  return wrong.length === 0;
}

/** The documents, each number once, and each after the one that it says it follows. */
function inChain(
  documents: readonly EarlierDocument[],
  issues: PricingIssue[],
): readonly EarlierDocument[] {
  return documents.filter(({ document, path }, index) => {
    const before = documents[index - 1]?.document;
    if (before === undefined) return true;
    const { sequence, basis } = document;
    if (before.sequence === sequence) {
      const expected = `another number than that of ${before.idempotencyKey}`;
      issues.push(issueAt("duplicate_id", [...path, "sequence"], { expected, received: sequence }));
      return false;
    }
    const follows = basis.previous;
    if (before.sequence + 1 === sequence && follows?.fingerprint !== before.fingerprint) {
      const expected = `the fingerprint of ${before.idempotencyKey}, which has the number before`;
      issues.push(
        issueAt("previous_mismatch", [...path, "basis", "previous", "fingerprint"], {
          expected,
          received: follows?.fingerprint,
        }),
      );
    }
    return true;
  });
}

/** A written period as instants. */
export function intervalOf(
  { start, end }: { readonly start: string; readonly end: string },
  zone: TimeZone,
): Interval {
  return { start: instantOf(start, zone), end: instantOf(end, zone) };
}
