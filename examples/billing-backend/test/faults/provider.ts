/** A payment provider that honours idempotency keys, and is as unreliable as a network: what it did and what it says are two things. */
import { createServer } from "node:http";

import type { Handover } from "../../src/outbox/provider.js";

export interface Provider {
  readonly url: string;
  /** What was accepted, by delivery key, in the order of acceptance. */
  readonly accepted: ReadonlyMap<string, Handover>;
  /** Deliveries of a key that was accepted before. */
  readonly repeated: number;
  /** Answers that were an error, or none, before and after acceptance. */
  readonly disturbed: number;
  /** Keys that came a second time with another content. */
  readonly contradictions: readonly string[];
  /** From now on it answers as it should. */
  settle(): void;
  close(): void;
}

export async function startProvider(next: () => number): Promise<Provider> {
  const bodies = new Map<string, string>();
  const accepted = new Map<string, Handover>();
  const contradictions: string[] = [];
  const counts = { repeated: 0, disturbed: 0 };
  let isDisturbed = true;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const key = String(request.headers["idempotency-key"]);
      const body = Buffer.concat(parts).toString();
      const chance = isDisturbed ? next() : 1;
      if (chance < 0.1) {
        // Before anything was done.
        counts.disturbed += 1;
        response.writeHead(503).end();
        return;
      }
      const known = bodies.get(key);
      if (known === undefined) {
        bodies.set(key, body);
        accepted.set(key, JSON.parse(body));
      } else {
        counts.repeated += 1;
        if (known !== body) contradictions.push(key);
      }
      if (chance < 0.2) {
        // After it was done.
        counts.disturbed += 1;
        response.destroy();
        return;
      }
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    accepted,
    contradictions,
    get repeated() {
      return counts.repeated;
    },
    get disturbed() {
      return counts.disturbed;
    },
    settle() {
      isDisturbed = false;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
