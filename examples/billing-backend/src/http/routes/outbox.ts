import { createRoute, z } from "@hono/zod-openapi";
import { callerOf } from "../authentication.js";
import { id, json, KEY, pageOf, pageQuery, tenantProblems } from "../describe.js";
import { documentKey } from "../examples.js";
import { orProblem } from "../problem.js";
import { outboxItem } from "../schemas.js";
import type { Routes } from "./routes.js";

const shared = { security: KEY, tags: ["Hand-over"] };

const list = createRoute({
  ...shared,
  method: "get",
  path: "/v1/outbox",
  operationId: "listOutbox",
  summary: "Documents on their way to the payment provider",
  request: { query: pageQuery.extend({ status: z.enum(["pending", "delivered"]).optional() }) },
  responses: { 200: json(pageOf("Outbox", outboxItem), "A part."), ...tenantProblems() },
});

const retry = createRoute({
  ...shared,
  method: "post",
  path: "/v1/outbox/{documentKey}/retries",
  operationId: "retryDelivery",
  summary: "Hands a document over again now, whatever the wait after failures",
  request: { params: z.object({ documentKey: id.max(2_000).openapi({ example: documentKey }) }) },
  responses: {
    200: json(outboxItem, "Where it stands."),
    ...tenantProblems("not-found", "conflict"),
  },
});

export const outboxRoutes: Routes = (app, { outbox }) => {
  app.openapi(list, async (c) =>
    c.json(orProblem(await outbox.list(callerOf(c).tenantId, c.req.valid("query"))), 200),
  );
  app.openapi(retry, async (c) => {
    const { documentKey } = c.req.valid("param");
    return c.json(orProblem(await outbox.retry(callerOf(c).tenantId, documentKey)), 200);
  });
};
