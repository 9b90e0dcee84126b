import { isList } from "../data/foreign.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import type { InvoiceLine, SimulationLine } from "../invoice/document/line.js";
import { decimalIssue } from "../money/amounts.js";
import { isProblem, readExact } from "../money/decimal.js";
import { readOptions } from "../schema/options.js";
import { plainCopy, STORED_DATA } from "../schema/plain-data.js";
import { isRecord, recordIn, type UnknownRecord } from "../schema/unknown-record.js";

type Said<L> = L extends unknown ? { readonly [K in keyof L]?: L[K] | undefined } : never;

/** What a test says of a line: some of its fields, as they stand on it. What is not said is not looked at. */
export type ExpectedLine = Said<InvoiceLine | SimulationLine>;

/**
 * The lines that a test expects. A list: every line, in order. Or a record: the lines of each charge, by its id, in order; lines of no charge
 * stand under their kind (`tax`, `coupon`). A line is an amount, or some of its fields.
 */
export type ExpectedLines =
  | readonly (string | ExpectedLine)[]
  | Readonly<Record<string, string | ExpectedLine | readonly (string | ExpectedLine)[]>>;

type Fields<L> = L extends unknown ? keyof L : never;

/** Every field that a line may have. */
const FIELDS = Object.keys({
  key: true,
  kind: true,
  description: true,
  quantity: true,
  exactAmount: true,
  amount: true,
  steps: true,
  chargeId: true,
  group: true,
  unitOfMeasure: true,
  unitPrice: true,
  tiers: true,
  appliedTo: true,
  adjustment: true,
  terms: true,
  pricingUnit: true,
  couponId: true,
  taxId: true,
  tax: true,
  grantId: true,
  credit: true,
  concession: true,
  servicePeriod: true,
  part: true,
} satisfies { readonly [field in Fields<InvoiceLine | SimulationLine>]: true });

/** The fields that are compared by their value: `"50"` is `"50.00"`. */
export const DECIMAL_FIELDS: readonly string[] = ["amount", "exactAmount", "quantity", "unitPrice"];

/** What is said of a line, read. */
export interface Saying {
  /** The charge or kind that it stands under in a record; nothing in a list. */
  readonly name?: string;
  /** Only fields that lines have, with decimals where these stand. */
  readonly fields: UnknownRecord;
}

/** Reads the lines that are expected: in order, or by charge. */
export function readExpected(
  input: unknown,
  issues: PricingIssue[],
): readonly Saying[] | ReadonlyMap<string, readonly Saying[]> {
  const path = ["expected"];
  const { copy, issues: impure } = plainCopy(input, STORED_DATA);
  issues.push(...impure.map((issue) => issueUnder(path, issue)));
  const listOf = (list: readonly unknown[], at: readonly PathSegment[]) =>
    list.map((each, index) => ({ fields: readFields(each, [...at, index], issues) }));
  if (isList(copy)) return listOf(copy, path);
  if (isRecord(copy)) {
    const read = Object.entries(copy).map(([name, lines]) => {
      const at = [...path, name];
      const own = isList(lines) ? listOf(lines, at) : [{ fields: readFields(lines, at, issues) }];
      return [name, own.map((saying) => ({ name, ...saying }))] as const;
    });
    return new Map(read);
  }
  if (impure.length === 0) {
    const expected = "a list of lines, or a record of them by charge id";
    issues.push(issueAt("invalid_type", path, { expected, received: input }));
  }
  return [];
}

function readFields(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): UnknownRecord {
  if (typeof input === "string") {
    checkDecimal(input, path, issues);
    return { amount: input };
  }
  // Among options, null is absent; of a line, it says that a field is.
  const known = readOptions(input, FIELDS, issues, { path });
  for (const field of DECIMAL_FIELDS) {
    if (known[field] !== undefined) checkDecimal(known[field], [...path, field], issues);
  }
  return recordIn(input);
}

function checkDecimal(input: unknown, path: readonly PathSegment[], issues: PricingIssue[]): void {
  const read = readExact(input);
  if (isProblem(read)) issues.push(decimalIssue(read, path, input));
}
