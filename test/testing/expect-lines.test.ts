/** Lines as a test expects them: what is as expected passes, every difference is named, and a reader sees where it is. */
import fc from "fast-check";
import { invoice, simulate } from "rateplan";
import {
  anInvoiceRequest,
  aProduct,
  aRatePlan,
  aRecurringCharge,
  aUsageCharge,
  type ExpectedLines,
  expectLines,
} from "rateplan/testing";
import { describe, expect, it } from "vitest";
import { issuesOf, planCases, requestFor, unchecked } from "../support/plans.js";

const catalog = aProduct({
  ratePlans: [aRatePlan({ charges: [aRecurringCharge(), aUsageCharge()] })],
});
const taxes = [{ id: "vat", name: "VAT", percent: 20 }];
/** 100.00 for the platform, 12 × 1.00 for outcomes, and 20 % of 112.00. */
const document = invoice(anInvoiceRequest({ catalog, usage: { outcomes: 12 }, taxes }));

/** The message of a failed assertion, line by line; nothing where it passes. */
function failure(run: () => void): readonly string[] {
  try {
    run();
  } catch (error) {
    expect((error as Error).name).toBe("UnexpectedLines");
    return (error as Error).message.split("\n");
  }
  return [];
}

const failureOf = (expected: ExpectedLines) => failure(() => expectLines(document, expected));

describe("expectLines", () => {
  it.each<[string, ExpectedLines]>([
    ["amounts in order", ["100.00", "12.00", "22.40"]],
    ["amounts by value", ["100", "12", "22.4"]],
    [
      "amounts by charge, and by kind where there is none",
      { platform: "100", outcomes: "12", tax: "22.40" },
    ],
    [
      "lines by charge, in any order",
      { tax: ["22.40"], outcomes: [{ quantity: "12" }], platform: {} },
    ],
    [
      "some fields",
      [{ chargeId: "platform" }, { kind: "usage", unitPrice: "1.0" }, { taxId: "vat" }],
    ],
    [
      "nested fields as they stand",
      [{ servicePeriod: { start: "2026-01-01", end: "2026-02-01" } }, {}, {}],
    ],
    ["fields that are absent", [{ group: null }, {}, { chargeId: null }]],
  ])("accepts %s", (_, expected) => {
    expect(failureOf(expected)).toEqual([]);
  });

  it("shows lines that differ one below the other, and says in what", () => {
    expect(
      failureOf(["100.00", { chargeId: "outcomes", quantity: "13", amount: "13" }, "22.40"]),
    ).toEqual([
      "The lines are not as expected (- expected, + received):",
      "",
      "  charge    kind       quantity  amount",
      "  platform  recurring         1  100.00",
      "- outcomes  ·                13      13",
      "+ outcomes  usage            12   12.00",
      "  vat       tax               1   22.40",
      "",
      'lines[1] (outcomes): quantity is "12", expected "13"',
      'lines[1] (outcomes): amount is "12.00", expected "13"',
    ]);
  });

  it("names surplus and missing lines", () => {
    const seats = { chargeId: "seats", amount: "145" };
    expect(failureOf([seats, { chargeId: "outcomes" }, "22.40"])).toEqual([
      "The lines are not as expected (- expected, + received):",
      "",
      "  charge    kind       quantity  amount",
      "- seats     ·                 ·     145",
      "+ platform  recurring         1  100.00",
      "  outcomes  usage            12   12.00",
      "  vat       tax               1   22.40",
      "",
      "missing: seats 145",
      "surplus: lines[0] (platform), platform recurring 100.00",
    ]);
  });

  it("names them by charge, too", () => {
    expect(failureOf({ platform: ["60", "40"], seats: "145", outcomes: "12" })).toEqual([
      "The lines are not as expected (- expected, + received):",
      "",
      "  charge    kind       quantity  amount",
      "- platform  ·                 ·      60",
      "+ platform  recurring         1  100.00",
      "- platform  ·                 ·      40",
      "  outcomes  usage            12   12.00",
      "+ vat       tax               1   22.40",
      "- seats     ·                 ·     145",
      "",
      'lines[0] (platform): amount is "100.00", expected "60"',
      "missing: platform 40",
      "surplus: lines[2] (vat), vat tax 22.40",
      "missing: seats 145",
    ]);
  });

  it("shows columns of what is said, and nested differences by their path", () => {
    const january = { start: "2026-01-01", end: "2026-01-31" };
    expect(failureOf([{ servicePeriod: january, description: "platform" }, {}, {}])).toEqual([
      "The lines are not as expected (- expected, + received):",
      "",
      "  charge    kind       for                       description  quantity  amount",
      "- ·         ·          2026-01-01 to 2026-01-31  platform            ·       ·",
      "+ platform  recurring  2026-01-01 to 2026-02-01  platform            1  100.00",
      "  outcomes  usage      2026-01-01 to 2026-02-01  outcomes           12   12.00",
      "  vat       tax        2026-01-01 to 2026-02-01  VAT                 1   22.40",
      "",
      'lines[0] (platform): servicePeriod.end is "2026-02-01", expected "2026-01-31"',
    ]);
  });

  it("takes simulations as well", () => {
    const simulation = simulate(aUsageCharge(), 650);
    expect(failure(() => expectLines(simulation, { outcomes: "650" }))).toEqual([]);
    expect(failure(() => expectLines(simulation, { outcomes: "651" })).at(-1)).toBe(
      'lines[0] (outcomes): amount is "650.00", expected "651"',
    );
  });

  it("names every mistake of what is expected", () => {
    const run = (expected: unknown) => issuesOf(() => expectLines(document, unchecked(expected)));
    expect(run([{ amout: "1" }, "1,00", { quantity: "x" }])).toEqual([
      "unknown_key expected.0.amout",
      "not_a_decimal expected.1",
      "not_a_decimal expected.2.quantity",
    ]);
    expect(run({ platform: 100 })).toEqual(["invalid_type expected.platform"]);
    expect(run(undefined)).toEqual(["invalid_type expected"]);
    expect(issuesOf(() => expectLines(unchecked({ total: "1.00" }), []))).toEqual([
      "invalid_type document",
    ]);
  });

  it("does not compile with fields that lines do not have", () => {
    // @ts-expect-error: there is no such field.
    const run = () => expectLines(document, [{ amout: "100" }]);
    expect(issuesOf(run)).toHaveLength(1);
  });
});

