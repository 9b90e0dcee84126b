import {
  compareAmounts,
  rate,
  rateAmount,
  sumAmounts,
  type TieredPricing,
  type UsageChargeInput,
} from "rateplan";
import { type Json, optionalText, text } from "../vector.js";
import { EXACT, perUnitAmount, usageCharge } from "./charges.js";

/** A tier of consumable usage: so many blocks of so many units, each block at one price. */
export interface BlockTier {
  readonly size: string;
  /** How many blocks the tier holds; nothing for the unlimited one. */
  readonly most: string | undefined;
  readonly price: string;
}

/** What one tier bills. */
export interface TierItem {
  /** Number of the tier, from 1. */
  readonly tier: string;
  /** How many blocks. */
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
}

export function readBlocks(tiers: readonly Json[]): readonly BlockTier[] {
  return tiers.map((tier) => {
    const most = optionalText(tier, "maxBlocks");
    return {
      size: text(tier, "blockSize"),
      most: most === "-1" ? undefined : most,
      price: text(tier, "pricePerBlock"),
    };
  });
}

/** The items of a quantity under a tier block policy: ALL_TIERS fills the tiers, TOP_TIER prices all in the one reached. */
export function tierItems(
  blocks: readonly BlockTier[],
  quantity: string,
  policy: string,
): readonly TierItem[] {
  if (policy === "TOP_TIER") return [topTierItem(blocks, quantity)];
  if (policy !== "ALL_TIERS") throw new Error(`unknown tier block policy ${policy}`);
  const items = blocks.every(isSingle)
    ? singleUnitItems(blocks, quantity)
    : blockItems(blocks, quantity);
  // The first tier has an item also without usage.
  return items.filter((item, index) => index === 0 || compareAmounts(item.quantity, "0") !== 0);
}

export function totalOf(items: readonly TierItem[]): string {
  return sumAmounts(items.map(({ amount }) => amount));
}

function isSingle({ size }: BlockTier): boolean {
  return compareAmounts(size, "1") === 0;
}

/** Blocks of one unit each are our tiers. */
function singleUnitItems(blocks: readonly BlockTier[], quantity: string): readonly TierItem[] {
  const charge = usageCharge(unitPricing(blocks), STARTED_BLOCKS);
  const uses = rate(charge, quantity, EXACT).tiers;
  return blocks.map(({ price }, index) => ({
    tier: `${index + 1}`,
    quantity: uses[index]?.quantity ?? "0",
    unitPrice: price,
    amount: uses[index]?.amount ?? "0",
  }));
}

function unitPricing(blocks: readonly BlockTier[]): TieredPricing {
  const tiers = withBounds(blocks).map(({ upTo, price }) => ({
    ...(upTo === undefined ? {} : { upTo }),
    unitPrice: price,
  }));
  return { model: "tiered", tiers: blocks.at(-1)?.most === undefined ? tiers : [...tiers, FREE] };
}

/** Blocks of several sizes are a package charge for each tier: units below it included, at most what it costs full. */
function blockItems(blocks: readonly BlockTier[], quantity: string): readonly TierItem[] {
  const counts = tierCharges(blocks.map((block) => ({ ...block, price: "1" })));
  return tierCharges(blocks).map((charge, index) => ({
    tier: `${index + 1}`,
    quantity: rateAmount(counts[index] ?? charge, quantity, EXACT),
    unitPrice: blocks[index]?.price ?? "",
    amount: rateAmount(charge, quantity, EXACT),
  }));
}

/** A charge for each tier of blocks, under ALL_TIERS. */
export function tierCharges(blocks: readonly BlockTier[]): readonly UsageChargeInput[] {
  return withBounds(blocks).map(({ from, size, most, price }) =>
    usageCharge(
      { model: "package", size, price },
      {
        includedUnits: from,
        ...(most === undefined ? {} : { maximum: perUnitAmount(price, most) }),
      },
    ),
  );
}

/** The charges that bill a unit under ALL_TIERS: one where blocks are single units, else one for each tier. */
export function chargesOf(unit: string, blocks: readonly BlockTier[]): readonly UsageChargeInput[] {
  const charges = blocks.every(isSingle)
    ? [usageCharge(unitPricing(blocks), STARTED_BLOCKS)]
    : tierCharges(blocks);
  return charges.map((charge, index) => ({
    ...charge,
    id: `${unit} ${index + 1}`,
    unitOfMeasure: unit,
    currency: "USD",
  }));
}

/** Volume pricing finds the tier; its block size and price then hold for the whole quantity. */
function topTierItem(blocks: readonly BlockTier[], quantity: string): TierItem {
  const tiers = withBounds(blocks).map(({ upTo, price }) => ({
    ...(upTo === undefined ? {} : { upTo }),
    unitPrice: price,
  }));
  const charge = usageCharge(
    { model: "volume", tiers, ...(tiers.at(-1)?.upTo === undefined ? {} : LAST_TIER) },
    STARTED_BLOCKS,
  );
  const volume = rate(charge, quantity, EXACT);
  const [use] = volume.tiers;
  const reached = use === undefined ? 0 : tiers.findIndex(({ upTo = null }) => upTo === use.upTo);
  const block = blocks[reached];
  if (block === undefined) throw new Error(`no tier is reached by ${quantity}`);
  const { size, price } = block;
  const item = { tier: `${reached + 1}`, unitPrice: price };
  if (isSingle(block)) return { ...item, quantity: volume.quantity, amount: volume.exactAmount };
  const priced = (blockPrice: string): string =>
    rate(usageCharge({ model: "package", size, price: blockPrice }), quantity, EXACT).exactAmount;
  return { ...item, quantity: priced("1"), amount: priced(price) };
}

/** Every started block is billed whole. */
const STARTED_BLOCKS = { quantityRounding: { mode: "up" } } as const;

/** What goes beyond a bounded last tier is free under ALL_TIERS; here that is said in the price list. */
const FREE = { unitPrice: "0" };

/** What goes beyond a bounded last tier is priced there under TOP_TIER. */
const LAST_TIER = { overflow: "last-tier" } as const;

interface BoundedBlockTier extends BlockTier {
  /** Units in the tiers below. */
  readonly from: string;
  /** Units up to the end of the tier; nothing for the unlimited one. */
  readonly upTo: string | undefined;
}

/** The tiers with their bounds in units, where Kill Bill gives each tier's own number of blocks. */
function withBounds(blocks: readonly BlockTier[]): readonly BoundedBlockTier[] {
  let from = "0";
  return blocks.map((block) => {
    const upTo =
      block.most === undefined
        ? undefined
        : sumAmounts([from, perUnitAmount(block.size, block.most)]);
    const bounded = { ...block, from, upTo };
    from = upTo ?? from;
    return bounded;
  });
}
