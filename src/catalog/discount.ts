import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
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

/** The schema of what a discount, a coupon or a credit grant applies to. */
export const discountTargetSchema: () => z.ZodType<"all" | DiscountTarget, "all" | DiscountTarget> =
  onFirstUse(() =>
    z.union([
      z.literal("all"),
      z.strictObject({
        charges: z.exactOptional(z.array(id())),
        chargeTypes: z.exactOptional(z.array(z.enum(CHARGE_TYPES))),
        units: z.exactOptional(z.array(id())),
      }),
    ]),
  );

export const discountSchema = onFirstUse(
  () =>
    z
      .strictObject({
        model: z.literal("discount"),
        percent: z.exactOptional(percentage()),
        amount: z.exactOptional(price()),
        appliesTo: z.exactOptional(discountTargetSchema()),
      })
      .check(exactlyOneOf("percent", "amount"))
      .meta(oneRequired(["percent", "amount"])) satisfies z.ZodType<
      DiscountPricing,
      DiscountPricing<DecimalInput>
    >,
);

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

/** Indexes items by what they apply to. Those that name charges or units are looked at for these alone. */
export function targetIndex<T>(
  items: readonly T[],
  targetsOf: (item: T) => readonly ("all" | DiscountTarget)[],
): TargetedBy<T> {
  const placed = items.map((item, place) => ({ item, place, targets: targetsOf(item) }));
  const byName = groupPairs(placed, ({ targets }) => targets.flatMap(namesIn));
  return (charge) =>
    [...new Set([...namesOf(charge), ANY].flatMap((name) => byName.get(name) ?? []))]
      .filter(({ targets }) => targets.some((target) => discountTargets(target, charge)))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
}

/** The other way round: finds the items that are targets, in order. */
export function targetedIndex<T>(
  items: readonly T[],
  chargeOf: (item: T) => TargetedCharge,
): (target: "all" | DiscountTarget) => readonly T[] {
  const placed = items.map((item, place) => ({ item, place, charge: chargeOf(item) }));
  const byName = groupPairs(placed, ({ charge }) => [...namesOf(charge), ANY]);
  return (target) =>
    [...new Set(namesIn(target).flatMap((name) => byName.get(name) ?? []))]
      .filter(({ charge }) => discountTargets(target, charge))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
}

/** Stands for all charges where a target names none. */
const ANY = "any";

/** Names of which one must be a charge's own for a target to apply to it. */
function namesIn(target: "all" | DiscountTarget): readonly string[] {
  if (target === "all") return [ANY];
  const { charges, units } = target;
  return charges?.map(chargeName) ?? units?.map(unitName) ?? [ANY];
}

function namesOf({ id, unitOfMeasure }: TargetedCharge): readonly string[] {
  return [
    ...(id === null ? [] : [chargeName(id)]),
    ...(unitOfMeasure == null ? [] : [unitName(unitOfMeasure)]),
  ];
}

const chargeName = (id: string) => `charge ${id}`;
const unitName = (unit: string) => `unit ${unit}`;

/** Items by each of their names. */
function groupPairs<T>(
  items: readonly T[],
  namesOf: (item: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const name of namesOf(item)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [item]);
      else group.push(item);
    }
  }
  return groups;
}
