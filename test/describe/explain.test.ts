/** What an explanation says adds up, and every form of it says the same. */
import fc from "fast-check";
import {
  creditNote,
  type Explanation,
  explain,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Outcome,
  type Simulation,
  settleOutcomes,
  simulate,
  summarizeUsage,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import { documentOf } from "../support/chain.js";
import { sealed } from "../support/documents.js";
import { lives, WIDE } from "../support/lives.js";
import { plus, type Ratio, read, write } from "../support/oracle.js";
import { on, outcome, signal } from "../support/outcomes.js";
import {
  billOf,
  fee,
  issuesOf,
  JANUARY,
  parsedCase,
  perUnit,
  planCases,
  planOf,
  productOf,
  requestFor,
  requestOf,
  stored,
  thawed,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const ZERO: Ratio = { top: 0n, bottom: 1n };

/** What the nodes of a role that have none below them come to. */
function leafSum(node: Explanation, role: Explanation["role"]): Ratio {
  const below = node.children.filter((child) => child.role === role);
  if (below.length === 0) return node.role === role ? read(node.value ?? "0") : ZERO;
  return below.map((child) => leafSum(child, role)).reduce(plus, ZERO);
}

function nodesIn(node: Explanation): readonly Explanation[] {
  return [node, ...node.children.flatMap(nodesIn)];
}

function nodesOf(node: Explanation, name: string): readonly Explanation[] {
  return nodesIn(node).filter((each) => each.name === name);
}

const same = (a: string | null) => write(read(a ?? "0"));

/** Every node that adds up comes to its value by its leaves. */
function expectSums(root: Explanation): void {
  for (const node of nodesIn(root)) {
    if (node.role === "fact") continue;
    expect([node.label, write(leafSum(node, node.role))]).toEqual([node.label, same(node.value)]);
  }
}

const COUPONS = [
  { id: "welcome", name: "Welcome", percent: 7, from: "2020-01-01", until: "2030-01-01" },
  { id: "gift", amount: "12", from: "2020-01-01", until: "2030-01-01" },
] as const;
const TAXES = [
  { id: "vat", name: "VAT", percent: "19.6" },
  { id: "levy", percent: 3, compound: true },
];

/** Documents with every kind of line: of plans, and of lives with changes, coupons and taxes. */
const documents: fc.Arbitrary<readonly Invoice[]> = fc.oneof(
  planCases().map((one) => {
    const { plan, period } = one;
    const credits = [
      { id: "promo", unit: plan.currency ?? "", amount: 9, grantedAt: period.start },
    ];
    return [invoice({ ...requestFor(parsedCase(one)), coupons: COUPONS, taxes: TAXES, credits })];
  }),
  lives(WIDE).map((life) => bill(life, { rerate: "needed" })),
);

describe("explain: the tree", () => {
  it("has leaves that add up to every line, every section and the total, exactly", () => {
    fc.assert(
      fc.property(documents, (all) => {
        for (const document of all) {
          const root = explain(document, { format: "data" });
          expect([root.role, root.value, root.unit]).toEqual([
            "amount",
            document.total,
            document.currency,
          ]);
          expectSums(root);
          expect(
            nodesOf(root, "line")
              .map(({ value }) => value)
              .sort(),
          ).toEqual(document.lines.map(({ amount }) => amount).sort());
          const sections = nodesOf(root, "section").map(({ value }) => read(value ?? ""));
          expect(write(sections.reduce(plus, ZERO))).toBe(same(document.total));
        }
      }),
      tries(30),
    );
  });

  it("does so for simulations, and for each line by itself", () => {
    fc.assert(
      fc.property(planCases(), (one) => {
        const { plan, policy, seats, usage } = parsedCase(one);
        const simulation = simulate(plan, usage, { policy, quantities: seats });
        const root = explain(simulation, { format: "data" });
        expect(root.value).toBe(simulation.amount);
        expectSums(root);
        const lines = nodesOf(root, "line");
        for (const [index, line] of simulation.lines.entries()) {
          const named = explain(simulation, { format: "data", line: line.key });
          expect(named).toEqual(lines[index]);
          const alone = explain(line, { format: "data" });
          expect(alone.value).toBe(line.amount);
          expectSums(alone);
        }
      }),
      tries(30),
    );
  });

  it("is plain data, and the same for a document from a store", () => {
    fc.assert(
      fc.property(documents, (all) => {
        const [document] = all;
        if (document === undefined) return;
        const root = explain(document, { format: "data", eventIds: true });
        expect(stored(root)).toEqual(root);
        expect(thawed(root)).toEqual([]);
        for (const format of ["data", "text", "markdown", "html"] as const) {
          const options = { format, eventIds: true };
          expect(explain(stored(document), options)).toEqual(explain(document, options));
        }
      }),
      tries(10),
    );
  });

  it("tells the rounding of a line from its share in that of all lines together", () => {
    // Three times 1/3 of a cent over: 0.3333… each.
    const third = { id: "", minimum: "0" };
    const charges = ["a", "b", "c"].map((id) => perUnit(id, "0.001", { ...third, id }));
    const usage = { a: 4, b: 4, c: 4 };
    const namesUnder = (scope: "line" | "invoice") =>
      nodesIn(
        explain(billOf({ charges, usage, policy: { rounding: { scope } } }), { format: "data" }),
      )
        .filter(({ role, name }) => role === "amount" && /rounding|allocation/.test(name))
        .map(({ name, value }) => [name, value]);
    // 0.004 becomes 0.00 each; or 0.012 becomes 0.01, a cent that falls to the first.
    expect(namesUnder("line")).toEqual([
      ["rounding", "-0.004"],
      ["rounding", "-0.004"],
      ["rounding", "-0.004"],
    ]);
    expect(namesUnder("invoice")).toEqual([
      ["allocation", "0.006"],
      ["allocation", "-0.004"],
      ["allocation", "-0.004"],
    ]);
  });
});

/** A growing plan, sold on 17 January, with everything that a line can be. */
const CATALOG = productOf(
  planOf(
    [
      fee("platform", "99", { name: "Platform", billingTiming: "in-advance" }),
      {
        id: "seats",
        name: "Seats",
        chargeType: "recurring",
        unitOfMeasure: "@seat",
        includedUnits: 1,
        pricing: { model: "volume", tiers: [{ upTo: 5, unitPrice: 30 }, { unitPrice: "25.50" }] },
      },
      perUnit("call", "2", { name: "Calls", groupBy: { fields: ["properties.region"] } }),
      {
        id: "off",
        name: "Launch",
        chargeType: "recurring",
        pricing: { model: "discount", percent: 10, appliesTo: { charges: ["seats"] } },
      },
    ],
    { id: "growth" },
  ),
  planOf([fee("platform", "199", { name: "Platform", billingTiming: "in-advance" })], {
    id: "scale",
  }),
);
const SUBSCRIPTION = {
  id: "s1",
  customerId: "acme",
  ratePlanId: "growth",
  startDate: "2026-01-01",
  quantities: { seats: 12 },
};
const CALL = {
  id: "e1",
  customerId: "acme",
  unitOfMeasure: "@call",
  timestamp: "2026-01-05T10:00:00Z",
  quantity: 3,
  properties: { region: "eu" },
};
const OPENING = invoice({
  catalog: CATALOG,
  subscription: SUBSCRIPTION,
  period: { start: "2026-01-01", end: "2026-01-01" },
  usage: [],
  taxes: [{ id: "vat", name: "VAT", percent: 20 }],
});
const REQUEST: InvoiceRequest = {
  catalog: CATALOG,
  subscription: {
    ...SUBSCRIPTION,
    changes: [{ effectiveDate: "2026-01-17", ratePlanId: "scale" }],
  },
  period: JANUARY,
  usage: [CALL],
  previous: [OPENING],
  taxes: [{ id: "vat", name: "VAT", percent: 20 }],
  credits: [
    { id: "promo", name: "Launch credit", unit: "USD", amount: 10, grantedAt: "2026-01-01" },
  ],
  issueDate: "2026-02-01",
  paymentTerms: { days: 14 },
};
const DOCUMENT = invoice(REQUEST);

/** A line of the document's explanation, by its label. */
function lineOf(label: string, document = DOCUMENT, eventIds = false): Explanation {
  const found = nodesOf(explain(document, { format: "data", eventIds }), "line").find(
    (line) => line.label === label,
  );
  if (found === undefined) throw new Error(`no line ${label}`);
  return found;
}

const said = (nodes: readonly Explanation[]) =>
  nodes.map(({ label, value, note }) => [label, value, ...(note === null ? [] : [note])]);
const amountsOf = (line: Explanation) =>
  said(line.children.filter(({ role }) => role === "amount"));
const factsOf = (line: Explanation, ...names: readonly string[]) =>
  said(nodesIn(line).filter(({ role, name }) => role === "fact" && names.includes(name)));

describe("explain: what is said of a line", () => {
  it("quantities, tiers and the days of a cycle", () => {
    const line = lineOf("Seats");
    expect(said(nodesOf(line, "quantity"))).toEqual([["Quantity", "11"]]);
    expect(said(nodesOf(line, "quantity")[0]?.children ?? [])).toEqual([
      ["Counted", "12"],
      ["Included units", "-1"],
    ]);
    // 11 × 25.50 = 280.50, of which 16 of 31 days: 280.5 × 16/31 = 4488/31 = 144.774…; so −280.5 × 15/31 = −8415/62,
    // and 144.77 − 4488/31 = (14477 × 31 − 448800) / 3100 = −13/3100.
    expect(amountsOf(line)).toEqual([
      ["Tier above 5", "280.5", "11 × 25.5"],
      ["Part of the cycle", "-8415/62", "16 of 31 days: 4488/31 of 280.5"],
      ["Rounding", "-13/3100", "rounding to 2 decimals, half-away-from-zero"],
    ]);
    expect(factsOf(line, "service-period", "includedUnits", "model", "row")).toEqual([
      ["For", "2026-01-01/2026-01-17"],
      ["Model", "volume"],
      ["1", "up to 5, unit price 30"],
      ["2", "unit price 25.5"],
      ["Included units", "1"],
    ]);
  });

  it("groups and unit prices", () => {
    const line = lineOf("Calls");
    expect(factsOf(line, "group", "unit-price")).toEqual([
      ["properties.region", "eu"],
      ["Unit price", "2"],
    ]);
    expect(amountsOf(line)).toEqual([["Units", "6", "3 × 2"]]);
  });

  it("which lines a discount is taken off", () => {
    const line = lineOf("Launch");
    // 10 % of 144.77.
    expect(amountsOf(line)).toEqual([
      ["Discount", "-14.477", "10 % off Seats"],
      ["Rounding", "-0.003", "rounding to 2 decimals, half-away-from-zero"],
    ]);
    expect(factsOf(line, "share")).toEqual([["Seats", "-14.48"]]);
  });

  it("what a tax is charged on, at which rate", () => {
    const { taxes, subtotal } = DOCUMENT;
    const line = lineOf("VAT");
    expect(line.value).toBe(taxes);
    // Credit of 10.00 goes first.
    const taxable = write(plus(read(subtotal), read("-10")));
    expect(factsOf(line, "rate")).toEqual([["Rate", "20 %"]]);
    expect(factsOf(line, "taxable").map(([, value]) => same(value ?? ""))).toEqual([taxable]);
    expect(line.note).toBe(`20 % of ${factsOf(line, "taxable")[0]?.[1]}`);
  });

  it("what a credit grant pays for", () => {
    const line = lineOf("Launch credit");
    expect(factsOf(line, "grant", "drawn")).toEqual([
      ["Grant", "promo"],
      ["Change of the grant", "-10"],
    ]);
    const shares = factsOf(line, "share").map(([, value]) => read(value ?? ""));
    expect(write(shares.reduce(plus, ZERO))).toBe("-10");
  });

  it("what an adjustment brings from one amount to another, and why", () => {
    const line = lineOf("Platform: adjustment");
    // 16 of 31 days of 99: 51.10 (51.096…), of 99.00 billed before.
    expect(amountsOf(line)).toEqual([
      ["Due", "51.1", "due: 51.10"],
      ["Billed before", "-99", "billed before: 99.00"],
    ]);
    expect(factsOf(line, "cause", "date", "billed-by")).toEqual([
      ["Because of", "a change of the subscription"],
      ["On", "2026-01-17"],
      ["Billed by", "opening:s1@2026-01-01/2026-01-01"],
    ]);
  });

  it("names events where it is asked to, and only there", () => {
    const late = { ...CALL, id: "late", quantity: 1, receivedAt: "2026-02-02T09:00:00Z" };
    const note = creditNote({
      catalog: CATALOG,
      subscription: REQUEST.subscription,
      previous: [OPENING, DOCUMENT],
      rerate: [{ period: JANUARY, usage: [CALL, late] }],
      asOf: "2026-02-05",
    });
    expect(factsOf(lineOf("Calls: adjustment", note, true), "event")).toEqual([["Event", "late"]]);
    expect(factsOf(lineOf("Calls: adjustment", note), "event")).toEqual([]);
  });

  it("calls a kind of line and of step that it does not know by its own name", () => {
    const [first] = DOCUMENT.lines;
    const step = { of: "amount", kind: "surge", value: first?.exactAmount, text: "by moonlight" };
    const later = { ...first, kind: "surcharge", description: "", steps: [step] };
    const document = sealed(unchecked<Invoice>({ ...DOCUMENT, lines: [later] }));
    const line = lineOf("surcharge", document);
    expect(amountsOf(line)).toEqual([["surge", first?.exactAmount, "by moonlight"]]);
  });
});

describe("explain: what is said of a document", () => {
  const facts = (options = {}) => {
    const root = explain(DOCUMENT, { format: "data", ...options });
    const details = root.children.find(({ name }) => name === "details");
    return Object.fromEntries((details?.children ?? []).map(({ name, value }) => [name, value]));
  };

  it("who is billed for what, by which rules", () => {
    expect(facts()).toMatchObject({
      number: "2",
      to: "acme",
      "issue-date": "2026-02-01",
      "due-date": "2026-02-15",
      period: "2026-01-01/2026-02-01",
      subscription: "s1",
    });
    const root = explain(DOCUMENT, { format: "data" });
    expect(root.children.map(({ label }) => label)).toEqual([
      "Details",
      "Charges",
      "Credits",
      "Taxes",
      "Credit balances",
      "Corrected periods",
      "Events given",
      "Options in force",
    ]);
    expect(factsOf(root, "tiersAtChange", "posting", "balance")).toEqual([
      ["promo: drawdown", "-10.00"],
      ["Balance", "0.00"],
      ["Tiers at change", "restart"],
    ]);
  });

  it("what the caller wants to be said", () => {
    const letter = { number: "INV-7", from: "We\nHere", to: "Acme Inc.", note: "Thank you" };
    expect(facts(letter)).toMatchObject(letter);
  });

  it("calls what is owed to the customer a credit note", () => {
    const request = requestOf({ charges: [perUnit("call", "2")], usage: { call: 5 } });
    const before = invoice(request);
    const { catalog, subscription } = request;
    const rerate = [{ period: JANUARY, usage: { call: 4 } }];
    const note = creditNote({
      catalog,
      subscription,
      previous: [before],
      rerate,
      asOf: "2026-02-03",
    });
    const { label, value } = explain(note, { format: "data" });
    expect([label, value]).toEqual(["Credit note", "-2.00"]);
  });
});

describe("explain: outcomes", () => {
  const events = [
    outcome("e1", 2, { subject: "c1" }),
    signal("s1", 9, { name: "reopened", subject: "c1" }),
  ];
  const policy = { reverse: { signals: ["reopened"], within: "P30D" } } as const;
  const [reversed] = settleOutcomes(events, policy, { asOf: on(20) }).outcomes;

  it("says where one stands, since when, and why", () => {
    const given = reversed as Outcome;
    const root = explain(given, { format: "data", eventIds: true });
    expect([root.label, root.value]).toEqual(["Outcome e1", "reversed"]);
    expect(factsOf(root, "occurred", "ended")).toEqual([
      ["Occurred", given.occurredAt],
      ["Reversed", given.endedAt],
    ]);
    expect(factsOf(root, "reason").map(([, text]) => text)).toEqual(
      given.reasons.map(({ text }) => text),
    );
    expect(factsOf(root, "event").map(([, id]) => id)).toContain("s1");
    expect(nodesOf(explain(given, { format: "data" }), "event")).toEqual([]);
  });
});

describe("explain: for people", () => {
  const bigBill = billOf({ charges: [perUnit("call", "30")], usage: { call: 1_234_567 } });

  it("writes amounts with their thousands apart, without floats, at any size", () => {
    // 1,234,567 × 30 = 37,037,010.
    const [first = ""] = explain(bigBill).split("\n");
    expect(first.replace(/ +/g, " ")).toBe("Invoice 37,037,010.00 USD");
    expect(explain(bigBill)).toContain("1,234,567 @call");
    const huge = billOf({ charges: [fee("platform", "123456789012345678901234567890.12")] });
    expect(explain(huge)).toContain("123,456,789,012,345,678,901,234,567,890.12 USD");
  });

  it("writes the currency's own decimals, and a minus that is one", () => {
    const yen = billOf({ charges: [fee("platform", "1500")], plan: { currency: "JPY" } });
    expect(explain(yen)).toMatch(/platform +1,500 JPY\n/);
    expect(explain(DOCUMENT)).toMatch(/Launch credit +−10\.00 USD\n/);
  });

  it("shows what no decimal is equal to, nearly, with what it is", () => {
    // −8415/62 = −135.7258064…
    expect(explain(DOCUMENT)).toContain("−135.725806… (−8415/62) USD");
  });

  it("has dates in words, and the words of units", () => {
    const text = explain(DOCUMENT);
    expect(text).toContain("Due: 15 February 2026");
    expect(text).toContain("For: 1 to 16 January 2026");
    expect(text).toContain("Quantity: 11 seats");
  });

  it("names a fee, its cycle and its days in Markdown, in a table and below it", () => {
    const markdown = explain(DOCUMENT, { format: "markdown" });
    expect(markdown).toContain("| Seats | 1 to 16 January 2026 | 11 seats |  | 144.77 USD |");
    expect(markdown).toContain("### Seats: 144.77 USD");
    expect(markdown).toContain("- **Tier above 5: 280.50 USD (11 × 25.5)**");
  });
});

/** Names that somebody may give, to harm or by chance. */
const names = fc.oneof(
  fc.string({ minLength: 1, unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</bdi></td></table><style>*{display:none}</style>",
    "a | b\n| :-- |\n# heading",
    "![x](http://evil.example/x.png) [y](javascript:alert(1))",
    "`code` *strong* _em_ ~gone~ $x$ &lt;b&gt;",
    "1. one\n- two",
    "\u202Ereversed\u0000\u001b[31m",
  ),
);

/** A bill with a name, wherever a name may stand. */
function named(name: string): Invoice {
  const charges = [
    fee("platform", "99", { name, description: name }),
    perUnit("call", "2", { name, groupBy: { fields: ["properties.region"] } }),
  ];
  const event = { ...CALL, properties: { region: name } };
  return documentOf({ plans: [planOf(charges)] }, JANUARY, [], {
    usage: [event],
    coupons: [{ ...COUPONS[0], name }],
    taxes: [{ id: "vat", name, percent: 20 }],
  });
}

const PLAIN = named("Name");
const letterOf = (text: string) => ({ number: text, from: text, to: text, note: text });

describe("explain: the page", () => {
  const page = (document: Invoice | Simulation, text = "Name") =>
    explain(document, { format: "html", ...letterOf(text), eventIds: true });

  it("says what it is given and does nothing of it: no name makes a tag or an attribute", () => {
    const tagsIn = (html: string) => html.replace(/<title>[^<]*<\/title>/, "").match(/<[^>]*>/g);
    const expected = tagsIn(page(PLAIN));
    fc.assert(
      fc.property(names, (name) => {
        expect(tagsIn(page(named(name), name))).toEqual(expected);
      }),
      tries(30),
    );
  });

  it("is whole: every tag that opens closes, in order", () => {
    fc.assert(
      fc.property(documents, (all) => {
        for (const document of all.slice(0, 2)) expect(unbalanced(page(document))).toEqual([]);
      }),
      tries(8),
    );
  });

  it("runs nothing and asks nobody for anything", () => {
    const html = page(DOCUMENT);
    expect(html).not.toMatch(
      /<script|<link|<img|<iframe|\bon[a-z]+=|src=|href=|url\(|@import|https?:/i,
    );
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it("can be read by everyone: a language, a title, headings in order, tables with captions and scopes", () => {
    const html = page(DOCUMENT);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toMatch(/<title>Invoice · Name · [\d.,]+ USD<\/title>/);
    const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) {
      expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
    }
    const tables = html.match(/<table/g)?.length;
    expect(html.match(/<table[^>]*><caption|<table[^>]*>\n<caption/g)).toHaveLength(tables ?? 0);
    expect(html.match(/<th(?![^>]*scope=)[ >]/g)).toBeNull();
  });

  it("is made for paper, for the dark and for a telephone", () => {
    const html = page(DOCUMENT);
    for (const query of [
      "print",
      "screen and (prefers-color-scheme: dark)",
      "(max-width: 40rem)",
    ]) {
      expect(html).toContain(`@media ${query}`);
    }
  });

  it("holds every amount of the document", () => {
    const html = page(DOCUMENT);
    for (const { amount } of DOCUMENT.lines) {
      expect(html).toContain(`<bdi>${amount.replace("-", "−")}</bdi>`);
    }
  });
});

describe("explain: text and Markdown", () => {
  it("keep every name on its line", () => {
    const lines = (name: string, format: "text" | "markdown") =>
      explain(named(name), { format, ...letterOf(name) }).split("\n").length;
    fc.assert(
      fc.property(names, fc.constantFrom("text" as const, "markdown" as const), (name, format) => {
        expect(lines(name, format)).toBe(lines("Name", format));
      }),
      tries(30),
    );
  });

  it("have no control characters", () => {
    const text = explain(named("\u0000a\u001b[31m\r\nb"), letterOf("\u0007"));
    expect(text.replace(/\n/g, "")).not.toMatch(/\p{Cc}/u);
  });

  it("let no name be markup", () => {
    const markdown = explain(named("<b> *x* | [y](z) `c` http://x.example"), {
      format: "markdown",
    });
    expect(markdown).toContain("\\<b\\> \\*x\\* \\| \\[y\\](z) \\`c\\` http\\://x.example");
  });
});

describe("explain: what is refused", () => {
  const refused = (x: unknown, options: unknown = {}) =>
    issuesOf(() => explain(unchecked<Invoice>(x), unchecked<object>(options)));
  const [line] = DOCUMENT.lines;

  it.each<readonly [string, unknown, readonly string[]]>([
    ["nothing", undefined, ["invalid_type "]],
    ["a text", "invoice", ["invalid_type "]],
    ["an object of nothing", {}, ["invalid_type "]],
    ["a document that was changed", { ...DOCUMENT, total: "1.00" }, ["tampered "]],
    [
      "amounts that are none",
      { ...line, amount: "much", steps: 5 },
      ["invalid_value amount", "invalid_type steps"],
    ],
    ["a fraction of nothing", { ...line, exactAmount: "1/0" }, ["invalid_value exactAmount"]],
    [
      "a sealed document with other fields",
      sealed(unchecked<Invoice>({ ...DOCUMENT, taxes: 1, warnings: null })),
      ["invalid_type taxes", "invalid_type warnings"],
    ],
  ])("%s", (_, x, issues) => {
    expect(refused(x)).toEqual(issues);
  });

  it("options that are none, all at once", () => {
    const options = { format: "pdf", eventIds: "yes", number: 7, colour: "blue" };
    expect(refused(DOCUMENT, options)).toEqual([
      "unknown_key options.colour",
      "invalid_value options.format",
      "invalid_type options.eventIds",
      "invalid_type options.number",
    ]);
    expect(refused(DOCUMENT, { line: "usage:none@2026-01-01" })).toEqual([
      "invalid_value options.line",
    ]);
    expect(refused(line, { line: line?.key })).toEqual(["field_not_allowed options.line"]);
  });

  it("a summary of usage, which bills nothing", () => {
    const charge = perUnit("call", "2");
    const options = {
      charge,
      customerId: "acme",
      subscriptionId: "s1",
      period: JANUARY,
      asOf: "2026-02-01",
    };
    expect(refused(summarizeUsage([CALL], options))).toEqual(["invalid_type "]);
  });
});

/** What is wrong with the nesting of a page. */
function unbalanced(html: string): readonly string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [tag, slash, name = ""] of html
    .replace(/<style>[^<]*<\/style>/, "")
    .matchAll(/<(\/?)([a-z0-9]+)[^>]*>/g)) {
    if (["meta", "br"].includes(name)) continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) wrong.push(tag);
  }
  return [...wrong, ...open];
}
