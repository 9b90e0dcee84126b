import { describe, expect, it } from "vitest";
import { runVector } from "./adapter.js";
import { engines } from "./engines.js";
import { recording, replaced } from "./reading.js";
import { OWN_VECTORS, vectorsOf } from "./suite.js";
import type { Json, JsonObject, Vector } from "./vector.js";

/** What is read to find the figure that it belongs to, or to see that there is one: another value may pass. */
const ONLY_LOOKED_AT: readonly RegExp[] = [
  // That the engine refuses is compared, and not in which words.
  /^\w+ .*: expected\.error$/,
  // Openmeter's references are texts with more than what is compared; commitments are compared in the totals.
  /^openmeter .*: expected\.(phases\[\]\.)?lines\[\]\.(reference|perUnitAmount|quantity|totals\.amount)$/,
  /^openmeter invoice_progressive: expected\.invoices\[\]\.(lines\[\]\.)?totals\.\w+$/,
  // Until which event, and with how many digits, something is compared.
  /^lago .*: expected\.checks\[\]\.afterEvent$/,
  /^lago .*: expected\.\w+Rounded\.(digits|mode)$/,
  // Compared only where the engine's convention has a counterpart, or by the sign of an amount.
  /^autumn anchor-reset-refund: expected\.type$/,
  /^commercial proration:day_count: expected\.actual360$/,
  /^polar seat change proration: expected\.direction$/,
];

const passing = Object.entries(engines).flatMap(([engine, adapter]) =>
  vectorsOf(OWN_VECTORS, engine)
    .filter((vector) => runVector(adapter, vector).outcome.status === "passed")
    .map((vector) => ({ engine, adapter, vector })),
);

/** What came of changed cases: those of one engine, model and place, once. */
function outcomes(change: (vector: Vector) => Iterable<readonly [string, Vector]>) {
  const seen = new Set<string>();
  return passing.flatMap(({ engine, adapter, vector }) => {
    const found: { readonly place: string; readonly outcome: string }[] = [];
    for (const [path, changed] of change(vector)) {
      const place = `${engine} ${vector.model}: ${path}`;
      if (seen.has(place)) continue;
      seen.add(place);
      const { outcome } = runVector(adapter, changed);
      const reason = outcome.status === "skipped" ? `: ${outcome.reason}` : "";
      found.push({ place, outcome: outcome.status + reason });
    }
    return found;
  });
}

/** Every value in a part of a case but lists and objects, each replaced by another one. */
function* changedIn(
  part: Json,
  path: string,
  other: (value: Json) => Json,
): Generator<readonly [string, Json]> {
  if (typeof part !== "object" || part === null) {
    if (part !== null) yield [path, other(part)];
  } else if (Array.isArray(part)) {
    for (const [index, each] of part.entries()) {
      for (const [at, changed] of changedIn(each, `${path}[]`, other)) {
        yield [at, part.with(index, changed)];
      }
    }
  } else {
    for (const [key, each] of Object.entries(part)) {
      for (const [at, changed] of changedIn(each, `${path}.${key}`, other)) {
        yield [at, { ...part, [key]: changed }];
      }
    }
  }
}

function another(value: Json): Json {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  const text = String(value);
  if (!/^-?[\d.]+$/.test(text)) return `z${text}`;
  return text.replace(/\d/, (digit) => (digit === "9" ? "8" : `${Number(digit) + 1}`));
}

function isLeft(place: string): boolean {
  const [model = "", path = ""] = place.split(/: (?=(?:input|expected)\b)/);
  const [engine = ""] = model.split(" ");
  const { unread = {} } = engines[engine] ?? {};
  const left = { ...unread["*"], ...unread[model.slice(engine.length + 1)] };
  return Object.keys(left).some((each) => path.startsWith(each));
}

describe("a case of another form", () => {
  it("is skipped when its input has a key that the adapter does not know", () => {
    const all = outcomes((vector) => [
      [Object.keys(vector.input).join(), { ...vector, input: { ...vector.input, unheardOf: "7" } }],
    ]);
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter(({ outcome }) => outcome !== "skipped: input shape")).toEqual([]);
  });

  it("is skipped when it expects what the adapter does not know", () => {
    const all = outcomes((vector) => {
      const stated = (vector.expected ?? {}) as JsonObject;
      const isObject = typeof stated === "object" && !Array.isArray(stated);
      return isObject
        ? [[Object.keys(stated).join(), { ...vector, expected: { ...stated, unheardOf: "7" } }]]
        : [];
    });
    expect(all.length).toBeGreaterThan(200);
    expect(all.filter(({ outcome }) => outcome !== "skipped: input shape")).toEqual([]);
  });

  it("does not pass when something else is expected", () => {
    const all = outcomes(function* (vector) {
      for (const [path, expected] of changedIn(vector.expected, "expected", another)) {
        yield [path, { ...vector, expected }];
      }
    });
    expect(all.filter(({ outcome }) => outcome === "failed").length).toBeGreaterThan(300);
    const passed = all.filter(({ outcome }) => outcome === "passed").map(({ place }) => place);
    expect(
      passed.filter((place) => !isLeft(place) && !ONLY_LOOKED_AT.some((each) => each.test(place))),
    ).toEqual([]);
  });

  it("does not pass when a value of its input is of another type", () => {
    const all = outcomes(function* (vector) {
      for (const [path, input] of changedIn(vector.input, "input", () => ({ unheardOf: "7" }))) {
        yield [path, { ...vector, input: input as JsonObject }];
      }
    });
    const passed = all.filter(({ outcome }) => outcome === "passed").map(({ place }) => place);
    // Events may have any properties.
    const open = "lago standard_filters_grouped: input.events[].region";
    expect(passed.filter((place) => !isLeft(place) && place !== open)).toEqual([]);
  });
});

describe("what was read of a case", () => {
  const { value, unread } = recording({ a: { b: "1", c: ["2", { d: "3" }] }, e: null, f: [] });

  it("is what was taken out of it, by whatever way", () => {
    expect(unread().map(({ path }) => path)).toEqual(["a.b", "a.c[]", "a.c[].d", "f"]);
    expect(Object.keys(value)).toEqual(["a", "e", "f"]);
    const other = replaced(value.a, { b: "4" });
    expect(unread()).toHaveLength(4);
    expect([other["b"], JSON.stringify(value.a.c)]).toEqual(["4", '["2",{"d":"3"}]']);
    expect(unread()).toEqual([{ path: "f", value: [] }]);
  });
});
