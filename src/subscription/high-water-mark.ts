import { billsHighest } from "../catalog/charge-kinds.js";
import { dividesFee } from "../catalog/proration.js";
import { exact } from "../money/decimal.js";
import { compare } from "../money/fraction.js";
import type { Held } from "./held.js";

/**
 * What stretches of a cycle bill, one after the other, where they bill the highest quantity: that of all so far on the same
 * plan, or, where the fee is not divided, of all of them. What is paused or not billed counts nothing.
 */
export function withHighest<S extends { readonly held: Held | undefined }>(
  stretches: readonly S[],
): readonly S[] {
  if (!stretches.some(({ held }) => held !== undefined && billsHighest(held.charge))) {
    return stretches;
  }
  const marks = new Map<number, string>();
  const raised = stretches.map((stretch) => {
    const { held } = stretch;
    if (held?.quantity === undefined || !billsHighest(held.charge)) return stretch;
    const { planSince } = held.state;
    const mark = higherOf(marks.get(planSince), held.quantity);
    marks.set(planSince, mark);
    return { ...stretch, held: { ...held, quantity: mark } };
  });
  return raised.map((stretch) => {
    const { held } = stretch;
    if (held === undefined || !billsHighest(held.charge) || dividesFee(held.charge.proration)) {
      return stretch;
    }
    return { ...stretch, held: { ...held, quantity: marks.get(held.state.planSince) } };
  });
}

function higherOf(mark: string | undefined, quantity: string): string {
  return mark === undefined || compare(exact(quantity), exact(mark)) > 0 ? quantity : mark;
}
