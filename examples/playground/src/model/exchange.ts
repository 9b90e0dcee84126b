/** Catalogs in and out: as JSON, and as code that compiles. */
import type { Product } from "rateplan";
import { isRecord, type Json, type JsonRecord } from "./json.js";
import { written } from "./reading.js";
import type { Draft } from "./state.js";

export function asJson({ product }: Draft): string {
  return `${JSON.stringify(written(product), undefined, 2)}\n`;
}

/** A program: the catalog, and what it comes to with the usage that is tried. */
export function asCode(
  { product }: Draft,
  tried?: {
    readonly plan: Product["ratePlans"][number];
    readonly usage: Readonly<Record<string, string>>;
    readonly quantities: Readonly<Record<string, string>>;
    readonly amount: string;
  },
): string {
  const catalog = `export const product = ${literal(written(product))} satisfies ProductInput;\n`;
  if (tried === undefined) return `import type { ProductInput } from "rateplan";\n\n${catalog}`;
  const { plan, usage, quantities, amount } = tried;
  const options = {
    ratePlanId: plan.id,
    ...(Object.keys(quantities).length === 0 ? {} : { quantities }),
  };
  return [
    'import { type ProductInput, simulate } from "rateplan";\n',
    catalog,
    `simulate(product, ${literal(usage)}, ${literal(options)}).amount; // => "${amount}"\n`,
  ].join("\n");
}

/** A value as it is written in a program. */
function literal(value: Json, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isArray = Array.isArray(value);
  const inner = `${indent}  `;
  const parts = isArray
    ? value.map((each: Json) => literal(each, inner))
    : Object.entries(value).map(([key, each]) => `${keyText(key)}: ${literal(each, inner)}`);
  const [open, close] = isArray ? "[]" : "{}";
  if (parts.length === 0) return `${open}${close}`;
  const space = isArray ? "" : " ";
  const line = `${open}${space}${parts.join(", ")}${space}${close}`;
  if (!line.includes("\n") && indent.length + line.length <= WIDTH) return line;
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}${close}`;
}

const WIDTH = 90;

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** A catalog that was read, or why there is none. */
export type Imported =
  | { readonly ok: true; readonly product: JsonRecord }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a catalog out of JSON, or of code in which it stands as a literal: the first `{ … }` that has `ratePlans`, `charges` or
 * `pricing`. A plan or a charge by itself gets a product around it. `parse` reads one literal.
 */
export function importCatalog(text: string, parse: (literal: string) => unknown): Imported {
  if (text.trim() === "") return { ok: false, reason: "There is nothing to read." };
  let problem = "";
  // The longest is the catalog; others are lists of imports and options.
  for (const each of literalsIn(text).toSorted((a, b) => b.length - a.length)) {
    try {
      const found = asProduct(parse(each));
      if (found !== undefined) return { ok: true, product: found };
    } catch (error) {
      problem ||= error instanceof Error ? error.message : String(error);
    }
  }
  const expected = "a product, a rate plan or a charge as JSON, or as a literal in code";
  return { ok: false, reason: `Expected ${expected}.${problem === "" ? "" : ` ${problem}`}` };
}

/** Each outermost `{ … }` of a text; braces in quotes do not count. */
function literalsIn(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (const match of text.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|[{}]/g)) {
    if (match[0] === "{") {
      if (depth === 0) start = match.index;
      depth += 1;
    } else if (match[0] === "}" && depth > 0) {
      depth -= 1;
      if (depth === 0) found.push(text.slice(start, match.index + 1));
    }
  }
  // What is never closed is somebody's mistake, which the reader of literals can name.
  return depth > 0 ? [...found, text.slice(start)] : found;
}

function asProduct(value: unknown): JsonRecord | undefined {
  if (!isRecord(value)) return undefined;
  if ("ratePlans" in value) return value;
  if ("charges" in value) {
    return {
      id: "product",
      name: "Product",
      agentType: "agent",
      effectiveDate: value["effectiveDate"] ?? "2026-01-01",
      ratePlans: [value],
    };
  }
  if (!("pricing" in value)) return undefined;
  const { currency, ...charge } = value;
  return asProduct({
    id: "plan",
    name: "Plan",
    currency: currency ?? "USD",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: [charge],
  });
}
