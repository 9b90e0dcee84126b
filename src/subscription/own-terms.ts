import { type TargetedBy, targetIndex } from "../catalog/discount.js";
import { dayCountOf } from "../catalog/proration.js";
import { canonicalJson } from "../data/canonical-json.js";
import { firstIndex } from "../data/first-index.js";
import { exact } from "../money/decimal.js";
import { type Fraction, multiply, sum, ZERO } from "../money/fraction.js";
import { shareOf } from "../time/day-count.js";
import type { Instant } from "../time/instant.js";
import { cutAt, type Interval, instantsWithin } from "../time/interval.js";
import type { TimeZone } from "../time/zone.js";
import type { Override } from "./change.js";

/** A value from an instant on. */
interface Dated<T> {
  readonly at: Instant;
  readonly value: T;
}

/** The values of charges by charge id, each list in the order of time; `undefined` from when there is none any more. */
export type DatedValues<T> = ReadonlyMap<string, readonly Dated<T | undefined>[]>;

/** What a subscription says of charges of its own. */
export interface OwnTerms {
  readonly quantities: DatedValues<string>;
  /** Prices in place of the catalog's. */
  readonly overrides: DatedValues<Override>;
}

/** The value of a charge that holds at an instant. */
export function valueAt<T>(values: DatedValues<T>, chargeId: string, at: Instant): T | undefined {
  const own = values.get(chargeId) ?? [];
  return own[firstIndex(own, (each) => each.at > at) - 1]?.value;
}

/** When the value of a charge changes within a stretch of time. */
export function datesWithin<T>(
  values: DatedValues<T>,
  chargeId: string,
  within: Interval,
): readonly Instant[] {
  const own = values.get(chargeId);
  return own === undefined ? [] : instantsWithin(datesOf(own), within);
}

/** How much a subscription has held of what a charge bills, over a stretch of time: by the days that it was held. */
export function heldOver(
  quantities: DatedValues<string>,
  chargeId: string,
  within: Interval,
  zone: TimeZone,
): Fraction {
  const dates = datesWithin(quantities, chargeId, within);
  return sum(
    cutAt(within, dates).map((part) => {
      const quantity = valueAt(quantities, chargeId, part.start);
      if (quantity === undefined) return ZERO;
      return multiply(exact(quantity), shareOf(dayCountOf(), within, part, zone));
    }),
  );
}

const dates = new WeakMap<readonly Dated<unknown>[], readonly Instant[]>();

function datesOf(own: readonly Dated<unknown>[]): readonly Instant[] {
  const known = dates.get(own);
  if (known !== undefined) return known;
  const all = own.map(({ at }) => at);
  dates.set(own, all);
  return all;
}

const discounts = new WeakMap<DatedValues<Override>, TargetedBy<string>>();

/** The discounts with prices of the subscription's own that a charge may have at some of these. */
export function ownDiscountsOn(overrides: DatedValues<Override>): TargetedBy<string> {
  const known = discounts.get(overrides);
  if (known !== undefined) return known;
  const pricings = (id: string) =>
    (overrides.get(id) ?? []).flatMap(({ value }) => (value?.model === "discount" ? value : []));
  const ids = [...overrides.keys()].filter((id) => pricings(id).length > 0);
  // Which type of charge one is by itself is the plan's to say.
  const index = targetIndex(ids, (id) => pricings(id).map(({ appliesTo = "all" }) => appliesTo));
  discounts.set(overrides, index);
  return index;
}

/** Gathers values in the order of time. */
export interface DatedValuesBuilder<T> {
  readonly values: DatedValues<T>;
  /** Puts down what holds from an instant on; `null` that nothing does. What is so already leaves no trace. */
  put(at: Instant, given: Readonly<Record<string, T | null>> | undefined): void;
}

export function datedValues<T>(): DatedValuesBuilder<T> {
  const values = new Map<string, Dated<T | undefined>[]>();
  return {
    values,
    put(at, given = {}) {
      for (const [chargeId, value] of Object.entries(given)) {
        const own = values.get(chargeId) ?? [];
        if (canonicalJson(own.at(-1)?.value) === canonicalJson(value)) continue;
        values.set(chargeId, own);
        own.push({ at, value: value ?? undefined });
      }
    },
  };
}
