import { DEFAULT_POLICY } from "../catalog/policy.js";
import { canonicalJson } from "../data/canonical-json.js";
import { deepFreeze } from "../data/deep-freeze.js";
import { digest } from "../data/digest.js";
import { ownFields } from "../data/foreign.js";
import {
  issueAt,
  issuesUnder,
  issueUnder,
  MOST_ISSUES,
  type PathSegment,
  PricingError,
} from "../errors.js";
import { type CreditNoteRequest, creditNote } from "../invoice/credit-note.js";
import type { Invoice } from "../invoice/document/document.js";
import { invoice } from "../invoice/invoice.js";
import type { InvoiceRequest } from "../invoice/request/read-request.js";
import { type JsonValue, reportNonJson } from "../schema/entity-fields.js";
import { plainCopy, STORED_DATA } from "../schema/plain-data.js";
import { asksForNothing, isRecord, recordIn } from "../schema/unknown-record.js";
import {
  type DataDifference,
  eachDifference,
  isJsonList,
  isJsonRecord,
} from "./json-differences.js";

/** A place where a document is not what its request gives. */
export interface DocumentDifference extends DataDifference {}

/** Whether a document follows from its request. Plain JSON data. */
export interface Verification {
  /** Whether the document is, field by field, what the request gives. */
  readonly ok: boolean;
  /**
   * Whether the document's fingerprint is that of its content. If it is, and `ok` is false, the document is as it was written,
   * but follows from another request, or from another version of the library; if not, it was changed after it was written.
   */
  readonly intact: boolean;
  /** How many differences there are. */
  readonly count: number;
  /** The differences, in the order of the data; of more than a thousand, the first thousand. */
  readonly differences: readonly DocumentDifference[];
}

/**
 * Whether a stored document follows from what it was written from: writes it again, and compares every field. The request is
 * the one that the document was written from: with a `period` that of {@link invoice}, else that of {@link creditNote}. Its
 * `previous` holds the documents before this one. Nothing of what it asks for is taken from the document: that of
 * `crossedThreshold` has `scope: "interim"` in its request, and that of `upcoming` its `period`.
 *
 * `fingerprint` is among the differences whenever it is not both that of the content and the one that the request gives. An
 * element more or less in a list is one difference, as is a field that only one side has.
 *
 * A later minor version of the library may write fields that an older one did not know. Where an intact document lacks a
 * field that says nothing now (`null`, an empty list or object, an option of the policy at its default), this is no difference; a
 * field that says something is one, and shows what has changed.
 *
 * @throws {PricingError} with every issue of a request that cannot be billed (paths begin with `request`), or of what is no
 * document or no plain data (`document`). A document that differs is never an error.
 *
 * @example
 * ```ts
 * import { invoice, verify } from "rateplan";
 *
 * const request = {
 *   catalog: {
 *     id: "ocr", name: "OCR", agentType: "ocr-agent", effectiveDate: "2026-01-01",
 *     ratePlans: [{
 *       id: "basic", name: "Basic", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *       charges: [{
 *         id: "page", name: "Pages", chargeType: "usage", unitOfMeasure: "page",
 *         pricing: { model: "per-unit", unitPrice: "0.02" },
 *       }],
 *     }],
 *   },
 *   subscription: { id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" },
 *   period: { start: "2026-01-01", end: "2026-02-01" },
 *   usage: { page: 1200 },
 * } as const;
 * const bill = invoice(request);
 * verify(bill, request).ok; // => true
 * const { intact, differences } = verify({ ...bill, total: "20.00" }, request);
 * intact; // => false
 * differences[0]; // => { path: ["total"], expected: "24.00", received: "20.00" }
 * ```
 */
