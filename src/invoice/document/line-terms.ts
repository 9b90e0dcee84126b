import type { Charge } from "../../catalog/charge.js";
import type { RatedCharge } from "../../catalog/charge-kinds.js";
import type { PricedTerms } from "../../pricing/terms.js";

/**
 * The terms of a charge that decided its line, as it was billed: enough to rate the line again without today's catalog.
 */
export interface LineTerms
  extends PricedTerms,
    Partial<
      Pick<
        Extract<Charge, { readonly chargeType: "recurring" }>,
        "billingTiming" | "billingCycle" | "proration" | "drawdown" | "quantityBilling"
      >
    >,
    Partial<
      Pick<
        Extract<Charge, { readonly chargeType: "usage" }>,
        | "eventQuantity"
        | "aggregation"
        | "resetCycle"
        | "filter"
        | "groupBy"
        | "outcome"
        | "guarantee"
      >
    > {
  /** The least that the charge bills in a cycle. */
  readonly minimum?: string;
  /** The most that the charge bills in a cycle. */
  readonly maximum?: string;
  /** By which tax rates find it. */
  readonly taxCodes?: readonly string[];
  /** The rate plan that the charge stands in; absent where it was rated by itself. */
  readonly ratePlanId?: string;
  /** True where the prices are the customer's own, by the subscription's overrides. */
  readonly overridden?: true;
}

/** Where a charge comes from. */
export interface ChargeOrigin {
  readonly ratePlanId: string;
  readonly overridden: boolean;
}

const written = new WeakMap<RatedCharge, Map<string, LineTerms>>();

/** The terms of a charge, as its lines record them: all of it but what is for people. One object for the same terms. */
export function lineTerms(charge: RatedCharge, origin: ChargeOrigin | undefined): LineTerms {
  const known = written.get(charge) ?? new Map<string, LineTerms>();
  written.set(charge, known);
  const key = origin === undefined ? "" : `${origin.overridden} ${origin.ratePlanId}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const {
    id: _id,
    name: _name,
    description: _description,
    currency: _currency,
    metadata: _metadata,
    revisions: _revisions,
    effectiveDate: _from,
    endDate: _until,
    ...terms
  } = charge;
  const all: LineTerms = {
    ...terms,
    ...(origin === undefined ? {} : { ratePlanId: origin.ratePlanId }),
    ...(origin?.overridden === true ? { overridden: true } : {}),
  };
  known.set(key, all);
  return all;
}
