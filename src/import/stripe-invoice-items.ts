import { deepFreeze } from "../data/deep-freeze.js";
import { digest } from "../data/digest.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import type { Invoice } from "../invoice/document/document.js";
import type { InvoiceLine } from "../invoice/document/line.js";
import { readWhole } from "../invoice/history/read-previous.js";
import { exact } from "../money/decimal.js";
import { formatExact, fraction, multiply, powerOfTen } from "../money/fraction.js";
import { readTimeZone } from "../schema/dates.js";
import { readOptions } from "../schema/options.js";
import { instantOf } from "../time/date.js";
import type { TimeZone } from "../time/zone.js";
import { isWithinStripe, stripeDecimals } from "./stripe-currency.js";

/** Options of {@link toStripeInvoiceItems}. */
export interface StripeInvoiceOptions {
  /** The time zone of the subscription, in which the document's dates begin; default `"UTC"`. */
  readonly timeZone?: TimeZone | null | undefined;
}

/** What an invoice item of Stripe is created from, but for the customer and the invoice that it is added to. */
export interface StripeInvoiceItem {
  /** The line's amount in Stripe's smallest unit of the currency, a whole number, signed. */
  readonly amount: number;
  /** Code of the currency, lower case. */
  readonly currency: string;
  /** The line's description, of which the first 5,000 characters; absent where it is empty. */
  readonly description?: string;
  /** Coupons of Stripe do not apply: what is off is a line of its own. */
  readonly discountable: false;
  /** The time that the line bills for, in seconds since 1970. As on Stripe's own lines, it ends where the next begins. */
  readonly period: {
    /** Its first second. */
    readonly start: number;
    /** The first second after it. */
    readonly end: number;
  };
  /**
   * `line_key`, `document_key` (the document's `idempotencyKey`) and, where the line has one, `charge_id`. Of what is longer than
   * 500 characters, the beginning and a digest of the whole.
   */
  readonly metadata: Readonly<Record<string, string>>;
}

const OPTIONS = ["timeZone"] as const satisfies readonly (keyof StripeInvoiceOptions)[];
/** Limits of Stripe's API. */
const MOST_ITEMS = 250;
const LONGEST_DESCRIPTION = 5_000;
const LONGEST_METADATA = 500;

/**
 * The lines of a document as items of an invoice of Stripe, one each, in their order: charges, discounts, coupons, taxes,
 * adjustments, and those of 0, so that the items add up to the document's `total` to the cent. The amounts are final: create the
 * Stripe invoice without tax rates, automatic tax and discounts of Stripe.
 *
 * Amounts are whole numbers of Stripe's smallest unit (docs.stripe.com/currencies): cents of USD; JPY as it is; ISK and UGX
 * with two decimals, which Stripe keeps for compatibility; MGA with none. In BHD, JOD, KWD, OMR and TND Stripe takes
 * thousandths whose last digit is 0: bill with `policy.rounding.increment: "0.01"`. An amount that has no equal is an issue
 * (`not_supported`), and nothing is rounded.
 *
 * @throws {PricingError} with every issue: what is no document, or was changed after it was written (`tampered`); a currency that Stripe does
 * not have (`unknown_currency`); amounts that have no equal; more than 250 lines (`too_large`), which no invoice of Stripe holds. Paths are those of
 * the document; those of options begin with `options`.
 *
 * @example
 * ```ts
 * import { invoice } from "rateplan";
 * import { toStripeInvoiceItems } from "rateplan/import";
 *
 * const bill = invoice({
 *   catalog: {
 *     id: "ocr", name: "OCR", agentType: "ocr-agent", effectiveDate: "2026-01-01",
 *     ratePlans: [{
 *       id: "basic", name: "Basic", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *       charges: [{ id: "platform", name: "Platform", chargeType: "recurring", pricing: { model: "flat", amount: "99" } }],
 *     }],
 *   },
 *   subscription: { id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" },
 *   period: { start: "2026-01-01", end: "2026-02-01" },
 *   usage: [],
 * });
 * const [item] = toStripeInvoiceItems(bill);
 * item?.amount; // => 9900
 * item?.currency; // => "usd"
 * item?.period; // => { start: 1767225600, end: 1769904000 }
 * item?.metadata["line_key"]; // => "recurring:platform@2026-01-01"
 * // for (const item of items) await stripe.invoiceItems.create({ customer, invoice: draft.id, ...item });
 * ```
 */
