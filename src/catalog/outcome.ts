import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { issueAt } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { compare, type Fraction, formatExact } from "../money/fraction.js";
import { id } from "../schema/entity-fields.js";
import { eventField } from "../schema/event-field.js";
import {
  decimalIn,
  exactlyOneOf,
  field,
  listIn,
  percentage,
  positiveDecimal,
  price,
  type Report,
  recordIn,
  rule,
  type UnknownRecord,
} from "../schema/fields.js";
import { excludes, given, oneRequired } from "../schema/json-rules.js";
import type { Written } from "../schema/written.js";
import { DURATION, type Duration, readDuration } from "../time/duration.js";
import { type Predicate, predicate } from "./filter.js";

/** One billable outcome for each value of a key, or so many. */
export interface UniqueBy {
  /**
   * What tells them apart: `"subject"` (default), another field, or a property as `"properties.orderId"`. An outcome without it has no other of its
   * key: it counts, and is never free.
   */
  readonly key?: string;
  /** Among which outcomes: all, those of one billing period, or of a window that the key's first outcome opens. */
  readonly per: "lifetime" | "billing-period" | "window";
  /** Length of the window, under `per: "window"`. */
  readonly window?: Duration;
  /** Which of them counts; default `"first"`. `"highest"` is the one of the highest value, or else quantity. */
  readonly keep?: "first" | "last" | "highest";
  /** How many of them count, by `keep`; default 1. */
  readonly limit?: number | "unlimited";
  /** How many of those that count are free, the earliest first: never billed, and still successes. Below `limit`; default 0. */
  readonly free?: number;
}

/**
 * What confirms an outcome; any way that is given will do, unless all are required. A signal that `confirms` it by its id
 * always does.
 */
export interface Confirmation {
  /** Names of signals that confirm the outcomes of their subject. */
  readonly signals?: readonly string[];
  /** Assumed after a silence of the subject of this length. */
  readonly assumedAfter?: Duration;
  /**
   * What the silence is counted from: the outcome, starting anew with each later event of its subject (`"last-event"`,
   * default), the subject's `"first-event"`, or the `"outcome"` itself, whatever happens after it.
   */
  readonly silenceFrom?: "last-event" | "first-event" | "outcome";
  /**
   * Whether any of the signals, or the silence, confirms (`"any"`, default), or it takes one signal of each name and the
   * silence, if one is given (`"all"`): then it is confirmed by the last of them. A signal breaks a silence like any event.
   */
  readonly require?: "any" | "all";
}

/** What takes an outcome back. A signal that `reverses` it by its id always may. */
export interface Reversal {
  /** Names of signals that reverse the outcomes of their subject. */
  readonly signals?: readonly string[];
  /** How long after the confirmation; default `"unlimited"`. `"confirmation"`: only until then, so it may be blocked, but not reversed. */
  readonly within?: Duration | "unlimited" | "confirmation";
  /**
   * How a reversed unit of a closed period is taken back: the period is rated again without it (`"re-rate"`), or it is
   * credited at the price at which it was billed (`"original-price"`). Default `"re-rate"`, and `"original-price"` for
   * models under which less can cost more.
   */
  readonly pricing?: "re-rate" | "original-price";
}

/** How raw events become billable outcomes, and stop being so. */
export interface OutcomePolicy<D = string> {
  /** Only events for which this holds are outcomes; the others are attempts. Default all. */
  readonly qualifies?: Predicate<D>;
  /** One billable outcome for each conversation, order, …; default each event by itself. */
  readonly uniqueBy?: UniqueBy;
  /** What confirms an outcome. Default: it is confirmed when it occurs. */
  readonly confirm?: Confirmation;
  /** What takes it back: before it is confirmed it is blocked, after that reversed. Default nothing. */
  readonly reverse?: Reversal;
  /** Which billing period it belongs to: that in which it occurred, was `"confirmed"` (default), or can be reversed no longer. */
  readonly billOn?: "occurred" | "confirmed" | "settled";
}

