/**
 * The steps of writing a document, and of handing it over: what the fault tests stop and kill at, and what logs may say. Each is
 * announced when it is done.
 */
export type Step =
  | "read"
  | "priced"
  | "document"
  | "postings"
  | "outbox"
  | "known"
  | "committed"
  | "claimed"
  | "delivered"
  | "marked";

/** Hears of each step of a process; what it waits for, the step waits for. */
export type OnStep = (step: Step) => Promise<void> | void;
