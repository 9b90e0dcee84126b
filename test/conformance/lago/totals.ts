import {
  type BillingPolicyInput,
  type ChargeInput,
  type CouponInput,
  type CreditGrantInput,
  compareAmounts,
  type Invoice,
  invoice,
  sumAmounts,
  type TaxRateInput,
} from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { planOf, productOf, subscriptionOf } from "../billed-in-advance.js";
import {
  amountOf,
  couponOf,
  documentOf,
  flatFee,
  grantOf,
  MONTH,
  negative,
  shareOf,
} from "../one-document.js";
import {
  choice,
  field,
  type Json,
  type JsonObject,
  list,
  optionalText,
  text,
  type Vector,
} from "../vector.js";
import { CENT, IN_CENTS } from "./charges.js";
import { preciseCheck } from "./proration.js";
import { checksOf } from "./subscription.js";
import { taxed, taxId } from "./taxes.js";

/** A fee of an invoice: its charge, its units, its rates of tax, and which kind it is of. */
interface Fee {
  readonly id: string;
  readonly charge: ChargeInput;
  readonly units: string | undefined;
  readonly rates: readonly string[];
  readonly subscription: string | undefined;
  readonly type: string | undefined;
}

/** What an invoice comes to: its fees, less coupons, with taxes, less what wallets pay. */
export const invoiceTotals: Translation["run"] = (vector) => {
  const { input, expected } = vector;
  const fees = feesOf(input);
  const coupons = couponsOf(input, fees);
  if ("skip" in coupons) return coupons;
  if (partsDisagree(expected)) return skip("engine defect: D18");
  const bill = (policy: BillingPolicyInput) =>
    documentOf({
      currency: CENT,
      charges: fees.map(({ charge }) => charge),
      usage: Object.fromEntries(
        fees.flatMap(({ id, units }) => (units === undefined ? [] : [[id, units]])),
      ),
      coupons: coupons.list,
      taxes: taxesOf(fees),
      credits: walletsOf(input, fees),
      policy: { ...policy, coupons: coupons.policy, credits: WALLETS },
    });
  const document = bill(IN_CENTS);
  return [
    ...totalChecks(expected, document),
    ...taxChecks(expected, document),
    ...feeChecks(expected, document, bill),
    ...balanceChecks(vector, document),
  ];
};

/** Wallets pay what is to be paid, taxes included. */
const WALLETS = { order: "lago", applied: "after-tax" } as const;

/** A fee is an amount, or units at a price in the currency; each of several alike is rounded by itself. */
function feesOf(input: JsonObject): readonly Fee[] {
  return list(input, "fees").flatMap((fee, index) => {
    const amount = optionalText(fee, "amountCents");
    return Array.from({ length: Number(optionalText(fee, "count") ?? "1") }, (_, place): Fee => {
      const id = `${optionalText(fee, "key") ?? `fee-${index}`}${place === 0 ? "" : `-${place}`}`;
      return {
        id,
        charge: amount === undefined ? pricedFee(id, fee) : flatFee(id, amount),
        units: amount === undefined ? text(fee, "units") : undefined,
        rates: ratesOf(fee) ?? ratesOf(input) ?? [],
        subscription: optionalText(fee, "sub"),
        type: optionalText(fee, "type"),
      };
    });
  });
}

/** A price in the currency is the same in cents in another notation. */
function pricedFee(id: string, fee: Json): ChargeInput {
  const pricing = { model: "per-unit", unitPrice: `${text(fee, "unitAmount")}e2` } as const;
  return { id, name: id, chargeType: "usage", unitOfMeasure: id, pricing };
}

/** One rate or several, where a fee or the invoice says so. */
function ratesOf(stated: Json): readonly string[] | undefined {
  const rate = optionalText(stated, "taxRate");
  if (rate !== undefined) return [rate];
  return field(stated, "taxes") === undefined ? undefined : list(stated, "taxes").map(rateIn);
}

function rateIn(tax: Json): string {
  return typeof tax === "string" ? tax : text(tax, "rate");
}

/** A tax for each rate, on the fees that have it. */
function taxesOf(fees: readonly Fee[]): readonly TaxRateInput[] {
  const rates = [...new Set(fees.flatMap((fee) => fee.rates))];
  return rates.map((percent) => ({
    id: taxId(percent),
    percent,
    appliesTo: { charges: fees.filter((fee) => fee.rates.includes(percent)).map(({ id }) => id) },
  }));
}

/**
 * The coupons in the engine's order: those of some metrics, those of some plans, those of everything; each takes off what
 * those before have left. Within one kind percentages and amounts are in the order of their application; the library has
 * one kind first.
 */
