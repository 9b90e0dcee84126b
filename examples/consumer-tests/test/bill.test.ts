/** The month's bill, in vitest. */
import fc from "fast-check";
import { documentsDue, invoice } from "rateplan";
import {
  anInvoiceRequest,
  aSubscription,
  documentSerializer,
  events,
  expectLines,
} from "rateplan/testing";
import { anyEvents } from "rateplan/testing/arbitraries";
import { expect, it } from "vitest";
import { catalog } from "../src/plan.js";
import { quote } from "../src/quote.js";

expect.addSnapshotSerializer(documentSerializer);

const JANUARY = { start: "2026-01-01", end: "2026-02-01" };
const subscription = aSubscription({ ratePlanId: "team", quantities: { seats: 4 } });

/** So many conversations of January, each about something else. */
function resolved(count: number) {
  return events({ count, over: JANUARY, name: "resolved" }).map((event) => ({
    ...event,
    subject: event.id,
  }));
}

it("bills platform, seats and resolved conversations", () => {
  const bill = invoice(anInvoiceRequest({ catalog, subscription, usage: resolved(650) }));
  // 3 further seats; 500 × 0.99 + 150 × 0.79.
  expectLines(bill, {
    platform: "99",
    seats: { quantity: "3", amount: "87" },
    resolutions: "613.50",
  });
  expect(bill.total).toBe("799.50");
});

it("looks like this", () => {
  const bill = invoice(anInvoiceRequest({ catalog, subscription, usage: resolved(12) }));
  expect(bill).toMatchInlineSnapshot(`
    invoice 1 (period) of subscription, customer, 2026-01-01 to 2026-02-01
    charge       kind       quantity  amount USD
    platform     recurring         1       99.00
    seats        recurring         3       87.00
    resolutions  usage            12       11.88
    total                                 197.88
  `);
});

it("shows on the page of prices what is billed", () => {
  const month = fc.record({
    seats: fc.integer({ min: 0, max: 50 }),
    count: fc.integer({ min: 0, max: 700 }),
  });
  fc.assert(
    fc.property(month, ({ seats, count }) => {
      const held = aSubscription({ ratePlanId: "team", quantities: { seats } });
      const bill = invoice(
        anInvoiceRequest({ catalog, subscription: held, usage: resolved(count) }),
      );
      expect(quote(seats, count)).toBe(bill.total);
    }),
    { seed: 1, numRuns: 25 },
  );
});

it("bills whatever happens, and never less than the fees", () => {
  fc.assert(
    fc.property(anyEvents(JANUARY, ["@outcome"]), (usage) => {
      const [due] = documentsDue(subscription, { catalog, until: "2026-02-01" });
      const bill = invoice({ catalog, subscription, usage, period: due?.period ?? JANUARY });
      expect(Number(bill.total)).toBeGreaterThanOrEqual(99 + 87);
    }),
    { seed: 1, numRuns: 50 },
  );
});
