import { createRoute, z } from "@hono/zod-openapi";
import { callerOf } from "../authentication.js";
import {
  bodyProblems,
  id,
  json,
  jsonBody,
  KEY,
  moment,
  pageOf,
  pageQuery,
  tenantProblems,
} from "../describe.js";
import { documentKey } from "../examples.js";
import { orProblem } from "../problem.js";
import { closeReport, document, documentHead } from "../schemas.js";
import type { Routes } from "./routes.js";

const shared = { security: KEY, tags: ["Documents"] };

const close = createRoute({
  ...shared,
  method: "post",
  path: "/v1/billing-runs",
  operationId: "closePeriods",
  summary: "Writes every document that is due, of all subscriptions or of one",
  description:
    "Twice is once: what is written is not due any more. What cannot be written of one subscription does not stop the others.",
  request: {
    body: jsonBody(
      z
        .strictObject({ asOf: moment.optional(), subscriptionId: id.optional() })
        .openapi("BillingRun"),
      {},
    ),
  },
  responses: {
    200: json(closeReport, "What was written, and what could not be."),
    ...bodyProblems("not-found"),
  },
});

const list = createRoute({
  ...shared,
  method: "get",
  path: "/v1/documents",
  operationId: "listDocuments",
  summary: "Documents in the order in which they were written, or the other way round",
  request: {
    query: pageQuery.extend({
      subscriptionId: id.optional(),
      customerId: id.optional(),
      kind: z.enum(["invoice", "credit-note"]).optional(),
      order: z.enum(["oldest-first", "newest-first"]).default("oldest-first"),
    }),
  },
  responses: { 200: json(pageOf("Documents", documentHead), "A part."), ...tenantProblems() },
});

const get = createRoute({
  ...shared,
  method: "get",
  path: "/v1/documents/{documentKey}",
  operationId: "getDocument",
  summary: "A document as it was written",
  request: {
    params: z.object({
      documentKey: id.max(2_000).openapi({
        description: "The document's `idempotencyKey`, percent-encoded.",
        example: documentKey,
      }),
    }),
  },
  responses: { 200: json(document, "The document."), ...tenantProblems("not-found") },
});

export const documentRoutes: Routes = (app, billing) => {
  app.openapi(close, async (c) =>
    c.json(orProblem(await billing.close(callerOf(c).tenantId, c.req.valid("json"))), 200),
  );
  app.openapi(list, async (c) =>
    c.json(
      orProblem(await billing.documents.list(callerOf(c).tenantId, c.req.valid("query"))),
      200,
    ),
  );
  app.openapi(get, async (c) => {
    const { documentKey } = c.req.valid("param");
    return c.json(orProblem(await billing.documents.get(callerOf(c).tenantId, documentKey)), 200);
  });
};
