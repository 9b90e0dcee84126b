import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import type { CustomCurrencies } from "../money/currency.js";
import { CODES_BY_MINOR_UNITS } from "../money/iso-4217.js";
import { type BillingCycle, CYCLE_UNITS, NAMED_CYCLES } from "../time/billing-cycle.js";
import { type DateInput, readDate } from "../time/date.js";
import { isDateProblem } from "../time/instant.js";
import { isTimeZone, type TimeZone, UTC, ZONE_NAME } from "../time/zone.js";
import { DATE_FORM, dateIssue, timeZoneIssue } from "./dates.js";
import { field, isRecord, type Report, rule, type UnknownRecord } from "./fields.js";
import { REPORTED } from "./plain-data.js";
import { currencyReader, LONGEST_ID, LONGEST_TEXT, readCurrencies, readId } from "./readers.js";

/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Whatever a caller wants to keep beside our fields: any JSON object. It is never read. */
export type Metadata = { readonly [key: string]: JsonValue };

/** An identifier of the caller's: any text of 1 to 255 characters. */
export const id = onFirstUse(() =>
  field<string, string>(readId).meta({
    type: "string",
    minLength: 1,
    maxLength: LONGEST_ID,
  }),
);

/** A name or description for people. */
export const text = onFirstUse(() => z.string().max(LONGEST_TEXT));

export const date = onFirstUse(() =>
  field<string, DateInput>((input, report) => {
    const instant = readDate(input, UTC);
    if (typeof input === "string" && !isDateProblem(instant)) return input;
    if (input === undefined) {
      report(issueAt("missing", [], { expected: "a date", received: input }));
    } else if (isDateProblem(instant)) {
      report(dateIssue(instant, input));
    }
    return "";
  }).meta(DATE_FORM),
);

const ISO_CODES = Object.values(CODES_BY_MINOR_UNITS).flatMap((codes) => codes.split(" "));

/** A currency code that is known: active in ISO 4217, or custom in the policy. */
export function currency(custom: CustomCurrencies | undefined): z.ZodType<string, string> {
  const codes = [...new Set([...ISO_CODES, ...Object.keys(custom ?? {})])];
  return field<string, string>(currencyReader(custom)).meta({ enum: codes });
}

/** Decimals of custom currencies, by code. */
export const customCurrencies = onFirstUse(() =>
  field<CustomCurrencies, CustomCurrencies>(readCurrencies),
);

export const metadata = onFirstUse(() =>
  field<Metadata, Metadata>((input, report) => {
    if (!isRecord(input)) {
      report(issueAt("invalid_type", [], { expected: "a JSON object", received: input }));
      return {};
    }
    reportNonJson(input, [], report);
    return input as Metadata;
  }).meta({ type: "object" }),
);

/** Reports everything in a value that JSON has no words for. */
export function reportNonJson(
  value: unknown,
  path: readonly (string | number)[],
  report: Report,
): void {
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    value === REPORTED
  )
    return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) reportNonJson(item, [...path, index], report);
  } else if (
    typeof value === "object" &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value))
  ) {
    for (const [key, item] of Object.entries(value)) reportNonJson(item, [...path, key], report);
  } else {
    report(issueAt("not_plain_data", path, { expected: "a JSON value", received: value }));
  }
}

export const billingCycle: () => z.ZodType<BillingCycle, BillingCycle> = onFirstUse(() =>
  z.union([
    z.enum(NAMED_CYCLES),
    z.strictObject({ every: z.int().min(1).max(1_000), unit: z.enum(CYCLE_UNITS) }),
  ]),
);

export const timeZone = onFirstUse(() =>
  field<TimeZone, TimeZone>((input, report) => {
    if (!isTimeZone(input)) report(timeZoneIssue(input));
    return typeof input === "string" ? input : "";
  }).meta({ type: "string", pattern: ZONE_NAME.source }),
);

/** The time zone in which the dates of an object begin: its own, where it has one that is known, else UTC. */
export function zoneOf({ timeZone }: UnknownRecord): TimeZone {
  return isTimeZone(timeZone) ? timeZone : UTC;
}

/** `endDate`, where there is one, is after the field named, in the time zone of what is read, if it has one. */
export function endAfter<T>(start: "effectiveDate" | "startDate") {
  return rule<T>((value, report) => {
    const zone = zoneOf(value);
    const [from, to] = [readDate(value[start], zone), readDate(value["endDate"], zone)];
    if (isDateProblem(from) || isDateProblem(to) || from < to) return;
    const expected = `after ${start} (${String(value[start])})`;
    report(issueAt("end_before_start", ["endDate"], { expected, received: value["endDate"] }));
  });
}
