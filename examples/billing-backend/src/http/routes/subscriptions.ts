import { createRoute, z } from "@hono/zod-openapi";
import { callerOf } from "../authentication.js";
import {
  bodyProblems,
  id,
  isGiven,
  json,
  jsonBody,
  KEY,
  moment,
  pageOf,
  pageQuery,
  tenantProblems,
} from "../describe.js";
import * as examples from "../examples.js";
import { orProblem, refuseOtherId } from "../problem.js";
import { document, subscription, subscriptionInput } from "../schemas.js";
import type { Routes } from "./routes.js";

const shared = { security: KEY, tags: ["Subscriptions"] };
const params = z.object({ subscriptionId: id.openapi({ example: examples.subscription.id }) });

const put = createRoute({
  ...shared,
  method: "put",
  path: "/v1/subscriptions/{subscriptionId}",
  operationId: "putSubscription",
  summary: "A new subscription",
  description: "The same content again changes nothing. What changes later is added as a change.",
  request: { params, body: jsonBody(subscriptionInput, examples.subscription) },
  responses: {
    200: json(subscription, "The subscription."),
    ...bodyProblems("conflict", "not-found"),
  },
});

const get = createRoute({
  ...shared,
  method: "get",
  path: "/v1/subscriptions/{subscriptionId}",
  operationId: "getSubscription",
  summary: "A subscription with its changes",
  request: { params },
  responses: { 200: json(subscription, "The subscription."), ...tenantProblems("not-found") },
});

const list = createRoute({
  ...shared,
  method: "get",
  path: "/v1/subscriptions",
  operationId: "listSubscriptions",
  summary: "All subscriptions",
  request: { query: pageQuery },
  responses: { 200: json(pageOf("Subscriptions", subscription), "A part."), ...tenantProblems() },
});

const change = z.custom<unknown>(isGiven).openapi("Change", {
  type: "object",
  allOf: [{ $ref: "#/components/schemas/Subscription/properties/changes/anyOf/0/items" }],
});

const addChange = createRoute({
  ...shared,
  method: "post",
  path: "/v1/subscriptions/{subscriptionId}/changes",
  operationId: "addChange",
  summary: "A dated change of plan, quantity, price or status",
  description:
    "The same content again changes nothing. What it changes of invoiced time, the next document makes up.",
  request: { params, body: jsonBody(change, examples.change) },
  responses: {
    200: json(subscription, "The subscription with the change."),
    ...bodyProblems("conflict", "not-found"),
  },
});

const preview = createRoute({
  ...shared,
  method: "get",
  path: "/v1/subscriptions/{subscriptionId}/preview",
  operationId: "previewDocument",
  summary: "The next document as it would be written; nothing is stored",
  request: { params, query: z.object({ asOf: moment.optional() }) },
  responses: {
    200: json(document, "The document."),
    ...tenantProblems("not-found", "not-billable"),
  },
});

export const subscriptionRoutes: Routes = (app, billing) => {
  const { subscriptions } = billing;
  app.openapi(put, async (c) => {
    const body = c.req.valid("json");
    refuseOtherId(body, c.req.valid("param").subscriptionId);
    return c.json(orProblem(await subscriptions.put(callerOf(c).tenantId, body)), 200);
  });
  app.openapi(get, async (c) => {
    const { subscriptionId } = c.req.valid("param");
    return c.json(orProblem(await subscriptions.get(callerOf(c).tenantId, subscriptionId)), 200);
  });
  app.openapi(list, async (c) =>
    c.json(orProblem(await subscriptions.list(callerOf(c).tenantId, c.req.valid("query"))), 200),
  );
  app.openapi(addChange, async (c) => {
    const { subscriptionId } = c.req.valid("param");
    const { tenantId } = callerOf(c);
    const body = c.req.valid("json");
    return c.json(orProblem(await subscriptions.addChange(tenantId, subscriptionId, body)), 200);
  });
  app.openapi(preview, async (c) => {
    const { subscriptionId } = c.req.valid("param");
    const { asOf } = c.req.valid("query");
    return c.json(
      orProblem(await billing.preview(callerOf(c).tenantId, subscriptionId, asOf)),
      200,
    );
  });
};
