/**
 * rateplan/testing: builders of catalogs, subscriptions and events, assertions with readable differences, and documents as tables, for tests
 * of whatever uses rateplan. Arbitraries for property tests are in `rateplan/testing/arbitraries`, which needs fast-check.
 *
 * @packageDocumentation
 */

export {
  anInvoiceRequest,
  aOneTimeCharge,
  aProduct,
  aRatePlan,
  aRecurringCharge,
  aSubscription,
  aUsageCharge,
} from "./testing/builders.js";
export {
  type DocumentSerializer,
  documentSerializer,
  documentTable,
} from "./testing/document-table.js";
export { type EventsOptions, events } from "./testing/events.js";
export { expectLines } from "./testing/expect-lines.js";
export type { ExpectedLine, ExpectedLines } from "./testing/expected-lines.js";
