import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import { isRecord } from "./unknown-record.js";

/** What an `AbortSignal` is asked: any object that says whether it was aborted. */
export interface AbortLike {
  /** Whether to stop. */
  readonly aborted: boolean;
}

/** Throws when the signal says so. */
export function readSignal(signal: unknown): () => void {
  if (signal === undefined || signal === null) return () => undefined;
  const isAborted = () => isRecord(signal) && Reflect.get(signal, "aborted");
  if (typeof isAborted() !== "boolean") {
    const expected = "an AbortSignal";
    throwOne(issueAt("invalid_type", ["signal"], { expected, received: signal }));
  }
  return () => {
    if (isAborted() !== true) return;
    const expected = "not aborted before the work was done";
    throwOne(issueAt("aborted", ["signal"], { expected, found: "an aborted signal" }));
  };
}

/** Whom to tell how far it is. */
export function readListener<P>(onProgress: unknown): (progress: P) => unknown {
  if (onProgress === undefined || onProgress === null) return () => undefined;
  if (typeof onProgress === "function") {
    return (progress) => Reflect.apply(onProgress, undefined, [progress]);
  }
  const expected = "a function";
  return throwOne(issueAt("invalid_type", ["onProgress"], { expected, received: onProgress }));
}

function throwOne(issue: PricingIssue): never {
  throw new PricingError([issue]);
}