function couponsOf(input: JsonObject, fees: readonly Fee[]) {
  const given = field(input, "coupons") === undefined ? [] : list(input, "coupons");
  const ranked = given
    .map((coupon) => ({ coupon, target: targetIn(coupon, fees) }))
    .toSorted((a, b) => a.target.rank - b.target.rank);
  const isFixed = ranked.map(({ coupon }) => "amount" in couponValue(coupon));
  const fixedFirst = isFixed[0] === true;
  const changes = isFixed.filter((each, index) => index > 0 && each !== isFixed[index - 1]);
  if (changes.length > 1) return skip("engine convention");
  return {
    list: ranked.map(({ coupon, target }, index) =>
      couponOf(String(index).padStart(2, "0"), {
        ...couponValue(coupon),
        appliesTo: target.charges === undefined ? "all" : { charges: target.charges },
      }),
    ),
    policy: {
      percentages: "compound",
      order: fixedFirst ? "fixed-first" : "percent-first",
    } as const,
  };
}

/** What a coupon is limited to: fees by key, those of one subscription's plan, or nothing. */
function targetIn(coupon: Json, fees: readonly Fee[]) {
  const applies = field(coupon, "appliesTo") ?? "all";
  if (applies === "all") return { rank: 2, charges: undefined };
  if (Array.isArray(applies)) {
    const keys = applies.map(String);
    if (keys.some((key) => fees.every(({ id }) => id !== key))) throw new Error("a fee of no key");
    return { rank: 0, charges: keys };
  }
  const own = /^plan of sub (.+)$/.exec(String(applies))?.[1];
  const charges = fees.filter(({ subscription }) => subscription === own).map(({ id }) => id);
  if (own === undefined || charges.length === 0) throw new Error("a scope of coupons");
  return { rank: 1, charges };
}

/** A percentage or an amount, under the names that cases have for them. */
function couponValue(coupon: Json): Pick<CouponInput, "percent"> | Pick<CouponInput, "amount"> {
  const percent = optionalText(coupon, "percentageRate") ?? optionalText(coupon, "percent");
  if (percent !== undefined) return { percent };
  return { amount: optionalText(coupon, "couponAmountCents") ?? text(coupon, "amountCents") };
}

/** One wallet, or several with their priorities; the kinds of fees that it pays for, where it is limited. */
function walletsOf(input: JsonObject, fees: readonly Fee[]): readonly CreditGrantInput[] {
  const one = optionalText(input, "walletCents");
  const single =
    one === undefined
      ? []
      : [walletOf("wallet", one, field(input, "walletAllowedFeeTypes"), undefined, fees)];
  const many = field(input, "wallets") === undefined ? [] : list(input, "wallets");
  return [
    ...single,
    ...many.map((each, index) => {
      const priority = optionalText(each, "priority");
      const id = `wallet-${String(index).padStart(2, "0")}`;
      return walletOf(id, text(each, "cents"), field(each, "allowedFeeTypes"), priority, fees);
    }),
  ];
}

function walletOf(
  id: string,
  cents: string,
  types: Json | undefined,
  priority: string | undefined,
  fees: readonly Fee[],
): CreditGrantInput {
  const allowed =
    (types ?? null) === null ? [] : list({ types: types ?? null }, "types").map(String);
  const charges = fees.filter(({ type = "" }) => allowed.includes(type)).map((fee) => fee.id);
  return grantOf(id, CENT, cents, {
    ...(allowed.length === 0 ? {} : { appliesTo: { charges } }),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
  });
}

/** The engine shows taxes of fees and of the invoice that were rounded apart, and need not add up. */
function partsDisagree(expected: Json): boolean {
  const total = optionalText(expected, "taxesAmountCents");
  if (total === undefined) return false;
  return (["fees", "appliedTaxes"] as const).some((name) => {
    if (field(expected, name) === undefined) return false;
    const key = name === "fees" ? "taxesAmountCents" : "amountCents";
    const parts = list(expected, name).map((part) => optionalText(part, key));
    const known = parts.filter((part) => part !== undefined);
    return known.length > 0 && compareAmounts(sumAmounts(known), total) !== 0;
  });
}

function totalChecks(expected: Json, document: Invoice): readonly Check[] {
  const { subtotal, discounts, taxes, creditsApplied, total } = document;
  const net = sumAmounts([subtotal, discounts]);
  return checksOf(expected, {
    feesAmountCents: subtotal,
    couponsAmountCents: negative(discounts),
    subTotalExclTaxCents: net,
    taxesAmountCents: taxes,
    subTotalInclTaxCents: sumAmounts([net, taxes]),
    prepaidCreditCents: negative(creditsApplied),
    totalAmountCents: total,
  });
}

