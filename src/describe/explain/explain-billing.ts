import { LINE_SECTIONS, type LineKind, type LineSection } from "../../invoice/document/line.js";
import { BY_ITSELF, explainLine, type LineContext, lineLabel } from "./explain-line.js";
import {
  amountNode,
  type Explanation,
  factNode,
  groupNode,
  optionalFact,
  periodText,
} from "./explanation.js";
import { optionFacts } from "./options-in-force.js";
import type { ExplainedDocument, ExplainedLine, ExplainedSimulation } from "./schemas.js";

/** What the caller wants to be said besides what is on record. */
export interface Letterhead {
  readonly number?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly note?: string | undefined;
}

const SECTION_LABELS: { readonly [section in LineSection]: string } = {
  subtotal: "Charges",
  discounts: "Coupons",
  creditsApplied: "Credits",
  taxes: "Taxes",
};

const SCOPES: ReadonlyMap<string, string> = new Map([
  ["opening", "fees in advance of the first period"],
  ["period", "a billing period, and fees in advance of the next"],
  ["change", "what a change makes due"],
  ["interim", "usage of a period that is running"],
  ["correction", "earlier periods, corrected"],
  ["run-off", "what became certain after the end of the subscription"],
]);

/** A document: its facts, its lines by section, and everything that it says besides. */
export function explainDocument(
  document: ExplainedDocument,
  letterhead: Letterhead,
  eventIds: boolean,
): Explanation {
  const { kind, currency: unit, total, lines, policy } = document;
  const isCredit = kind === "credit-note";
  return amountNode("document", isCredit ? "Credit note" : "Invoice", total, {
    unit,
    children: [
      ...groupNode("details", "Details", [
        factNode("number", "Number", letterhead.number ?? `${document.sequence}`),
        ...optionalFact("from", "From", letterhead.from),
        factNode("to", "To", letterhead.to ?? document.customerId),
        ...optionalFact("issue-date", "Issued", document.issueDate, { form: "date" }),
        ...optionalFact("due-date", "Due", document.dueDate, { form: "date" }),
        factNode("period", "Period", periodText(document.period), { form: "period" }),
        factNode("subscription", "Subscription", document.subscriptionId),
        factNode("plan", "Plan", document.ratePlanId),
        factNode("as-of", "As known", document.asOf, { form: "date" }),
        factNode("scope", "Bills", SCOPES.get(document.scope) ?? document.scope),
        factNode("document-key", "Document", document.idempotencyKey),
        ...optionalFact("note", "Note", letterhead.note),
      ]),
      ...sectionsOf(document, contextOf(document, eventIds)),
      ...couponsOf(document),
      ...drawdownsOf(document),
      ...postingsOf(document),
      ...groupNode(
        "provisional",
        "May still change",
        document.provisional.flatMap(provisionalFacts),
      ),
      ...groupNode(
        "unbilled",
        "Not billed",
        document.unbilled.map(({ reason, period }) =>
          factNode("unbilled", reason, periodText(period), { form: "period" }),
        ),
      ),
      ...warningsOf(document),
      ...groupNode(
        "corrections",
        "Corrected periods",
        document.corrections.map(({ period, documents }) =>
          factNode("correction", documents.join(", "), periodText(period), { form: "period" }),
        ),
      ),
      ...eventsOf(document, eventIds),
      ...groupNode("policy", "Options in force", optionFacts(policy)),
    ],
  });

  function sectionsOf(
    { subtotal, discounts, creditsApplied, taxes }: ExplainedDocument,
    context: LineContext,
  ): readonly Explanation[] {
    const sums = { subtotal, discounts, creditsApplied, taxes };
    return (Object.keys(SECTION_LABELS) as readonly LineSection[]).flatMap((section) => {
      const own = lines.filter((line) => sectionOf(line) === section);
      if (own.length === 0) return [];
      const children = own.map((line) => explainLine(line, context));
      return [amountNode("section", SECTION_LABELS[section], sums[section], { unit, children })];
    });
  }
}

/** A simulation: its lines, and what became of the usage. */
export function explainSimulation(simulation: ExplainedSimulation, eventIds: boolean): Explanation {
  const { ratePlanId, currency: unit, amount, lines, policy } = simulation;
  const context: LineContext = { ...contextOf(simulation, eventIds), termsOf: () => undefined };
  const section = amountNode("section", "Charges", amount, {
    unit,
    children: lines.map((line) => explainLine(line, context)),
  });
  return amountNode("simulation", "Simulation", amount, {
    unit,
    children: [
      ...groupNode("details", "Details", [...optionalFact("plan", "Plan", ratePlanId)]),
      ...(lines.length === 0 ? [] : [section]),
      ...warningsOf(simulation),
      ...eventsOf(simulation, eventIds),
      ...groupNode("policy", "Options in force", optionFacts(policy)),
    ],
  });
}

