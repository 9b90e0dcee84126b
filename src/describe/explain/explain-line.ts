import type { LineKind } from "../../invoice/document/line.js";
import type { UnknownRecord } from "../../schema/unknown-record.js";
import { amountSteps, quantityOf } from "./explain-steps.js";
import {
  amountNode,
  type Explanation,
  factNode,
  groupNode,
  optionalFact,
  periodText,
} from "./explanation.js";
import { optionFacts } from "./options-in-force.js";
import type { ExplainedLine } from "./schemas.js";

/** What a line alone does not say. */
export interface LineContext {
  readonly currency: string | null;
  /** The description of the line under a key. */
  readonly nameOf: (key: string) => string | undefined;
  /** The terms under a key of `basis.terms`. */
  readonly termsOf: (key: string) => UnknownRecord | undefined;
  /** Whether lines of charges were rounded together. */
  readonly roundedTogether: boolean;
  /** Whether ids of events are asked for. */
  readonly eventIds: boolean;
}

/** A line by itself. */
export const BY_ITSELF: LineContext = {
  currency: null,
  nameOf: () => undefined,
  termsOf: () => undefined,
  roundedTogether: false,
  eventIds: false,
};

/** What there is to say of lines of a kind. */
interface LineRow {
  readonly label: string;
  /** Whether its lines are those that may be rounded together. */
  readonly isRated?: true;
  readonly facts: (line: ExplainedLine, context: LineContext) => readonly Explanation[];
  /** What its amount is, in a word or two. */
  readonly note?: (line: ExplainedLine) => string | null;
}

const NO_FACTS = () => [];

const LINE_ROWS: { readonly [kind in LineKind]: LineRow } = {
  "one-time": { label: "One-time charge", isRated: true, facts: NO_FACTS },
  recurring: { label: "Recurring charge", isRated: true, facts: NO_FACTS },
  usage: { label: "Usage", isRated: true, facts: NO_FACTS },
  discount: { label: "Discount", facts: NO_FACTS },
  coupon: { label: "Coupon", facts: NO_FACTS },
  minimum: { label: "Minimum", facts: NO_FACTS },
  maximum: { label: "Maximum", facts: NO_FACTS },
  "minimum-commitment": { label: "Minimum commitment", facts: NO_FACTS },
  "maximum-spend": { label: "Maximum spend", facts: NO_FACTS },
  "true-up": { label: "True-up", facts: NO_FACTS },
  drawdown: { label: "Drawn from what is paid", facts: NO_FACTS },
  overage: { label: "Overage", facts: NO_FACTS },
  guarantee: { label: "Guarantee", facts: NO_FACTS },
  tax: { label: "Tax", facts: taxFacts, note: taxNote },
  "included-tax": { label: "Taxes included in prices", facts: NO_FACTS },
  credit: { label: "Credit", facts: creditFacts },
  "credit-return": { label: "Credit given back", facts: creditFacts },
  carried: { label: "Carried over", facts: NO_FACTS },
  concession: { label: "Credited by choice", facts: concessionFacts },
  "coupon-return": { label: "Coupon on what is credited", facts: NO_FACTS },
  "concession-return": { label: "Credited before", facts: NO_FACTS },
  adjustment: { label: "Adjustment", facts: adjustmentFacts },
};

/** What a kind of line is called; one of a later version by its own name. */
export function lineLabel(kind: string): string {
  return rowOf(kind).label;
}

function rowOf(kind: string): LineRow {
  return Object.hasOwn(LINE_ROWS, kind)
    ? LINE_ROWS[kind as LineKind]
    : { label: kind, facts: NO_FACTS };
}

/** A line with every step that led to it. */
export function explainLine(line: ExplainedLine, context: LineContext): Explanation {
  const { currency: unit } = context;
  const { kind, description, amount, servicePeriod, group, unitPrice } = line;
  const row = rowOf(kind);
  const terms = typeof line.terms === "string" ? context.termsOf(line.terms) : line.terms;
  const period =
    servicePeriod === undefined
      ? []
      : [factNode("service-period", "For", periodText(servicePeriod), { form: "period" })];
  return amountNode("line", description === "" ? row.label : description, amount, {
    unit,
    note: row.note?.(line) ?? null,
    children: [
      factNode("kind", "Kind", row.label),
      ...period,
      ...Object.entries(group ?? {}).map(([field, value]) =>
        factNode("group", field, value ?? "none"),
      ),
      ...quantityOf(line),
      ...optionalFact("unit-price", "Unit price", unitPrice, { form: "amount", unit }),
      ...amountSteps(line, unit, row.isRated === true && context.roundedTogether),
      ...row.facts(line, context),
      ...sharesOf(line, context),
      ...groupNode("terms", "Terms", optionFacts(terms ?? {})),
      factNode("key", "Key", line.key),
    ],
  });
}

/** What of the line falls to which other line. */
function sharesOf(
  { appliedTo }: ExplainedLine,
  { currency: unit, nameOf }: LineContext,
): readonly Explanation[] {
  const shares = appliedTo.map(({ key, amount }) =>
    factNode("share", nameOf(key) ?? key, amount, { form: "amount", unit }),
  );
  return groupNode("shares", "By line", shares);
}

function taxFacts({ tax }: ExplainedLine, { currency: unit }: LineContext): readonly Explanation[] {
  if (tax === undefined) return [];
  return [
    factNode("rate", "Rate", `${tax.percent} %`),
    factNode("taxable", "Charged on", tax.taxable, { form: "amount", unit }),
    ...(tax.inclusive ? [factNode("inclusive", "In the prices", "yes")] : []),
    ...(tax.compound ? [factNode("compound", "Charged on other taxes too", "yes")] : []),
    ...optionalFact("marker", "No tax is due", tax.marker),
  ];
}

function taxNote({ tax }: ExplainedLine): string | null {
  if (tax === undefined || tax.marker !== null) return null;
  return `${tax.percent} % ${tax.inclusive ? "in prices, on" : "of"} ${tax.taxable}`;
}

function creditFacts({ credit, grantId }: ExplainedLine): readonly Explanation[] {
  return [
    ...optionalFact("grant", "Grant", grantId),
    ...optionalFact("drawn", "Change of the grant", credit?.quantity, {
      form: "number",
      unit: credit?.unit ?? null,
    }),
  ];
}

function concessionFacts({ concession }: ExplainedLine): readonly Explanation[] {
  if (concession === undefined) return [];
  const { invoice, line, quantity, reason } = concession;
  return [
    ...optionalFact("reason", "Reason", reason),
    factNode("billed-by", "Billed by", invoice),
    factNode("billed-as", "Line", line),
    ...optionalFact("credited-units", "Units", quantity, { form: "number" }),
  ];
}

const CAUSES: ReadonlyMap<string, string> = new Map([
  ["change", "a change of the subscription"],
  ["usage", "usage that became known later"],
  ["re-rating", "other lines of the period"],
]);

function adjustmentFacts(
  { adjustment }: ExplainedLine,
  { eventIds }: LineContext,
): readonly Explanation[] {
  if (adjustment == null) return [];
  const causes = adjustment.causes.map(({ kind, date, eventIds: ids }) => {
    const because = CAUSES.get(kind) ?? kind;
    return factNode("cause", "Because of", because, {
      children: [
        ...optionalFact("date", "On", date, { form: "date" }),
        ...(eventIds ? ids : []).map((id) => factNode("event", "Event", id)),
      ],
    });
  });
  const billedBy = adjustment.invoices.map((key) => factNode("billed-by", "Billed by", key));
  return [...causes, ...billedBy];
}
