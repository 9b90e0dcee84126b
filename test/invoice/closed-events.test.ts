/** Events that are given and cannot be billed, as their period is closed; and events that are given twice. */
import { type Invoice, type InvoiceRequest, invoice, type UsageEventInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { eventOf, JANUARY, perUnit, requestOf } from "../support/plans.js";

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const charge = perUnit("outcome", "10");
const first = eventOf({ id: "e1" });
const own = eventOf({ id: "e3", timestamp: "2026-02-10T00:00:00Z" });
const january = invoice({ ...requestOf({ charges: [charge] }), usage: [first] });

function february(usage: InvoiceRequest["usage"], more: Partial<InvoiceRequest> = {}): Invoice {
  const request = requestOf({ charges: [charge], period: FEBRUARY });
  return invoice({ ...request, usage, previous: [january], ...more });
}

function warned({ warnings }: Invoice): readonly string[] {
  return warnings.map(({ code, message }) => `${code}: ${message.split(" of ")[0]}`);
}

describe("an event of a closed period", () => {
  it.each<[string, UsageEventInput]>([
    ["became known since", eventOf({ id: "e2", receivedAt: "2026-02-03T00:00:00Z" })],
    ["does not say when it became known", eventOf({ id: "e2" })],
  ])("is named with the number of its kind, where it is not billed: it %s", (_, late) => {
    const bill = february([late, own]);
    expect(bill.total).toBe("10.00");
    expect(warned(bill)).toEqual(["closed_period_events: 1 event"]);
  });

  it("is billed without a warning once its period is rated again", () => {
    const late = eventOf({ id: "e2", receivedAt: "2026-02-03T00:00:00Z" });
    const bill = february([first, late, own], { rerate: { from: "2026-01-01" } });
    // The event of February and the late one of January.
    expect(bill.total).toBe("20.00");
    expect(warned(bill)).toEqual([]);
  });

  it("is none before the subscription, and none after the period", () => {
    const before = eventOf({ id: "e0", timestamp: "2025-12-30T00:00:00Z" });
    const after = eventOf({ id: "e4", timestamp: "2026-03-02T00:00:00Z" });
    expect(warned(february([before, own, after]))).toEqual([]);
  });
});

describe("one list for several periods", () => {
  const list = [first, own];
  const again = (usage: InvoiceRequest["usage"], other: InvoiceRequest["usage"]) =>
    february(usage, { rerate: [{ period: JANUARY, usage: other }] });
  function* each(events: readonly UsageEventInput[]) {
    yield* events;
  }

  it("is counted once", () => {
    const { counts } = again(list, list).usage;
    expect(counts).toMatchObject({ matched: 2, "outside-period": 0 });
    expect(again(list, [...list])).toEqual(again(list, list));
    expect(again(new Set(list), new Set(list))).toEqual(again(list, list));
  });

  it("may be one generator, which is read once", () => {
    const generator = each(list);
    const bill = again(generator, generator);
    // Nothing of January is taken back.
    expect(bill.total).toBe("10.00");
    expect(bill).toEqual(again(list, list));
  });

  it("stands beside lists of their own", () => {
    const bill = again([own], [first]);
    expect(bill.total).toBe("10.00");
    expect(bill.usage.counts.matched).toBe(2);
  });
});
