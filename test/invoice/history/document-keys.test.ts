/** Under which keys earlier documents are asked for. */
import type { PricingIssue, SubscriptionInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { issueAt } from "../../../src/errors.js";
import {
  advanceKey,
  documentsBefore,
  reportMissing,
  usageDocuments,
} from "../../../src/invoice/history/document-keys.js";
import { fee, perUnit, planOf } from "../../support/plans.js";
import { timelineOf } from "../../support/timelines.js";

const ADVANCE = { billingTiming: "in-advance" } as const;

/** A life from 1 June 2026 on, on a plan with a fee in advance. */
const lifeOf = (more: Partial<SubscriptionInput> = {}) =>
  timelineOf([planOf([fee("platform", "10", ADVANCE)])], more);
const day = (date: string): number => Date.parse(date);
const stretch = (start: string, end: string) => ({ start: day(start), end: day(end) });

const running = lifeOf();
const ended = lifeOf({ endDate: "2026-08-11" });
// A dated anchor stays where it is.
const tried = (trialDays: number) => lifeOf({ trialDays, billingAnchor: "2026-06-01" });

describe("what begins in advance", () => {
  it("is billed by the opening document where it opens the subscription", () => {
    const opening = "opening:s1@2026-06-01/2026-06-01";
    expect(advanceKey(day("2026-06-01"), running)).toBe(opening);
    const usageAlone = timelineOf([planOf([perUnit("outcome", "1")])]);
    expect(advanceKey(day("2026-06-01"), usageAlone)).toBe(opening);
    // A trial that ends within a period.
    expect(advanceKey(day("2026-06-11"), tried(10))).toBe("opening:s1@2026-06-11/2026-06-11");
  });

  it("is billed with the period before it from then on, also where a trial ends with that", () => {
    const june = "period:s1@2026-06-01/2026-07-01";
    for (const life of [running, tried(10), tried(30)]) {
      expect(advanceKey(day("2026-07-01"), life)).toBe(june);
    }
  });
});

describe("the usage of a stretch of time", () => {
  const documents = (...[start, end, life = running]: [string, string, typeof running?]) =>
    usageDocuments(life, stretch(start, end));

  it("is billed by the documents of the periods that have a part in it", () => {
    expect(documents("2026-06-30", "2026-08-01")).toEqual([
      { period: stretch("2026-06-01", "2026-07-01"), key: "period:s1@2026-06-01/2026-07-01" },
      { period: stretch("2026-07-01", "2026-08-01"), key: "period:s1@2026-07-01/2026-08-01" },
    ]);
    expect(documents("2026-07-01", "2026-07-01")).toEqual([]);
  });

  it("is billed by run-off documents after the end of the subscription", () => {
    expect(documents("2026-08-10", "2026-09-02", ended)).toEqual([
      { period: stretch("2026-08-01", "2026-08-11"), key: "period:s1@2026-08-01/2026-08-11" },
      { period: stretch("2026-08-11", "2026-09-01"), key: "run-off:s1@2026-08-11/2026-09-01" },
      { period: stretch("2026-09-01", "2026-10-01"), key: "run-off:s1@2026-09-01/2026-10-01" },
    ]);
  });

  it("is billed by no document before the subscription", () => {
    expect(documents("2026-05-01", "2026-06-01")).toEqual([]);
  });
});

describe("the usage up to an instant", () => {
  const keysBefore = (date: string, life = running) =>
    documentsBefore(day(date), life).map(({ key }) => key);

  it("is billed by the document of the period that it ends or lies in", () => {
    expect(keysBefore("2026-07-01")).toEqual(["period:s1@2026-06-01/2026-07-01"]);
    expect(keysBefore("2026-07-02")).toEqual(["period:s1@2026-07-01/2026-08-01"]);
  });

  it("is billed by none where nothing was billed before", () => {
    expect(keysBefore("2026-06-01")).toEqual([]);
    expect(keysBefore("2026-06-11", tried(10))).toEqual([]);
    expect(keysBefore("2026-06-12", tried(10))).toHaveLength(1);
    const triedOnly = lifeOf({ trialDays: 92, endDate: "2026-08-01" });
    expect(keysBefore("2026-07-01", triedOnly)).toEqual([]);
  });
});

describe("a missing document", () => {
  it("is asked for once, whatever else is wrong", () => {
    const other = { expected: "document a", received: undefined };
    const issues: PricingIssue[] = [issueAt("previous_mismatch", ["previous"], other)];
    for (const key of ["a", "b", "a", "b"]) reportMissing(key, issues);
    expect(issues.map(({ code, path, expected }) => [code, ...path, expected])).toEqual([
      ["previous_mismatch", "previous", "document a"],
      ["missing_previous", "previous", "document a"],
      ["missing_previous", "previous", "document b"],
    ]);
  });
});
