import { setTimeout as pause } from "node:timers/promises";

/**
 * Whether trying again may help: the server stops, starts or is out of reach (classes 08, 53, 57 and errors of sockets), or two
 * transactions were in each other's way (40001, 40P01, 25P03). https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (/^(08...|53...|57P0.|40001|40P01|25P03|ECONN[A-Z]+|EPIPE|ETIMEDOUT|ENOENT)$/.test(code)) {
    return true;
  }
  // What `pg` says itself has no code.
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/.test(
    error.message,
  );
}

export interface Patience {
  /** For how long it is tried again, in milliseconds; default a minute. */
  readonly for?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does work that is safe to do again until it is done, where what stops it may pass. Work is safe to do again where it finds what it
 * has done before: all of this service is, as a commit whose answer is lost may have happened.
 */
export async function patiently<T>(
  work: () => Promise<T>,
  { for: patience = 60_000, signal }: Patience = {},
): Promise<T> {
  let waited = 0;
  for (let wait = 50; ; wait = Math.min(wait * 2, 2_000)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || waited >= patience || signal?.aborted === true) throw error;
    }
    // Billers that were stopped together do not come back together.
    const jittered = wait * (0.5 + Math.random() / 2);
    await pause(jittered);
    waited += jittered;
  }
}
