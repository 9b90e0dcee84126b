import type { LeftUnread } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  "capacity (max of usage)": {
    "input.startDate": "any",
    "input.endDate": "any",
  },
  "graduated (two units on one usage section)": {
    "input.startDate": "any",
    "input.endDate": "any",
    "input.billCycleDay": "any",
    "input.usageDates": "any",
    "expected.itemPeriod": "any",
  },
  "graduated, incremental (already billed subtracted per tier)": {
    "input.policy": ["ALL_TIERS"],
    "input.alreadyBilledAmount": "any",
    "expected.details[].unitPrice": "any",
  },
  "usage-in-arrear period boundaries": {
    "input.events[].type": ["CREATE", "CHANGE", "CANCEL"],
  },
  "repair of past invoices": {
    "input.addon1.bcd": "any",
    "input.addon2.bcd": "any",
    "input.newEvents.base.from": "any",
    "input.original.paid": "any",
    "input.replacement.from": "any",
    "input.replacement.bcd": "any",
    "expected.invoice1Balance": "any",
  },
  "repair capped by earlier adjustment": {
    "input.original.end": "any",
    "expected.items[].start": "any",
    "expected.items[].end": "any",
  },
  "re-bill a previously repaired sub-interval": {
    "input.billingPeriod": ["MONTHLY"],
    "input.existing[].type": ["RECURRING", "REPAIR_ADJ"],
    "input.existing[].end": "any",
    "expected.items[].type": "any",
    "expected.items[].start": "any",
    "expected.items[].end": "any",
  },
  "grandfathering: effectiveDateForExistingSubscriptions": {
    "input.versions[].effective": "any",
    "expected.items[].version": "any",
  },
  "grandfathering with mid-period price change": {
    "input.versions[].effective": "any",
    "expected.items[].version": "any",
  },
  "grandfathering for usage": {
    "input.versions[].effective": "any",
  },
  "billing-interval": {
    "input.billingMode": ["IN_ADVANCE"],
    "input.inArrearMode": ["DEFAULT"],
  },
};
