import { beforeAll, describe, expect, it } from "vitest";
import * as examples from "../../src/http/examples.js";
import { openService, type Service } from "./support/service.js";

const SCRIPT = "<script>alert(1)</script>";

let service: Service;
let key: string;

beforeAll(async () => {
  service = await openService();
  const seller = await service.tenant("page");
  key = seller.key;
  const [plan] = examples.product.ratePlans;
  const charges = plan?.charges.map((charge) => ({ ...charge, name: SCRIPT }));
  const product = { ...examples.product, ratePlans: [{ ...plan, charges }] };
  const subscription = { ...examples.subscription, customerId: SCRIPT };
  const event = { ...examples.event, customerId: SCRIPT };
  await seller("PUT", "/v1/products/reader", { body: product });
  await seller("PUT", "/v1/subscriptions/acme-1", { body: subscription });
  await seller("POST", "/v1/events", { body: event });
  await seller("POST", "/v1/billing-runs", { body: { asOf: "2026-02-02T00:00:00Z" } });
  await seller("POST", "/v1/billing-runs", { body: {} });
});

interface Visit {
  readonly method?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function visit(path: string, { method = "GET", form, cookie, headers }: Visit = {}) {
  const response = await service.app.request(path, {
    method,
    headers: {
      "sec-fetch-site": "same-origin",
      ...(cookie !== undefined && { cookie }),
      ...headers,
    },
    ...(form !== undefined && { body: new URLSearchParams(form) }),
  });
  return { response, text: await response.text() };
}

const signIn = (given: string) =>
  visit("/operator/login", { method: "POST", form: { key: given } });
const cookieOf = (given: string) => `operator=${given}`;
const documentPath = `/operator/documents/${encodeURIComponent(examples.documentKey)}`;

describe("signing in", () => {
  it("keeps the key where neither scripts nor other sites reach it", async () => {
    const { response } = await signIn(` ${key} `);
    expect([response.status, response.headers.get("location")]).toEqual([303, "/operator"]);
    const cookie = response.headers.get("set-cookie") ?? "";
    expect(cookie.split("; ").sort()).toEqual(
      [`operator=${key}`, "HttpOnly", "Max-Age=28800", "Path=/operator", "SameSite=Strict"].sort(),
    );
    const { response: out } = await visit("/operator/logout", {
      method: "POST",
      cookie: cookieOf(key),
    });
    expect(out.headers.get("set-cookie")).toContain("operator=; Max-Age=0");
  });

  it("keeps it from a network without TLS, where others than this machine are served", async () => {
    const open = await openService({ environment: { HOST: "0.0.0.0" } });
    const response = await open.app.request("/operator/login", {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ key }),
    });
    expect(response.headers.get("set-cookie")).toContain("; Secure");
  });

  it("shows nothing to others: no key, a wrong one, one that is revoked", async () => {
    const another = await service.tenant("page");
    await another("DELETE", `/v1/api-keys/${another.key.split("_")[1]}`);
    for (const cookie of [
      "",
      cookieOf(""),
      cookieOf("nonsense"),
      cookieOf(`${key.slice(0, -4)}AAAA`),
      cookieOf(another.key),
    ]) {
      const list = await visit("/operator", { cookie });
      expect(list.text).toContain("Sign in with an API key");
      expect(list.text).not.toContain("acme-1");
      const document = await visit(documentPath, { cookie });
      expect([document.response.status, document.text]).toEqual([303, ""]);
    }
    const refused = await signIn(another.key);
    expect(refused.response.status).toBe(401);
    expect(refused.response.headers.get("set-cookie")).toBeNull();
    expect(refused.text).toContain("That is no valid API key.");
  });

  it("takes forms of its own pages alone", async () => {
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: "https://evil.example" },
    ]) {
      for (const path of ["/operator/login", "/operator/logout"]) {
        const { response } = await visit(path, { method: "POST", form: { key }, headers });
        expect([path, response.status]).toEqual([path, 403]);
      }
    }
  });

  it("stops listening to who guesses", async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 40; count += 1)
      statuses.add((await signIn("guess")).response.status);
    expect([...statuses]).toEqual([401, 429]);
  });
});

describe("the pages", () => {
  it("list the tenant's documents with what they come to, narrowed as asked", async () => {
    const cookie = cookieOf(key);
    const { text } = await visit("/operator", { cookie });
    // 3 × 50 in January, nothing in the months after it.
    expect(text).toContain("<dd>150.00 USD</dd>");
    expect(text).toContain(`href="${documentPath}"`);
    const one = await visit("/operator?subscription=acme-1&kind=invoice", { cookie });
    expect(one.text).toContain("documents found");
    expect(one.text).toContain('value="acme-1"');
    const none = await visit("/operator?kind=credit-note", { cookie });
    expect(none.text).toContain("No document is like that.");
    // What nobody could have chosen is as if it had not been said.
    const odd = await visit("/operator?kind=x&after=nothing", { cookie });
    expect(odd.response.status).toBe(200);
  });

  it("show a document as `explain` writes it, with its styles and no others", async () => {
    const { response, text } = await visit(documentPath, { cookie: cookieOf(key) });
    expect(response.status).toBe(200);
    expect(text).toContain("How this came about");
    const nonce = /'nonce-([^']+)'/.exec(
      response.headers.get("content-security-policy") ?? "",
    )?.[1];
    expect([...text.matchAll(/<style( nonce="[^"]*")?>/g)].map(([, found]) => found)).toEqual([
      ` nonce="${nonce}"`,
      ` nonce="${nonce}"`,
    ]);
  });

  it("escape what customers are called, and run nothing", async () => {
    for (const path of [
      "/operator",
      `/operator?customer=${encodeURIComponent(`"${SCRIPT}`)}`,
      documentPath,
    ]) {
      const { response, text } = await visit(path, { cookie: cookieOf(key) });
      expect(text).toContain("&lt;script&gt;alert(1)");
      expect(text).not.toMatch(/<script|javascript:|\son\w+=|style="/i);
      const policy = response.headers.get("content-security-policy") ?? "";
      expect(policy.replace(/nonce-[^']+/, "nonce")).toBe(
        "default-src 'none'; style-src 'nonce'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("referrer-policy")).toBe("no-referrer");
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  it("show no tenant what is another's", async () => {
    const other = await service.tenant("page-other");
    const cookie = cookieOf(other.key);
    expect((await visit("/operator", { cookie })).text).toContain("Nothing has been billed yet.");
    const document = await visit(documentPath, { cookie });
    expect(document.response.status).toBe(404);
    expect(document.text).not.toContain("alert");
  });
});
