/** Structured logs: one line a request, with who and how long, and nothing that anybody sent: no keys, no ids, no payloads. */
import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { type Logger, pino } from "pino";
import type { AppEnv } from "./environment.js";

export type { Logger };

export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: errorForLog },
  });
}

/**
 * An error without what it quotes. The messages of a database hold values ("invalid input syntax for type json: …"), so of those the
 * SQLSTATE and the names of table and constraint have to do.
 */
export function errorForLog(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack } = error;
  const frames = stack?.split("\n").filter((line) => /^\s+at /.test(line));
  const at = frames?.slice(0, 10).map((line) => line.trim());
  if ("code" in error && "severity" in error) {
    const { code } = error;
    const text = (field: string) =>
      field in error ? String(Reflect.get(error, field) ?? "") : undefined;
    return { type: name, code, table: text("table"), constraint: text("constraint"), at };
  }
  return { type: name, message, at };
}

/** One line for each answer, under the route's pattern and not its path, which holds ids. */
export function logRequests(logger: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = performance.now();
    await next();
    const caller = c.get("caller");
    logger.info(
      {
        requestId: c.get("requestId"),
        method: c.req.method,
        route: routePath(c, -1),
        status: c.res.status,
        ms: Math.round(performance.now() - start),
        ...(caller && { tenant: caller.tenantId, key: caller.keyId }),
      },
      "request",
    );
  };
}
