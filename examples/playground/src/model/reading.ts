/** From what was typed to a catalog, or to what the parser says about it, by place. */
import {
  isPricingError,
  type LintFinding,
  lintProduct,
  type PricingIssue,
  type Product,
  type ProductInput,
  safeParseProduct,
} from "rateplan";
import { isList, isRecord, type Json, type JsonRecord, keyOf, type Path } from "./json.js";
import type { Draft, Scenario } from "./state.js";

/** What a computation comes to, or why it comes to nothing. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly PricingIssue[] };

/** Runs something of rateplan. What is wrong with the data is an answer here; anything else is a bug, and thrown on. */
export function attempt<T>(run: () => T): Attempt<T> {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    if (isPricingError(error)) return { ok: false, issues: error.issues };
    throw error;
  }
}

/** Something that is said beside a field. */
export interface Message {
  readonly path: Path;
  readonly text: string;
  readonly severity: "error" | "warning" | "info";
}

/** A draft as the parser reads it. */
export interface Reading {
  /** As it was given to the parser: empty fields are absent. */
  readonly input: JsonRecord;
  /** Absent, while something is wrong. */
  readonly product: Product | undefined;
  readonly messages: readonly Message[];
}

export function readProduct(draft: Draft, costs: Scenario["costs"]): Reading {
  const input = written(draft.product);
  // The parser looks at unknown data; the type says what is hoped for.
  const result = safeParseProduct(input as unknown as ProductInput);
  if (!result.ok) {
    const messages = result.issues.map(
      ({ path, message }): Message => ({ path, text: message, severity: "error" }),
    );
    return { input, product: undefined, messages };
  }
  const product = result.value;
  const found = attempt(() => lintProduct(product, { costs: knownCosts(product, costs) }));
  const messages = found.ok ? found.value.map(ofFinding) : [];
  return { input, product, messages };
}

function ofFinding({ path, message, severity }: LintFinding): Message {
  return { path, text: message, severity };
}

/** The costs of units that the product counts, as far as they were typed. */
export function knownCosts(
  { ratePlans }: Pick<Product, "ratePlans">,
  costs: Scenario["costs"],
): Readonly<Record<string, string>> {
  const units = new Set(
    ratePlans.flatMap(({ charges }) =>
      charges.flatMap((charge) => ("unitOfMeasure" in charge ? [charge.unitOfMeasure] : [])),
    ),
  );
  return Object.fromEntries(
    Object.entries(costs).filter(([unit, cost]) => units.has(unit) && cost !== ""),
  );
}

/** What was typed without the fields that are empty. Rows of lists stay, so that places stay what they are. */
export function written(record: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => {
      const own = writtenValue(value);
      const isEmptied = isRecord(own) && isRecord(value) && isEmpty(own) && !isEmpty(value);
      return own === "" || isEmptied ? [] : [[key, own]];
    }),
  );
}

function writtenValue(value: Json): Json {
  if (isList(value)) return value.map((each) => (each === "" ? each : writtenValue(each)));
  return isRecord(value) ? written(value) : value;
}

function isEmpty(record: JsonRecord): boolean {
  return Object.keys(record).length === 0;
}

/** Messages by the key of their place. */
export function byPlace(messages: readonly Message[]): ReadonlyMap<string, readonly Message[]> {
  const places = new Map<string, Message[]>();
  for (const message of messages) {
    const key = keyOf(message.path);
    const own = places.get(key);
    if (own === undefined) places.set(key, [message]);
    else own.push(message);
  }
  return places;
}
