import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { id } from "../schema/entity-fields.js";
import { eventField } from "../schema/event-field.js";
import { decimal, field, type Report, rule, type UnknownRecord } from "../schema/fields.js";
import { anyRequired } from "../schema/json-rules.js";
import { DAY } from "../time/civil.js";
import {
  readTimeOfDay,
  TIME_OF_DAY,
  type TimeOfDay,
  WEEKDAYS,
  type Weekday,
} from "../time/time-of-day.js";

/** A value that a field of an event may have. */
export type FieldValue = string | number | boolean | null;

/**
 * A test on one field of an event; every condition that is given must hold. A field that the event does not have
 * equals nothing, not even `null`, and compares with nothing.
 */
export interface FieldTest<D = string> {
  /** The field: `"name"`, `"subject"`, `"agentId"`, `"agentType"`, or a property as `"properties.csat"`. */
  readonly field: string;
  /** The field has this value, of the same type. */
  readonly equals?: FieldValue;
  /** The field has one of these values. */
  readonly in?: readonly FieldValue[];
  /** The field is a number, or a decimal string, above this. */
  readonly greaterThan?: D;
  /** The field is a number, or a decimal string, of this or above. */
  readonly atLeast?: D;
  /** The field is a number, or a decimal string, below this. */
  readonly lessThan?: D;
  /** The field is a number, or a decimal string, of this or below. */
  readonly atMost?: D;
  /** The event has the field (`true`), or does not have it (`false`). */
  readonly exists?: boolean;
}

/** A stretch of every day, by the clock: from one time on and before the other, over midnight where the other comes first. */
export interface LocalTimeRange {
  /** When it begins, inclusive: `"22:00"`, or with seconds `"22:00:30"`. */
  readonly from: TimeOfDay;
  /** When it ends, exclusive: another time than `from`; `"24:00"` is the end of the day. */
  readonly until: TimeOfDay;
}

/**
 * A test of what calendar and clock showed where the subscription is (in its `timeZone`; in `summarizeUsage` and
 * `settleOutcomes`, that of their options; in simulations, UTC) when an event happened. An hour that the clocks are put
 * back by is shown twice, and both count; one that they skip is never shown. After midnight it is the next weekday, also
 * within a stretch that wraps.
 */
export type LocalTest =
  | {
      /** The event happened on one of these weekdays. */
      readonly localWeekday: readonly Weekday[];
    }
  | {
      /** The event happened at this time of the day. */
      readonly localTime: LocalTimeRange;
    };

/** A condition on events, as data. */
export type Predicate<D = string> =
  | {
      /** Every one of these holds; of an empty list, that is true. */
      readonly all: readonly Predicate<D>[];
    }
  | {
      /** At least one of these holds; of an empty list, that is false. */
      readonly any: readonly Predicate<D>[];
    }
  | {
      /** This does not hold. */
      readonly not: Predicate<D>;
    }
  | FieldTest<D>
  | LocalTest;

/** Which events of its unit a charge prices; every part that is given must fit. */
export interface UsageFilter<D = string> {
  /** Only events of one of these names. */
  readonly names?: readonly string[];
  /** Only events of one of these agents. */
  readonly agents?: readonly string[];
  /** Only events for which this holds. */
  readonly where?: Predicate<D>;
}

const fieldValue = onFirstUse(() => z.union([z.string(), z.number(), z.boolean(), z.null()]));
/** What a test of a field may say; it says at least one of these. */
export const CONDITIONS = [
  "equals",
  "in",
  "greaterThan",
  "atLeast",
  "lessThan",
  "atMost",
  "exists",
];

const fieldTest: () => z.ZodType<FieldTest, FieldTest<DecimalInput>> = onFirstUse(() =>
  z
    .strictObject({
      field: eventField(),
      equals: z.exactOptional(fieldValue()),
      in: z.exactOptional(z.array(fieldValue())),
      greaterThan: z.exactOptional(decimal()),
      atLeast: z.exactOptional(decimal()),
      lessThan: z.exactOptional(decimal()),
      atMost: z.exactOptional(decimal()),
      exists: z.exactOptional(z.boolean()),
    })
    .check(rule(checkConditions))
    .meta(anyRequired(CONDITIONS, ["equals"])),
);

function checkConditions(test: UnknownRecord, report: Report): void {
  if (CONDITIONS.some((name) => name in test)) return;
  const expected = `one of ${CONDITIONS.join(", ")}`;
  report(issueAt("missing", [], { expected, received: test }));
}

const timeOfDay = onFirstUse(() =>
  field<TimeOfDay, TimeOfDay>((input, report) => {
    if (readTimeOfDay(input) === undefined) {
      const expected = 'a time of day such as "22:00" or "06:30:15"';
      report(
        issueAt(input === undefined ? "missing" : "invalid_value", [], {
          expected,
          received: input,
        }),
      );
    }
    return typeof input === "string" ? input : "";
  }).meta({ type: "string", pattern: TIME_OF_DAY.source }),
);

const localTimeRange: () => z.ZodType<LocalTimeRange, LocalTimeRange> = onFirstUse(() =>
  z.strictObject({ from: timeOfDay(), until: timeOfDay() }).check(rule(checkRange)),
);

function checkRange({ from, until }: UnknownRecord, report: Report): void {
  const [start, end] = [readTimeOfDay(from), readTimeOfDay(until)];
  if (start === undefined || end === undefined || start % DAY !== end % DAY || start < end) return;
  const expected = `other than from (${String(from)})`;
  report(issueAt("invalid_value", ["until"], { expected, received: until }));
}

/** The schema of a predicate; chosen by its key, so that issues name the part that is wrong. */
export const predicate: () => z.ZodType<Predicate, Predicate<DecimalInput>> = onFirstUse(() =>
  z.lazy(() =>
    z.union([
      z.strictObject({ all: z.array(predicate()) }),
      z.strictObject({ any: z.array(predicate()) }),
      z.strictObject({ not: predicate() }),
      fieldTest(),
      z.strictObject({ localWeekday: z.array(z.enum(WEEKDAYS)).min(1) }),
      z.strictObject({ localTime: localTimeRange() }),
    ]),
  ),
);

export const usageFilter: () => z.ZodType<UsageFilter, UsageFilter<DecimalInput>> = onFirstUse(() =>
  z.strictObject({
    names: z.exactOptional(z.array(id())),
    agents: z.exactOptional(z.array(id())),
    where: z.exactOptional(predicate()),
  }),
);
