/**
 * The identities that integer tables and increments of charges rely on, proved by a solver for all bounds and quantities, up to ten tiers.
 * Numbers are rational: what is proved does not depend on decimals. Every claim is also made a little wrong, which the solver refutes by
 * an example: a proof that cannot fail proves nothing.
 *
 * Amounts are sums of prices times lengths of quantity, so a claim that two of them are equal, or that one is not above the other, holds for
 * all prices from 0 on if it holds where one price is 1 and all others are 0. Each price is that one in turn, and all that is asked is linear.
 */

import { describe, expect, it } from "vitest";
import { init } from "z3-solver";

const solver = init().then(({ Context }) => Context("identities"));

/** Whether something contradicts a claim: `unsat`, where nothing does, and `sat`, where there is an example. */
async function contradictions(
  declarations: string,
  claims: readonly string[],
): Promise<readonly string[]> {
  const { Solver } = await solver;
  const answers: string[] = [];
  for (const claim of claims) {
    const asked = new Solver();
    asked.fromString(`${declarations}\n(assert (not ${claim}))`);
    answers.push(await asked.check());
  }
  return answers;
}

const numbers = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index));

/** A sum of terms. */
const sum = (terms: readonly string[]) => `(+ 0.0 ${terms.join(" ")})`;

/** Where a tier begins. */
const lower = (index: number) => (index === 0 ? "0.0" : `b${index - 1}`);

/**
 * A price list of so many tiers, with bounds 0 < b0 < b1 < … and two quantities q and d from 0: its amount tier by tier, its amount by the
 * line of the tier that is reached, and what a quantity adds to another. One unit price `p…` or flat fee `f…` is 1.
 */
function tiers(count: number, one: string): string {
  const upTo = (index: number, x: string) => (index < count - 1 ? `(mn ${x} b${index})` : x);
  const length = (index: number, x: string) => `(mx0 (- ${upTo(index, x)} ${lower(index)}))`;
  const below = (index: number) =>
    sum(numbers(index, (each) => `(* p${each} (- b${each} ${lower(each)})) f${each}`));
  const line = (index: number) =>
    `(+ ${below(index)} f${index} (* p${index} (- x ${lower(index)})))`;
  const reached = (isUpTo: "<=" | "<") =>
    numbers(count - 1, line).reduceRight(
      (otherwise, own, index) => `(ite (${isUpTo} x b${index}) ${own} ${otherwise})`,
      line(count - 1),
    );
  const bounds = numbers(count - 1, (index) => `b${index}`);
  const prices = [
    ...numbers(count, (index) => `p${index}`),
    ...numbers(count, (index) => `f${index}`),
  ];
  return [
    ...[...bounds, "q", "d"].map((name) => `(declare-const ${name} Real)`),
    ...bounds.map((bound, index) => `(assert (< ${lower(index)} ${bound}))`),
    "(assert (and (>= q 0.0) (>= d 0.0)))",
    ...prices.map((name) => `(define-fun ${name} () Real ${name === one ? "1.0" : "0.0"})`),
    "(define-fun mn ((a Real)(b Real)) Real (ite (< a b) a b))",
    "(define-fun mx0 ((a Real)) Real (ite (> a 0.0) a 0.0))",
    `(define-fun amount ((x Real)) Real ${sum(
      numbers(
        count,
        (index) => `(* p${index} ${length(index, "x")}) (ite (> x ${lower(index)}) f${index} 0.0)`,
      ),
    )})`,
    `(define-fun table ((x Real)) Real (ite (<= x 0.0) 0.0 ${reached("<=")}))`,
    // As if a bound belonged to the tier above it.
    `(define-fun shifted ((x Real)) Real (ite (< x 0.0) 0.0 ${reached("<")}))`,
    `(define-fun added ((x Real)(y Real)) Real ${sum(
      numbers(
        count,
        (index) =>
          `(* p${index} (- ${length(index, "y")} ${length(index, "x")})) (ite (and (> y ${lower(index)}) (<= x ${lower(index)})) f${index} 0.0)`,
      ),
    )})`,
  ].join("\n");
}

/** Whether a claim holds for every price, and whether its mutant fails for some. */
async function holds(count: number, claim: string, mutant: string): Promise<readonly boolean[]> {
  const prices = numbers(2 * count, (index) => (index < count ? `p${index}` : `f${index - count}`));
  const answers: (readonly string[])[] = [];
  for (const one of prices) answers.push(await contradictions(tiers(count, one), [claim, mutant]));
  return [
    answers.every(([proved]) => proved === "unsat"),
    answers.some(([, refuted]) => refuted === "sat"),
  ];
}

