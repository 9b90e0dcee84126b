/** Cases that failed once. They are tried first, each time. */
import type { Case } from "./generate.js";
import type { Export } from "./targets.js";

/** A case and what it was found to do. */
export type Kept = { readonly call: Export; readonly why: string } & (
  | Omit<Case, "call">
  | {
      /** The arguments, made anew each time. */
      readonly args: () => readonly unknown[];
      /** Whether the same objects give the same answer again; default true. */
      readonly again?: boolean;
    }
);

export const KEPT: readonly Kept[] = [];
