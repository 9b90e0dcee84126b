/** What the library says of a story, in the words of the document oracle. */
import { applyPostings, type Invoice, type InvoiceLine, invoice } from "rateplan";
import type { DocumentFacts } from "./document-oracle/documents.js";
import type { Story } from "./document-oracle/story.js";

/** The same documents by the library, each with those before it as they were stored. */
export function bill({
  catalog,
  subscription,
  policy,
  documents,
  credits,
}: Story): readonly Invoice[] {
  const previous: Invoice[] = [];
  let grants = applyPostings(credits, []);
  for (const asked of documents) {
    const document = invoice({
      ...asked,
      catalog,
      subscription,
      policy,
      previous,
      credits: grants,
    });
    grants = applyPostings(grants, document.postings);
    previous.push(document);
  }
  return previous;
}

function sourceOf(line: InvoiceLine): string | null {
  if ("couponId" in line) return line.couponId ?? null;
  if ("grantId" in line) return line.grantId;
  return "taxId" in line ? line.taxId : null;
}

/** What of a document the oracle speaks of. */
export function factsOf(document: Invoice): DocumentFacts {
  const { subtotal, discounts, creditsApplied, taxes, total } = document;
  return {
    lines: document.lines.map((line) => ({
      kind: line.kind,
      chargeId: line.chargeId,
      sourceId: sourceOf(line),
      amount: line.amount,
    })),
    subtotal,
    discounts,
    creditsApplied,
    taxes,
    total,
    postings: document.postings.map(({ kind, grantId, amount }) => ({ kind, grantId, amount })),
  };
}

/** Lines in an order that does not depend on how they came about. */
export function sorted(documents: readonly DocumentFacts[]): readonly DocumentFacts[] {
  const text = (line: object) => JSON.stringify(line);
  const inOrder = <T extends object>(list: readonly T[]) =>
    [...list].sort((a, b) => (text(a) < text(b) ? -1 : 1));
  return documents.map((document) => ({
    ...document,
    lines: inOrder(document.lines),
    postings: inOrder(document.postings),
  }));
}
