/**
 * rateplan/testing/arbitraries: valid charges, plans, products, subscriptions and histories of events for property tests with fast-check, which
 * this entry needs and no other.
 *
 * @packageDocumentation
 */

export { anyCharge, anyProduct, anyRatePlan } from "./arbitraries/catalog.js";
export { anyEvents, anyHistory, type History } from "./arbitraries/histories.js";
export { anyQuantities, anySubscription } from "./arbitraries/subscriptions.js";