/** What lines need to know of the document or simulation that they stand in. */
export function contextOf(
  {
    lines,
    currency,
    policy,
    basis,
  }: Pick<ExplainedSimulation, "lines" | "currency" | "policy"> &
    Partial<Pick<ExplainedDocument, "basis">>,
  eventIds: boolean,
): LineContext {
  const names = new Map(lines.map((line) => [line.key, lineName(line)]));
  const terms = new Map(Object.entries(basis?.terms ?? {}));
  return {
    ...BY_ITSELF,
    currency,
    nameOf: (key) => names.get(key),
    termsOf: (key) => terms.get(key),
    roundedTogether: policy.rounding.scope === "invoice",
    eventIds,
  };
}

/** A line as others speak of it. */
function lineName({ kind, description, group }: ExplainedLine): string {
  const name = description === "" ? lineLabel(kind) : description;
  const values = Object.values(group ?? {}).map((value) => value ?? "none");
  return values.length === 0 ? name : `${name} (${values.join(", ")})`;
}

/** An adjustment counts where what it adjusts does, of which the kind leads its key. */
function sectionOf({ key }: ExplainedLine): LineSection {
  const kind = key.slice(0, key.indexOf(":"));
  return Object.hasOwn(LINE_SECTIONS, kind) ? LINE_SECTIONS[kind as LineKind] : "subtotal";
}

function couponsOf({ coupons = [], currency: unit }: ExplainedDocument): readonly Explanation[] {
  const facts = coupons.map(({ couponId, period, applied, unused }) =>
    factNode("coupon", couponId, applied, {
      form: "amount",
      unit,
      children: [
        factNode("period", "For", periodText(period), { form: "period" }),
        ...optionalFact("unused", "Not used", unused, { form: "amount", unit }),
      ],
    }),
  );
  return groupNode("coupons", "Coupons used", facts);
}

function drawdownsOf({
  drawdowns = [],
  currency: unit,
}: ExplainedDocument): readonly Explanation[] {
  const money = { form: "amount", unit } as const;
  const facts = drawdowns.map(({ chargeId, period, paid, drawn, left, expired }) =>
    factNode("drawdown", chargeId, drawn, {
      ...money,
      children: [
        factNode("period", "For", periodText(period), { form: "period" }),
        factNode("paid", "Paid", paid, money),
        factNode("left", "Left", left, money),
        ...optionalFact("expired", "Expired", expired, money),
      ],
    }),
  );
  return groupNode("drawdowns", "Drawn from what is paid", facts);
}

function postingsOf({ postings = [] }: ExplainedDocument): readonly Explanation[] {
  const facts = postings.map(({ grantId, kind, unit, amount, balanceAfter }) =>
    factNode("posting", `${grantId}: ${kind}`, amount, {
      form: "number",
      unit,
      children: optionalFact("balance", "Balance", balanceAfter, { form: "number", unit }),
    }),
  );
  return groupNode("postings", "Credit balances", facts);
}

function provisionalFacts({
  chargeId,
  servicePeriod,
  reversible,
  pending,
}: ExplainedDocument["provisional"][number]): readonly Explanation[] {
  const numbers = [
    factNode("reversible", "May be reversed", reversible, { form: "number" }),
    factNode("pending", "May still be billed", pending, { form: "number" }),
  ];
  const period = periodText(servicePeriod);
  return [factNode("provisional", chargeId, period, { form: "period", children: numbers })];
}

function warningsOf({ warnings }: Pick<ExplainedSimulation, "warnings">): readonly Explanation[] {
  return groupNode(
    "warnings",
    "Warnings",
    warnings.map(({ code, message }) => factNode(code, code.replaceAll("_", " "), message)),
  );
}

/** What became of the events; their ids where they are asked for. */
function eventsOf(
  { usage: { counts, details } }: Pick<ExplainedSimulation, "usage">,
  eventIds: boolean,
): readonly Explanation[] {
  const given = Object.entries(counts).filter(([, count]) => count !== 0);
  const facts = given.map(([bucket, count]) => {
    const own = (eventIds ? details[bucket] : undefined) ?? [];
    return factNode(bucket, bucket.replaceAll("-", " "), String(count), {
      form: "number",
      children: own.map(({ id, reason }) => factNode("event", id ?? "without an id", reason)),
    });
  });
  return groupNode("events", "Events given", facts);
}
