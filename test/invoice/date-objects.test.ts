/** Documents of requests whose dates are `Date` objects: those of the same request in texts. */
import fc from "fast-check";
import {
  creditNote,
  documentsDue,
  type InvoiceRequest,
  invoice,
  settleOutcomes,
  summarizeUsage,
  upcoming,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import { asDate, asText, rewritten } from "../support/date-objects.js";
import { lives, WIDE } from "../support/lives.js";
import { judging, outcome, seller, signal } from "../support/outcomes.js";
import { issuesOf, JANUARY, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

describe("the documents of a life", () => {
  it("are the same where dates are Dates and where they are the texts of their instants", () => {
    fc.assert(
      fc.property(lives(WIDE), (life) => {
        const written = (write: typeof asDate | typeof asText) =>
          bill(life, {
            rerate: "needed",
            rewrite: (asked) => rewritten(asked, write, life.zone),
          });
        expect(written(asDate)).toStrictEqual(written(asText));
      }),
      tries(10),
    );
  });

  it("are those of civil dates, also where each is written in another way than the one before", () => {
    fc.assert(
      fc.property(lives(WIDE), fc.infiniteStream(fc.boolean()), (life, coins) => {
        const mixed = bill(life, {
          rerate: "needed",
          rewrite: (asked) =>
            coins.next().value === true ? rewritten(asked, asDate, life.zone) : asked,
        });
        expect(mixed).toStrictEqual(bill(life, { rerate: "needed" }));
      }),
      tries(10),
    );
  });
});

describe("a Date among options", () => {
  const charge = judging({ confirm: { assumedAfter: "P3D" }, reverse: { signals: ["reopened"] } });
  const { catalog, subscription } = seller([charge]);
  const usage = [
    outcome("a", 2, { subject: "x", receivedAt: "2026-01-05T00:00:00.000Z" }),
    outcome("b", 9, { subject: "y" }),
    outcome("c", 30, { subject: "z" }),
    signal("r", 20, { name: "reopened", subject: "y" }),
  ];
  const january = invoice({ catalog, subscription, period: JANUARY, usage });
  const february = { start: "2026-02-01", end: "2026-03-01" };
  const request: InvoiceRequest = {
    catalog,
    subscription,
    period: february,
    usage,
    asOf: "2026-03-05",
    previous: [january],
    rerate: { from: "2026-01-01", through: "2026-01-31" },
    issueDate: "2026-03-06",
    paymentTerms: { days: 30 },
  };

  /** The same in other words: what is parsed already, and the documents before, stay as they are. */
  function dated<T>(asked: T): T {
    return unchecked(rewritten(asked, asDate));
  }

  it("is the moment of knowledge, the date of issue, the period, and what is rated again", () => {
    const document = invoice(request);
    expect(document).toMatchObject({ period: february, dueDate: "2026-04-05" });
    expect(invoice(dated(request))).toStrictEqual(document);
  });

  it("is how far documents are due", () => {
    const options = { catalog, until: "2026-05-01", last: january };
    const due = documentsDue(subscription, options);
    expect(due.map(({ period }) => period.end)).toEqual(["2026-03-01", "2026-04-01", "2026-05-01"]);
    expect(documentsDue(dated(subscription), dated(options))).toStrictEqual(due);
  });

  it("is the moment as of which the next document is asked for", () => {
    const next = { catalog, subscription, usage, previous: [january], asOf: "2026-02-14" };
    expect(upcoming(dated(next))).toStrictEqual(upcoming(next));
  });

  it("is the moment of a credit note, and the period that it corrects", () => {
    const note = {
      catalog,
      subscription,
      previous: [january],
      rerate: [{ period: JANUARY, usage: usage.slice(1) }],
      asOf: "2026-02-10",
    };
    expect(creditNote(note).lines).not.toEqual([]);
    expect(creditNote(dated(note))).toStrictEqual(creditNote(note));
  });

  it("is the period and the knowledge of a summary, and of a settlement", () => {
    const options = { charge, period: JANUARY, asOf: "2026-02-02" };
    expect(summarizeUsage(dated(usage), dated(options))).toStrictEqual(
      summarizeUsage(usage, options),
    );
    const settled = { asOf: "2026-02-02", periods: [JANUARY, february] };
    const policy = charge.outcome ?? {};
    expect(settleOutcomes(dated(usage), policy, dated(settled))).toStrictEqual(
      settleOutcomes(usage, policy, settled),
    );
  });

  const never = new Date(Number.NaN);

  it.each<[string, Partial<InvoiceRequest>, string]>([
    ["the moment of knowledge", { asOf: never }, "asOf"],
    ["the date of issue", { issueDate: never }, "issueDate"],
    ["the start of the period", { period: { ...february, start: never } }, "period.start"],
    ["the end of the period", { period: { ...february, end: never } }, "period.end"],
    ["the range that is rated again", { rerate: { from: never } }, "rerate.from"],
    [
      "a period that is rated again",
      { rerate: [{ period: { ...JANUARY, end: never } }] },
      "rerate.0.period.end",
    ],
  ])("is refused where it is invalid: %s", (_title, more, path) => {
    expect(issuesOf(() => invoice({ ...request, ...more }))).toEqual([`invalid_date ${path}`]);
  });
});

describe("null among options", () => {
  it("asks for the default of every field of a request that has one", () => {
    const { catalog, subscription } = seller([judging({})]);
    const request = { catalog, subscription, period: JANUARY, usage: [outcome("a", 2)] };
    const document = invoice(request);
    const nothing = {
      asOf: null,
      previous: null,
      rerate: null,
      policy: null,
      issueDate: null,
      paymentTerms: null,
    };
    expect(invoice({ ...request, ...nothing })).toStrictEqual(document);
    const due = { catalog, until: "2026-03-01" };
    expect(
      documentsDue(subscription, { ...due, last: null, changes: null, policy: null }),
    ).toStrictEqual(documentsDue(subscription, due));
    const charge = judging({});
    const none = {
      customerId: null,
      subscriptionId: null,
      agentType: null,
      period: null,
      asOf: null,
      timeZone: null,
      policy: null,
    };
    expect(summarizeUsage(request.usage, { charge, ...none })).toStrictEqual(
      summarizeUsage(request.usage, { charge }),
    );
    const asOf = "2026-02-01";
    expect(
      settleOutcomes(request.usage, {}, { asOf, periods: null, timeZone: null }),
    ).toStrictEqual(settleOutcomes(request.usage, {}, { asOf }));
  });
});
