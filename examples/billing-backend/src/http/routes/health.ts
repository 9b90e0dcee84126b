import { createRoute, z } from "@hono/zod-openapi";
import { json, problems } from "../describe.js";
import { HttpProblem } from "../problem.js";
import type { Routes } from "./routes.js";

const shared = { security: [], tags: ["Operation"] };
const status = z.object({ status: z.literal("ok") }).openapi("Status");

const health = createRoute({
  ...shared,
  method: "get",
  path: "/health",
  operationId: "health",
  summary: "Whether the process is alive; asks nobody else",
  responses: { 200: json(status, "It is.") },
});

const ready = createRoute({
  ...shared,
  method: "get",
  path: "/ready",
  operationId: "ready",
  summary: "Whether it can work: the database answers",
  responses: { 200: json(status, "It can."), ...problems("unavailable") },
});

export const healthRoutes: Routes = (app, billing) => {
  app.openapi(health, (c) => c.json({ status: "ok" as const }, 200));
  app.openapi(ready, async (c) => {
    try {
      await billing.ping();
    } catch (cause) {
      throw new HttpProblem("unavailable", { detail: "The database does not answer.", cause });
    }
    return c.json({ status: "ok" as const }, 200);
  });
};
