import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { conformance, exampleOf, type Operation, operationsOf } from "./support/openapi.js";
import { type Client, openService, type Service } from "./support/service.js";

let service: Service;
let document: { readonly openapi: string };
let operations: readonly Operation[];
let acme: Client;

beforeAll(async () => {
  service = await openService();
  acme = await service.tenant("openapi");
  const response = await service.app.request("/openapi.json");
  document = z.looseObject({ openapi: z.string() }).parse(await response.json());
  operations = operationsOf(document);
});

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    expect(document.openapi).toBe("3.1.0");
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it("holds every route of the application, and no other", () => {
    const isMiddleware = (path: string) => path === "*" || path === "/*" || path.endsWith("/*");
    const isPage = (path: string) =>
      path === "/" || path === "/favicon.ico" || path.startsWith("/operator");
    const routed = service.app.routes
      .filter(({ path }) => !isMiddleware(path) && !isPage(path))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const described = operations.map(({ method, template }) => `${method} ${template}`);
    expect([...new Set(routed)].sort()).toEqual([...described].sort());
  });

  it("lists what can go wrong with every route", () => {
    for (const {
      operationId,
      template,
      method,
      responses,
      parameters,
      requestBody,
    } of operations) {
      const isTenants = template.startsWith("/v1/");
      const namesThings = parameters.some(({ in: place }) => place === "path") && method !== "PUT";
      const wanted = [
        ...(isTenants ? ["401", "422", "429", "500", "503"] : []),
        ...(isTenants && namesThings ? ["404"] : []),
        ...(requestBody === undefined ? [] : ["400", "413", "415"]),
      ];
      expect([operationId, Object.keys(responses)]).toEqual([
        operationId,
        expect.arrayContaining(wanted),
      ]);
    }
  });

  it("shows requests that work as they stand, and answers as they are", async () => {
    const another = await service.tenant("openapi");
    const own = { keyId: another.key.split("_")[1] ?? "" };
    const problemsOf = conformance(document);
    // What the others need comes first, what takes something away comes last.
    const first = ["putProduct", "putSubscription", "putGrant", "ingestEvents", "closePeriods"];
    const place = ({ operationId, method }: Operation) =>
      method === "DELETE"
        ? first.length + 1
        : (first.indexOf(operationId) + first.length + 1) % (first.length + 1);
    const ordered = [...operations].sort((a, b) => place(a) - place(b));
    for (const operation of ordered) {
      const { method, path, headers, body } = exampleOf(operation, own);
      const response = await acme(method, path, { headers, ...(body !== undefined && { body }) });
      const { status } = response;
      const wrong = await problemsOf(operation, response);
      expect({ id: operation.operationId, ok: status < 300, status, wrong }).toEqual({
        id: operation.operationId,
        ok: true,
        status,
        wrong: [],
      });
    }
  });

  it("shows events in every media type that works as it stands", async () => {
    const ingest = operations.find(({ operationId }) => operationId === "ingestEvents");
    for (const [type, { example }] of Object.entries(ingest?.requestBody?.content ?? {})) {
      const response = await acme("POST", "/v1/events", {
        headers: { "content-type": type },
        body: example,
      });
      expect([type, response.status, await response.json()]).toEqual([
        type,
        200,
        expect.objectContaining({ refused: [] }),
      ]);
    }
  });
});
