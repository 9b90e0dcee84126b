import { exact } from "../../money/decimal.js";
import { compare, type Fraction, isZero, multiply } from "../../money/fraction.js";
import type { StepKind } from "../../pricing/step.js";
import { amountNode, type Explanation, quantityNode } from "./explanation.js";
import type { ExplainedLine } from "./schemas.js";

const STEP_LABELS: { readonly [kind in StepKind]: string } = {
  metered: "Counted",
  "quantity-rounding": "Rounding of the quantity",
  "included-units": "Included units",
  "negative-usage": "Negative usage",
  flat: "Flat fee",
  units: "Units",
  packages: "Packages",
  percentage: "Percentage",
  "per-event": "Per event",
  "group-share": "Share of all groups",
  "billed-before": "Billed before",
  proration: "Part of the cycle",
  due: "Due",
  billed: "Billed before",
  tier: "Tier",
  "tier-flat-fee": "Flat fee of the tier",
  discount: "Discount",
  coupon: "Coupon",
  tax: "Tax",
  credit: "Credit",
  concession: "Credited by choice",
  minimum: "Minimum",
  maximum: "Maximum",
  "minimum-commitment": "Minimum commitment",
  "maximum-spend": "Maximum spend",
  "true-up": "True-up",
  drawdown: "Drawn from what is paid",
  overage: "Overage",
  guarantee: "Guarantee",
  reversal: "Taken back",
  rounding: "Rounding",
};

/** What was counted; nothing where nothing is. */
export function quantityOf({
  quantity,
  unitOfMeasure: unit = null,
  steps,
}: ExplainedLine): readonly Explanation[] {
  const own = steps.filter(({ of }) => of === "quantity");
  if (unit === null && own.length === 0) return [];
  // What was counted alone is the quantity itself.
  const parts = own.length < 2 ? [] : own;
  return [
    quantityNode("quantity", "Quantity", quantity, {
      unit,
      children: parts.map(({ kind, value, text }) =>
        quantityNode(kind, stepLabel(kind), value, { unit, note: stepNote(kind, text) }),
      ),
    }),
  ];
}

/** The parts that add up to a line. `isAllocated`: its rounding is a share in that of several lines together. */
export function amountSteps(
  { steps, tiers }: ExplainedLine,
  unit: string | null,
  isAllocated: boolean,
): readonly Explanation[] {
  const tierOf = tierFinder(tiers);
  return steps
    .filter(({ of }) => of === "amount")
    .map(({ kind, value, text }) => {
      if (kind === "rounding" && isAllocated) {
        const note = "its share of the rounding of all lines together";
        return amountNode("allocation", "Share of the rounding", value, { unit, note });
      }
      const tier = tierOf(kind, value);
      if (tier !== undefined) return amountNode(kind, tier.label, value, { unit, note: tier.note });
      return amountNode(kind, stepLabel(kind), value, { unit, note: stepNote(kind, text) });
    });
}

function stepLabel(kind: string): string {
  return Object.hasOwn(STEP_LABELS, kind) ? STEP_LABELS[kind as StepKind] : kind;
}

/** What a step says of itself; nothing where its name says as much. */
function stepNote(kind: string, text: string): string | null {
  const names = [kind.replaceAll("-", " "), stepLabel(kind).toLowerCase()];
  return names.includes(text.toLowerCase()) ? null : text;
}

/** What a tier came to, as a step says it. */
interface TierPart {
  readonly kind: string;
  readonly amount: Fraction;
  readonly label: string;
  readonly note: string | null;
}

/** Finds the tier that a step is of: the next that comes to the same. */
function tierFinder(
  tiers: ExplainedLine["tiers"],
): (kind: string, value: string) => TierPart | undefined {
  const open = tiers.flatMap(({ from, upTo, quantity, unitPrice, flatFee }): TierPart[] => {
    const bounds = [
      ...(isZero(exact(from)) ? [] : [`above ${from}`]),
      ...(upTo === null ? [] : [`up to ${upTo}`]),
    ].join(", ");
    const units =
      unitPrice === null
        ? []
        : [
            {
              kind: "tier",
              amount: multiply(exact(quantity), exact(unitPrice)),
              label: `Tier ${bounds}`.trim(),
              note: `${quantity} × ${unitPrice}`,
            },
          ];
    const fee =
      flatFee === null
        ? []
        : [
            {
              kind: "tier-flat-fee",
              amount: exact(flatFee),
              label: `Flat fee of the tier ${bounds}`.trim(),
              note: null,
            },
          ];
    return [...units, ...fee];
  });
  return (kind, value) => {
    const index = open.findIndex(
      (each) => each.kind === kind && compare(each.amount, exact(value)) === 0,
    );
    return index < 0 ? undefined : open.splice(index, 1)[0];
  };
}
