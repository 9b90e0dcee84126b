/** A server that stands for somebody else's: keeps what it is sent, and answers what it is told to. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { onTestFinished } from "vitest";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface FakeServer {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
}

export async function fakeServer(
  answer: (request: Received) => { readonly status?: number; readonly body?: unknown },
): Promise<FakeServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url: path = "", headers } = request;
    const own = { method, path, headers, body };
    received.push(own);
    const answered = answer(own);
    response.writeHead(answered.status ?? 200, { "content-type": "application/json" });
    response.end(answered.body === undefined ? "" : JSON.stringify(answered.body));
  });
  const port = await listening(server.listen(0, "127.0.0.1"));
  return { port, url: `http://127.0.0.1:${port}`, received };
}

/** The port of a server, which ends with the test. */
export async function listening(server: Server): Promise<number> {
  if (!server.listening) await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
