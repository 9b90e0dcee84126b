/**
 * A node of an explanation. Plain JSON data: a tree, of which texts and pages are renderings.
 *
 * An amount is the sum of the amounts among its children, if it has any; so the amounts that have none, the leaves, add up
 * to each line and to the whole, exactly. The same holds for quantities. Facts add nothing.
 */
export interface Explanation {
  /** Whether its value is an amount that adds up, a quantity that adds up, or a fact. */
  readonly role: "amount" | "quantity" | "fact";
  /**
   * Names what it is, for programs: `"document"`, `"section"`, `"line"`, `"quantity"`, the kind of a step (`"tier"`, `"rounding"`), or the
   * name of a fact (`"period"`, `"unit-price"`). `"allocation"` is a line's share in the rounding of several lines together.
   */
  readonly name: string;
  /** Names it for people. */
  readonly label: string;
  /** Its value, not formatted: a decimal or a reduced fraction, dates, text; `null` for what only has children. */
  readonly value: string | null;
  /** How the value is read. A period is written `start/end`, `[start, end)`. */
  readonly form: "amount" | "number" | "date" | "period" | "text";
  /** The currency of an amount, or the unit of a number; `null` where there is none, or it is not known. */
  readonly unit: string | null;
  /** How the value came about, as a formula or in words: `"400 × 40"`; else `null`. */
  readonly note: string | null;
  /** What it is made of, and what there is to say of it. */
  readonly children: readonly Explanation[];
}

/** A value with the rest of its node. */
type Rest = Partial<Pick<Explanation, "unit" | "note" | "children">>;

const NOTHING_MORE = { unit: null, note: null, children: [] } as const;

/** An amount that counts. */
export function amountNode(
  name: string,
  label: string,
  value: string,
  rest: Rest = {},
): Explanation {
  return { role: "amount", name, label, value, form: "amount", ...NOTHING_MORE, ...rest };
}

/** A quantity that counts. */
export function quantityNode(
  name: string,
  label: string,
  value: string,
  rest: Rest = {},
): Explanation {
  return { role: "quantity", name, label, value, form: "number", ...NOTHING_MORE, ...rest };
}

/** Something that is so. */
export function factNode(
  name: string,
  label: string,
  value: string,
  rest: Rest & Partial<Pick<Explanation, "form">> = {},
): Explanation {
  return { role: "fact", name, label, value, form: "text", ...NOTHING_MORE, ...rest };
}

/** Facts under a heading; none where there are no facts. */
export function groupNode(
  name: string,
  label: string,
  children: readonly Explanation[],
  rest: Pick<Rest, "note"> = {},
): readonly Explanation[] {
  if (children.length === 0) return [];
  const nothing = { value: null, form: "text", unit: null, note: null } as const;
  return [{ role: "fact", name, label, ...nothing, ...rest, children }];
}

/** The fact of an optional text; none where it is absent. */
export function optionalFact(
  name: string,
  label: string,
  value: string | null | undefined,
  rest: Rest & Partial<Pick<Explanation, "form">> = {},
): readonly Explanation[] {
  return value === undefined || value === null ? [] : [factNode(name, label, value, rest)];
}

/** A period as the value of a node. */
export function periodText({ start, end }: { readonly start: string; readonly end: string }) {
  return `${start}/${end}`;
}
