/** What the environment says, read once and checked: a typing error stops the service before it starts. */
import { z } from "zod";

const whole = (least: number, most: number, standard: number) =>
  z.coerce.number().int().min(least).max(most).default(standard);

const schema = z.object({
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: whole(0, 65_535, 8080),
  /** A PostgreSQL server; without one, PGlite in `DATA_DIR`. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Where PGlite keeps its files; without a folder, in memory. */
  DATA_DIR: z.string().min(1).optional(),
  /** Where a server on PGlite hands documents over; without it they wait in the outbox. */
  PAYMENT_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** How often a server on PGlite bills, in seconds. */
  BILL_EVERY: whole(1, 86_400, 60),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  /** The longest body that is taken, in bytes. */
  MAX_BODY_BYTES: whole(1_000, 100_000_000, 1_000_000),
  /** How many events may come in one request. */
  MAX_BATCH: whole(1, 100_000, 1_000),
  /** Requests of one key in ten seconds. */
  RATE_LIMIT: whole(1, 1_000_000, 1_000),
  MAX_CONNECTIONS: whole(1, 100_000, 1_000),
  /** How long a client may take to send the head of a request, and all of it. */
  HEADERS_TIMEOUT_MS: whole(100, 600_000, 10_000),
  REQUEST_TIMEOUT_MS: whole(100, 600_000, 30_000),
  /** How long what is running may take to finish after SIGTERM. */
  STOP_TIMEOUT_MS: whole(0, 600_000, 10_000),
});

export type Config = z.infer<typeof schema>;

export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The environment is not valid.\n${wrong.join("\n")}`);
}
