/** The balances of credit grants while a document is priced. */
import { describe, expect, it } from "vitest";
import type { CreditGrant } from "../../../src/account/credit-grant.js";
import { openLedger, writeOff, writeOffExpired } from "../../../src/invoice/steps/ledger.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
import { grantOf, ledgerOf } from "../../support/credit-lines.js";
import { day, documentPricing } from "../../support/step-lines.js";

describe("a ledger", () => {
  it("begins at what is left of each grant, and follows what is posted", () => {
    const [whole, used] = [grantOf("a", "10"), grantOf("b", "10", { balance: "4" })];
    const ledger = openLedger([whole, used]);
    const balances = () => [whole, used].map((grant) => formatExact(ledger.balanceOf(grant)));
    expect(balances()).toEqual(["10", "4"]);
    ledger.post("drawdown", "b", "USD", exact("-3"));
    ledger.post("return", "b", "USD", exact("1"));
    expect(balances()).toEqual(["10", "2"]);
    expect(ledgerOf(ledger.postings)).toEqual([
      "b drawdown -3 USD: 4 to 1",
      "b return 1 USD: 1 to 2",
    ]);
  });

  it("knows no balances of a grant that was not given, nor makes one up", () => {
    const ledger = openLedger([]);
    ledger.post("return", "gone", "USD", exact("5"));
    ledger.post("return", "gone", "USD", exact("5"));
    const one = "gone return 5 USD: undefined to undefined";
    expect(ledgerOf(ledger.postings)).toEqual([one, one]);
    expect(formatExact(ledger.balanceOf(grantOf("gone", "9")))).toBe("0");
  });
});

describe("what is left of grants that have expired", () => {
  it("is written off from that moment on", () => {
    const grants = [
      grantOf("before", "1", { expiresAt: "2026-01-31" }),
      grantOf("now", "2", { expiresAt: "2026-02-01" }),
      grantOf("after", "3", { expiresAt: "2026-02-02" }),
      grantOf("never", "4"),
      grantOf("empty", "5", { balance: "0", expiresAt: "2026-01-31" }),
    ];
    const ledger = openLedger(grants);
    writeOffExpired(grants, documentPricing({ moment: day(32) }), ledger);
    expect(ledgerOf(ledger.postings)).toEqual([
      "before expiry -1 USD: 1 to 0",
      "now expiry -2 USD: 2 to 0",
    ]);
  });
});

describe("what is not taken over into the next period", () => {
  const grants = [
    grantOf("late", "5", { expiresAt: "2026-06-01" }),
    grantOf("never", "5"),
    grantOf("early", "3", { expiresAt: "2026-03-01" }),
    grantOf("other", "50", { expiresAt: "2026-02-15" }),
  ];
  const left = (max: string, own: readonly CreditGrant[] = grants) => {
    const ledger = openLedger(own);
    const isOf = (id: string) => id !== "other";
    writeOff({ isOf, max: exact(max) }, own, documentPricing(), ledger);
    return ledgerOf(ledger.postings);
  };

  it("expires, of the grants that would expire first, and of no others", () => {
    // 13 in all: 3 of the first, then 2 of the second.
    expect(left("8")).toEqual(["early expiry -3 USD: 3 to 0", "late expiry -2 USD: 5 to 3"]);
    expect(left("10")).toEqual(["early expiry -3 USD: 3 to 0"]);
    expect(left("11")).toEqual(["early expiry -2 USD: 3 to 1"]);
    expect(left("0")).toHaveLength(3);
  });

  it("is nothing where there is no more than that", () => {
    expect(left("13")).toEqual([]);
    expect(left("20")).toEqual([]);
    expect(left("0", [grantOf("empty", "5", { balance: "0" })])).toEqual([]);
  });
});
