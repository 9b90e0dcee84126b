/** The application: what every request passes, in order, and the routes behind it. */
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { Config } from "../config.js";
import { isPassing } from "../database/patience.js";
import { operatorPages } from "../page/routes.js";
import type { Billing } from "../service.js";
import { authentication, authenticator } from "./authentication.js";
import { answered, json } from "./describe.js";
import type { AppEnv } from "./environment.js";
import { guardJson, limitBody } from "./limits.js";
import { type Logger, logRequests } from "./log.js";
import { HttpProblem, PROBLEMS, type ProblemName, problemResponse } from "./problem.js";
import { apiKeyRoutes } from "./routes/api-keys.js";
import { creditRoutes } from "./routes/credits.js";
import { documentRoutes } from "./routes/documents.js";
import { eventRoutes } from "./routes/events.js";
import { healthRoutes } from "./routes/health.js";
import { outboxRoutes } from "./routes/outbox.js";
import { productRoutes } from "./routes/products.js";
import type { Routes } from "./routes/routes.js";
import { subscriptionRoutes } from "./routes/subscriptions.js";

const TENANT_ROUTES: readonly Routes[] = [
  productRoutes,
  subscriptionRoutes,
  eventRoutes,
  documentRoutes,
  creditRoutes,
  outboxRoutes,
  apiKeyRoutes,
];

type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const openapi = createRoute({
  security: [],
  tags: ["Operation"],
  method: "get",
  path: "/openapi.json",
  operationId: "openapi",
  summary: "This description",
  responses: {
    200: json(
      answered<OpenApiDocument>("OpenApi", z.looseObject({ openapi: z.string() })),
      "OpenAPI 3.1.",
    ),
  },
});

export function createApp(billing: Billing, config: Config, logger: Logger): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const issues = result.error.issues.map(({ code, path, message }) => ({
        code,
        path: [
          result.target,
          ...path.map((part) => (typeof part === "number" ? part : String(part))),
        ],
        message,
      }));
      throw new HttpProblem("invalid", { issues });
    },
  });
  app.onError((error, c) => {
    const problem = problemOf(error);
    if (PROBLEMS[problem.problem].status >= 500) {
      logger.error(
        { requestId: c.get("requestId"), err: problem.details.cause ?? error },
        "failed",
      );
    }
    return problemResponse(problem);
  });
  app.notFound(() => problemResponse(new HttpProblem("not-found")));

  app.use(requestId());
  app.use(logRequests(logger));
  app.use(secureHeaders());
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_c, methods) =>
        problemResponse(
          new HttpProblem("method-not-allowed", { headers: { Allow: methods.join(", ") } }),
        ),
    }),
  );
  const authenticate = authenticator(billing);
  app.use("/v1/*", authentication(authenticate, config.RATE_LIMIT), limitBody(config), guardJson);

  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
    type: "http",
    scheme: "bearer",
    description: "An API key of the tenant. All that a route reads and writes is that tenant's.",
  });
  for (const routes of TENANT_ROUTES) routes(app, billing, config);
  healthRoutes(app, billing, config);
  app.openapi(openapi, (c) => c.json(describe(app), 200));
  operatorPages(app, billing, config, authenticate);
  return app;
}

/** The OpenAPI document, made of the routes as they are. */
function describe(app: OpenAPIHono<AppEnv>) {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Billing backend",
      version: "1.0.0",
      description:
        "Amounts and quantities are decimals as text, moments are RFC 3339 instants, problems are RFC 9457.",
    },
  });
}

const BY_STATUS = new Map<number, ProblemName>([
  [400, "malformed-request"],
  [403, "forbidden"],
  [415, "unsupported-media-type"],
]);

function problemOf(error: Error): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof HTTPException) {
    const known = BY_STATUS.get(error.status);
    if (known !== undefined) return new HttpProblem(known, { cause: error });
  }
  if (isPassing(error)) {
    return new HttpProblem("unavailable", {
      detail: "The database does not answer.",
      cause: error,
    });
  }
  return new HttpProblem("internal-error", { cause: error });
}
