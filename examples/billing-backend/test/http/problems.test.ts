import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import * as examples from "../../src/http/examples.js";
import { type Client, openService, type Service } from "./support/service.js";

let service: Service;
let client: Client;

beforeAll(async () => {
  service = await openService();
  client = await service.tenant("problems");
});

const problemSchema = z.looseObject({
  type: z.string(),
  status: z.int(),
  issues: z.array(z.looseObject({ code: z.string() })).optional(),
});

/** The parts of a problem that tests compare. */
async function problemIn(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const { type, status, ...rest } = problemSchema.parse(await response.json());
  expect(status).toBe(response.status);
  return { status, type: type.replace("urn:problem:", ""), ...rest };
}

describe("problems", () => {
  it("says everything that is wrong with a catalog, each with its place", async () => {
    const [plan] = examples.product.ratePlans;
    const charges = [
      { ...plan?.charges[0], pricing: { model: "tiered", tiers: [{ upTo: -5, unitPrice: "x" }] } },
    ];
    const body = { ...examples.product, agentTyp: "ocr", ratePlans: [{ ...plan, charges }] };
    const problem = await problemIn(await client("PUT", "/v1/products/reader", { body }));
    expect(problem).toMatchObject({ status: 422, type: "invalid" });
    const tiers = ["ratePlans", 0, "charges", 0, "pricing", "tiers", 0];
    expect(problem.issues).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: "unknown_key", path: ["agentTyp"] }),
        expect.objectContaining({
          path: [...tiers, "unitPrice"],
          received: '"x"',
          expected: expect.any(String),
        }),
        expect.objectContaining({ path: [...tiers, "upTo"] }),
      ]),
    );
  });

  it("tells a body that is no JSON from JSON that is not valid, and says nothing of its text", async () => {
    for (const body of ['{"secret":', "secret", "{'secret': 1}", '["secret"]]']) {
      const problem = await problemIn(await client("POST", "/v1/events", { body }));
      expect(problem).toMatchObject({ status: 400, type: "malformed-request" });
      expect(JSON.stringify(problem)).not.toContain("secret");
    }
    const nothing = await client("PUT", "/v1/products/reader", { body: "null" });
    expect(await problemIn(nothing)).toMatchObject({ status: 422, type: "invalid" });
  });

  it("takes JSON alone", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "text/html",
      "application/xml",
      "json",
    ]) {
      const headers = { "content-type": type };
      const response = await client("POST", "/v1/events", { body: "{}", headers });
      expect([type, await problemIn(response)]).toMatchObject([type, { status: 415 }]);
    }
  });

  it("knows what does not exist, and what exists only for other methods", async () => {
    expect(await problemIn(await client("GET", "/v1/nothing"))).toMatchObject({ status: 404 });
    expect(await problemIn(await service.app.request("/nothing"))).toMatchObject({ status: 404 });
    const other = await client("DELETE", "/v1/products/reader");
    expect(other.headers.get("allow")).toBe("PUT, GET, HEAD");
    expect(await problemIn(other)).toMatchObject({ status: 405, type: "method-not-allowed" });
  });

  it("refuses an id in a body that is not the one in the address", async () => {
    const response = await client("PUT", "/v1/products/another", { body: examples.product });
    expect((await problemIn(response)).issues).toEqual([
      {
        code: "invalid_value",
        path: ["id"],
        message: "is not the id in the address",
        expected: "another",
        received: "reader",
      },
    ]);
  });

  it("checks parameters before anything else is done", async () => {
    for (const query of [
      "limit=0",
      "limit=201",
      "limit=ten",
      "kind=bill",
      "order=random",
      `after=${"x".repeat(1001)}`,
    ]) {
      const problem = await problemIn(await client("GET", `/v1/documents?${query}`));
      const path = ["query", query.split("=")[0]];
      expect(problem).toMatchObject({ status: 422, issues: [{ path }] });
    }
    const run = await client("POST", "/v1/billing-runs", { body: { asOf: "yesterday", until: 1 } });
    expect((await problemIn(run)).issues).toHaveLength(2);
  });

  it("says 503 while the database is away, and 500 without a word about why", async () => {
    const gone = Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:5432"), {
      code: "ECONNREFUSED",
    });
    const bug = new Error("secret of the house");
    const broken = await openService({
      instead: {
        ping: () => Promise.reject(gone),
        ingest: () => Promise.reject(gone),
        preview: () => Promise.reject(bug),
      },
    });
    const tenant = await broken.tenant("problems");
    expect((await broken.app.request("/health")).status).toBe(200);
    expect(await problemIn(await broken.app.request("/ready"))).toMatchObject({ status: 503 });
    const away = await problemIn(await tenant("POST", "/v1/events", { body: [examples.event] }));
    expect(away).toMatchObject({ status: 503, type: "unavailable" });
    expect(JSON.stringify(away)).not.toContain("10.0.0.7");
    const failed = await problemIn(await tenant("GET", "/v1/subscriptions/acme-1/preview"));
    expect(failed).toEqual({
      status: 500,
      type: "internal-error",
      title: "Something is wrong here",
    });
  });
});

