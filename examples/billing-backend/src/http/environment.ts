import type { HttpBindings } from "@hono/node-server";

/** Who asks: set by the one authentication middleware, and read by every route. */
export interface Caller {
  readonly tenantId: string;
  readonly keyId: string;
}

/** What middleware leaves for the routes. */
export interface AppEnv {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    caller: Caller | undefined;
    secureHeadersNonce: string;
  };
}
