import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import type { DecimalInput } from "../money/decimal.js";
import type { QuantityRounding } from "../pricing/terms.js";
import { quantityRoundingSchema as ofRounding } from "../pricing/terms-schema.js";
import { nonNegativeDecimal, rule } from "../schema/fields.js";
import { schemaKit } from "../schema/kit.js";
import { checkBounds } from "../schema/unknown-record.js";

/**
 * What counts of one event's quantity: it is rounded, then held between minimum and maximum, and only then aggregated.
 * Calls of 61, 2 and 6 seconds, rounded `up` to an `increment` of 6, are 66 + 6 + 6 = 78 seconds.
 *
 * An event of 0 counts the minimum. One that takes back takes back what its opposite counts: −61 seconds are −66,
 * whatever the rounding mode. Of an outcome that was reversed in part, it is what is left that is rounded.
 */
export interface EventQuantity<D = string> {
  /** Rounds the quantity of each event. Default: not rounded. */
  readonly rounding?: QuantityRounding<D>;
  /** The least that an event counts, in the charge's unit; 0 or more, and not above `maximum`. */
  readonly minimum?: D;
  /** The most that an event counts, in the charge's unit; 0 or more. */
  readonly maximum?: D;
}

export const quantityRoundingSchema = onFirstUse(() => ofRounding(schemaKit));

export const eventQuantitySchema: () => z.ZodType<EventQuantity, EventQuantity<DecimalInput>> =
  onFirstUse(() =>
    z
      .strictObject({
        rounding: z.exactOptional(quantityRoundingSchema()),
        minimum: z.exactOptional(nonNegativeDecimal()),
        maximum: z.exactOptional(nonNegativeDecimal()),
      })
      .check(rule((value, report) => checkBounds(value, ["minimum", "maximum"], report))),
  );
