/** From the help desk's log to the bill, in node:test. */
import { throws } from "node:assert/strict";
import { test } from "node:test";
import { invoice } from "rateplan";
import { anInvoiceRequest, aSubscription, expectLines } from "rateplan/testing";
import { catalog } from "../src/plan.js";
import { type Ticket, usageOf } from "../src/tickets.js";

const subscription = aSubscription({
  customerId: "acme",
  ratePlanId: "team",
  quantities: { seats: 1 },
});

function billOf(
  ...log: readonly (readonly [conversation: string, status: Ticket["status"], at: string])[]
) {
  const tickets = log.map(([conversation, status, at], index) => ({
    id: `ticket-${index}`,
    customer: "acme",
    conversation,
    status,
    at,
  }));
  return invoice(anInvoiceRequest({ catalog, subscription, usage: usageOf(tickets) }));
}

test("a resolved conversation is billed once, however often it was resolved", () => {
  const bill = billOf(
    ["a", "assigned", "2026-01-05T09:00:00Z"],
    ["a", "resolved", "2026-01-05T10:00:00Z"],
    ["a", "resolved", "2026-01-06T10:00:00Z"],
    ["b", "resolved", "2026-01-07T10:00:00Z"],
  );
  expectLines(bill, { platform: "99", resolutions: { quantity: "2", amount: "1.98" } });
});

test("a conversation that is reopened within a week is not billed; after it, it is", () => {
  const bill = billOf(
    ["a", "resolved", "2026-01-05T10:00:00Z"],
    ["a", "reopened", "2026-01-09T10:00:00Z"],
    ["b", "resolved", "2026-01-05T10:00:00Z"],
    ["b", "reopened", "2026-01-20T10:00:00Z"],
  );
  expectLines(bill, { platform: "99", resolutions: "0.99" });
});

test("a test with a wrong price says where", () => {
  const bill = billOf(["a", "resolved", "2026-01-05T10:00:00Z"]);
  throws(() => expectLines(bill, { platform: "99", resolutions: "0.89" }), {
    name: "UnexpectedLines",
    message: /amount is "0\.99", expected "0\.89"/,
  });
});
