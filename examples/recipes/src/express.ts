/** Express: what a price would bill, what the running period comes to, and the end of a period. */
import express, { type ErrorRequestHandler, type Express } from "express";
import { type ProductInput, simulate, upcoming } from "rateplan";
import { closeDue } from "./close.js";
import { NOT_FOUND, PROBLEM_JSON, problemOf } from "./problem.js";
import type { BillingStore } from "./store.js";

export function billingApp(store: BillingStore, catalog: ProductInput): Express {
  const app = express();
  app.use(express.json({ limit: "1mb" }));

  // { "charge": { … }, "usage": 650 }: nothing has to be stored to be tried.
  app.post("/prices/preview", ({ body }, response) => {
    response.json(simulate(body.charge, body.usage));
  });

  // /subscriptions/sub-1/upcoming?asOf=2026-01-20
  app.get("/subscriptions/:id/upcoming", async ({ params, query }, response, next) => {
    const subscription = await store.subscription(params.id);
    if (subscription === undefined) return next();
    const asOf = String(query["asOf"] ?? "");
    const usage = await store.events(subscription.customerId);
    const previous = await store.documents(subscription.id);
    response.json(upcoming({ catalog, subscription, usage, previous, asOf }));
  });

  // { "until": "2026-02-01" }: writes and stores what is due by then. Asked again, it writes nothing.
  app.post("/subscriptions/:id/close", async ({ params, body }, response, next) => {
    const subscription = await store.subscription(params.id);
    if (subscription === undefined) return next();
    const written = await closeDue(store, catalog, subscription, body.until);
    response.status(written.length > 0 ? 201 : 200).json(written);
  });

  app.use((_request, response) => {
    response.status(404).type(PROBLEM_JSON).json(NOT_FOUND);
  });
  // Express 5 brings here what a handler throws or rejects. It knows an error handler by its four parameters.
  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    const problem = problemOf(error);
    response.status(problem.status).type(PROBLEM_JSON).json(problem);
  };
  app.use(onError);
  return app;
}
