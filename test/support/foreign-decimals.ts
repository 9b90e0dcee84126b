/**
 * Decimals as big.js (v5 to v7) and bignumber.js (v2 to v11) keep them: objects of the same shape, with the same digits and
 * the same prototypes, as far as another program can see. They compute nothing.
 */
import type { DecimalLike } from "rateplan";

/** A number taken apart: its digits without zeros at either end, and the power of ten of the first. */
interface Parts {
  readonly sign: 1 | -1;
  readonly digits: string;
  readonly exponent: number;
}

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

function partsOf(text: string): Parts {
  const match = PLAIN.exec(text);
  if (match === null) throw new Error(`${text} is not written plainly`);
  const [, minus, whole = "", decimals = ""] = match;
  const all = whole + decimals;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  const digits = all.slice(leading).replace(/0+$/, "");
  return {
    sign: minus === "-" ? -1 : 1,
    digits,
    exponent: digits === "" ? 0 : whole.length - leading - 1,
  };
}

/** Plain notation, from what a decimal keeps: digits in groups, of which the first is as long as the exponent says. */
function plain(sign: number | null, exponent: number | null, groups: string | null): string {
  if (sign === null) return "NaN";
  const minus = sign < 0 ? "-" : "";
  if (exponent === null || groups === null) return `${minus}Infinity`;
  const digits = groups.padEnd(exponent + 1, "0");
  if (exponent < 0) return `${minus}0.${"0".repeat(-exponent - 1)}${digits.replace(/0+$/, "")}`;
  const decimals = digits.slice(exponent + 1).replace(/0+$/, "");
  return `${minus}${digits.slice(0, exponent + 1)}${decimals === "" ? "" : `.${decimals}`}`;
}

interface Big {
  s: 1 | -1;
  e: number;
  c: readonly number[];
  constructor: unknown;
}

/** The one prototype of all copies of big.js: an object, whose methods are its own. */
const bigMethods = {
  toFixed(this: Big): string {
    return plain(this.s, this.e, this.c.join(""));
  },
  toJSON(this: Big): string {
    return plain(this.s, this.e, this.c.join(""));
  },
  cmp: notHere,
  times: notHere,
};

function notHere(): never {
  throw new Error("nothing is computed here");
}

/** The constructor, which stands on each number itself. */
function BigJs(): never {
  return notHere();
}
BigJs.prototype = bigMethods;

/** A number as big.js keeps it: one digit each, in base 10. */
export function bigJs(text: string): DecimalLike {
  const { sign, digits, exponent } = partsOf(text);
  const big: Big = Object.create(bigMethods);
  big.s = sign;
  big.e = exponent;
  big.c = digits === "" ? [0] : [...digits].map(Number);
  big.constructor = BigJs;
  return big as Big & DecimalLike;
}

/** How many digits bignumber.js keeps in an element. */
const GROUP = 14;

class BigNumber {
  s: 1 | -1 | null = 1;
  e: number | null = 0;
  c: readonly number[] | null = [0];

  toFixed(): string {
    const groups = this.c?.map((group, index) =>
      index === 0 ? String(group) : String(group).padStart(GROUP, "0"),
    );
    return plain(this.s, this.e, groups?.join("") ?? null);
  }

  toJSON(): string {
    return this.toFixed();
  }
}
// The mark of every copy of the library, which every number inherits.
Object.assign(BigNumber.prototype, { _isBigNumber: true });

/** A number as bignumber.js keeps it: fourteen digits each, the first group as many as the exponent leaves over. */
export function bigNumberJs(text: string): DecimalLike {
  const number = new BigNumber();
  const infinite = /^(-?)Infinity$/.exec(text);
  if (text === "NaN" || infinite !== null) {
    number.s = infinite === null ? null : infinite[1] === "-" ? -1 : 1;
    number.e = null;
    number.c = null;
    return number;
  }
  const { sign, digits, exponent } = partsOf(text);
  number.s = sign;
  number.e = exponent;
  if (digits === "") return number;
  const first = (((exponent % GROUP) + GROUP) % GROUP) + 1;
  const groups = [digits.slice(0, first).padEnd(first, "0")];
  for (let at = first; at < digits.length; at += GROUP) {
    groups.push(digits.slice(at, at + GROUP).padEnd(GROUP, "0"));
  }
  number.c = groups.map(Number);
  return number;
}
