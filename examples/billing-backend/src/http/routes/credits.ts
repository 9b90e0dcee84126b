import { createRoute, z } from "@hono/zod-openapi";
import { callerOf } from "../authentication.js";
import {
  bodyProblems,
  id,
  isGiven,
  json,
  jsonBody,
  KEY,
  listOf,
  tenantProblems,
} from "../describe.js";
import * as examples from "../examples.js";
import { orProblem, refuseOtherId } from "../problem.js";
import { document, grant, grantInput, ledgerEntry } from "../schemas.js";
import type { Routes } from "./routes.js";

const shared = { security: KEY, tags: ["Corrections and credits"] };
const params = z.object({ subscriptionId: id.openapi({ example: examples.subscription.id }) });

const correct = createRoute({
  ...shared,
  method: "post",
  path: "/v1/subscriptions/{subscriptionId}/corrections",
  operationId: "correctNow",
  summary: "What has become known since the last document, as a document at once",
  description:
    "Late events and reversals. Twice is once: what is corrected is not corrected again.",
  request: { params },
  responses: {
    200: json(
      z.object({ document: z.union([document, z.null()]) }).openapi("Correction"),
      "The correction; null where nothing is to be corrected.",
    ),
    ...tenantProblems("not-found", "not-billable", "conflict"),
  },
});

const creditInput = z.custom<unknown>(isGiven).openapi("Credit", {
  type: "object",
  description:
    "`credit` of rateplan's creditNote: `{ invoice, amount }` or `{ lines }`, with a `reason`.",
});

const credit = createRoute({
  ...shared,
  method: "post",
  path: "/v1/subscriptions/{subscriptionId}/credits",
  operationId: "creditByChoice",
  summary: "Credits an amount or lines of a document by choice",
  request: {
    params,
    headers: z.object({
      "idempotency-key": id.openapi({
        example: "goodwill-4711",
        description: "Of your choice. The same key with the same content is the same credit note.",
      }),
    }),
    body: jsonBody(creditInput, examples.credit),
  },
  responses: {
    200: json(document, "The credit note."),
    ...bodyProblems("not-found", "conflict", "not-billable"),
  },
});

const putGrant = createRoute({
  ...shared,
  method: "put",
  path: "/v1/subscriptions/{subscriptionId}/grants/{grantId}",
  operationId: "putGrant",
  summary: "Credit for a subscription, which its documents draw on",
  description: "The same content again changes nothing.",
  request: {
    params: params.extend({ grantId: id.openapi({ example: examples.grant.id }) }),
    body: jsonBody(grantInput, examples.grant),
  },
  responses: { 200: json(grant, "The grant."), ...bodyProblems("not-found", "conflict") },
});

const listGrants = createRoute({
  ...shared,
  method: "get",
  path: "/v1/subscriptions/{subscriptionId}/grants",
  operationId: "listGrants",
  summary: "The credit of a subscription, with balances",
  request: { params },
  responses: { 200: json(listOf("Grants", grant), "All grants."), ...tenantProblems("not-found") },
});

const listPostings = createRoute({
  ...shared,
  method: "get",
  path: "/v1/subscriptions/{subscriptionId}/postings",
  operationId: "listPostings",
  summary: "The ledger of credits of a subscription",
  request: { params },
  responses: {
    200: json(listOf("Postings", ledgerEntry), "In the order in which they were written."),
    ...tenantProblems("not-found"),
  },
});

export const creditRoutes: Routes = (app, billing) => {
  const { grants } = billing;
  app.openapi(correct, async (c) => {
    const { subscriptionId } = c.req.valid("param");
    const written = orProblem(await billing.correct(callerOf(c).tenantId, subscriptionId));
    return c.json({ document: written }, 200);
  });
  app.openapi(credit, async (c) => {
    const { subscriptionId } = c.req.valid("param");
    const { "idempotency-key": requestKey } = c.req.valid("header");
    const request = { requestKey, credit: c.req.valid("json") };
    return c.json(
      orProblem(await billing.credit(callerOf(c).tenantId, subscriptionId, request)),
      200,
    );
  });
  app.openapi(putGrant, async (c) => {
    const { subscriptionId, grantId } = c.req.valid("param");
    const body = c.req.valid("json");
    refuseOtherId(body, grantId);
    return c.json(orProblem(await grants.put(callerOf(c).tenantId, subscriptionId, body)), 200);
  });
  app.openapi(listGrants, async (c) => {
    const { subscriptionId } = c.req.valid("param");
    return c.json(
      { items: orProblem(await grants.list(callerOf(c).tenantId, subscriptionId)) },
      200,
    );
  });
  app.openapi(listPostings, async (c) => {
    const { subscriptionId } = c.req.valid("param");
    const items = orProblem(await grants.postings(callerOf(c).tenantId, subscriptionId));
    return c.json({ items }, 200);
  });
};