/** What a customer gets when a guarantee is missed: exactly one of `waive`, `percent`, `amount`. */
export interface Remedy<D = string> {
  /** All that the charge bills. */
  readonly waive?: true;
  /** A percentage of what the charge bills, 0 to 100. */
  readonly percent?: D;
  /** A fixed amount; never more than the charge bills. */
  readonly amount?: D;
  /** The most that is given back. */
  readonly cap?: D;
}

/**
 * A promised rate of success: of the attempts of a period (the events that pass the charge's `filter`) so many per cent
 * are outcomes. An attempt that lost to another of its key counts on neither side.
 */
export interface Guarantee<D = string> extends Partial<GuaranteeStep<D>> {
  /**
   * Several rates, each with its own remedy, the highest rate first; in place of `successRate` and `remedy`. The remedy of
   * the lowest rate that was missed is given, and only that one.
   */
  readonly steps?: readonly GuaranteeStep<D>[];
  /** With fewer attempts in the period, nothing is promised; default 1. */
  readonly minimumAttempts?: number;
}

/** A rate that is promised, and what is given back below it. */
export interface GuaranteeStep<D = string> {
  /** Percent of the attempts, 0 to 100. At or above it nothing is given back. */
  readonly successRate: D;
  /** What is given back below it, as a line of its own. */
  readonly remedy: Remedy<D>;
}

/** A policy as it may be written. */
export type OutcomePolicyInput = Written<OutcomePolicy<DecimalInput>>;

export const duration = onFirstUse(() =>
  field<Duration, Duration>((input, report) => {
    if (readDuration(input) === undefined) {
      const expected =
        'an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as "PT72H"';
      report(issueAt("invalid_value", [], { expected, received: input }));
    }
    return typeof input === "string" ? input : "";
  }).meta({ type: "string", pattern: DURATION.source }),
);

const names = onFirstUse(() => z.array(id()).min(1));
const MOST_OUTCOMES = 1_000_000_000;

export const outcomePolicySchema: () => z.ZodType<OutcomePolicy, OutcomePolicyInput> = onFirstUse(
  () =>
    z
      .strictObject({
        qualifies: z.exactOptional(predicate()),
        uniqueBy: z.exactOptional(
          z.strictObject({
            key: z.exactOptional(eventField()),
            per: z.enum(["lifetime", "billing-period", "window"]),
            window: z.exactOptional(duration()),
            keep: z.exactOptional(z.enum(["first", "last", "highest"])),
            limit: z.exactOptional(
              z.union([z.literal("unlimited"), z.int().min(1).max(MOST_OUTCOMES)]),
            ),
            free: z.exactOptional(z.int().min(0).max(MOST_OUTCOMES)),
          }),
        ),
        confirm: z.exactOptional(
          z.strictObject({
            signals: z.exactOptional(names()),
            assumedAfter: z.exactOptional(duration()),
            silenceFrom: z.exactOptional(z.enum(["last-event", "first-event", "outcome"])),
            require: z.exactOptional(z.enum(["any", "all"])),
          }),
        ),
        reverse: z.exactOptional(
          z.strictObject({
            signals: z.exactOptional(names()),
            within: z.exactOptional(z.union([z.enum(["unlimited", "confirmation"]), duration()])),
            pricing: z.exactOptional(z.enum(["re-rate", "original-price"])),
          }),
        ),
        billOn: z.exactOptional(z.enum(["occurred", "confirmed", "settled"])),
      })
      .check(rule(checkOutcome)),
);

const guaranteeStep = onFirstUse(() => ({
  successRate: percentage(),
  remedy: z
    .strictObject({
      waive: z.exactOptional(z.literal(true)),
      percent: z.exactOptional(percentage()),
      amount: z.exactOptional(price()),
      cap: z.exactOptional(positiveDecimal()),
    })
    .check(exactlyOneOf("waive", "percent", "amount"))
    .meta(oneRequired(["waive", "percent", "amount"])),
}));
const STEP_FIELDS = ["successRate", "remedy"];
const MOST_STEPS = 100;

