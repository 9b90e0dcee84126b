/**
 * Ingest under load, as an indication: a real process, and a client that sends at its pace whatever the answers take. Times are counted from
 * when a request was due, so that waiting for a slow one is not left out. What is asserted is what was stored and billed, never a time.
 *
 *     npm run load -- --rate 1000 --seconds 5
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type RunningService, startService } from "./support/process.js";

const { values } = parseArgs({
  options: { rate: { type: "string", default: "1000" }, seconds: { type: "string", default: "5" } },
});
const [rate, seconds] = [Number(values.rate), Number(values.seconds)];

const reportSchema = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  refused: z.array(z.unknown()),
});
const previewSchema = z.object({
  lines: z.array(z.looseObject({ kind: z.string(), quantity: z.string() })),
});

const service = await startService({ RATE_LIMIT: "1000000" });
try {
  console.log(`${rate} events/s for ${seconds} s, every tenth delivered twice, on PGlite`);
  console.log("events a request  requests/s  p50 ms  p99 ms  most ms");
  for (const size of [100, 20]) await run(service, size);
} finally {
  service.kill("SIGTERM");
  await service.ended;
}

async function run({ url, key }: RunningService, size: number): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const customerId = `load-${size}`;
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const subscription = { id: customerId, customerId, ratePlanId: "starter", startDate: yesterday };
  const put = await fetch(`${url}/v1/subscriptions/${customerId}`, {
    method: "PUT",
    headers,
    body: JSON.stringify(subscription),
  });
  assert.equal(put.status, 200);

  const count = rate * seconds;
  const midnight = Date.parse(yesterday);
  const eventOf = (number: number) => ({
    id: `${customerId}-${number}`,
    customerId,
    unitOfMeasure: "@outcome",
    timestamp: new Date(midnight + number).toISOString(),
  });
  // The tenth, twentieth … stand in for the one five before them, which is delivered a second time.
  const events = Array.from({ length: count }, (_, index) =>
    eventOf(index % 10 === 9 ? index - 5 : index),
  );
  const unique = count - Math.floor(count / 10);

  const times: number[] = [];
  const totals = { accepted: 0, duplicates: 0, refused: 0 };
  const start = performance.now();
  const requests: Promise<void>[] = [];
  for (let from = 0; from < count; from += size) {
    const due = start + (from / rate) * 1000;
    const early = due - performance.now();
    if (early > 0) await pause(early);
    requests.push(send(events.slice(from, from + size), due));
  }
  await Promise.all(requests);
  assert.deepEqual(totals, { accepted: unique, duplicates: count - unique, refused: 0 });

  const preview = await fetch(`${url}/v1/subscriptions/${customerId}/preview`, { headers });
  const { lines } = previewSchema.parse(await preview.json());
  assert.deepEqual(
    lines.map(({ kind, quantity }) => [kind, quantity]),
    [["usage", String(unique)]],
  );
  times.sort((a, b) => a - b);
  const at = (part: number) =>
    (times[Math.ceil(part * times.length) - 1] ?? 0).toFixed(0).padStart(8);
  const pace = String(rate / size);
  console.log(
    `${String(size).padStart(16)}${pace.padStart(12)}${at(0.5)}${at(0.99)}${at(1).padStart(9)}`,
  );

  async function send(batch: readonly object[], due: number): Promise<void> {
    const response = await fetch(`${url}/v1/events`, {
      method: "POST",
      headers,
      body: JSON.stringify(batch),
    });
    const report = reportSchema.parse(await response.json());
    times.push(performance.now() - due);
    totals.accepted += report.accepted;
    totals.duplicates += report.duplicates;
    totals.refused += report.refused.length;
  }
}
