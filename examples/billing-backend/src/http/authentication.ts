/** Who asks. All routes of tenants lie behind this one middleware, and none of them takes a tenant from anywhere else. */
import type { Context, MiddlewareHandler } from "hono";
import type { Billing } from "../service.js";
import { idOfKey, isHashOf, newApiKey } from "./api-key.js";
import type { AppEnv, Caller } from "./environment.js";
import { consume, createLimiter } from "./limits.js";
import { HttpProblem } from "./problem.js";

export type Authenticate = (key: string) => Promise<Caller | undefined>;

export function authenticator({ apiKeys }: Billing): Authenticate {
  // What an unknown key is compared with, so that it takes as long as a known one.
  const { hash: nobody } = newApiKey();
  return async (key) => {
    const keyId = idOfKey(key);
    if (keyId === undefined) return undefined;
    const stored = await apiKeys.get(keyId);
    const isRight = isHashOf(stored?.hash ?? nobody, key);
    if (stored === undefined || !isRight || stored.revokedAt !== null) return undefined;
    return { tenantId: stored.tenantId, keyId };
  };
}

export function authentication(
  authenticate: Authenticate,
  requestsIn10Seconds: number,
): MiddlewareHandler<AppEnv> {
  const requests = createLimiter(requestsIn10Seconds, 10);
  const failures = createLimiter(30, 60);
  return async (c, next) => {
    const key = /^Bearer ([^\s]+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];
    const caller = key === undefined ? undefined : await authenticate(key);
    if (caller === undefined) {
      if (key !== undefined) await consume(failures, addressOf(c));
      throw new HttpProblem("unauthenticated", {
        detail: "Send your API key as Authorization: Bearer <key>.",
        headers: { "WWW-Authenticate": "Bearer" },
      });
    }
    c.set("caller", caller);
    await consume(requests, caller.keyId);
    await next();
  };
}

/** The caller of a route behind the middleware. */
export function callerOf(c: Context<AppEnv>): Caller {
  const caller = c.get("caller");
  if (caller === undefined) throw new Error("unreachable: a route without authentication");
  return caller;
}

export function addressOf(c: Context<AppEnv>): string {
  return c.env?.incoming?.socket?.remoteAddress ?? "unknown";
}
