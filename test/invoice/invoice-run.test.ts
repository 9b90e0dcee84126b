import fc from "fast-check";
import { type InvoiceRequest, invoice, invoiceRun, isPricingError, parseProduct } from "rateplan";
import { describe, expect, it } from "vitest";

const catalog = {
  id: "p",
  name: "Agent",
  agentType: "agent",
  effectiveDate: "2026-01-01",
  ratePlans: [
    {
      id: "plan",
      name: "Plan",
      currency: "USD",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [
        { id: "fee", name: "Fee", chargeType: "recurring", pricing: { model: "flat", amount: 9 } },
        {
          id: "calls",
          name: "Calls",
          chargeType: "usage",
          unitOfMeasure: "call",
          pricing: {
            model: "tiered",
            tiers: [{ upTo: 10, unitPrice: "0.5" }, { unitPrice: "0.1" }],
          },
        },
      ],
    },
  ],
} as const;
const shared = { catalog, period: { start: "2026-01-01", end: "2026-02-01" } };

function subscriptionOf(id: string, ratePlanId = "plan") {
  return { id, customerId: id, ratePlanId, startDate: "2026-01-01" };
}

describe("invoiceRun", () => {
  it("gives what invoice gives for each request, and its issues where it is wrong", () => {
    const request = fc.record({
      subscription: fc
        .tuple(fc.nat(3), fc.constantFrom("plan", "plan", "other"))
        .map(([n, plan]) => subscriptionOf(`s${n}`, plan)),
      usage: fc.oneof(fc.nat(100), fc.constant("many")).map((calls) => ({ calls })),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 8 }), (requests) => {
        const alone = requests.map((each, index) => {
          try {
            return { ok: true, index, document: invoice({ ...shared, ...each }) };
          } catch (error) {
            return { ok: false, index, issues: isPricingError(error) ? error.issues : error };
          }
        });
        expect([...invoiceRun(requests, shared)]).toEqual(alone);
        expect([...invoiceRun(requests.map((each) => ({ ...shared, ...each })))]).toEqual(alone);
        const parsed = { ...shared, catalog: parseProduct(catalog) };
        expect([...invoiceRun(new Set(requests), parsed)]).toEqual(alone);
      }),
    );
  });

  it("bills 9 + 10 × 0.5 + 5 × 0.1 = 14.50 for 15 calls, and goes on after a request that is wrong", () => {
    const run = invoiceRun(
      [
        { subscription: subscriptionOf("a"), usage: { calls: 15 } },
        { subscription: subscriptionOf("b", "plann"), usage: { calls: 15 } },
        { subscription: subscriptionOf("c"), usage: { calls: 0 } },
      ],
      shared,
    );
    const results = [...run].map((each) =>
      each.ok ? `${each.index} ${each.document.total}` : `${each.index} ${each.issues[0]?.code}`,
    );
    expect(results).toEqual(["0 14.50", "1 unknown_rate_plan", "2 9.00"]);
  });

  it("takes requests one by one, when their documents are asked for", () => {
    const taken: number[] = [];
    function* requests() {
      for (let n = 0; ; n += 1) {
        taken.push(n);
        yield { subscription: subscriptionOf(`s${n}`), usage: { calls: n } };
      }
    }
    const run = invoiceRun(requests(), shared);
    expect(taken).toEqual([]);
    for (const { index } of run) if (index === 2) break;
    expect(taken).toEqual([0, 1, 2]);
  });

  it("lets a request have what others share otherwise", () => {
    const own = { policy: { rounding: { increment: "0.5" } } } as const;
    const [first, second] = invoiceRun(
      [
        { subscription: subscriptionOf("a"), usage: { calls: 1 }, ...own },
        { subscription: subscriptionOf("a"), usage: { calls: 1 }, period: undefined as never },
      ],
      { ...shared, policy: { rounding: { increment: "5" } } },
    );
    // 9.00 + 0.50 are multiples of 0.5; in steps of 5, they are 10 and 0.
    expect(first?.ok === true && first.document.total).toBe("9.50");
    expect(second?.ok === true && second.document.total).toBe("10.00");
  });

  it("says what is wrong with what is shared with each request", () => {
    const [result] = invoiceRun([{ subscription: subscriptionOf("a"), usage: {} }], {
      ...shared,
      catalog: { ...catalog, ratePlans: 5 } as never,
    });
    expect(result?.ok === false && result.issues.map(({ path }) => path.join("."))).toEqual([
      "catalog.ratePlans",
    ]);
  });

  it("ends with an issue where its requests cannot be read to their end", () => {
    function* requests(): Generator<InvoiceRequest> {
      yield { ...shared, subscription: subscriptionOf("a"), usage: {} };
      throw new Error("the database has gone");
    }
    const results = [...invoiceRun(requests())];
    expect(results.map(({ ok, index }) => [ok, index])).toEqual([
      [true, 0],
      [false, 1],
    ]);
    const last = results.at(-1);
    expect(last?.ok === false && last.issues.map(({ message }) => message)).toEqual([
      "requests must be an iterable of requests that can be read to its end, got an iterable that threw Error: the database has gone",
    ]);
  });

  it.each([
    { requests: 5, given: undefined, path: ["requests"] },
    { requests: undefined, given: undefined, path: ["requests"] },
    { requests: Promise.resolve([]), given: null, path: ["requests"] },
    { requests: [], given: 5, path: ["shared"] },
    { requests: [], given: [], path: ["shared"] },
  ])("refuses $path that are none", ({ requests, given, path }) => {
    try {
      invoiceRun(requests as never, given as never);
      expect.unreachable();
    } catch (error) {
      if (!isPricingError(error)) throw error;
      expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    }
  });
});
