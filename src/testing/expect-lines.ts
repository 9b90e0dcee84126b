import { isList, ownFields } from "../data/foreign.js";
import { groupBy } from "../data/group-by.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import type { Invoice } from "../invoice/document/document.js";
import { plainCopy, STORED_DATA } from "../schema/plain-data.js";
import { isRecord, type UnknownRecord } from "../schema/unknown-record.js";
import type { Simulation } from "../simulate/simulate.js";
import { aligned, type Likeness } from "./alignment.js";
import { differenceTable, type Pair, type Received, wrongFields } from "./difference-table.js";
import { type ExpectedLines, readExpected, type Saying } from "./expected-lines.js";

/**
 * Fails a test whose document, or simulation, has other lines than it expects. It knows no test runner: it throws an error, whose message is a
 * table of the lines side by side, `-` what was expected and `+` what was received, and a sentence for each difference. Lines that
 * nobody expected, and lines that are missing, are differences.
 *
 * Expected are all lines in order, or a record of them by charge id (by kind for lines of no charge); each is an amount, or some
 * fields of the line. Amounts and quantities are compared by value, all else as it stands; a field that is not said is not looked at.
 *
 * @throws {Error} with the name `"UnexpectedLines"` where lines differ.
 * @throws {PricingError} with every issue of what is expected: `unknown_key` for fields that lines do not have, `not_a_decimal`.
 *
 * @example
 * ```ts
 * import { invoice } from "rateplan";
 * import { anInvoiceRequest, aProduct, aRatePlan, aRecurringCharge, aUsageCharge, expectLines } from "rateplan/testing";
 *
 * const catalog = aProduct({ ratePlans: [aRatePlan({ charges: [aRecurringCharge(), aUsageCharge()] })] });
 * const document = invoice(anInvoiceRequest({ catalog, usage: { outcomes: 12 } }));
 *
 * expectLines(document, { platform: "100", outcomes: { quantity: "12", amount: "12.00" } });
 * expectLines(document, ["100.00", { chargeId: "outcomes", unitPrice: "1" }]);
 *
 * const failure = () => {
 *   try {
 *     expectLines(document, { platform: "100", outcomes: "13" });
 *   } catch (error) {
 *     return (error as Error).message.split("\n");
 *   }
 *   return [];
 * };
 * failure();
 * // => [
 * //   "The lines are not as expected (- expected, + received):",
 * //   "",
 * //   "  charge    kind       quantity  amount",
 * //   "  platform  recurring         1  100.00",
 * //   "- outcomes  ·                 ·      13",
 * //   "+ outcomes  usage            12   12.00",
 * //   "",
 * //   'lines[1] (outcomes): amount is "12.00", expected "13"',
 * // ]
 * ```
 */
export function expectLines(
  document: Pick<Invoice, "lines"> | Pick<Simulation, "lines">,
  expected: ExpectedLines,
): void {
  const issues: PricingIssue[] = [];
  const lines = readLines(document, issues);
  const sayings = readExpected(expected, issues);
  if (issues.length > 0) throw new PricingError(issues);
  const pairs = isList(sayings) ? inOrder(sayings, lines) : byCharge(sayings, lines);
  if (!pairs.every(isAsExpected)) {
    // Under the name AssertionError, jest would look for an expected and a received value.
    throw Object.assign(new Error(differenceTable(pairs)), { name: "UnexpectedLines" });
  }
}

function readLines(document: unknown, issues: PricingIssue[]): readonly Received[] {
  const given = isRecord(document) ? ownFields(document)?.["lines"] : undefined;
  const { copy, issues: impure } = plainCopy(given, STORED_DATA);
  if (isList(copy) && impure.length === 0 && copy.every(isRecord)) {
    return copy.map((line, index) => ({ index, line }));
  }
  const expected = "a document or a simulation, with lines";
  issues.push(issueAt("invalid_type", ["document"], { expected, received: document }));
  return [];
}

function inOrder(sayings: readonly Saying[], lines: readonly Received[]): readonly Pair[] {
  const likeness = (expected: number, received: number): Likeness => {
    const [saying, own] = [sayings[expected], lines[received]];
    const wrong = saying && own ? wrongFields(saying, own) : [];
    if (wrong.length === 0) return "same";
    return wrong.some((field) => IDENTITY.includes(field)) ? "other" : "alike";
  };
  return aligned([sayings.length, lines.length], likeness).map(({ expected, received }) => ({
    saying: expected === undefined ? undefined : sayings[expected],
    received: received === undefined ? undefined : lines[received],
  }));
}

/** The fields that say what a line is about. */
const IDENTITY: readonly string[] = ["chargeId", "kind", "key", "couponId", "taxId", "grantId"];

function byCharge(
  expected: ReadonlyMap<string, readonly Saying[]>,
  lines: readonly Received[],
): readonly Pair[] {
  const received = groupBy(lines, ({ line }) => nameOf(line));
  const missing = [...expected].filter(([name]) => !received.has(name));
  return [
    ...[...received].flatMap(([name, own]) => inOrder(expected.get(name) ?? [], own)),
    ...missing.flatMap(([, sayings]) => inOrder(sayings, [])),
  ];
}

/** Under what a line stands in a record: its charge, or else its kind. */
function nameOf({ chargeId, kind }: UnknownRecord): string {
  return String(typeof chargeId === "string" ? chargeId : kind);
}

function isAsExpected({ saying, received }: Pair): boolean {
  return (
    saying !== undefined && received !== undefined && wrongFields(saying, received).length === 0
  );
}
