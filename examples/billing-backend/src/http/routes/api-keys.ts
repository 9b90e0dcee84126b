import { createRoute, z } from "@hono/zod-openapi";
import { newApiKey } from "../api-key.js";
import { callerOf } from "../authentication.js";
import { id, json, KEY, listOf, tenantProblems } from "../describe.js";
import { orProblem } from "../problem.js";
import type { Routes } from "./routes.js";

const shared = { security: KEY, tags: ["API keys"] };

const apiKey = z.object({ id: z.string(), revokedAt: z.string().nullable() }).openapi("ApiKey");

const create = createRoute({
  ...shared,
  method: "post",
  path: "/v1/api-keys",
  operationId: "createApiKey",
  summary: "Another key of the same tenant",
  description: "The answer is the only place where the key can be read. What got lost is revoked.",
  responses: {
    201: json(
      z.object({ id: z.string(), key: z.string() }).openapi("NewApiKey"),
      "The key, for the last time.",
    ),
    ...tenantProblems(),
  },
});

const list = createRoute({
  ...shared,
  method: "get",
  path: "/v1/api-keys",
  operationId: "listApiKeys",
  summary: "The tenant's keys by their ids, also those that are revoked",
  responses: {
    200: json(listOf("ApiKeys", apiKey), "In the order of making."),
    ...tenantProblems(),
  },
});

const revoke = createRoute({
  ...shared,
  method: "delete",
  path: "/v1/api-keys/{keyId}",
  operationId: "revokeApiKey",
  summary: "Ends a key, from the next request on",
  request: { params: z.object({ keyId: id.openapi({ example: "0123456789abcdef" }) }) },
  responses: { 204: { description: "It is revoked." }, ...tenantProblems("not-found") },
});

export const apiKeyRoutes: Routes = (app, { apiKeys }) => {
  app.openapi(create, async (c) => {
    const { id: keyId, key, hash } = newApiKey();
    orProblem(await apiKeys.put(callerOf(c).tenantId, { id: keyId, hash }));
    return c.json({ id: keyId, key }, 201);
  });
  app.openapi(list, async (c) => {
    const keys = orProblem(await apiKeys.list(callerOf(c).tenantId));
    return c.json(
      { items: keys.map(({ id: keyId, revokedAt }) => ({ id: keyId, revokedAt })) },
      200,
    );
  });
  app.openapi(revoke, async (c) => {
    orProblem(await apiKeys.revoke(callerOf(c).tenantId, c.req.valid("param").keyId));
    return c.body(null, 204);
  });
};
