import { createRoute, z } from "@hono/zod-openapi";
import { callerOf } from "../authentication.js";
import {
  bodyProblems,
  id,
  json,
  jsonBody,
  KEY,
  listOf,
  moment,
  tenantProblems,
} from "../describe.js";
import { product as example } from "../examples.js";
import { orProblem, refuseOtherId } from "../problem.js";
import { productInput, productVersion } from "../schemas.js";
import type { Routes } from "./routes.js";

const shared = { security: KEY, tags: ["Products"] };
const params = z.object({ productId: id.openapi({ example: example.id }) });
const at = z.object({ at: moment.optional() });

const put = createRoute({
  ...shared,
  method: "put",
  path: "/v1/products/{productId}",
  operationId: "putProduct",
  summary: "A new version of a product, in force from a moment on",
  description:
    "The same content again makes no new version. Closed periods keep the terms that they were billed on.",
  request: {
    params,
    query: z.object({ validFrom: moment.optional() }),
    body: jsonBody(productInput, example),
  },
  responses: {
    200: json(productVersion, "The version that is stored."),
    ...bodyProblems("conflict"),
  },
});

const get = createRoute({
  ...shared,
  method: "get",
  path: "/v1/products/{productId}",
  operationId: "getProduct",
  summary: "The version of a product that is in force",
  request: { params, query: at },
  responses: { 200: json(productVersion, "The version."), ...tenantProblems("not-found") },
});

const list = createRoute({
  ...shared,
  method: "get",
  path: "/v1/products",
  operationId: "listProducts",
  summary: "All products that are in force",
  request: { query: at },
  responses: {
    200: json(listOf("ProductVersions", productVersion), "By id."),
    ...tenantProblems(),
  },
});

export const productRoutes: Routes = (app, { catalogs }) => {
  app.openapi(put, async (c) => {
    const { productId } = c.req.valid("param");
    const body = c.req.valid("json");
    refuseOtherId(body, productId);
    return c.json(
      orProblem(await catalogs.put(callerOf(c).tenantId, body, c.req.valid("query"))),
      200,
    );
  });
  app.openapi(get, async (c) => {
    const { productId } = c.req.valid("param");
    const { at: when } = c.req.valid("query");
    return c.json(orProblem(await catalogs.get(callerOf(c).tenantId, productId, when)), 200);
  });
  app.openapi(list, async (c) => {
    const items = orProblem(await catalogs.list(callerOf(c).tenantId, c.req.valid("query").at));
    return c.json({ items }, 200);
  });
};
