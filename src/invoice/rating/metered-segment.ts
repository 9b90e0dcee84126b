import type { RatedCharge } from "../../catalog/charge-kinds.js";
import type { PathSegment } from "../../errors.js";
import type { Fraction } from "../../money/fraction.js";
import type { Allowance } from "../../subscription/allowance.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import type { Instant } from "../../time/instant.js";
import type { GroupLevel } from "../../usage/meter/levels.js";
import type { Metered } from "../../usage/meter/metered.js";
import type { OutcomeUsage } from "../../usage/outcomes/outcome-usage.js";
import type { ChargeOrigin } from "../document/line-terms.js";
import type { PricedLine } from "../document/priced-line.js";

/**
 * The segment whose prices, discounts and limits outcomes have that are billed after its time: they became certain only
 * then.
 */
export interface RunOffHome
  extends Pick<ChargeSegment, "period" | "cycle" | "priceInterval" | "parts" | "position"> {
  /** When what it bills is due, as far as discounts ask. */
  readonly heldAt: Instant;
}

/** A segment of a charge that a model prices, with everything that its lines are priced from. */
export interface MeteredSegment
  extends Pick<
    ChargeSegment,
    "period" | "cycle" | "feeSpan" | "priceInterval" | "parts" | "position"
  > {
  readonly charge: RatedCharge;
  /**
   * When the outcomes occurred that it bills, where that is before it: they became certain only after the prices of
   * their time had ended.
   */
  readonly occurredFrom?: Instant;
  /** Where those outcomes belong; given whenever `occurredFrom` is. */
  readonly home?: RunOffHome;
  readonly origin: ChargeOrigin | undefined;
  readonly metered: readonly Metered[];
  /** How levels that persist stand at its end; nothing where the charge has none, or no events were given. */
  readonly levels: readonly GroupLevel[] | undefined;
  /** The usage of the cycle before the segment, where the segment goes on from it in its tiers. */
  readonly before: Fraction | undefined;
  /** How far its tiers and included units have come; absent where they begin anew with every cycle. */
  readonly allowance?: Allowance;
  /** What became of its outcomes, where the charge judges them and events were given. */
  readonly outcomes: OutcomeUsage | undefined;
  /** Ids of the events and signals that became known since its usage was billed before. */
  readonly lateEventIds: readonly string[];
  /** Where the caller gave what it is priced from. */
  readonly path: readonly PathSegment[];
  /** Its lines as they were billed, where it is not rated again; a guarantee's among them. */
  readonly billed: readonly PricedLine[] | undefined;
}
