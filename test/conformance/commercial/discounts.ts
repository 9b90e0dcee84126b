import {
  type BillingPolicyInput,
  type ChargeInput,
  compareAmounts,
  type Simulation,
  simulate,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { choice, field, type Json, list, optionalText, text, type Vector } from "../vector.js";

/** A line that is discounted: an amount of a kind, under its number where it has one. */
interface BilledLine {
  readonly id: string;
  readonly kind: string;
  readonly amount: string;
}

/** Discounts on lines, by the rules of a policy, and everything that the source says about the result. */
export function discounted(
  policy: BillingPolicyInput["discounts"],
): (vector: Vector) => readonly Check[] | Skip {
  return ({ input, expected }) => {
    const lines = linesOf(input);
    const discounts = discountsOf(input, lines);
    if (discounts === undefined) return skip("input shape");
    // A site may take fixed amounts off first; here percentages always come first.
    const kinds = discounts.map(({ pricing }) => ("percent" in pricing ? "percent" : "fixed"));
    const firstFixed = kinds.indexOf("fixed");
    if (firstFixed !== -1 && kinds.lastIndexOf("percent") > firstFixed) {
      return skip("engine convention");
    }
    const simulation = simulate(
      {
        id: "plan",
        name: "plan",
        currency: optionalText(input, "currency") ?? "USD",
        billingCycle: "monthly",
        effectiveDate: "2018-01-01",
        charges: [...lines.map(chargeOf), ...discounts],
      },
      {},
      { policy: { discounts: policy } },
    );
    const checks = checksOf(expected, lines, simulation);
    return checks.length === 0 ? skip("no expected value") : checks;
  };
}

function linesOf(input: Json): readonly BilledLine[] {
  const one = optionalText(input, "lineAmount");
  if (one !== undefined) return [{ id: "line-0", kind: "line", amount: one }];
  return inOrder(list(input, "lines"), input).map((line, index) => ({
    id: optionalText(line, "chargeNumber") ?? `line-${index}`,
    kind: choice(line, "kind", KINDS, "line"),
    amount: text(line, "amount"),
  }));
}

/** Zuora walks the lines by version, segment, date and number; the library walks them in the order of the catalog. */
function inOrder(lines: readonly Json[], input: Json): readonly Json[] {
  if (field(input, "orderBy") === undefined) return lines;
  const keys = list(input, "orderBy").map((key) => (key === "effectiveStart" ? "start" : key));
  return lines.toSorted((a, b) => {
    for (const key of keys) {
      const order = compareTexts(text(a, String(key)), text(b, String(key)));
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Versions and segments are numbers; dates and charge numbers are texts of one length. */
function compareTexts(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return compareAmounts(a, b);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The kinds of lines that a discount tells apart. */
const KINDS = { line: "line", plan: "plan", addon: "addon", setup: "setup" };

function chargeOf({ id, kind, amount }: BilledLine): ChargeInput {
  return {
    id,
    name: id,
    chargeType: kind === "setup" ? "one-time" : "recurring",
    pricing: { model: "flat", amount },
  };
}

function discountsOf(input: Json, lines: readonly BilledLine[]) {
  const one = field(input, "discount");
  const many = field(input, "discounts");
  const given = Array.isArray(many) ? many : one === undefined ? [] : [one];
  const discounts = given.map((discount, index) => {
    const value = valueTaken(discount, Array.isArray(many));
    if (value === undefined) return undefined;
    const excluded = field(discount, "excludes") === undefined ? [] : list(discount, "excludes");
    if (excluded.some((kind) => !Object.hasOwn(KINDS, String(kind)))) return undefined;
    const charges = lines.filter(({ kind }) => !excluded.includes(kind)).map(({ id }) => id);
    return {
      id: `discount-${index}`,
      name: "discount",
      chargeType: "recurring" as const,
      pricing: { model: "discount" as const, ...value, appliesTo: { charges } },
    };
  });
  const known = discounts.filter((discount) => discount !== undefined);
  return known.length === 0 || known.length < discounts.length ? undefined : known;
}

/** A list of bare numbers are percentages, a single bare number is an amount. */
function valueTaken(discount: Json, inList: boolean) {
  if (typeof discount === "string") return inList ? { percent: discount } : { amount: discount };
  const percent = optionalText(discount, "percent");
  if (percent !== undefined) return { percent };
  const amount = optionalText(discount, "amount");
  return amount === undefined ? undefined : { amount };
}

/** Sources state what is taken off without a sign. */
function takenOff(amount: Json): string {
  return `-${String(amount)}`;
}

function checksOf(
  expected: Json,
  lines: readonly BilledLine[],
  { amount, lines: emitted }: Simulation,
): readonly Check[] {
  const taken = emitted.filter(({ kind }) => kind === "discount");
  const shareOf = (id: string) => {
    const keys = emitted.filter(({ chargeId }) => chargeId === id).map(({ key }) => key);
    const shares = taken.flatMap(({ appliedTo }) => appliedTo);
    return sumAmounts(shares.filter(({ key }) => keys.includes(key)).map((share) => share.amount));
  };
  const checks: Check[] = ["total", "subtotal", "payable"].flatMap((what) => {
    const said = optionalText(expected, what);
    return said === undefined ? [] : [{ what, expected: said, actual: amount }];
  });
  const amounts = taken.map((line) => line.amount);
  const add = (what: string, actual: (said: Json) => Json) => {
    const said = field(expected, what);
    if (said === undefined) return;
    const signed = Array.isArray(said) ? said.map(takenOff) : takenOff(said);
    checks.push({ what, expected: signed, actual: actual(said) });
  };
  add("totalDiscount", () => sumAmounts(amounts));
  add("discounts", () => amounts);
  add("lineDiscounts", () => lines.map(({ id }) => shareOf(id)));
  const applied = field(expected, "applied");
  if (typeof applied === "object" && applied !== null) {
    for (const [id, said] of Object.entries(applied)) {
      checks.push({ what: `off ${id}`, expected: takenOff(said), actual: shareOf(id) });
    }
  }
  return checks;
}
