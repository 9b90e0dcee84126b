/**
 * rateplan/import: prices of other systems, read into charges; documents, as other systems take them.
 *
 * @packageDocumentation
 */

export type { ImportOptions, MeteredImportOptions } from "./import/import-charge.js";
export { fromLagoCharge } from "./import/lago-charge.js";
export { fromOpenMeterPrice, type OpenMeterImportOptions } from "./import/openmeter-price.js";
export {
  type StripeInvoiceItem,
  type StripeInvoiceOptions,
  toStripeInvoiceItems,
} from "./import/stripe-invoice-items.js";
export { fromStripePrice, type StripePriceResult } from "./import/stripe-price.js";
export { fromValmiChargeModel, type ValmiImportOptions } from "./import/valmi-charge-model.js";
