import type { DecimalInput } from "../../money/decimal.js";
import type { Fraction } from "../../money/fraction.js";
import type { UnknownRecord } from "../../schema/unknown-record.js";
import type { Instant } from "../../time/instant.js";

/**
 * Something that happened and may be billed. Keys that are not listed are allowed and not read; an optional field that is
 * `null` or an empty text is absent, as exports of tables write it. Texts have at most 10,000 characters.
 */
export interface UsageEventInput {
  /** Identifies the event across all deliveries of it, among those of its customer and source. */
  readonly id: string;
  /** Where it comes from: ids of another source are other ids. */
  readonly source?: string | null | undefined;
  /** Whose usage it is. */
  readonly customerId: string;
  /** Which of the customer's subscriptions it belongs to; absent fits any. */
  readonly subscriptionId?: string | null | undefined;
  /** What it is a unit of: `@outcome`, `@action`, … */
  readonly unitOfMeasure: string;
  /** What kind of outcome or action it is. */
  readonly name?: string | null | undefined;
  /** What it is about: a conversation, an order. */
  readonly subject?: string | null | undefined;
  /** The type of agent that did it; absent fits any product. */
  readonly agentType?: string | null | undefined;
  /** The agent that did it. */
  readonly agentId?: string | null | undefined;
  /** When it happened: an RFC 3339 instant with an offset, or a `Date`. Decides the billing period. */
  readonly timestamp: string | Date;
  /** When it became known; default `timestamp`. Not part of the payload that duplicates are compared by. */
  readonly receivedAt?: string | Date | null | undefined;
  /** How many units; default 1. Negative takes back. */
  readonly quantity?: DecimalInput | null | undefined;
  /** Money that it is about; no default; read only by charge models that price value. */
  readonly value?: DecimalInput | null | undefined;
  /** Currency of `value`. */
  readonly currency?: string | null | undefined;
  /** Anything else that charges may look at. */
  readonly properties?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An event as read: every number exact, every date an instant. */
export interface ReadEvent {
  /** What tells it from the other events of its customer. */
  readonly id: string;
  readonly customerId: string;
  readonly unitOfMeasure: string;
  readonly fields: EventFields;
  readonly timestamp: Instant;
  readonly receivedAt: Instant;
  readonly quantity: Fraction;
  readonly value: Fraction | undefined;
  readonly properties: UnknownRecord;
}

/**
 * A signal: it bills nothing, but confirms or reverses an outcome. It names the outcome's event in `confirms` or
 * `reverses`; or, without a unit of measure, it is about all outcomes of its `subject`, and a charge's outcome policy
 * says what its `name` means.
 */
export interface SignalInput {
  /** Identifies the signal across all deliveries of it, among those of its customer and source. */
  readonly id: string;
  /** Where it comes from. An event that it names is one of the same source, if there is one, else of any. */
  readonly source?: string | null | undefined;
  /** Whose outcome it is about. */
  readonly customerId: string;
  /** The event whose outcome it confirms. */
  readonly confirms?: string | null | undefined;
  /** The event whose outcome it reverses. */
  readonly reverses?: string | null | undefined;
  /** Which of the customer's subscriptions it belongs to; absent fits any. */
  readonly subscriptionId?: string | null | undefined;
  /** What happened, where the signal names no event: one of the names in the charge's policy. */
  readonly name?: string | null | undefined;
  /** What it is about, where the signal names no event. */
  readonly subject?: string | null | undefined;
  /** When it happened: an RFC 3339 instant with an offset, or a `Date`. */
  readonly timestamp: string | Date;
  /** When it became known; default `timestamp`. */
  readonly receivedAt?: string | Date | null | undefined;
  /** How much of the outcome's quantity it takes back; default all. */
  readonly quantity?: DecimalInput | null | undefined;
  /** How much of the outcome's value it takes back; default all. */
  readonly value?: DecimalInput | null | undefined;
}

/**
 * An event or a signal in a CloudEvents 1.0 envelope (structured JSON; extension attributes are not read): `id`, `subject` and `time` are the event's own
 * (`time` is its timestamp), `type` is its name; the rest comes from `data`, whose fields win.
 */
export interface CloudEventInput {
  /** The version of the envelope, `"1.0"`. */
  readonly specversion: string;
  /** Identifies the event among those of its source. */
  readonly id: string;
  /** Where it comes from. */
  readonly source?: string;
  /** The event's name. */
  readonly type: string;
  /** What it is about. */
  readonly subject?: string | null | undefined;
  /** When it happened; may stand in `data` as `timestamp` instead. */
  readonly time?: string | Date | null | undefined;
  /** The fields of the event: the customer and the unit above all. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What may stand in a list of events. */
export type EventInput = UsageEventInput | SignalInput | CloudEventInput;

/** A signal as read. */
export interface ReadSignal {
  /** What tells it from the other signals and events of its customer. */
  readonly id: string;
  readonly customerId: string;
  readonly fields: EventFields;
  readonly timestamp: Instant;
  readonly receivedAt: Instant;
  readonly confirms: string | undefined;
  readonly reverses: string | undefined;
  readonly quantity: Fraction | undefined;
  readonly value: Fraction | undefined;
}

/** The texts of an event that may be absent. */
export type EventFields = Readonly<Partial<Record<OptionalField, string | undefined>>>;

/** The fields that are texts and may be absent. */
export type OptionalField = (typeof OPTIONAL_FIELDS)[number];

export const OPTIONAL_FIELDS = [
  "subscriptionId",
  "name",
  "subject",
  "agentType",
  "agentId",
  "currency",
] as const;
