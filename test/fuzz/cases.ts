/** Cases that failed once. They are tried first, each time. */
import type { CreditNoteRequest, InvoiceLine, RecordedTerms, UpcomingRequest } from "rateplan";
import { sealed } from "../support/documents.js";
import type { Case } from "./generate.js";
import { fresh } from "./plain.js";
import type { Export } from "./targets.js";
import { VALID } from "./valid.js";

/** A case and what it was found to do. */
export type Kept = { readonly call: Export; readonly why: string } & (
  | Omit<Case, "call">
  | {
      /** The arguments, made anew each time. */
      readonly args: () => readonly unknown[];
      /** Whether the same objects give the same answer again; default true. */
      readonly again?: boolean;
    }
);

/** The one argument of a valid call, to be changed. */
function requestOf<T>(call: Export, valid: string): T {
  const [request] = fresh(VALID[call][valid]) as readonly T[];
  if (request === undefined) throw new Error(`no valid input ${valid} of ${call}`);
  return request;
}

export const KEPT: readonly Kept[] = [
  {
    call: "PricingError",
    why: "a number was taken for issues",
    valid: "issues",
    changes: [{ do: "put", at: [0], value: { json: 2.5 } }],
  },
  {
    call: "PricingError",
    why: "a text was taken for issues",
    valid: "issues",
    changes: [{ do: "put", at: [0], value: { json: "issues" } }],
  },
  {
    call: "PricingError",
    why: "a list whose iterator throws was taken for issues",
    valid: "issues",
    changes: [{ do: "put", at: [0], value: { odd: "a list whose iterator throws" } }],
  },
  {
    call: "sumAmounts",
    why: "a number was asked for its entries",
    valid: "none",
    changes: [{ do: "put", at: [0], value: { json: 0 } }],
  },
  {
    call: "sumAmounts",
    why: "so was nothing",
    valid: "none",
    changes: [{ do: "drop", at: [0] }],
  },
  {
    call: "parseEvents",
    why: "an element that throws was not caught",
    valid: "all",
    changes: [{ do: "put", at: [0], value: { odd: "a list whose elements throw" } }],
  },
  {
    call: "safeParseEvents",
    why: "the fields that an event inherits were read once, and missed then",
    valid: "all",
    changes: [{ do: "disguise", at: [0, 0], as: "inherited" }],
  },
  {
    call: "safeParseEvents",
    why: "the message wanted the length of a list that refuses to say it",
    valid: "all",
    changes: [{ do: "put", at: [0], value: { odd: "a list that refuses" } }],
  },
  {
    call: "safeParseSubscription",
    why: "a second argument was taken for the path of the first",
    args: () => [{}, { deduplication: {} }],
  },
  {
    call: "safeParsePolicy",
    why: "a second argument was taken for the path of the first",
    args: () => [null, 5],
  },
  {
    call: "parseProduct",
    why: "options that refuse to list their keys",
    valid: "small",
    changes: [{ do: "disguise", at: [1], as: "a proxy that refuses" }],
  },
  {
    call: "creditNote",
    why: "a request that was revoked",
    valid: "list",
    changes: [{ do: "put", at: [0], value: { odd: "a revoked record" } }],
  },
  {
    call: "parsePolicy",
    why: "the message about a policy that was revoked",
    valid: "all",
    changes: [{ do: "put", at: [0], value: { odd: "a revoked record" } }],
  },
  {
    call: "compareAmounts",
    why: "the message about an amount that refuses",
    valid: "texts",
    changes: [{ do: "put", at: [0], value: { odd: "a list that refuses" } }],
  },
  {
    call: "settleOutcomes",
    why: "a period that refuses to be read",
    valid: "unique",
    changes: [
      {
        do: "put",
        at: [2, "periods", 0],
        value: { odd: "a record that refuses to be read" },
      },
    ],
  },
  {
    call: "settleOutcomes",
    why: "the issue repeated what the engine said, which says it otherwise the next time",
    valid: "unique",
    changes: [{ do: "put", at: [0], value: { odd: "a list whose iterator is 5" } }],
  },
  {
    call: "summarizeUsage",
    why: "events whose iterator is no function",
    valid: "overage",
    changes: [{ do: "put", at: [0], value: { odd: "an iterator of 5" } }],
  },
  {
    call: "summarizeUsage",
    why: "events that end in an error of the caller's",
    valid: "calls",
    changes: [{ do: "disguise", at: [0], as: "a generator that throws" }],
  },
  {
    call: "upcoming",
    why: "a request was spread before it was read",
    valid: "first",
    changes: [{ do: "put", at: [0], value: { odd: "a record that refuses to list its keys" } }],
  },
  {
    call: "jsonSchema",
    why: "a name that was revoked was made a text",
    valid: "events",
    changes: [{ do: "put", at: [0], value: { odd: "a revoked record" } }],
  },
  {
    call: "simulate",
    why: "usage that refuses to list its keys",
    valid: "plan",
    changes: [{ do: "put", at: [1], value: { odd: "a record that refuses to list its keys" } }],
  },
  {
    call: "simulate",
    why: "a target that refuses to be asked what it is",
    valid: "plan",
    changes: [{ do: "disguise", at: [0], as: "a proxy that refuses" }],
  },
  {
    call: "mergeUsage",
    why: "a list of 20,000 numbers was 20,000 issues",
    valid: "without ids",
    changes: [{ do: "put", at: [1, "groups"], value: { odd: "a list of 20,000 numbers" } }],
  },
  {
    call: "applyPostings",
    why: "each of many postings could be as large as a document",
    valid: "none",
    changes: [{ do: "put", at: [1], value: { odd: "small lists that unfold to 10^12" } }],
  },
  {
    call: "documentTable",
    why: "a quantity that is a number was padded like a text",
    valid: "sample 1",
    changes: [{ do: "put", at: [0, "lines", 0, "quantity"], value: { odd: "Infinity" } }],
  },
  {
    call: "mergeUsage",
    why: "120 lists that hold each other were copied until there was no memory",
    valid: "regions",
    changes: [
      { do: "put", at: [1, "quantity"], value: { odd: "small lists that unfold to 10^12" } },
    ],
  },
  {
    call: "mergeUsage",
    why: "an issue was about a part of what was no record",
    valid: "outcomes",
    changes: [{ do: "put", at: [1, "deduplication"], value: { json: "50" } }],
  },
  {
    call: "parseSubscription",
    why: "what is no text was made one",
    valid: "all",
    changes: [
      { do: "put", at: [0, "changes", 1, "takesEffect"], value: { odd: "a toString key" } },
    ],
  },
  {
    call: "parseCharge",
    why: "what is no text was made one, in revisions too",
    valid: "platform",
    changes: [
      { do: "put", at: [0, "revisions", 1, "appliesTo"], value: { odd: "a toString key" } },
    ],
  },
  {
    call: "invoice",
    why: "the message repeated a key of 1 MB",
    valid: "rerated range",
    changes: [
      { do: "put", at: [0, "previous", 2, "idempotencyKey"], value: { odd: "a text of 1 MB" } },
    ],
  },
  {
    call: "mergeUsage",
    why: "the message repeated a fingerprint, however long it was",
    valid: "regions",
    changes: [{ do: "repeat", at: [1, "fingerprint"], times: 40 }],
  },
  {
    call: "simulate",
    why: "an issue about a quantity had a path into usage that is a number",
    args: () => [
      {
        id: "p",
        name: "P",
        currency: "USD",
        billingCycle: "monthly",
        effectiveDate: "2026-01-01",
        charges: [
          {
            id: "seats",
            name: "Seats",
            chargeType: "recurring",
            unitOfMeasure: "@seat",
            pricing: { model: "per-unit", unitPrice: 1 },
          },
        ],
      },
      5,
      { quantities: { seats: 1 } },
    ],
  },
  {
    call: "upcoming",
    why: "the issue was about a period that the caller did not write",
    valid: "in a period",
    changes: [{ do: "put", at: [0, "asOf"], value: { odd: "the last moment" } }],
  },
  {
    call: "settleOutcomes",
    why: "the digits of a decimal that stood for a policy were asked for",
    valid: "unique",
    changes: [{ do: "put", at: [1], value: { odd: "a decimal whose digits throw" } }],
  },
  {
    call: "sumAmounts",
    why: "a list was walked to the end of memory",
    valid: "none",
    changes: [{ do: "put", at: [0], value: { odd: "a list longer than memory" } }],
  },
  {
    call: "safeParseEvents",
    why: "a list was walked to the end of memory",
    valid: "all",
    changes: [{ do: "put", at: [0], value: { odd: "a list longer than memory" } }],
  },
  {
    call: "upcoming",
    why: "documents were looked for to the end of memory",
    valid: "first",
    changes: [{ do: "put", at: [0, "previous"], value: { odd: "a list longer than memory" } }],
  },
  {
    call: "creditNote",
    why: "the fingerprint was made of whatever stood in a document",
    valid: "counted",
    changes: [
      {
        do: "put",
        at: [0, "previous", 0, "usage", "counts", "matched"],
        value: { odd: "small lists that unfold to 10^12" },
      },
    ],
  },
  {
    call: "documentsDue",
    why: "a decimal in the last document was frozen",
    valid: "ended",
    changes: [
      {
        do: "put",
        at: [1, "last", "lines", 2, "steps", 0, "value"],
        value: { odd: "a foreign decimal" },
      },
    ],
  },
  {
    call: "upcoming",
    why: "the digits of a decimal in a document were asked for",
    valid: "in a period",
    changes: [
      {
        do: "put",
        at: [0, "previous", 1, "lines", 8, "tiers", 0, "from"],
        value: { odd: "a decimal whose digits throw" },
      },
    ],
  },
  {
    call: "simulate",
    why: "options that refuse to be looked at were asked for their range",
    valid: "plan 2",
    changes: [{ do: "disguise", at: [2], as: "a proxy that refuses" }],
  },
  {
    call: "creditNote",
    why: "the key of a line was taken apart by a charge that is not in it",
    args: () => {
      const request = requestOf<CreditNoteRequest>("creditNote", "range");
      const [opening, document, ...rest] = request.previous;
      if (opening === undefined || document === undefined)
        throw new Error("unreachable: documents");
      const lines = document.lines.map((line): InvoiceLine => {
        return line.chargeId === "passed-on" ? { ...line, chargeId: "p" } : line;
      });
      return [{ ...request, previous: [opening, sealed({ ...document, lines }), ...rest] }];
    },
  },
  {
    call: "upcoming",
    why: "terms without prices in a document were believed",
    args: () => {
      const request = requestOf<UpcomingRequest>("upcoming", "in a period");
      const [opening, ...rest] = request.previous ?? [];
      const digest = opening?.lines[0]?.terms;
      if (opening === undefined || digest == null)
        throw new Error("unreachable: a line with terms");
      const unpriced = {
        ...opening.basis.terms[digest],
        pricing: null,
      } as unknown as RecordedTerms;
      const terms = { ...opening.basis.terms, [digest]: unpriced };
      const previous = [sealed({ ...opening, basis: { ...opening.basis, terms } }), ...rest];
      return [{ ...request, previous }];
    },
  },
  {
    call: "aRatePlan",
    why: "the currency of a plan without charges was that of its builder's own charge, or an issue of that",
    args: () => [{ currency: "KWD", setting: 1 }],
  },
  {
    call: "aProduct",
    why: "what was wrong in an id was said of the name, too, which nobody had given",
    args: () => {
      const id: Record<string, unknown> = {};
      id["id"] = id;
      return [{ id }];
    },
  },
];