export function verify(
  document: Invoice,
  request: InvoiceRequest | CreditNoteRequest,
): Verification {
  const received = readWritten(document);
  const written = writeAgain(received, request);
  const own = fingerprintOf(received);
  const intact = received["fingerprint"] === own;
  const expected = intact ? withoutLater(written, received, []) : written;
  const fingerprint = expected === written ? written["fingerprint"] : fingerprintOf(expected);
  const differences: DocumentDifference[] = [];
  let count = 0;
  const found = (difference: DocumentDifference) => {
    count += 1;
    if (count <= MOST_ISSUES) differences.push(difference);
  };
  // The one that the request gives, or, where the content is another, that of the content.
  const other = received["fingerprint"] === fingerprint ? own : fingerprint;
  eachDifference({ ...expected, fingerprint: other ?? null }, received, [], found);
  return deepFreeze({ ok: count === 0, intact, count, differences });
}

type Fields = { readonly [key: string]: JsonValue };

/** Fields of which every document has at least one. */
const KNOWN_BY = ["idempotencyKey", "sequence", "fingerprint"] as const;

/** A document as plain data, of which nothing is known but that it is meant as one. */
function readWritten(document: unknown): Fields {
  const { copy, issues: structural } = plainCopy(document, STORED_DATA);
  const issues = [...structural];
  const isMeant = isRecord(copy) && KNOWN_BY.some((name) => copy[name] !== undefined);
  if (isMeant && issues.length === 0) {
    reportNonJson(copy, [], (issue) => issues.push(issue));
    if (issues.length === 0) return copy as Fields;
  }
  if (issues.length === 0) {
    const expected = `a document, which has ${KNOWN_BY.join(", ")}`;
    issues.push(issueAt("invalid_type", [], { expected, received: document }));
  }
  throw new PricingError(issues.map((issue) => issueUnder(["document"], issue)));
}

/** The document that the request gives. */
function writeAgain(received: Fields, request: unknown): Fields {
  // Looked at once, as what is asked for decides who reads it.
  const given = isRecord(request) ? (ownFields(request) ?? request) : request;
  const { period, rerate, credit } = isRecord(given) && given !== request ? given : {};
  const asksForNote = rerate != null || credit != null;
  // A request of neither kind is refused: with what it lacks for such a document.
  const isNote = period == null && (asksForNote || received["scope"] === "correction");
  const written = issuesUnder(["request"], () =>
    isNote ? creditNote(given as CreditNoteRequest) : invoice(given as InvoiceRequest),
  );
  // An interface has no index signature, though it is JSON.
  return written as unknown as Fields;
}

function fingerprintOf({ fingerprint: _own, ...content }: Fields): string {
  return digest(canonicalJson(content));
}

/** What is expected, without the fields that an older document lacks and that say nothing; the same object where it has all. */
function withoutLater(expected: Fields, received: Fields, path: readonly PathSegment[]): Fields {
  const kept = Object.entries(expected).flatMap(([key, value]): readonly [string, JsonValue][] => {
    const at = [...path, key];
    const other = Object.hasOwn(received, key) ? received[key] : undefined;
    if (other === undefined) return saysNothing(value, at) ? [] : [[key, value]];
    return [[key, withoutLaterIn(value, other, at)]];
  });
  const isSame = kept.every(([key, value]) => expected[key] === value);
  return isSame && kept.length === Object.keys(expected).length
    ? expected
    : Object.fromEntries(kept);
}

function withoutLaterIn(
  expected: JsonValue,
  received: JsonValue,
  path: readonly PathSegment[],
): JsonValue {
  if (isJsonRecord(expected) && isJsonRecord(received)) {
    return withoutLater(expected, received, path);
  }
  if (!isJsonList(expected) || !isJsonList(received)) return expected;
  const list = expected.map((each, index) =>
    withoutLaterIn(each, received[index] ?? null, [...path, index]),
  );
  return list.every((each, index) => each === expected[index]) ? expected : list;
}

function saysNothing(value: JsonValue, path: readonly PathSegment[]): boolean {
  return value === null || asksForNothing(value) || isDefault(value, path);
}

/** Whether a value is that of an option of the policy which nobody has chosen. */
function isDefault(value: JsonValue, [field, ...rest]: readonly PathSegment[]): boolean {
  if (field !== "policy") return false;
  let standard: unknown = DEFAULT_POLICY;
  for (const key of rest) standard = recordIn(standard)[key];
  return standard !== undefined && canonicalJson(standard) === canonicalJson(value);
}
