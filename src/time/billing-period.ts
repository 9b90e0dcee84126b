import { lasting } from "../data/canonical-bytes.js";
import { recent } from "../data/recent.js";
import { type DateInput, formatDate } from "./date.js";
import type { Interval } from "./interval.js";
import type { TimeZone } from "./zone.js";

/** A stretch of time from `start`, which belongs to it, to `end`, which does not. */
export interface Period {
  /** First moment of the period: a civil date, or an RFC 3339 instant where no day begins in the time zone. */
  readonly start: string;
  /** First moment after the period, in the same form. */
  readonly end: string;
}

/** A period as it may be written: with any form of dates. */
export interface PeriodInput {
  /** First moment of the period. */
  readonly start: DateInput;
  /** First moment after the period. */
  readonly end: DateInput;
}

const SOME_PERIODS = 2_000;
const written = recent<string, Period>(SOME_PERIODS);

export function formatPeriod({ start, end }: Interval, zone: TimeZone): Period {
  return written.get(`${start} ${end} ${zone}`, () =>
    lasting({ start: formatDate(start, zone), end: formatDate(end, zone) }),
  );
}