export const guaranteeSchema: () => z.ZodType<Guarantee, Guarantee<DecimalInput>> = onFirstUse(() =>
  z
    .strictObject({
      successRate: z.exactOptional(guaranteeStep().successRate),
      remedy: z.exactOptional(guaranteeStep().remedy),
      steps: z.exactOptional(z.array(z.strictObject(guaranteeStep())).min(1).max(MOST_STEPS)),
      minimumAttempts: z.exactOptional(z.int().min(1).max(MOST_OUTCOMES)),
    })
    .check(rule(checkGuarantee))
    .meta({
      anyOf: [given("steps"), { allOf: STEP_FIELDS.map(given) }],
      allOf: STEP_FIELDS.map((name) => excludes(name, "steps")),
    }),
);

/** One rate, or several of which each is below the one before. */
function checkGuarantee(guarantee: UnknownRecord, report: Report): void {
  const hasSteps = "steps" in guarantee;
  for (const name of STEP_FIELDS) {
    const received = guarantee[name];
    if (name in guarantee === hasSteps) {
      const facts = { expected: hasSteps ? "only without steps" : "what is promised", received };
      report(issueAt(hasSteps ? "field_not_allowed" : "missing", [name], facts));
    }
  }
  let before: Fraction | undefined;
  for (const [index, step] of listIn(guarantee["steps"]).map(recordIn).entries()) {
    const rate = decimalIn(step["successRate"]);
    if (rate !== undefined && before !== undefined && compare(rate, before) >= 0) {
      const expected = `less than ${formatExact(before)} (steps[${index - 1}].successRate)`;
      const found = formatExact(rate);
      report(issueAt("out_of_range", ["steps", index, "successRate"], { expected, found }));
    }
    before = rate ?? before;
  }
}

/** What must hold between the parts of a policy. */
function checkOutcome(policy: UnknownRecord, report: Report): void {
  const uniqueBy = recordIn(policy["uniqueBy"]);
  const confirm = recordIn(policy["confirm"]);
  const reverse = recordIn(policy["reverse"]);
  const refuse = (path: readonly (string | number)[], expected: string, received: unknown) =>
    report(issueAt("field_not_allowed", path, { expected, received }));
  if (uniqueBy["per"] === "window" && !("window" in uniqueBy)) {
    const expected = "the length of the window";
    report(issueAt("missing", ["uniqueBy", "window"], { expected, received: undefined }));
  } else if ("window" in uniqueBy && uniqueBy["per"] !== "window") {
    refuse(["uniqueBy", "window"], 'only with per: "window"', uniqueBy["window"]);
  }
  const { limit = 1, free = 0 } = uniqueBy;
  if (typeof free === "number" && typeof limit === "number" && free >= limit && free > 0) {
    const expected = `less than limit (${limit})`;
    report(issueAt("out_of_range", ["uniqueBy", "free"], { expected, received: free }));
  }
  if ("silenceFrom" in confirm && !("assumedAfter" in confirm)) {
    refuse(["confirm", "silenceFrom"], "only with assumedAfter", confirm["silenceFrom"]);
  }
  const { within = "unlimited" } = reverse;
  if (policy["billOn"] === "settled" && "reverse" in policy && within === "unlimited") {
    const expected =
      '"occurred" or "confirmed", as an outcome that may always be reversed never settles';
    report(issueAt("invalid_value", ["billOn"], { expected, received: policy["billOn"] }));
  }
  for (const [index, name] of listIn(reverse["signals"]).entries()) {
    if (!listIn(confirm["signals"]).includes(name)) continue;
    const expected = "other than the names of signals that confirm";
    const path = ["reverse", "signals", index];
    report(issueAt("duplicate_id", path, { expected, received: name }));
  }
}
