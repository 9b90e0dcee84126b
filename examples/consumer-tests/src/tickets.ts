import type { SignalInput, UsageEventInput } from "rateplan";

/** A line of the help desk's log. */
export interface Ticket {
  readonly id: string;
  readonly customer: string;
  readonly conversation: string;
  readonly status: "resolved" | "reopened" | "assigned";
  readonly at: string;
}

/** What of the help desk's log is billed: resolved conversations, and what takes them back. */
export function usageOf(tickets: readonly Ticket[]): readonly (UsageEventInput | SignalInput)[] {
  return tickets.flatMap<UsageEventInput | SignalInput>(
    ({ id, customer, conversation, status, at }) => {
      const about = { id, customerId: customer, subject: conversation, timestamp: at };
      if (status === "resolved") return [{ ...about, unitOfMeasure: "@outcome" }];
      return status === "reopened" ? [{ ...about, name: "reopened" }] : [];
    },
  );
}
