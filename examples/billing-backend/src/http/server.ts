/** The server on its socket: how long clients may take, how many there may be, and how it stops. */
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Config } from "../config.js";

type FetchHandler = Parameters<typeof getRequestListener>[0];

export interface RunningServer {
  readonly url: string;
  /** Takes no more connections, lets what is running finish, and cuts off what does not in time. */
  stop(): Promise<void>;
}

export async function listen(fetch: FetchHandler, config: Config): Promise<RunningServer> {
  const server = createServer(
    {
      headersTimeout: config.HEADERS_TIMEOUT_MS,
      requestTimeout: config.REQUEST_TIMEOUT_MS,
      // How often both are looked at: Node's 30 s would be longer than what they allow.
      connectionsCheckingInterval: Math.min(1_000, config.HEADERS_TIMEOUT_MS / 2),
      keepAliveTimeout: 5_000,
    },
    getRequestListener(fetch),
  );
  server.maxConnections = config.MAX_CONNECTIONS;
  // A client that stops reading its answer.
  server.setTimeout(config.REQUEST_TIMEOUT_MS + config.HEADERS_TIMEOUT_MS);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.PORT, config.HOST, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : config.PORT;
  return {
    url: `http://${config.HOST}:${port}`,
    stop: () => stopServer(server, config.STOP_TIMEOUT_MS),
  };
}

function stopServer(server: Server, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), timeout);
    // A connection that has had its answer stays open for the client's next request, which will not be taken.
    const tidying = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(cutOff);
      clearInterval(tidying);
      resolve();
    });
  });
}
