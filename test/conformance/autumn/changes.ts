import {
  type BillingCycle,
  type ProductInput,
  type RecurringChargeInput,
  rateAmount,
  sumAmounts,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import {
  type Billing,
  cycleBetween,
  instantText,
  invoiceAt,
  linesBefore,
  openingOf,
  planOf,
  productOf,
  subscriptionOf,
} from "../billed-in-advance.js";
import { field, flag, optionalText, text, type Vector } from "../vector.js";
import { type BlockPrices, perBlock, readPrices, TEN_DECIMALS, unitPrices } from "./charges.js";
import { boundaryFrom, isSkip } from "./cycles.js";

const FEE = "fee";

type Fee = Pick<
  RecurringChargeInput,
  "pricing" | "unitOfMeasure" | "quantityRounding" | "proration"
>;

/** A plan of one fee in advance. */
function catalogOf(billingCycle: BillingCycle, fee: Fee): ProductInput {
  return productOf(
    planOf("plan", "AMOUNT", billingCycle, [
      { id: FEE, name: "Fee", chargeType: "recurring", billingTiming: "in-advance", ...fee },
    ]),
  );
}

const [START, END] = ["2026-01-01", "2026-02-01"];

/** Another quantity for a whole period that was billed in advance: what is due less what was billed. */
export function quantityChange({ input, expected }: Vector): readonly Check[] {
  return (["volume", "tiered"] as const).flatMap((model): readonly Check[] => {
    const what = model === "volume" ? "volumeDelta" : "graduatedDelta";
    const wanted = optionalText(expected, what);
    if (wanted === undefined) return [];
    const actual = deltaOf(readPrices(input, model), text(input, "from"), text(input, "to"));
    return [{ what, expected: wanted, actual }];
  });
}

/** In amounts for units, which {@link perBlock} makes amounts for blocks. */
function deltaOf(prices: BlockPrices, from: string, to: string): string {
  const subscription = subscriptionOf(START, { quantities: { [FEE]: from } });
  const billing: Billing = {
    catalog: catalogOf("monthly", { ...unitPrices(prices), unitOfMeasure: "unit" }),
    subscription,
    policy: TEN_DECIMALS,
  };
  const opening = openingOf(billing);
  const changed = {
    ...subscription,
    changes: [{ effectiveDate: START, quantities: { [FEE]: to } }],
  };
  const next = invoiceAt({ ...billing, subscription: changed }, START, [opening]);
  const delta = sumAmounts(linesBefore(next, END).map(({ amount }) => amount));
  return rateAmount(perBlock(prices), delta, { ...TEN_DECIMALS, negativeUsage: "allow" });
}

/**
 * The anchor moves inside of a period that was billed in advance: from when on is the old period refunded? From that
 * moment; or, of whole cycles within the period only, from the first that begins then or later; or not at all.
 */
export function anchorResetRefund({ input, expected }: Vector): readonly Check[] | Skip {
  const now = text(input, "now");
  const period = field(input, "billingPeriod");
  const [start, end] = Array.isArray(period) ? period.map(String) : [];
  if (start === undefined || end === undefined) return skip("input shape");
  const cycle = field(input, "refundCycle") ?? null;
  if (!flag(input, "noPartialRefund")) return refundCheck(expected, now, [start, end], now);
  const from = cycle === null ? undefined : boundaryFrom([start, end], now, cycle);
  return isSkip(from) ? from : refundCheck(expected, now, [start, end], from);
}

function refundCheck(
  expected: Vector["expected"],
  now: string,
  [start, end]: readonly [string, string],
  from: string | undefined,
): readonly Check[] | Skip {
  const type = text(expected, "type");
  const wanted = { no_adjustment: now, use_snapped_now: optionalText(expected, "snappedNow") };
  const billingCycle = cycleBetween(start, end);
  if (billingCycle === undefined) return skip("input shape");
  const refunded = refundedFrom(start, end, billingCycle, from);
  const date = type === "skip" ? undefined : wanted[type as keyof typeof wanted];
  return [
    {
      what: "refunded from",
      expected: date === undefined ? null : instantText(date),
      actual: refunded === undefined ? null : instantText(refunded),
    },
  ];
}

/** From when on a fee in advance is credited when its subscription ends at a date; nothing when it is not. */
function refundedFrom(
  start: string,
  end: string,
  billingCycle: BillingCycle,
  from: string | undefined,
): string | undefined {
  const subscription = subscriptionOf(start);
  const billing: Billing = {
    catalog: catalogOf(billingCycle, {
      pricing: { model: "flat", amount: "1" },
      proration: "seconds",
    }),
    subscription,
    policy: TEN_DECIMALS,
  };
  const opening = openingOf(billing);
  const changes = from === undefined ? [] : [{ effectiveDate: from, status: "canceled" } as const];
  const last = invoiceAt({ ...billing, subscription: { ...subscription, changes } }, start, [
    opening,
  ]);
  return linesBefore(last, end)[0]?.servicePeriod.start;
}
