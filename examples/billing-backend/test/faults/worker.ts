/** A biller, or a sender of events, that kills itself in the middle of a step: `worker.js '{"databaseUrl": …}'`. */
import { readFileSync } from "node:fs";
import process from "node:process";
import type { OnStep, Step } from "../../src/billing/steps.js";
import { runBilling } from "../../src/billing-run.js";
import { openBilling } from "../../src/open.js";
import { TENANT } from "./fixture.js";

export interface Work {
  readonly databaseUrl: string;
  readonly paymentUrl?: string;
  /** Events to send, in batches; then it does not bill. */
  readonly events?: string;
  /** Where it dies: at the n-th time that a step is done. */
  readonly dies?: { readonly at: Step; readonly time: number };
}

const work: Work = JSON.parse(process.argv[2] ?? "");
let times = 0;
const onStep: OnStep = (step) => {
  if (step !== work.dies?.at) return undefined;
  times += 1;
  if (times < work.dies.time) return undefined;
  process.kill(process.pid, "SIGKILL");
  // The signal takes a moment; nothing more is to happen in it.
  return new Promise(() => {});
};

if (work.events === undefined) {
  await runBilling({ ...work, onStep, onRun: (report) => console.log(JSON.stringify(report)) });
} else {
  const events: readonly unknown[] = JSON.parse(readFileSync(work.events, "utf8"));
  const open = await openBilling({ databaseUrl: work.databaseUrl, connections: 1 });
  for (let from = 0; from < events.length; from += 10) {
    await open.billing.ingest(TENANT, events.slice(from, from + 10));
  }
  await open.close();
}