describe("limits", () => {
  it("takes so many events at once, and no more", async () => {
    const small = await openService({ environment: { MAX_BATCH: "3" } });
    const tenant = await small.tenant("limits");
    const batch = [1, 2, 3, 4].map((number) => ({ ...examples.event, id: `e${number}` }));
    const some = await tenant("POST", "/v1/events", { body: batch.slice(0, 3) });
    expect(await some.json()).toMatchObject({ accepted: 3 });
    const more = await problemIn(await tenant("POST", "/v1/events", { body: batch }));
    expect(more).toMatchObject({ status: 413, type: "too-large" });
  });

  it("takes so many requests of a key, whatever other keys do", async () => {
    const slow = await openService({ environment: { RATE_LIMIT: "4" } });
    const busy = await slow.tenant("busy");
    const quiet = await slow.tenant("busy");
    const statuses: number[] = [];
    let last = new Response();
    for (let count = 0; count < 6; count += 1) {
      last = await busy("GET", "/v1/products");
      statuses.push(last.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await problemIn(last)).toMatchObject({ type: "too-many-requests" });
    expect((await quiet("GET", "/v1/products")).status).toBe(200);
  });

  it("stops answering who guesses keys, and still answers who knows one", async () => {
    const guarded = await openService();
    const known = await guarded.tenant("guessed");
    const guess = () =>
      guarded.app.request("/v1/products", {
        headers: { authorization: `Bearer ${known.key.slice(0, -4)}AAAA` },
      });
    const statuses = new Set<number>();
    for (let count = 0; count < 40; count += 1) statuses.add((await guess()).status);
    expect([...statuses]).toEqual([401, 429]);
    expect((await known("GET", "/v1/products")).status).toBe(200);
  });

  it("refuses JSON that is too deep, and finds the place", async () => {
    const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    const fits = await client("POST", "/v1/events", { body: deep(30) });
    expect(await problemIn(fits)).toMatchObject({ status: 422, type: "invalid" });
    for (const body of [deep(40), deep(100_000), `${"[".repeat(400_000)}${"]".repeat(400_000)}`]) {
      const problem = await problemIn(await client("POST", "/v1/events", { body }));
      expect(problem.issues).toEqual([expect.objectContaining({ code: "too_deep" })]);
    }
  });

  it("takes no keys that become prototypes, and no text that no database stores", async () => {
    const bodies = [
      ['{"id":"a","__proto__":{"isAdmin":true}}', "unsafe_key"],
      ['{"id":"a","properties":{"__proto__":{"isAdmin":true}}}', "unsafe_key"],
      ['{"id":"a\\u0000b"}', "unsafe_text"],
      ['{"id":"\\ud800"}', "unsafe_text"],
      ['{"a\\u0000":1}', "unsafe_text"],
    ] as const;
    for (const [body, code] of bodies) {
      const problem = await problemIn(await client("POST", "/v1/events", { body }));
      expect([body, problem.issues]).toEqual([body, [expect.objectContaining({ code })]]);
    }
    expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
    // A key that only looks like it is data like any other.
    const event = {
      ...examples.event,
      id: "constructor",
      properties: { constructor: { prototype: 1 } },
    };
    const stored = await client("POST", "/v1/events", { body: [event] });
    expect(await stored.json()).toMatchObject({ accepted: 1 });
  });
});
