/**
 * No tenant reads, bills or ingests into another. Requests come from the OpenAPI document, so that a new route is tested without anybody
 * thinking of it; its test of all routes holds the document to the application.
 */
import { beforeAll, describe, expect, it } from "vitest";
import * as examples from "../../src/http/examples.js";
import { exampleOf, type Operation, operationsOf } from "./support/openapi.js";
import { type Client, openService, type Service } from "./support/service.js";

let service: Service;
let operations: readonly Operation[];

beforeAll(async () => {
  service = await openService();
  const response = await service.app.request("/openapi.json");
  operations = operationsOf(await response.json()).filter(({ security }) => security.length > 0);
});

/** A tenant with one of everything, under the ids of the examples, named so that it is recognised in any answer. */
async function owner(name: string, quantity: string) {
  const client = await service.tenant(name);
  const [plan] = examples.product.ratePlans;
  const charges = plan?.charges.map((charge) => ({ ...charge, name: `charge of ${name}` }));
  const ratePlans = [{ ...plan, charges }];
  const grantName = { ...examples.grant, name: `grant of ${name}` };
  const usage = { ...examples.event, quantity, properties: { note: `event of ${name}` } };
  for (const [method, path, body] of [
    ["PUT", "/v1/products/reader", { ...examples.product, name: `product of ${name}`, ratePlans }],
    ["PUT", "/v1/subscriptions/acme-1", { ...examples.subscription, metadata: { of: name } }],
    ["PUT", "/v1/subscriptions/acme-1/grants/acme-welcome", grantName],
    ["POST", "/v1/events", usage],
    ["POST", "/v1/billing-runs", {}],
  ] as const) {
    expect([path, (await client(method, path, { body })).status]).toEqual([path, 200]);
  }
  return client;
}

function send(client: Client, operation: Operation, own = {}): Promise<Response> {
  const { method, path, headers, body } = exampleOf(operation, own);
  return client(method, path, { headers, ...(body !== undefined && { body }) });
}

/** All that a tenant can read. */
async function everything(client: Client): Promise<readonly string[]> {
  const reads = operations.filter(({ method }) => method === "GET");
  const texts: string[] = [];
  for (const read of reads) {
    const response = await send(client, read);
    // A preview is of now, and says so.
    const text = (await response.text()).replaceAll(/"(asOf|fingerprint)":"[^"]*"/g, "");
    texts.push(`${read.operationId} ${response.status} ${text}`);
  }
  return texts;
}

describe("isolation of tenants", () => {
  it("finds nothing of another tenant, by any route", async () => {
    const alpha = await owner("alpha", "3");
    const own = { keyId: alpha.key.split("_")[1] ?? "" };
    const before = await everything(alpha);
    expect(before.join("\n")).toContain("charge of alpha");
    const stranger = await service.tenant("stranger");
    // What a stranger puts under an id is the stranger's own: that is the next test.
    for (const operation of operations.filter(({ method }) => method !== "PUT")) {
      const response = await send(stranger, operation, own);
      const text = await response.text();
      expect([operation.operationId, text]).toEqual([
        operation.operationId,
        expect.not.stringContaining("alpha"),
      ]);
      const named = operation.parameters.some(({ in: place }) => place === "path");
      const expected = named ? 404 : expect.toBeOneOf([200, 201]);
      expect([operation.operationId, response.status]).toEqual([operation.operationId, expected]);
    }
    expect(await everything(alpha)).toEqual(before);
  });

  it("answers the same for what is another tenant's as for what nobody has", async () => {
    const beta = await owner("beta", "3");
    const keyId = beta.key.split("_")[1] ?? "";
    const stranger = await service.tenant("stranger-2");
    const named = operations.filter(
      ({ method, parameters }) =>
        method !== "PUT" && parameters.some(({ in: place }) => place === "path"),
    );
    expect(named.length).toBeGreaterThan(8);
    for (const { operationId, ...operation } of named) {
      const example = exampleOf({ operationId, ...operation }, { keyId });
      const ask = async (path: string) => {
        const { method, headers, body } = example;
        const response = await stranger(method, path, {
          headers,
          ...(body !== undefined && { body }),
        });
        const text = (await response.text()).replaceAll(/\d{4}-[^"Z]+Z/g, "now");
        return `${operationId} ${response.status} ${text}`;
      };
      const missing = (text: string) =>
        text
          .replaceAll("acme", "nobd")
          .replaceAll(keyId, "0000000000000000")
          .replaceAll("reader", "noread");
      expect(missing(await ask(example.path))).toEqual(missing(await ask(missing(example.path))));
    }
  });

  it("keeps two tenants apart that use the same ids for everything, and bills each its own usage", async () => {
    const gamma = await owner("gamma", "3");
    const before = await everything(gamma);
    const delta = await owner("delta", "7");
    // Every route, also those that write, for the second: nothing of it reaches the first.
    for (const operation of operations) await (await send(delta, operation)).text();
    expect(await everything(gamma)).toEqual(before);
    const seen = await everything(delta);
    expect(seen.join("\n")).toContain("charge of delta");
    expect(seen.join("\n")).not.toContain("gamma");
    // 3 × 50 − 100 of credit, 7 × 50 − 100 of credit
    const january = `/v1/documents/${encodeURIComponent(examples.documentKey)}`;
    const totals = [await gamma("GET", january), await delta("GET", january)];
    expect(await Promise.all(totals.map((response) => response.json()))).toMatchObject([
      { total: "50.00" },
      { total: "250.00" },
    ]);
  });

  it("opens no route of a tenant without a key, with a wrong one or with one that is revoked", async () => {
    const client = await service.tenant("epsilon");
    const id = client.key.split("_")[1] ?? "";
    const another = await service.tenant("epsilon");
    const changed = `${client.key.slice(0, -1)}${client.key.endsWith("A") ? "B" : "A"}`;
    const unknown = client.key.replace(id, "ffffffffffffffff");
    expect((await another("DELETE", `/v1/api-keys/${id}`)).status).toBe(204);
    for (const operation of operations) {
      for (const authorization of [
        "",
        "Bearer",
        "Basic eDp5",
        client.key,
        changed,
        unknown,
        another.key.slice(0, -1),
      ].map((key) => (key.startsWith("bb_") ? `Bearer ${key}` : key))) {
        const { method, path, headers, body } = exampleOf(operation);
        const response = await service.app.request(path, {
          method,
          headers: { ...headers, ...(authorization !== "" && { authorization }) },
          ...(body !== undefined && { body }),
        });
        expect([operation.operationId, authorization, response.status]).toEqual([
          operation.operationId,
          authorization,
          expect.toBeOneOf([401, 429]),
        ]);
      }
    }
  });
});
