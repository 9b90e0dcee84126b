/**
 * Rounds of billing with processes that are killed, on a real PostgreSQL: `npm run faults -- --rounds 100 --seed 1`. Prints what
 * happened, and fails when anything was lost, doubled or billed otherwise than by an undisturbed biller.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { openBilling } from "../../src/open.js";
import { setClock } from "../support/clock.js";
import { findBinaries, type Server, startServer } from "../support/server.js";
import { makeFixture } from "./fixture.js";
import { buildWorker } from "./processes.js";
import { type Round, runRound, STEPS } from "./round.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const TEMPLATE = "fixture";

const binaries = findBinaries();
if (binaries === undefined) {
  console.log("No PostgreSQL server on this machine: the fault rounds did not run.");
} else {
  await main(binaries);
}

async function main(found: string): Promise<void> {
  await buildWorker();
  const server = await startServer(found);
  try {
    await makeTemplate(server);
    await runRounds(server);
  } finally {
    server.remove();
  }
}

async function makeTemplate(server: Server): Promise<void> {
  const first = await openBilling({ databaseUrl: server.url("postgres"), connections: 1 });
  await first.database.script(`create database ${TEMPLATE}`);
  await first.close();
  const open = await openBilling({ databaseUrl: server.url(TEMPLATE), connections: 1 });
  await setClock(open.database, "2026-01-01T00:00:00Z");
  await makeFixture(open.billing);
  await open.close();
}

async function runRounds(server: Server): Promise<void> {
  const started = Date.now();
  const done: Round[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const number = seed + index;
    const round = await runRound(server, TEMPLATE, number);
    done.push(round);
    for (const fault of round.faults) console.error(`round ${number}: ${fault}`);
    if (done.length % 10 === 0 && done.length < rounds) console.log(`${done.length} of ${rounds}`);
  }
  const seconds = Math.round((Date.now() - started) / 1_000);
  print(done, seconds);
  if (done.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

function print(done: readonly Round[], seconds: number): void {
  const sum = (of: (round: Round) => number) => done.reduce((total, each) => total + of(each), 0);
  const killed = (what: string) => sum(({ kills }) => kills.get(what) ?? 0);
  const wrong = done.filter(({ faults }) => faults.length > 0).length;
  console.log(`${done.length} rounds in ${seconds} s, two billers and a sender at once`);
  console.log(
    `billers killed after ${STEPS.map((step) => `${step} ${killed(step)}`).join(", ")}; from outside ${killed("outside")}`,
  );
  console.log(`senders killed ${killed("sender")}, of ${sum(({ events }) => events)} events`);
  console.log(
    `${sum(({ documents }) => documents)} documents, ${sum(({ postings }) => postings)} postings`,
  );
  console.log(
    `${sum(({ disturbed }) => disturbed)} answers of the provider lost or failed, ${sum(({ repeated }) => repeated)} documents delivered again under their key`,
  );
  const right = "nothing lost, nothing doubled, billed as by an undisturbed biller";
  console.log(wrong === 0 ? right : `${wrong} rounds were wrong`);
}
