import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as examples from "../../src/http/examples.js";
import { type RunningService, startService } from "./support/process.js";

const MEGABYTE = 1_000_000;
const MOST_CONNECTIONS = 60;
const environment = {
  MAX_BODY_BYTES: String(MEGABYTE),
  MAX_CONNECTIONS: String(MOST_CONNECTIONS),
  HEADERS_TIMEOUT_MS: "1000",
  REQUEST_TIMEOUT_MS: "2500",
  RATE_LIMIT: "100000",
};

/** A process, PGlite and the demo take seconds of a core, which a busy machine may not have. */
const START = 300_000;

let folder: string;
let service: RunningService;
let headers: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "billing-backend-"));
  service = await startService({ ...environment, DATA_DIR: join(folder, "data") });
  headers = { authorization: `Bearer ${service.key}`, "content-type": "application/json" };
}, START);
afterAll(async () => {
  service.kill("SIGKILL");
  await service.ended;
  await rm(folder, { recursive: true, force: true });
});

const isAlive = async () => (await fetch(`${service.url}/health`)).status;

/** Sends a body until there is an answer, and says how much of it was taken by then. */
async function pour(bytes: number, length: Readonly<Record<string, string>>) {
  const upload = request(`${service.url}/v1/events`, {
    method: "POST",
    headers: { ...headers, ...length },
  });
  upload.flushHeaders();
  let status: number | undefined;
  upload.once("response", (response) => {
    status = response.resume().statusCode;
  });
  // What breaks after the answer is the rest of the body, which nobody wants.
  upload.on("error", () => {});
  const closed = new Promise((resolve) => upload.once("close", resolve));
  const chunk = Buffer.alloc(64 * 1024, " ");
  let sent = 0;
  while (sent < bytes && status === undefined && !upload.destroyed) {
    sent += chunk.length;
    const drained = new Promise((resolve) => upload.once("drain", resolve));
    if (!upload.write(chunk)) await Promise.race([drained, closed]);
  }
  await closed;
  return { status, sent };
}

/** What a raw connection gets to hear until it is closed. */
async function hear(socket: Socket): Promise<string> {
  let heard = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    heard += text;
  });
  socket.on("error", () => {});
  await once(socket, "close");
  return heard;
}

async function open(): Promise<Socket> {
  const socket = connect(service.port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

describe("a client that wants too much", () => {
  it("has 100 MB refused by their length, before any of them is sent", async () => {
    const { status, sent } = await pour(0, { "content-length": String(100 * MEGABYTE) });
    expect([status, sent]).toEqual([413, 0]);
    expect(await isAlive()).toBe(200);
  });

  it("has 100 MB in chunks refused as soon as they are too many", async () => {
    const { status, sent } = await pour(100 * MEGABYTE, { "transfer-encoding": "chunked" });
    expect(status).toBe(413);
    // What is on its way in the buffers of sockets comes on top of the limit.
    expect(sent).toBeLessThan(20 * MEGABYTE);
    expect(await isAlive()).toBe(200);
  });

  it("needs a key before anybody looks at a body", async () => {
    const response = await fetch(`${service.url}/v1/events`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "x".repeat(2 * MEGABYTE),
    });
    expect(response.status).toBe(401);
  });

  it("cannot nest a body so deep that the process falls", async () => {
    const body = `${"[".repeat(450_000)}${"]".repeat(450_000)}`;
    const response = await fetch(`${service.url}/v1/events`, { method: "POST", headers, body });
    expect(response.status).toBe(422);
    expect(await isAlive()).toBe(200);
  });
});

describe("a client that takes its time", () => {
  it("has its connection closed when it sends the head byte by byte, and keeps nobody waiting", async () => {
    const socket = await open();
    const heard = hear(socket);
    const head = `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ${"a".repeat(10_000)}`;
    let sent = 0;
    while (!socket.destroyed && sent < head.length) {
      socket.write(head[sent] ?? "");
      sent += 1;
      await pause(20);
      if (sent % 20 === 0) expect(await isAlive()).toBe(200);
    }
    expect(await heard).toContain("408 Request Timeout");
    expect(sent).toBeLessThan(head.length);
  });

  it("has its connection closed when it sends the body byte by byte", async () => {
    const socket = await open();
    const heard = hear(socket);
    socket.write(
      `POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${headers["authorization"]}\r\n`,
    );
    socket.write("Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n");
    let sent = 0;
    while (!socket.destroyed && sent < 10_000) {
      socket.write(" ");
      sent += 1;
      await pause(20);
    }
    await heard;
    expect(sent).toBeLessThan(10_000);
    expect(await isAlive()).toBe(200);
  });

  it("cannot take all connections: too many are turned away, and there is room again when they are gone", async () => {
    const sockets = Array.from({ length: 5 * MOST_CONNECTIONS }, () =>
      connect(service.port, "127.0.0.1"),
    );
    await Promise.all(
      sockets.map((socket) =>
        Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => {}),
      ),
    );
    const closed = () => sockets.filter(({ closed: isClosed }) => isClosed).length;
    while (closed() < 4 * MOST_CONNECTIONS) await pause(20);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => isAlive().catch(() => "refused"), { timeout: 20_000 }).toBe(200);
  });
});

