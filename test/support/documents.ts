/** What tests look at in a document, and documents as nobody should have changed them. */
import type { Invoice, InvoiceLine, RecordedTerms } from "rateplan";
import { fingerprintOf } from "../../src/invoice/history/read-previous.js";

/** The recorded terms of a line. */
export function termsOf(
  { basis }: Pick<Invoice, "basis">,
  { terms }: Pick<InvoiceLine, "terms">,
): RecordedTerms | undefined {
  return terms === null ? undefined : basis.terms[terms];
}

/** A document with other content and the fingerprint of that: what only its reader's own rules can find. */
export function sealed(document: Invoice): Invoice {
  return { ...document, fingerprint: fingerprintOf(document) };
}

/** A line without what ties it to its document. */
export function looseLine({ terms: _terms, part: _part, ...line }: InvoiceLine) {
  return line;
}

/** The lines of a document with their terms themselves: equal where two documents bill the same. */
export function linesOf(document: Pick<Invoice, "basis" | "lines">) {
  return document.lines.map((line) => ({
    ...looseLine(line),
    terms: termsOf(document, line) ?? null,
  }));
}
