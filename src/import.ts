/**
 * rateplan/import: prices of other systems, read into charges.
 *
 * @packageDocumentation
 */

export type { ImportOptions, MeteredImportOptions } from "./import/import-charge.js";
export { fromLagoCharge } from "./import/lago-charge.js";
export { fromOpenMeterPrice, type OpenMeterImportOptions } from "./import/openmeter-price.js";
export { fromStripePrice, type StripePriceResult } from "./import/stripe-price.js";
export { fromValmiChargeModel, type ValmiImportOptions } from "./import/valmi-charge-model.js";