describe("the log", () => {
  it("has a line for each request, and nothing of what was sent", async () => {
    const secrets = ["secret-body", "secret-query", "secret-path", "secret-header", "secret-key"];
    await fetch(`${service.url}/v1/subscriptions/secret-path?x=secret-query`, {
      headers: { ...headers, "x-note": "secret-header", "user-agent": "secret-header" },
    });
    for (const body of [
      { id: "secret-body" },
      [{ ...examples.event, id: "secret-body", customerId: "secret-body" }],
    ]) {
      await fetch(`${service.url}/v1/events`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
    }
    await fetch(`${service.url}/v1/events`, { method: "POST", headers, body: "{secret-body" });
    await fetch(`${service.url}/v1/events`, { headers: { authorization: `Bearer secret-key` } });
    await fetch(`${service.url}/operator/login`, {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin" },
      body: new URLSearchParams({ key: `${service.key}` }),
    });
    await service.logged("request");
    await pause(100);
    const log = service
      .output()
      .split("\n")
      .filter((line) => line.startsWith("{"));
    expect(log.some((line) => line.includes('"route":"/v1/subscriptions/:subscriptionId"'))).toBe(
      true,
    );
    expect(
      log.some((line) => line.includes('"status":404') && line.includes('"tenant":"demo"')),
    ).toBe(true);
    for (const secret of [...secrets, `${service.key}`.slice(20)]) {
      expect(log.filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});

describe("SIGTERM", () => {
  it(
    "lets what is running finish, takes nothing new, and closes the database, which is whole at the next start",
    async () => {
      const body = JSON.stringify([{ ...examples.event, id: "last", customerId: "acme" }]);
      const socket = await open();
      const heard = hear(socket);
      socket.write(
        `POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${headers["authorization"]}\r\n`,
      );
      socket.write(
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
      );
      // It is in the middle of its request when the signal comes.
      await pause(200);
      service.kill("SIGTERM");
      await service.logged("stopping");
      await expect(isAlive()).rejects.toThrow("fetch failed");
      socket.write(body.slice(5));
      const answer = await heard;
      expect(answer).toContain("HTTP/1.1 200 OK");
      expect(answer).toContain('"accepted":1');
      expect(await service.ended).toEqual({ code: 0, signal: null });
      expect(service.output()).toContain('"msg":"stopped"');

      service = await startService({ ...environment, DATA_DIR: join(folder, "data") });
      // The demo is there already, and so is its key.
      expect(service.key).toBeUndefined();
      const again = await fetch(`${service.url}/v1/events`, { method: "POST", headers, body });
      expect(await again.json()).toEqual({ accepted: 0, duplicates: 1, refused: [] });
      const documents = await fetch(`${service.url}/v1/documents`, { headers });
      expect(await documents.json()).toMatchObject({ next: null, items: expect.any(Array) });
    },
    START,
  );
});
