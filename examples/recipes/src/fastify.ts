/** Fastify: the same three routes, as a plugin. */
import type { FastifyPluginCallback } from "fastify";
import { type ProductInput, simulate, upcoming } from "rateplan";
import { closeDue } from "./close.js";
import { NOT_FOUND, PROBLEM_JSON, problemOf } from "./problem.js";
import type { BillingStore } from "./store.js";

interface OfSubscription {
  Params: { id: string };
}
/** What the library is asked, as far as its own checks are needed to trust it. */
interface Preview {
  Body: { charge: Parameters<typeof simulate>[0]; usage: Parameters<typeof simulate>[1] };
}

export function billingRoutes(store: BillingStore, catalog: ProductInput): FastifyPluginCallback {
  return (app, _options, done) => {
    app.setErrorHandler((error, _request, reply) => {
      const problem = problemOf(error);
      return reply.status(problem.status).type(PROBLEM_JSON).send(problem);
    });
    app.setNotFoundHandler((_request, reply) => {
      return reply.status(404).type(PROBLEM_JSON).send(NOT_FOUND);
    });

    // { "charge": { … }, "usage": 650 }: nothing has to be stored to be tried.
    app.post<Preview>("/prices/preview", async ({ body }) => simulate(body.charge, body.usage));

    // /subscriptions/sub-1/upcoming?asOf=2026-01-20
    app.get<OfSubscription & { Querystring: { asOf: string } }>(
      "/subscriptions/:id/upcoming",
      async ({ params, query: { asOf } }, reply) => {
        const subscription = await store.subscription(params.id);
        if (subscription === undefined) return reply.callNotFound();
        const usage = await store.events(subscription.customerId);
        const previous = await store.documents(subscription.id);
        return upcoming({ catalog, subscription, usage, previous, asOf });
      },
    );

    // { "until": "2026-02-01" }: writes and stores what is due by then. Asked again, it writes nothing.
    app.post<OfSubscription & { Body: { until: string } }>(
      "/subscriptions/:id/close",
      async ({ params, body }, reply) => {
        const subscription = await store.subscription(params.id);
        if (subscription === undefined) return reply.callNotFound();
        const written = await closeDue(store, catalog, subscription, body.until);
        return reply.status(written.length > 0 ? 201 : 200).send(written);
      },
    );
    done();
  };
}
