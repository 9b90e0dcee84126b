import {
  applyPostings,
  burnOrder,
  type CreditGrantInput,
  compareAmounts,
  parseCreditGrant,
  rate,
  sumAmounts,
  type UsageChargeInput,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { sameDate } from "../billed-in-advance.js";
import { documentOf, flatFee, grantOf, MONTH, negative } from "../one-document.js";
import { choice, field, type Json, list, optionalText, text, type Vector } from "../vector.js";
import { anyOf } from "./charges.js";
import { after } from "./plans.js";

const CURRENCY = "USD";

/** The order in which Orb uses up blocks of credits: by expiry, then those that cost nothing. */
export function orderOfBlocks({ input, expected }: Vector): readonly Check[] | Skip {
  const blocks = list(input, "blocks").map((block) => ({
    cost: optionalText(block, "costBasis") ?? "0",
    grant: grantOf(text(block, "id"), CURRENCY, optionalText(block, "balance") ?? "1", {
      ...expiryOf(block),
      category: isZero(optionalText(block, "costBasis") ?? "0") ? "promotional" : "paid",
    }),
  }));
  const undecided = blocks.some(({ cost, grant }, index) =>
    blocks.slice(index + 1).some((other) => {
      const isPaid = grant.category === "paid" && other.grant.category === "paid";
      return isPaid && compareAmounts(cost, other.cost) !== 0 && expireTogether(grant, other.grant);
    }),
  );
  // What was paid for a credit is nothing that a grant says.
  if (undecided) return skip("engine convention");
  const order = blocks.map(({ grant }) => parseCreditGrant(grant)).sort(burnOrder("orb"));
  return [{ what: "order", expected: list(expected, "order"), actual: order.map(({ id }) => id) }];
}

function expireTogether(a: CreditGrantInput, b: CreditGrantInput): boolean {
  const [first, second] = [a.expiresAt, b.expiresAt];
  if (typeof first !== "string" || typeof second !== "string") return first === second;
  return sameDate(first, second);
}

const UNITS = { d: "daily", w: "weekly", m: "monthly", y: "annual" } as const;

/** Never, on a date, or so long from now: "+2w". */
function expiryOf(block: Json): Pick<CreditGrantInput, "expiresAt"> {
  const stated = optionalText(block, "expires");
  if (stated === undefined) return {};
  const [, count, unit] = /^\+(\d+)([dwmy])$/.exec(stated) ?? [];
  if (count === undefined) return { expiresAt: stated };
  const cycle = UNITS[unit as keyof typeof UNITS];
  return { expiresAt: after(MONTH.start, Number(count), cycle) };
}

function isZero(amount: string): boolean {
  return compareAmounts(amount, "0") === 0;
}

/** A charge that credits pay for. By credits alone, there is no invoice; a balance below nothing is not ours. */
export function drawdown({ input, expected }: Vector): readonly Check[] | Skip {
  const [charge, balance] = [text(input, "charge"), text(input, "balance")];
  const isCreditOnly = choice(input, "mode", MODES);
  if (isCreditOnly && compareAmounts(charge, balance) > 0) return skip("engine convention");
  const { creditsApplied, total, postings } = documentOf({
    currency: CURRENCY,
    charges: [flatFee("charge", charge)],
    credits: [grantOf("credits", CURRENCY, balance)],
  });
  return stated(expected, {
    creditsConsumed: negative(creditsApplied),
    invoice: total,
    balance: postings.at(-1)?.balanceAfter ?? balance,
    remaining: postings.at(-1)?.balanceAfter ?? balance,
  });
}

const MODES = { credit_only: true, credit_then_invoice: false };

/** Units that are drawn from a fund of prepaid ones; the conversion of what is used into them is a price of its own. */
export function drawnUnits({ input, expected }: Vector): readonly Check[] | Skip {
  const fund = anyOf(input, "newFundUnits", "fundUnits", "prepaidUnits", "prepaidPoints");
  const used = usedUnits(input);
  if (fund === undefined || used === undefined) return skip("input shape");
  const { drawn, balances } = draw(used, [unitGrant("fund", fund)]);
  const [balance = fund] = balances;
  return stated(expected, {
    drawn,
    drawnPoints: drawn,
    balance,
    remaining: balance,
    overage: sumAmounts([used, negative(drawn)]),
  });
}

function usedUnits(input: Json): string | undefined {
  const conversion = optionalText(input, "rate");
  if (conversion === undefined) return anyOf(input, "pendingQty", "used", "usage");
  const [, price, size] = /^([\d.]+) \w+ = ([\d.]+) \w+$/.exec(conversion) ?? [];
  const quantity = anyOf(input, "usageHours", "usage");
  if (price === undefined || size === undefined || quantity === undefined) return undefined;
  const charge = unitCharge({ model: "package", size, price, rounding: "exact" });
  return rate({ ...charge, currency: CURRENCY }, quantity).exactAmount;
}

/** What is left of one period's units can be used in the next, beside the new ones: grants that do not expire. */
export function rolledOver({ input, expected }: Vector): readonly Check[] {
  const [units, used] = [text(input, "unitsPerMonth"), text(input, "used")];
  const first = draw(used, [unitGrant("first", units)]);
  const [remaining = units] = first.balances;
  const next = draw(sumAmounts([remaining, units]), [...first.grants, unitGrant("second", units)]);
  return stated(expected, { remaining, nextPeriodUnits: next.drawn });
}

const UNIT = "unit";

function unitCharge(pricing: UsageChargeInput["pricing"]): UsageChargeInput {
  return { id: "usage", name: "usage", chargeType: "usage", unitOfMeasure: UNIT, pricing };
}

function unitGrant(id: string, amount: string): CreditGrantInput {
  return grantOf(id, UNIT, amount);
}

/** Units at a price of 1, of which grants free some. */
function draw(used: string, grants: readonly CreditGrantInput[]) {
  const { postings } = documentOf({
    currency: CURRENCY,
    charges: [unitCharge({ model: "per-unit", unitPrice: "1" })],
    usage: { usage: used },
    credits: grants,
  });
  const left = applyPostings(grants, postings);
  return {
    drawn: negative(sumAmounts(["0", ...postings.map(({ amount }) => amount)])),
    balances: left.map(({ amount, balance = amount }) => balance),
    grants: left,
  };
}

function stated(expected: Json, actual: Readonly<Record<string, string>>): readonly Check[] {
  return Object.entries(actual).flatMap(([what, value]) =>
    field(expected, what) === undefined
      ? []
      : [{ what, expected: text(expected, what), actual: value }],
  );
}
