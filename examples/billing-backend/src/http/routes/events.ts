import { createRoute } from "@hono/zod-openapi";
import { callerOf } from "../authentication.js";
import { bodyProblems, id, json, KEY, pageOf, pageQuery, tenantProblems } from "../describe.js";
import * as examples from "../examples.js";
import { HttpProblem, orProblem } from "../problem.js";
import { event, eventOrEvents, events, ingestReport, storedEvent } from "../schemas.js";
import type { Routes } from "./routes.js";

const shared = { security: KEY, tags: ["Events"] };

const ingest = createRoute({
  ...shared,
  method: "post",
  path: "/v1/events",
  operationId: "ingestEvents",
  summary: "Usage events, confirmations and reversals: one, or a list",
  description:
    "Each is stored once, in whatever order and however often it is delivered; plain, or in a CloudEvents envelope of JSON. " +
    "Of a list, those that are refused do not keep the others out.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: eventOrEvents, example: [examples.event] },
        "application/cloudevents+json": { schema: event, example: examples.cloudEvent },
        "application/cloudevents-batch+json": { schema: events, example: [examples.cloudEvent] },
      },
    },
  },
  responses: {
    200: json(ingestReport, "What became of each."),
    ...bodyProblems("conflict"),
  },
});

const list = createRoute({
  ...shared,
  method: "get",
  path: "/v1/events",
  operationId: "listEvents",
  summary: "Events and signals in the order in which they were received",
  request: { query: pageQuery.extend({ customerId: id.optional() }) },
  responses: { 200: json(pageOf("StoredEvents", storedEvent), "A part."), ...tenantProblems() },
});

export const eventRoutes: Routes = (app, billing, { MAX_BATCH }) => {
  app.openapi(ingest, async (c) => {
    const body = c.req.valid("json");
    const batch: readonly unknown[] = Array.isArray(body) ? body : [body];
    if (batch.length > MAX_BATCH) {
      throw new HttpProblem("too-large", { detail: `A list has at most ${MAX_BATCH} events.` });
    }
    const report = await billing.ingest(callerOf(c).tenantId, batch);
    const [alone] = report.refused;
    if (alone !== undefined && !Array.isArray(body)) {
      throw new HttpProblem(alone.reason, { issues: alone.issues });
    }
    return c.json(report, 200);
  });
  app.openapi(list, async (c) =>
    c.json(orProblem(await billing.events.list(callerOf(c).tenantId, c.req.valid("query"))), 200),
  );
};