/** Each tax with what it is charged on; the rate of all of them together as the one tax of that rate. */
function taxChecks(expected: Json, document: Invoice): readonly Check[] {
  const stated =
    field(expected, "appliedTaxes") === undefined ? [] : list(expected, "appliedTaxes");
  const together = optionalText(expected, "taxesRate");
  const net = sumAmounts([document.subtotal, document.discounts]);
  return [
    ...stated.flatMap((tax) => {
      const rate = text(tax, "rate");
      const line = document.lines.find((each) => each.kind === "tax" && each.taxId === taxId(rate));
      const [amount, base] = line?.kind === "tax" ? [line.amount, line.tax.taxable] : ["0", "0"];
      return checksOf(tax, { amountCents: amount, baseCents: base, feesAmountCents: base }).map(
        (check) => ({ ...check, what: `${check.what} of ${rate} %` }),
      );
    }),
    ...(together === undefined
      ? []
      : [
          {
            what: "taxesRate, as one tax",
            expected: document.taxes,
            actual: taxed(net, together).taxes,
          },
        ]),
  ];
}

/** What coupons take off each fee, with all digits that are stated, and its part of the taxes. */
function feeChecks(
  expected: Json,
  document: Invoice,
  bill: (policy: BillingPolicyInput) => Invoice,
): readonly Check[] {
  const fees = field(expected, "fees") === undefined ? [] : list(expected, "fees");
  return fees.flatMap((fee) => {
    const key = text(fee, "key");
    const off = optionalText(fee, "preciseCouponsAmountCents");
    return [
      ...checksOf(fee, { taxesAmountCents: shareOf(document, "tax", key) }),
      ...(off === undefined
        ? []
        : [preciseCheck(off, (policy) => negative(shareOf(bill(policy), "coupon", key)))]),
    ].map((check) => ({ ...check, what: `${check.what} of ${key}` }));
  });
}

/** What is left of a wallet. */
function balanceChecks({ input, expected }: Vector, { postings }: Invoice): readonly Check[] {
  const stated = optionalText(expected, "walletBalanceCents");
  if (stated === undefined) return [];
  const actual = postings.at(-1)?.balanceAfter ?? text(input, "walletCents");
  return [{ what: "walletBalanceCents", expected: stated, actual }];
}

/**
 * One coupon on one amount. An amount that is given once is used up over several invoices: here one for a fee ahead, and
 * one at the end of the period. A recurring one begins anew with each period.
 */
export const coupon: Translation = { area: "discounts", run: takeCoupon };

function takeCoupon({ input, expected }: Vector): readonly Check[] | Skip {
  const value = couponTerms(input);
  const used = optionalText(input, "alreadyUsedCents") ?? "0";
  const isOnce = choice(input, "frequency", { once: true, recurring: false, forever: false }, true);
  if (!isOnce && compareAmounts(used, "0") !== 0) return skip("input shape");
  const coupons = [couponOf("coupon", { ...value, ...periodsOf(input, isOnce) })];
  const request = {
    catalog: productOf(
      planOf("plan", CENT, "monthly", [
        flatFee("ahead", used, { billingTiming: "in-advance" }),
        flatFee("fee", text(input, "baseAmountCents")),
      ]),
    ),
    // It ends with the period, so that no other fee is billed ahead.
    subscription: subscriptionOf(MONTH.start, { endDate: MONTH.end }),
    usage: {},
    coupons,
    policy: IN_CENTS,
  };
  const opening = invoice({ ...request, period: { start: MONTH.start, end: MONTH.start } });
  const { lines } = invoice({ ...request, period: MONTH, previous: [opening] });
  return checksOf(expected, { discountCents: negative(amountOf("coupon", lines)) });
}

function couponTerms(input: JsonObject) {
  const isFixed = choice(input, "type", { fixed: true, fixed_amount: true, percentage: false });
  const value = couponValue(input);
  if (isFixed !== "amount" in value) throw new Error("a coupon of two kinds");
  return value;
}

function periodsOf(input: JsonObject, isOnce: boolean): Pick<CouponInput, "periods"> {
  const all = optionalText(input, "frequencyDuration");
  const left = optionalText(input, "frequencyDurationRemaining") ?? all;
  const isForever = left === undefined || choice(input, "frequency", FOREVER, false);
  if (isOnce) return { periods: 1 };
  return isForever ? {} : { periods: Number(left) };
}

const FOREVER = { once: false, recurring: false, forever: true };
