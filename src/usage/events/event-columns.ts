import type { DecimalInput } from "../../money/decimal.js";

/** Texts of which many are equal: each once, and for each event the place of its own. A place that is none is an absent text. */
export interface DictionaryColumn {
  /** The texts. */
  readonly values: readonly string[];
  /** For each event, which of them. */
  readonly codes: Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array;
}

/** A text for each event, or one for all of them. */
export type TextColumn = string | readonly (string | null | undefined)[] | DictionaryColumn;

/**
 * An instant for each event: milliseconds since 1970-01-01T00:00:00Z in a typed array, or a list of what may be written for one,
 * which numbers may not. A part of a millisecond is left out, as in texts.
 */
export type TimeColumn =
  | Float64Array
  | BigInt64Array
  | readonly (string | Date | null | undefined)[];

/** Numbers in a typed array. Those of a `Float32Array` are no decimals: its 0.1 is 0.10000000149…; make a `Float64Array` of them. */
export type NumberArray =
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A number for each event; none is absent in a typed array. */
export type NumberColumn = NumberArray | readonly (DecimalInput | null | undefined)[];

/**
 * Events as columns, as Arrow, Parquet and data frames hold them: in each column the fields of all events, in one order. They mean
 * what the same events mean as objects, one by one; columns are read, never changed.
 */
export interface EventColumns {
  /** What identifies the events. */
  readonly id: TextColumn;
  /** Where they come from. */
  readonly source?: TextColumn | null | undefined;
  /** Whose usage they are. */
  readonly customerId: TextColumn;
  /** Which of the customer's subscriptions they belong to. */
  readonly subscriptionId?: TextColumn | null | undefined;
  /** What they are units of; absent for signals. */
  readonly unitOfMeasure?: TextColumn | null | undefined;
  /** What kind of outcome or action they are. */
  readonly name?: TextColumn | null | undefined;
  /** What they are about. */
  readonly subject?: TextColumn | null | undefined;
  /** The type of agent that did it. */
  readonly agentType?: TextColumn | null | undefined;
  /** The agent that did it. */
  readonly agentId?: TextColumn | null | undefined;
  /** When they happened. */
  readonly timestamp: TimeColumn;
  /** When they became known. */
  readonly receivedAt?: TimeColumn | null | undefined;
  /** How many units. */
  readonly quantity?: NumberColumn | null | undefined;
  /** Money that they are about. */
  readonly value?: NumberColumn | null | undefined;
  /** Currency of `value`. */
  readonly currency?: TextColumn | null | undefined;
  /** The events that signals confirm. */
  readonly confirms?: TextColumn | null | undefined;
  /** The events that signals reverse. */
  readonly reverses?: TextColumn | null | undefined;
  /**
   * Anything else that charges may look at, by its name. Integers of 64 bits are the numbers that they would be in JSON, and the texts of their digits
   * from 2^53 on.
   */
  readonly properties?: Readonly<Record<string, TextColumn | NumberColumn>> | null | undefined;
}
