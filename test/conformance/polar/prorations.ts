import {
  type ChargeInput,
  type CouponInput,
  type InvoiceLine,
  type SubscriptionInput,
  sumAmounts,
} from "rateplan";
import type { Check } from "../adapter.js";
import {
  type Billing,
  invoiceAt,
  isBefore,
  openingOf,
  planOf,
  productOf,
  subscriptionOf,
} from "../billed-in-advance.js";
import { negative } from "../one-document.js";
import { type Json, list, optionalText, text } from "../vector.js";
import { CENTS, POLICY } from "./cents.js";
import { changeTo, feesOf, planId } from "./changes.js";
import { checksOf } from "./figures.js";

const [START, END] = ["2026-01-01", "2026-02-01"];

/**
 * The next cycle's fee under a discount, with what a change in the running one left over. The discount begins with the
 * next cycle, and takes nothing off amounts of another: credits are fees of the running period that were billed and are
 * not due, debits such as are due and were not billed.
 */
export function previewWithProrations(
  input: Json,
  expected: Json,
  coupons: readonly CouponInput[],
): readonly Check[] {
  const prorations = list(input, "prorations");
  const side = (name: "credit" | "debit") =>
    prorations.flatMap((each, index) =>
      feesOf(`${name}-${index}`, optionalText(each, name) ?? "0"),
    );
  const next = feesOf("base", text(input, "baseCents"));
  const { lines, total } = nextInvoice(
    [side("credit"), side("debit"), next],
    coupons.map((coupon) => ({ ...coupon, from: END })),
  );
  const isOfNext = ({ servicePeriod }: InvoiceLine) => !isBefore(servicePeriod.start, END);
  const sum = (some: readonly InvoiceLine[]) =>
    sumAmounts(["0", ...some.map((each) => each.amount)]);
  const taken = lines.filter((line) => line.kind === "coupon" && isOfNext(line));
  const figures = {
    prorationCents: sum(lines.filter((line) => !isOfNext(line))),
    subtotalCents: sum(lines.filter((line) => !taken.includes(line))),
    netCents: total,
    totalCents: total,
    dueCents: total,
  };
  return checksOf(expected, { ...figures, discountCents: negative(sum(taken)) });
}

/** From the first plan to the second at the start of a period that was billed for, and to the third at its end. */
function nextInvoice(plans: readonly (readonly ChargeInput[])[], coupons: readonly CouponInput[]) {
  const catalog = productOf(
    ...plans.map((charges, index) => planOf(planId(index), CENTS, "monthly", charges)),
  );
  const billing: Billing = {
    catalog,
    subscription: subscriptionOf(START),
    policy: POLICY,
    coupons,
  };
  const changes: SubscriptionInput["changes"] = [changeTo(1, START), changeTo(2, END)];
  const subscription = subscriptionOf(START, { changes });
  const opening = plans[0]?.length === 0 ? [] : [openingOf(billing)];
  return invoiceAt({ ...billing, subscription }, END, opening);
}
