import type { RatedCharge } from "../../catalog/charge-kinds.js";
import type { PathSegment } from "../../errors.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import type { PricedLine } from "../document/priced-line.js";
import type { GivenUsage } from "./given-usage.js";
import type { RunOffHome } from "./metered-segment.js";

/** A segment before anybody has looked at the usage. */
export interface MeterTask {
  readonly segment: Omit<ChargeSegment, "charge" | "sharedLimits" | "ratePlanId" | "agentType"> & {
    readonly charge: RatedCharge;
    /** `null` for a charge by itself. */
    readonly ratePlanId: string | null;
    /** The agent type whose usage counts; nothing where any does. */
    readonly agentType: string | undefined;
  };
  /** Whether usage of any time counts, as in a simulation. */
  readonly isTimeless?: boolean;
  /** Its usage; nothing where none is given for it. */
  readonly given: GivenUsage | undefined;
  /** Its lines as they were billed, where it is not priced again. */
  readonly billed: readonly PricedLine[] | undefined;
  /** When the documents that have billed it knew what they knew; the first counts. */
  readonly billedAsOf: Instant | undefined;
  /** When the outcomes occurred that it bills; nothing where that does not matter. */
  readonly occurredIn?: readonly Interval[] | undefined;
  readonly occurredFrom?: Instant | undefined;
  /** Where those outcomes belong: the usage since fills the tiers already. */
  readonly home?: RunOffHome;
  /** The quantity that it bills, where the caller gave it apart from usage, and where. */
  readonly quantityPath: readonly PathSegment[];
  /** Whether usage may say the quantity of a recurring charge, as that of a simulation may. */
  readonly usageSaysQuantity?: boolean;
}
