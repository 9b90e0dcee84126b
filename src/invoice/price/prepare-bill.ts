import { isMixed, ratesOfCharge, type TaxRate } from "../../account/tax-rate.js";
import { isRated } from "../../catalog/charge-kinds.js";
import { isList } from "../../data/foreign.js";
import { once, recent } from "../../data/recent.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import type { ScheduledPeriod } from "../../subscription/cadence.js";
import type { Timeline } from "../../subscription/timeline.js";
import { LATEST_INSTANT } from "../../time/instant.js";
import { type DocumentParts, findParts } from "../parts/document-parts.js";
import type { PartTask } from "../parts/part-task.js";
import type { GivenUsage } from "../rating/given-usage.js";
import type { ReadRequest } from "../request/read-request.js";
import { type BillingContext, type MatchedParts, matchParts } from "./price-period.js";

/** What a document is priced from, before anybody looks at the usage. */
export interface PreparedBill extends Pick<BillingContext, "usageOf"> {
  /** The parts of billing periods that it touches. */
  readonly found: DocumentParts;
  readonly matched: MatchedParts;
  /** The usages of the request, each once. */
  readonly given: readonly GivenUsage[];
  /** Whether it is remembered. */
  readonly isLasting: boolean;
}

/**
 * Finds what a document touches, and what usage that asks for. For the first document of a life, that follows from the life
 * and the period alone, and is remembered with the life.
 */
export function prepareBill(read: ReadRequest, issues: PricingIssue[]): PreparedBill {
  const { timeline, target, given, taxes } = read;
  if (!isFirstDocument(read)) return prepare(read, issues);
  const place = isList(given.usage) ? LIST : OTHER;
  const usageOf = (each: GivenUsage) => (each === place ? given : each);
  const { start, end } = target.period;
  const name = `${start} ${end} ${place === LIST}`;
  const known = remembered(timeline).find(name);
  if (known !== undefined) {
    checkTaxes(known.found.tasks, taxes, issues);
    return { ...known, usageOf };
  }
  const own: PricingIssue[] = [];
  const prepared = prepare({ ...read, given: place }, own);
  for (const issue of own) issues.push(issue);
  if (own.length > 0) return { ...prepared, usageOf };
  const { found, matched, given: places } = prepared;
  remembered(timeline).keep(name, { found, matched, given: places, isLasting: true });
  return { ...prepared, usageOf, isLasting: true };
}

/** Whether a document is the first of a life: nothing that was billed before has to do with it. */
export function isFirstDocument({ target, history, rerate, concessions }: ReadRequest): boolean {
  return (
    target.scope === "period" &&
    concessions === undefined &&
    rerate.length === 0 &&
    history.documents.length === 0 &&
    !history.isBroken
  );
}

/** They stand for the usage of any request: all that is asked before it is read is whether it is a list. */
const LIST: GivenUsage = { usage: [], path: ["usage"] };
const OTHER: GivenUsage = { usage: undefined, path: ["usage"] };

const SOME_PERIODS = 8;
const remembered = once((_life: Timeline) => recent<string, PreparedBill>(SOME_PERIODS));

function prepare(read: ReadRequest, issues: PricingIssue[]): PreparedBill {
  const { target, given, history, rerate, taxes } = read;
  const missing: PricingIssue[] = [];
  const found = findParts(read, missing);
  if (!history.isBroken) issues.push(...missing);
  checkReach(found.tasks, issues);
  checkTaxes(found.tasks, taxes, issues);
  const usages = [
    ...(target.scope === "correction" ? [] : [given]),
    ...rerate.flatMap(({ usage }) => usage ?? []),
  ];
  return {
    found,
    matched: matchParts([...found.tasks, ...found.beside], read, issues),
    given: usages,
    isLasting: false,
  };
}

/** No charge has taxes that its prices hold, and others beside them. */
function checkTaxes(
  parts: readonly PartTask[],
  taxes: readonly TaxRate[],
  issues: PricingIssue[],
): void {
  if (!isMixed(taxes)) return;
  const charges = parts
    .filter(({ closed }) => closed === undefined)
    .flatMap(({ items }) => [...items.inAdvance, ...items.inArrears].map(({ charge }) => charge));
  const mixed = charges.filter(
    (charge) => isRated(charge) && isMixed(ratesOfCharge(taxes, charge)),
  );
  for (const id of new Set(mixed.map((charge) => charge.id))) {
    const expected = "rates that the prices hold, or others, but not both on one charge";
    const names = ratesOfCharge(
      taxes,
      mixed.find((charge) => charge.id === id),
    ).map((rate) => rate.id);
    const found = `${names.join(" and ")} on ${id}`;
    issues.push(issueAt("mixed_tax_rates", ["taxes"], { expected, found }));
  }
}

/** Dates have four digits for the year: no document bills what ends after the last of them. */
function checkReach(tasks: readonly PartTask[], issues: PricingIssue[]): void {
  const isWritten = ({ period, cycle }: Pick<ScheduledPeriod, "period" | "cycle">) =>
    period.end <= LATEST_INSTANT && cycle.end <= LATEST_INSTANT;
  const isWithin = tasks.every(({ part, scheduled, items }) => {
    const segments = part === "in-advance" ? items.inAdvance : items.inArrears;
    return isWritten(scheduled) && segments.every(isWritten);
  });
  if (isWithin) return;
  const expected = "one of which everything that is billed ends before the year 10000";
  issues.push(
    issueAt("out_of_range", ["period"], { expected, found: "one that reaches beyond it" }),
  );
}
