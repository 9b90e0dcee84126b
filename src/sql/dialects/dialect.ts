/** How many digits a decimal may have so that a database computes with it exactly. */
export interface ExactDigits {
  readonly whole: number;
  readonly fraction: number;
}

/**
 * How one database says what usage queries need: every function takes and gives SQL, never a value of the caller's. Texts,
 * decimals and whole numbers may be NULL everywhere.
 */
export interface Dialect {
  /** Decimals beyond these digits are fetched. */
  readonly digits: ExactDigits;
  /** Most bytes of a name. */
  readonly longestName: number;
  /** Whether a text may hold the character 0. */
  readonly holdsZeroCharacters: boolean;
  /** What stands at the end of a statement. */
  readonly settings: string;
  /** Neither true nor false. */
  readonly unknown: string;
  /** A name, quoted. It holds no character 0. */
  identifier(name: string): string;
  /** The parameter at a place, counted from 1: a text. */
  parameter(place: number): string;
  /** As a text. */
  text(x: string): string;
  /** A text as a whole number of 64 bits. */
  whole(x: string): string;
  /** Milliseconds from 1970 on, of an instant; parts of a millisecond are cut off. */
  milliseconds(x: string): string;
  /** A text that has no more than the exact digits as a decimal. */
  decimal(x: string): string;
  /**
   * The exact sum of decimal × whole number, as texts of two parts: a decimal, and how many times 10⁻¹⁸ come to it.
   */
  weightedSum(x: string, weight: string): readonly [string, string];
  /** Whole number ÷ whole number above 0, rounded down. */
  floorQuotient(x: string, divisor: string): string;
  /** Whether a text fits a regular expression of ours from its beginning to its end. */
  matches(x: string, pattern: string): string;
  /** A column of JSON. */
  json(x: string): string;
  /** Whether JSON is an object. */
  isObject(json: string): string;
  /** The key of a property as {@link Dialect.property} wants it. */
  propertyKey(key: string): string;
  /** The JSON text of a property; NULL where there is none. */
  property(json: string, key: string): string;
  /** A property that is a text, as that text. */
  propertyText(json: string, key: string): string;
  /** The JSON text of an array of texts. */
  array(texts: readonly string[]): string;
  /** The JSON text of an array of such arrays, of the rows of a group for which a condition holds. */
  collect(texts: readonly string[], condition: string): string;
  /** Rows of a JSON array of arrays of texts: something to select from. */
  rows(parameter: string): string;
  /** A column of these, counted from 0: a text. */
  cell(place: number): string;
}
