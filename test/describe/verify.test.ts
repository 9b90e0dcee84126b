/** A document verifies if, and only if, it is what its request gives; every difference is named, and nothing else. */
import fc from "fast-check";
import {
  type CreditNoteRequest,
  creditNote,
  crossedThreshold,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type PathSegment,
  type Verification,
  verify,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import { documentOf, subscriptionOf } from "../support/chain.js";
import { sealed } from "../support/documents.js";
import { lives, WIDE } from "../support/lives.js";
import {
  billOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planCases,
  planOf,
  productOf,
  requestFor,
  requestOf,
  stored,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

interface Written {
  readonly document: Invoice;
  readonly request: InvoiceRequest | CreditNoteRequest;
}

/** The documents of random lives, each with what it was written from; corrections among them. */
const writtenInLives = lives(WIDE).map((life): readonly Written[] => {
  const requests: (InvoiceRequest | CreditNoteRequest)[] = [];
  const documents = bill(life, {
    rerate: "needed",
    rewrite: (asked) => {
      if (isRequest(asked)) requests.push({ ...asked, previous: [...(asked.previous ?? [])] });
      return asked;
    },
  });
  return documents.flatMap((document, index) => {
    const request = requests[index];
    return request === undefined ? [] : [{ document, request }];
  });
});

const writtenOfPlans = planCases().map((one): readonly Written[] => {
  const request = requestFor(one);
  return [{ document: invoice(request), request }];
});

const written: fc.Arbitrary<Written> = fc
  .oneof(writtenOfPlans, writtenInLives)
  .filter((all) => all.length > 0)
  .chain((all) => fc.constantFrom(...all));

function isRequest(asked: unknown): asked is InvoiceRequest {
  return typeof asked === "object" && asked !== null && "previous" in asked;
}

const pathsIn = ({ differences }: Verification) =>
  differences.map(({ path }) => path.join(" ")).sort();

/** Something that can be changed, and how it is reached. */
interface Place {
  readonly path: readonly PathSegment[];
  readonly value: unknown;
}

function placesIn(value: unknown, path: readonly PathSegment[] = []): readonly Place[] {
  const own = path.length === 0 ? [] : [{ path, value }];
  if (typeof value !== "object" || value === null) return own;
  const below = Array.isArray(value)
    ? value.flatMap((each, index) => placesIn(each, [...path, index]))
    : Object.entries(value).flatMap(([key, each]) => placesIn(each, [...path, key]));
  return [...own, ...below];
}

/** A copy in which what stands at a path is made something else; `undefined` takes it away. */
function changed(document: Invoice, path: readonly PathSegment[], value: unknown): Invoice {
  const copy = stored<unknown>(document);
  const last = path.at(-1) ?? "";
  let holder = copy;
  for (const key of path.slice(0, -1)) holder = Reflect.get(Object(holder), key);
  if (value !== undefined) Reflect.set(Object(holder), last, value);
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(Object(holder), last);
  return unchecked<Invoice>(copy);
}

/** A value of its kind that is another one, and one of another kind. */
function others(value: unknown): readonly unknown[] {
  if (typeof value === "string") return [`${value}0`, "", null];
  if (typeof value === "number") return [value + 1, String(value)];
  if (typeof value === "boolean") return [!value, 0];
  if (value === null) return [0, "x"];
  return ["x", null, Array.isArray(value) ? {} : []];
}

describe("verify", () => {
  it("finds nothing in a document that follows from its request, after a round trip through a store too", () => {
    fc.assert(
      fc.property(fc.oneof(writtenOfPlans, writtenInLives), (all) => {
        for (const { document, request } of all) {
          const expected = { ok: true, intact: true, count: 0, differences: [] };
          expect(verify(document, request)).toEqual(expected);
          expect(verify(withKeysReversed(document), request)).toEqual(expected);
        }
      }),
      tries(13),
    );
  });

  it("names any field that was changed, and the fingerprint, and nothing else", () => {
    fc.assert(
      fc.property(written, fc.nat(), fc.nat(), ({ document, request }, where, how) => {
        const places = placesIn(document);
        const { path, value } = places[where % places.length] ?? { path: [], value: null };
        const choices = others(value);
        const other = choices[how % choices.length];
        fc.pre(JSON.stringify(other) !== JSON.stringify(value));
        const forged = changed(document, path, other);
        const found = verify(forged, request);
        expect(found.ok).toBe(false);
        expect(found.intact).toBe(false);
        const names = new Set([path.join(" "), "fingerprint"]);
        expect(pathsIn(found)).toEqual([...names].sort());
        const own = found.differences.find((each) => each.path.join(" ") === path.join(" "));
        expect(own).toEqual({ path, expected: value, received: other });
        expect(found.count).toBe(names.size);
      }),
      tries(40),
    );
  });

  it("names what was taken away, and what was added", () => {
    fc.assert(
      fc.property(written, fc.nat(), ({ document, request }, where) => {
        const places = placesIn(document);
        const { path } = places[where % places.length] ?? { path: [] };
        const less = verify(changed(document, path, undefined), request);
        const list = path.slice(0, -1).join(" ");
        const named = less.differences.find((each) => each.path.slice(0, -1).join(" ") === list);
        expect(named?.expected).toBeDefined();
        expect(named).not.toHaveProperty("received");
        expect(less.count).toBe(path[0] === "fingerprint" ? 1 : 2);

        const holder = path.slice(0, -1);
        const isInList = typeof path.at(-1) === "number";
        const added = isInList ? holder : [...holder, "more"];
        const more = changed(document, added, isInList ? [...listAt(document, holder), 1] : 1);
        const found = verify(more, request);
        expect(found.count).toBe(2);
        const extra = found.differences.find((each) => !("expected" in each));
        expect(extra?.received).toBe(1);
      }),
      tries(25),
    );
  });

  it("says that a document that was sealed again is intact, and still names what was changed", () => {
    fc.assert(
      fc.property(written, fc.nat(), ({ document, request }, where) => {
        const places = placesIn(document).filter(({ value }) => typeof value === "string");
        const { path, value } = places[where % places.length] ?? { path: [], value: "" };
        fc.pre(path[0] !== "fingerprint");
        const found = verify(sealed(changed(document, path, `${value}0`)), request);
        expect(found.intact).toBe(true);
        expect(pathsIn(found)).toEqual([path.join(" "), "fingerprint"].sort());
      }),
      tries(25),
    );
  });

  it("names one line that was left out of many, and not those after it", () => {
    const request = requestOf({ charges: ["a", "b", "c", "d"].map((id) => fee(id, "10")) });
    const document = invoice(request);
    const forged = { ...document, lines: document.lines.filter((_, index) => index !== 1) };
    expect(verify(forged, request).differences).toEqual([
      { path: ["lines", 1], expected: document.lines[1] },
      { path: ["fingerprint"], expected: expect.any(String), received: document.fingerprint },
    ]);
  });

  it("shows what another price would have billed", () => {
    const sale = (unitPrice: string) =>
      requestOf({ charges: [perUnit("call", unitPrice)], usage: { call: 10 } });
    // 10 × 2 = 20 instead of 10 × 3 = 30.
    const found = verify(invoice(sale("3")), sale("2"));
    expect(found.intact).toBe(true);
    expect(found.differences).toContainEqual({
      path: ["total"],
      expected: "20.00",
      received: "30.00",
    });
  });
});

describe("verify: documents of an older minor version", () => {
  const charges = [fee("platform", "99")];
  const request = requestOf({ charges });
  const without = (document: Invoice, ...paths: (readonly PathSegment[])[]) =>
    paths.reduce((each, path) => changed(each, path, undefined), document);

  it("verifies one that lacks fields that say nothing", () => {
    const older = sealed(
      without(
        invoice(request),
        ["coupons"],
        ["policy", "coupons"],
        ["policy", "discounts", "order"],
      ),
    );
    expect(verify(older, request)).toEqual({ ok: true, intact: true, count: 0, differences: [] });
  });

  it("shows what differs beside them, with the fingerprint that it should have", () => {
    const older = without(invoice(request), ["coupons"], ["policy", "taxes"]);
    const found = verify(sealed({ ...older, total: "98.00" }), request);
    expect(found.differences).toEqual([
      { path: ["total"], expected: "99.00", received: "98.00" },
      { path: ["fingerprint"], expected: sealed(older).fingerprint, received: expect.any(String) },
    ]);
  });

  it("says which field is missing where it says something", () => {
    const coupons = [{ id: "welcome", percent: 10, from: "2026-01-01", periods: 1 }];
    const more = { ...request, coupons, policy: { coupons: { stacking: "best" as const } } };
    const document = invoice(more);
    const found = verify(sealed(without(document, ["coupons"], ["policy", "coupons"])), more);
    expect(found.differences).toEqual([
      { path: ["coupons"], expected: document.coupons },
      { path: ["policy", "coupons"], expected: document.policy.coupons },
      { path: ["fingerprint"], expected: document.fingerprint, received: expect.any(String) },
    ]);
  });

  it("takes no field away from a document whose fingerprint does not hold", () => {
    const found = verify(without(invoice(request), ["coupons"]), request);
    expect(pathsIn(found)).toEqual(["coupons", "fingerprint"]);
  });
});

describe("verify: what cannot be verified", () => {
  const sale = { charges: [fee("platform", "99")] };
  const request = requestOf(sale);
  const document = billOf(sale);

  it.each<readonly [string, unknown, string]>([
    ["nothing", undefined, "invalid_type document"],
    ["null", null, "invalid_type document"],
    ["a text", "{}", "invalid_type document"],
    ["a list", [document], "invalid_type document"],
    ["an empty object", {}, "invalid_type document"],
    ["what refers to itself", cyclic(), "not_plain_data document.self"],
    [
      "a getter that throws",
      {
        get sequence() {
          throw new Error("no");
        },
      },
      "not_plain_data document",
    ],
    [
      "a proxy that throws",
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error("no");
          },
        },
      ),
      "not_plain_data document",
    ],
    [
      "a list without end",
      { sequence: 1, lines: new Array(6_000_000) },
      "too_large document.lines",
    ],
  ])("refuses %s", (_, given, issue) => {
    expect(issuesOf(() => verify(unchecked<Invoice>(given), request))).toEqual([issue]);
  });

  it("refuses what is no data inside of a document, and looks at nothing of it", () => {
    const given = { ...document, currency: new Map(), total: () => "0", lines: [undefined] };
    expect(issuesOf(() => verify(unchecked<Invoice>(given), request))).toEqual([
      "not_plain_data document.currency",
      "not_plain_data document.lines.0",
      "not_plain_data document.total",
    ]);
  });

  it("refuses a request that cannot be billed, with every issue of it", () => {
    const wrong = unchecked<InvoiceRequest>({
      ...request,
      period: { start: "2026-01-02", end: "2026-02-01" },
      extra: 1,
    });
    expect(issuesOf(() => verify(document, wrong))).toEqual([
      "unknown_key request.extra",
      "not_a_billing_period request.period",
    ]);
    expect(issuesOf(() => verify(document, unchecked<InvoiceRequest>(null)))).toEqual([
      "invalid_type request",
    ]);
  });

  it("counts more differences than it lists", () => {
    const warnings = Array.from({ length: 3_000 }, () => ({ code: "usage_incomplete" }));
    const found = verify({ ...document, warnings: unchecked(warnings) }, request);
    // Each warning, and the fingerprint.
    expect(found.count).toBe(3_001);
    expect(found.differences).toHaveLength(1_000);
  });

  it("verifies interim documents, and the period's own after them", () => {
    const charges = [perUnit("call", "2")];
    const event = (id: string, day: string, quantity: number) => ({
      ...{ id, customerId: "acme", unitOfMeasure: "@call", quantity },
      timestamp: `2026-01-${day}T09:00:00Z`,
    });
    const usage = [event("e1", "05", 3), event("e2", "20", 4)];
    const interim = {
      ...requestOf({ charges, usage, asOf: "2026-01-10" }),
      scope: "interim" as const,
    };
    const first = invoice(interim);
    const rest = { ...requestOf({ charges, usage }), previous: [first] };
    // 3 × 2 so far, then 4 × 2.
    expect([first.total, invoice(rest).total]).toEqual(["6.00", "8.00"]);
    expect(verify(stored(first), interim).ok).toBe(true);
    expect(verify(stored(invoice(rest)), rest).ok).toBe(true);
    const { scope: _scope, ...asked } = interim;
    const crossed = crossedThreshold(asked, [5]);
    if (crossed === null) throw new Error("unreachable: 6.00 is above 5");
    expect(verify(stored(crossed.document), interim).ok).toBe(true);
    // Without a scope the same request asks for the period's own document, as it is known at its moment.
    expect(verify(invoice(asked), asked).ok).toBe(true);
    expect(pathsIn(verify(crossed.document, asked))).toContain("scope");
  });

  it("verifies a credit note by its own request, whatever its scope says", () => {
    const deal = { plans: [planOf([perUnit("call", "2")])] };
    const first = documentOf(deal, JANUARY, [], { usage: { call: 5 } });
    const asked: CreditNoteRequest = {
      catalog: productOf(...deal.plans),
      subscription: subscriptionOf(deal),
      previous: [first],
      rerate: [{ period: JANUARY, usage: { call: 4 } }],
      asOf: "2026-02-03",
    };
    const note = creditNote(asked);
    expect(note.total).toBe("-2.00");
    expect(verify(note, asked).ok).toBe(true);
    const { rerate: _again, ...others } = asked;
    const chosen = { ...others, credit: { invoice: first.idempotencyKey, amount: 3 } };
    for (const request of [asked, chosen]) {
      const written = creditNote(request);
      const { scope: _scope, ...without } = written;
      expect(verify(written, request).ok).toBe(true);
      for (const changed of [
        ...["period", "interim", "anything", null, 7].map((scope) => ({ ...written, scope })),
        without,
      ]) {
        const found = verify(unchecked<Invoice>(changed), request);
        expect(pathsIn(found)).toEqual(["fingerprint", "scope"]);
      }
    }
  });

  it("says of a request that asks for nothing what a document of its scope needs", () => {
    const { period: _period, ...nothing } = request;
    const issues = (scope: Invoice["scope"]) =>
      issuesOf(() => verify({ ...document, scope }, unchecked<InvoiceRequest>(nothing)));
    expect(issues("period")).toContain("missing request.period");
    expect(issues("correction")).toContain("missing request.rerate");
  });
});

function cyclic(): unknown {
  const self: Record<string, unknown> = { sequence: 1 };
  self["self"] = self;
  return self;
}

function listAt(document: Invoice, path: readonly PathSegment[]): readonly unknown[] {
  let value: unknown = document;
  for (const key of path) value = Reflect.get(Object(value), key);
  return Array.isArray(value) ? value : [];
}

function withKeysReversed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).reverse())
      : each,
  );
}
