import type { AggregationInput } from "../catalog/aggregation.js";
import type { CatalogOptions } from "../catalog/catalog.js";

/** What a reader of another system's price needs besides the price. Each goes before what the price itself says. */
export interface ImportOptions extends CatalogOptions {
  /** Id of the charge; default the price's own, where it has one. */
  readonly id?: string;
  /** Name of the charge; default the price's own, where it has one, else the id. */
  readonly name?: string;
  /** What is counted; required where a quantity is priced and the price does not say. */
  readonly unitOfMeasure?: string;
}

/** The options of a reader whose prices do not say their currency or how usage is counted. */
export interface MeteredImportOptions extends ImportOptions {
  /** Currency of the prices; may stand on the rate plan instead. */
  readonly currency?: string;
  /** How the period's events become one quantity, as the other system's meter has it; default `"sum"`. */
  readonly aggregation?: AggregationInput;
}