describe("a document's own lines", () => {
  const withLines = planCases().map((each) => invoice(requestFor(each)));

  it("are accepted, whole or in part", () => {
    fc.assert(
      fc.property(withLines, (bill) => {
        expectLines(bill, bill.lines);
        expectLines(
          bill,
          bill.lines.map(({ amount }) => amount),
        );
        expectLines(
          bill,
          bill.lines.map(({ key, kind, quantity }) => ({ key, kind, quantity })),
        );
      }),
    );
  });

  it("are refused with any line left out, doubled or moved, and with any field changed", () => {
    const changed = withLines
      .filter(({ lines }) => lines.length > 0)
      .chain((bill) =>
        fc.record({
          bill: fc.constant(bill),
          index: fc.nat({ max: bill.lines.length - 1 }),
          field: fc.constantFrom(
            ...([
              "key",
              "kind",
              "description",
              "quantity",
              "exactAmount",
              "amount",
              "chargeId",
            ] as const),
            ...([
              "group",
              "unitOfMeasure",
              "unitPrice",
              "steps",
              "servicePeriod",
              "terms",
              "part",
            ] as const),
          ),
        }),
      );
    fc.assert(
      fc.property(changed, ({ bill, index, field }) => {
        const { lines } = bill;
        const others: unknown[] = [
          lines.toSpliced(index, 1),
          lines.toSpliced(index, 0, ...lines.slice(index, index + 1)),
          [...lines, "0"],
          lines.with(
            index,
            unchecked({ ...lines[index], [field]: otherThan(lines[index]?.[field]) }),
          ),
        ];
        if (lines.length > 1) others.push([...lines.slice(1), lines[0]]);
        for (const other of others) {
          expect(failure(() => expectLines(bill, unchecked(other)))).not.toEqual([]);
        }
      }),
    );
  });

  /** Something else of the same form. */
  function otherThan(value: unknown): unknown {
    if (typeof value === "number") return value + 1;
    if (typeof value === "string") return /^-?\d/.test(value) ? "987654321" : `${value}x`;
    if (Array.isArray(value)) return [...value, { of: "amount" }];
    return value === null ? "987654321" : { ...(value as object), other: null };
  }
});