export function toStripeInvoiceItems(
  document: Invoice,
  options: StripeInvoiceOptions = {},
): readonly StripeInvoiceItem[] {
  const issues: PricingIssue[] = [];
  const given = readOptions(options, OPTIONS, issues, { path: ["options"] });
  const zone = readTimeZone(given.timeZone, ["options", "timeZone"], issues);
  const read = readWhole(document, [], issues);
  const decimals = read && decimalsOf(read, issues);
  if (read === undefined || decimals === undefined) throw new PricingError(issues);
  const { lines, currency, idempotencyKey } = read;
  if (lines.length > MOST_ITEMS) {
    const expected = `at most ${MOST_ITEMS} lines, as an invoice of Stripe has items`;
    issues.push(issueAt("too_large", ["lines"], { expected, found: `${lines.length}` }));
  }
  const items = lines.map((line, index): StripeInvoiceItem => {
    const amount = amountOf(line, currency, decimals);
    if (typeof amount === "string") {
      const path = ["lines", index, "amount"];
      const facts = { expected: amount, received: line.amount };
      issues.push(issueAt("not_supported", path, facts));
    }
    return {
      amount: Number(amount),
      currency: currency.toLowerCase(),
      ...(line.description === ""
        ? {}
        : { description: shortened(line.description, LONGEST_DESCRIPTION) }),
      discountable: false,
      period: {
        start: secondsOf(line.servicePeriod.start, zone),
        end: secondsOf(line.servicePeriod.end, zone),
      },
      metadata: {
        line_key: identified(line.key),
        document_key: identified(idempotencyKey),
        ...(line.chargeId === null ? {} : { charge_id: identified(line.chargeId) }),
      },
    };
  });
  if (issues.length > 0) throw new PricingError(issues);
  return deepFreeze(items);
}

function decimalsOf({ currency }: Invoice, issues: PricingIssue[]): number | undefined {
  const decimals = stripeDecimals(currency);
  if (decimals !== undefined && isWithinStripe(currency, decimals)) return decimals;
  const expected = "a currency that Stripe takes, with up to three decimals";
  issues.push(issueAt("unknown_currency", ["currency"], { expected, received: currency }));
  return undefined;
}

/** An amount in Stripe's smallest unit; or what it would have to be. */
function amountOf(
  { amount }: Pick<InvoiceLine, "amount">,
  currency: string,
  decimals: number,
): number | string {
  const units = multiply(exact(amount), fraction(powerOfTen(decimals)));
  // The last of three digits is always 0.
  const grid = decimals > 2 ? 10n : 1n;
  if (units.numerator % (units.denominator * grid) !== 0n) {
    const step = formatExact(fraction(grid, powerOfTen(decimals)));
    return `a multiple of ${step} ${currency}, as Stripe takes it: bill with policy.rounding.increment`;
  }
  const whole = Number(units.numerator / units.denominator);
  if (!Number.isSafeInteger(whole)) return "an amount that is a safe integer in minor units";
  // JSON has one zero.
  return whole === 0 ? 0 : whole;
}

function secondsOf(date: string, zone: TimeZone): number {
  return Math.floor(instantOf(date, zone) / 1_000);
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** A text that still tells what it names apart when it is too long. */
function identified(text: string): string {
  if (text.length <= LONGEST_METADATA) return text;
  const mark = `…${digest(text)}`;
  return `${text.slice(0, LONGEST_METADATA - mark.length)}${mark}`;
}
