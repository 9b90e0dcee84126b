/** The operator's pages. They read through the same door as HTTP does, and change nothing. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { NONCE, secureHeaders } from "hono/secure-headers";
import { z } from "zod";
import type { Config } from "../config.js";
import { type Authenticate, addressOf } from "../http/authentication.js";
import type { AppEnv } from "../http/environment.js";
import { consume, createLimiter } from "../http/limits.js";
import { HttpProblem, orProblem } from "../http/problem.js";
import type { Billing } from "../service.js";
import { documentPage } from "./document-page.js";
import { documentsPage } from "./documents-page.js";
import { loginPage } from "./login-page.js";
import { signedIn, signIn, signOut } from "./session.js";

const text = z.string().max(1_000).catch("");
const filterSchema = z.object({
  customer: text,
  subscription: text,
  kind: z.enum(["", "invoice", "credit-note"]).catch(""),
  after: z.string().max(1_000).optional(),
});

export function operatorPages(
  app: OpenAPIHono<AppEnv>,
  billing: Billing,
  { HOST }: Config,
  authenticate: Authenticate,
): void {
  const isLocal = ["127.0.0.1", "::1", "localhost"].includes(HOST);
  const attempts = createLimiter(30, 60);

  // Browsers ask for it by themselves.
  app.get("/favicon.ico", (c) => c.body(null, 204));
  app.get("/", (c) => c.redirect("/operator", 302));
  app.use(
    "/operator/*",
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: [NONCE],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      xFrameOptions: "DENY",
    }),
    csrf(),
    bodyLimit({ maxSize: 10_000, onError: () => Promise.reject(new HttpProblem("too-large")) }),
    async (c, next) => {
      await next();
      c.header("Cache-Control", "no-store");
    },
  );

  app.get("/operator", async (c) => {
    const nonce = c.get("secureHeadersNonce");
    const caller = await signedIn(c, authenticate);
    if (caller === undefined) return c.html(loginPage(nonce));
    const { after, kind, customer, subscription } = filterSchema.parse(c.req.query());
    const wanted = {
      ...(customer !== "" && { customerId: customer.trim() }),
      ...(subscription !== "" && { subscriptionId: subscription.trim() }),
      ...(kind !== "" && { kind }),
    };
    const { tenantId } = caller;
    const [documents, totals, tenant] = await Promise.all([
      billing.documents.list(tenantId, { ...wanted, after, limit: 25, order: "newest-first" }),
      billing.documents.totals(tenantId, wanted),
      billing.tenants.get(tenantId),
    ]);
    const page = documentsPage({
      nonce,
      tenant: orProblem(tenant).name,
      filter: { customer, subscription, kind },
      after,
      documents: orProblem(documents),
      totals: orProblem(totals),
    });
    return c.html(page);
  });

  app.get("/operator/documents/:key", async (c) => {
    const caller = await signedIn(c, authenticate);
    if (caller === undefined) return c.redirect("/operator", 303);
    const document = orProblem(await billing.documents.get(caller.tenantId, c.req.param("key")));
    const tenant = orProblem(await billing.tenants.get(caller.tenantId));
    return c.html(await documentPage(c.get("secureHeadersNonce"), tenant.name, document));
  });

  app.post("/operator/login", async (c) => {
    const { key } = await c.req.parseBody();
    const caller = typeof key === "string" ? await authenticate(key.trim()) : undefined;
    if (caller === undefined || typeof key !== "string") {
      await consume(attempts, addressOf(c));
      return c.html(loginPage(c.get("secureHeadersNonce"), "That is no valid API key."), 401);
    }
    signIn(c, key.trim(), isLocal);
    return c.redirect("/operator", 303);
  });

  app.post("/operator/logout", (c) => {
    signOut(c);
    return c.redirect("/operator", 303);
  });
}
