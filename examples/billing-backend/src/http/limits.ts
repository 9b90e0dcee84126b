/** What a client may ask for: so much at once, so often, so deep. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Config } from "../config.js";
import type { AppEnv } from "./environment.js";
import { unsafeJson } from "./json-text.js";
import { HttpProblem } from "./problem.js";

/** Counts in this process; several behind one address want the limiter's other backends, or a gateway's. */
export function createLimiter(points: number, seconds: number): RateLimiterAbstract {
  return new RateLimiterMemory({ points, duration: seconds });
}

export async function consume(limiter: RateLimiterAbstract, who: string): Promise<void> {
  try {
    await limiter.consume(who);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new HttpProblem("too-many-requests", {
      detail: `Try again in ${seconds} s.`,
      headers: { "Retry-After": String(seconds) },
    });
  }
}

/** Refuses a body by its Content-Length before a byte of it is read, and a chunked one as soon as it is too long. */
export function limitBody({ MAX_BODY_BYTES: maxSize }: Config): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new HttpProblem("too-large", {
        detail: `A body has at most ${maxSize} bytes.`,
        headers: { Connection: "close" },
      });
    },
  });
}

/** Reads JSON once for all routes, and refuses what none of them should see. The text stays cached: routes parse it as they wish. */
export const guardJson: MiddlewareHandler<AppEnv> = async (c, next) => {
  const text = await c.req.text();
  if (text !== "") {
    const issue = unsafeJson(parse(text));
    if (issue !== undefined) throw new HttpProblem("invalid", { issues: [issue] });
  }
  await next();
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Not the parser's message: it quotes the text.
    throw new HttpProblem("malformed-request", { detail: "The body is not JSON.", cause });
  }
}
