import * as z from "zod";
import type { DecimalInput } from "../money/decimal.js";
import { CHARGE_TYPES, type ChargeType } from "../pricing/charge-type.js";
import { id } from "../schema/entity-fields.js";
import { exactlyOneOf, percentage, price } from "../schema/fields.js";
import { oneRequired } from "../schema/json-rules.js";

/** Which charges of the plan a discount takes something off. A charge must pass every list that is given. */
export interface DiscountTarget {
  /** Only the charges with these ids. */
  readonly charges?: readonly string[];
  /** Only charges of these types. */
  readonly chargeTypes?: readonly ChargeType[];
  /** Only charges on these units of measure. */
  readonly units?: readonly string[];
}

/**
 * Takes a percentage or a fixed amount off other charges of the plan. A discount stands in the catalog like any
 * charge and is applied by the invoice pipeline: percentages first, each on the original amounts, then fixed amounts;
 * never below zero.
 */
export interface DiscountPricing<D = string> {
  /** The charge model. */
  readonly model: "discount";
  /** Percent off, 0 to 100. Either this or `amount`. */
  readonly percent?: D;
  /** Amount off each time the charge is due, 0 or more. Either this or `percent`. */
  readonly amount?: D;
  /** What it applies to. Default: the plan's charges of the same charge type. */
  readonly appliesTo?: "all" | DiscountTarget;
}

export const discountSchema = z
  .strictObject({
    model: z.literal("discount"),
    percent: z.exactOptional(percentage),
    amount: z.exactOptional(price),
    appliesTo: z.exactOptional(
      z.union([
        z.literal("all"),
        z.strictObject({
          charges: z.exactOptional(z.array(id)),
          chargeTypes: z.exactOptional(z.array(z.enum(CHARGE_TYPES))),
          units: z.exactOptional(z.array(id)),
        }),
      ]),
    ),
  })
  .check(exactlyOneOf("percent", "amount"))
  .meta(oneRequired(["percent", "amount"])) satisfies z.ZodType<
  DiscountPricing,
  DiscountPricing<DecimalInput>
>;

/** What a discount applies to: what it says, else the charges of its own type. */
export function targetOf({
  chargeType,
  pricing,
}: {
  readonly chargeType: ChargeType;
  readonly pricing: Pick<DiscountPricing, "appliesTo">;
}): "all" | DiscountTarget {
  return pricing.appliesTo ?? { chargeTypes: [chargeType] };
}

/** What of a charge decides which discounts it has. */
interface TargetedCharge {
  readonly id: string | null;
  readonly chargeType: string;
  readonly unitOfMeasure?: string | null;
}

/** Whether a discount with this target takes something off a charge. */
export function discountTargets(target: "all" | DiscountTarget, charge: TargetedCharge): boolean {
  if (target === "all") return true;
  const passes = (list: readonly string[] | undefined, value: string | null | undefined) =>
    list === undefined || list.some((each) => each === value);
  return (
    passes(target.charges, charge.id) &&
    passes(target.chargeTypes, charge.chargeType) &&
    passes(target.units, charge.unitOfMeasure)
  );
}

/** Finds what a charge is a target of, in order. */
export type TargetedBy<T> = (charge: TargetedCharge) => readonly T[];

/** Indexes items by what they apply to. Those that name charges are looked at for these alone. */
export function targetIndex<T>(
  items: readonly T[],
  targetsOf: (item: T) => readonly ("all" | DiscountTarget)[],
): TargetedBy<T> {
  interface Placed {
    readonly item: T;
    readonly place: number;
    readonly targets: readonly ("all" | DiscountTarget)[];
  }
  const open: Placed[] = [];
  const byCharge = new Map<string, Placed[]>();
  for (const [place, item] of items.entries()) {
    const targets = targetsOf(item);
    const placed = { item, place, targets };
    const named = targets.map((target) => (target === "all" ? undefined : target.charges));
    if (named.includes(undefined)) {
      open.push(placed);
      continue;
    }
    for (const id of new Set(named.flatMap((ids) => ids ?? []))) {
      const own = byCharge.get(id);
      if (own === undefined) byCharge.set(id, [placed]);
      else own.push(placed);
    }
  }
  return (charge) =>
    [...open, ...(byCharge.get(charge.id ?? "") ?? [])]
      .filter(({ targets }) => targets.some((target) => discountTargets(target, charge)))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
}
