/** The billing part on a database of its own, whose clock the test sets. */
import { randomUUID } from "node:crypto";
import { env } from "node:process";
import type { Answer } from "../../src/answer.js";
import { openPostgres } from "../../src/database/postgres.js";
import { type OpenBilling, type OpenOptions, openBilling } from "../../src/open.js";
import { setClock } from "./clock.js";

/** A server of PostgreSQL, where test/with-postgres.ts has started one; else tests run on PGlite. */
const POSTGRES = env["TEST_POSTGRES"];

export interface TestBilling extends OpenBilling {
  /** Of PostgreSQL; of PGlite there is none. */
  readonly url: string | undefined;
  /** Sets the clock. */
  at(instant: string): Promise<void>;
}

export async function openTest(options: OpenOptions = {}): Promise<TestBilling> {
  const url = POSTGRES === undefined ? undefined : await newDatabase(POSTGRES);
  const open = await openBilling({ databaseUrl: url, connections: 5, ...options });
  return { ...open, url, at: (instant) => setClock(open.database, instant) };
}

async function newDatabase(server: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const admin = openPostgres(server, { connections: 1 });
  await admin.script(`create database ${name}`);
  await admin.close();
  return server.replace(/[^/]*$/, name);
}

/** What was asked for; fails where it was refused. */
export async function got<T>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked;
  if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
  return answer.value;
}

/** Why something was refused; fails where it was not. */
export async function problemOf<T>(asked: Promise<Answer<T>>) {
  const answer = await asked;
  if (answer.ok) throw new Error(`not refused: ${JSON.stringify(answer.value)}`);
  return answer.problem;
}