const COUNTS = [1, 2, 3, 6, 10];

describe("graduated tiers", () => {
  it.each(COUNTS)(
    "%i: the line of the tier that is reached is the sum of all tiers",
    async (count) => {
      expect(await holds(count, "(= (amount q) (table q))", "(= (amount q) (shifted q))")).toEqual([
        true,
        true,
      ]);
    },
  );

  it.each(COUNTS)("%i: what is added is what the tiers have room for", async (count) => {
    const grown = "(- (amount (+ q d)) (amount q))";
    const mutant = count === 1 ? `(= ${grown} (added 0.0 d))` : `(= ${grown} (amount d))`;
    expect(await holds(count, `(= ${grown} (added q (+ q d)))`, mutant)).toEqual([true, true]);
  });

  it.each(COUNTS)("%i: more never costs less", async (count) => {
    const mutant = "(=> (> d 0.0) (< (amount q) (amount (+ q d))))";
    expect(await holds(count, "(<= (amount q) (amount (+ q d)))", mutant)).toEqual([true, true]);
  });
});

describe("volume tiers", () => {
  it("may cost less for more, beyond a bound: nobody claims otherwise", async () => {
    const volume = [
      "(declare-const b Real)(declare-const q Real)(declare-const d Real)",
      "(assert (and (> b 0.0) (>= q 0.0) (>= d 0.0)))",
      "(define-fun volume ((x Real)) Real (ite (<= x b) (* 40.0 x) (* 30.0 x)))",
    ].join("\n");
    expect(
      await contradictions(volume, [
        "(<= (volume q) (volume (+ q d)))",
        // Within a tier it does not.
        "(=> (<= (+ q d) b) (<= (volume q) (volume (+ q d))))",
      ]),
    ).toEqual(["sat", "unsat"]);
  });
});

describe("rounding by adding something and rounding down, as integer tables do", () => {
  /** What is left of v beyond r steps of d, doubled; and how each mode goes to a neighbour. */
  const modes = [
    {
      mode: "half away from zero",
      added: (d: number) => Math.floor(d / 2),
      says: "(and (>= rest (- d)) (< rest d))",
    },
    {
      mode: "half toward zero",
      added: (d: number) => Math.ceil(d / 2) - 1,
      says: "(and (> rest (- d)) (<= rest d))",
    },
    { mode: "up", added: (d: number) => d - 1, says: "(and (> rest (* -2 d)) (<= rest 0))" },
    { mode: "down", added: () => 0, says: "(and (>= rest 0) (< rest (* 2 d)))" },
  ];

  it.each(modes)(
    "is rounding $mode, whatever the value and the divisor",
    async ({ added, says }) => {
      for (const d of [1, 2, 3, 5, 10, 12, 100, 250, 999, 1_000, 4_096]) {
        const rounded = (more: number) =>
          `(let ((d ${d}) (rest (* 2 (- v (* ${d} (div (+ v ${more}) ${d})))))) ${says})`;
        expect(
          await contradictions("(declare-const v Int)(assert (>= v 0))", [
            rounded(added(d)),
            rounded(added(d) + 1),
          ]),
        ).toEqual(["unsat", "sat"]);
      }
    },
  );

  it("and then one step back from a middle that is odd is rounding half to even", async () => {
    for (const d of [2, 4, 10, 100, 1_000]) {
      const functions = [
        "(declare-const v Int)(assert (>= v 0))",
        `(define-fun up () Int (div (+ v ${d / 2}) ${d}))`,
        `(define-fun isMiddle () Bool (= (* 2 v) (- (* 2 ${d} up) ${d})))`,
        "(define-fun even () Int (ite (and isMiddle (= (mod up 2) 1)) (- up 1) up))",
        "(define-fun never () Int (ite isMiddle (- up 1) up))",
      ].join("\n");
      const nearest = (name: string) => {
        const rest = `(* 2 (- v (* ${d} ${name})))`;
        return `(and (<= (- ${d}) ${rest}) (<= ${rest} ${d}) (=> (or (= ${rest} ${d}) (= ${rest} (- ${d}))) (= (mod ${name} 2) 0)))`;
      };
      expect(await contradictions(functions, [nearest("even"), nearest("never")])).toEqual([
        "unsat",
        "sat",
      ]);
    }
  });
});
