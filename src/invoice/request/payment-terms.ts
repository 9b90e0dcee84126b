import { issueAt, type PricingIssue } from "../../errors.js";
import { readDateAt } from "../../schema/dates.js";
import { readOptions, readWholeNumber, type Unread } from "../../schema/options.js";
import { addLocalDays, lastDayOfMonth } from "../../time/date.js";
import { type Instant, LATEST_INSTANT } from "../../time/instant.js";
import type { TimeZone } from "../../time/zone.js";

/** When payment is due: a number of days after a date. */
export interface PaymentTerms {
  /** How many days, 0 to 3,650, in the time zone of the subscription. */
  readonly days: number;
  /**
   * From when they are counted: from `issueDate` (`"issue"`, default), or from the last day of its month (`"end-of-month"`: 30 days
   * after 31 January for an invoice of 15 January).
   */
  readonly from?: "issue" | "end-of-month" | null | undefined;
}

/** When a document is issued, and when it is to be paid. */
export interface PaymentDates {
  readonly issueDate: Instant | undefined;
  readonly dueDate: Instant | undefined;
}

const KEYS = ["days", "from"] as const satisfies readonly (keyof PaymentTerms)[];
const LONGEST_TERMS = 3_650;
const STARTS: readonly unknown[] = ["issue", "end-of-month"];

/** Reads when a document is issued and when payment is due. */
export function readPaymentDates(
  { issueDate, paymentTerms }: Unread<"issueDate" | "paymentTerms">,
  zone: TimeZone,
  issues: PricingIssue[],
): PaymentDates {
  const issued =
    issueDate === undefined ? undefined : readDateAt(issueDate, ["issueDate"], zone, issues);
  if (paymentTerms === undefined) return { issueDate: issued, dueDate: undefined };
  const path = ["paymentTerms"];
  const { days: given, from = "issue" } = readOptions(paymentTerms, KEYS, issues, {
    path,
    required: ["days"],
  });
  if (!STARTS.includes(from)) {
    const expected = `one of ${STARTS.join(", ")}`;
    issues.push(issueAt("invalid_value", [...path, "from"], { expected, received: from }));
  }
  const range = [0, LONGEST_TERMS] as const;
  const days =
    given === undefined ? undefined : readWholeNumber(given, [...path, "days"], range, issues);
  if (issueDate === undefined) {
    const expected = "an issue date from which payment terms are counted";
    issues.push(issueAt("missing", ["issueDate"], { expected, received: undefined }));
  }
  if (issued === undefined || days === undefined) return { issueDate: issued, dueDate: undefined };
  const start = from === "end-of-month" ? lastDayOfMonth(issued, zone) : issued;
  const due = addLocalDays(start, days, zone);
  if (due > LATEST_INSTANT) {
    const expected = "few enough that payment is due before the year 10000";
    issues.push(issueAt("out_of_range", [...path, "days"], { expected, received: given }));
  }
  return { issueDate: issued, dueDate: due };
}
