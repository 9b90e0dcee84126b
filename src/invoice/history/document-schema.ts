import * as z from "zod";
import { taxRateSchema } from "../../account/tax-rate.js";
import { onFirstUse } from "../../data/recent.js";
import { issueAt } from "../../errors.js";
import { billingCycle, date, id } from "../../schema/entity-fields.js";
import { type Report, rule, type UnknownRecord } from "../../schema/fields.js";
import { storedLevelSchema } from "../../usage/aggregations/index.js";

/** More than the digits of any amount that we write. */
const LONGEST_AMOUNT = 212;
/** An amount, kept as it is written: a document's fingerprint is that of its text. */
const amount = onFirstUse(() =>
  z
    .string()
    .max(LONGEST_AMOUNT)
    .regex(/^-?\d+(?:\.\d+)?$/, "an amount as on a document"),
);
const period = onFirstUse(() => z.looseObject({ start: date(), end: date() }));
/** An exact quantity, as it is written. */
const quantity = onFirstUse(() =>
  z
    .string()
    .max(LONGEST_AMOUNT)
    .regex(/^-?\d+(?:\.\d+|\/[1-9]\d*)?$/, "an exact quantity"),
);
const segment = onFirstUse(() =>
  z.looseObject({
    chargeId: id(),
    name: z.string(),
    terms: z.string(),
    period: z.exactOptional(period()),
    cycle: z.exactOptional(period()),
    quantity: z.exactOptional(quantity()),
    allowance: z.exactOptional(
      z.looseObject({
        since: z.exactOptional(date()),
        cycle: z.exactOptional(period()),
        used: quantity(),
        included: quantity(),
        held: z.exactOptional(quantity()),
        carried: z.array(z.looseObject({ units: quantity(), until: date() })),
      }),
    ),
    fee: z.exactOptional(period()),
    levels: z.exactOptional(
      z.array(
        z.looseObject({ group: z.array(z.nullable(z.string())), level: storedLevelSchema() }),
      ),
    ),
  }),
);

/** Everything that we read of an earlier document; the rest may be anything, as its fingerprint holds. */
export const documentSchema = onFirstUse(() =>
  z.looseObject({
    schemaVersion: z.literal(2),
    sequence: z.int().min(1),
    idempotencyKey: z.string(),
    fingerprint: z.string(),
    scope: z.enum(["opening", "period", "change", "correction", "interim", "run-off"]),
    customerId: id(),
    subscriptionId: id(),
    currency: z.string(),
    period: period(),
    asOf: date(),
    lines: z.array(
      z
        .looseObject({
          key: z.string(),
          kind: z.string(),
          chargeId: z.nullable(id()),
          couponId: z.exactOptional(id()),
          grantId: z.exactOptional(id()),
          credit: z.exactOptional(
            z.looseObject({
              unit: id(),
              quantity: quantity(),
              timing: z.enum(["before-tax", "after-tax"]),
            }),
          ),
          taxId: z.exactOptional(id()),
          tax: z.exactOptional(
            z.looseObject({
              name: z.string(),
              percent: amount(),
              inclusive: z.boolean(),
              compound: z.boolean(),
              marker: z.nullable(z.string()),
            }),
          ),
          concession: z.exactOptional(
            z.looseObject({
              invoice: z.string(),
              line: z.string(),
              quantity: z.nullable(amount()),
            }),
          ),
          group: z.nullable(z.record(z.string(), z.nullable(z.string()))),
          description: z.string(),
          amount: amount(),
          servicePeriod: period(),
          appliedTo: z.array(
            z.looseObject({ key: z.string(), amount: amount(), quantity: amount().optional() }),
          ),
          terms: z.nullable(z.string()),
          part: z.nullable(z.int().min(0)),
        })
        .check(rule(checkDetails)),
    ),
    postings: z.array(z.looseObject({ kind: z.string(), grantId: id() })),
    provisional: z.array(
      z.looseObject({
        chargeId: id(),
        servicePeriod: period(),
        pending: quantity(),
        since: date(),
      }),
    ),
    corrections: z.array(z.looseObject({ period: period(), documents: z.array(z.string()) })),
    basis: z.looseObject({
      previous: z.nullable(
        z.looseObject({ sequence: z.int(), idempotencyKey: z.string(), fingerprint: z.string() }),
      ),
      billedUntil: z.nullable(date()),
      life: z.array(z.looseObject({ until: date(), digest: z.string() })),
      terms: z.record(
        z.string(),
        z.looseObject({ chargeType: z.string(), pricing: z.looseObject({ model: z.string() }) }),
      ),
      parts: z.array(
        z.looseObject({
          period: period(),
          part: z.enum(["in-advance", "in-arrears"]),
          until: z.exactOptional(date()),
          states: z.array(
            z.looseObject({
              from: date(),
              ratePlanId: id(),
              billingCycle: billingCycle(),
              isLast: z.exactOptional(z.literal(true)),
            }),
          ),
          segments: z.array(segment()),
          discounts: z.array(segment()),
          commitments: z.array(
            z.looseObject({
              ratePlanId: id(),
              amount: z.exactOptional(amount()),
              maximumSpend: z.exactOptional(amount()),
              period: z.exactOptional(period()),
              cycle: z.exactOptional(period()),
            }),
          ),
          terms: z.exactOptional(
            z.array(
              z.looseObject({
                ratePlanId: id(),
                amount: amount(),
                term: billingCycle(),
                cycle: period(),
                from: date(),
                since: z.exactOptional(date()),
                until: z.exactOptional(date()),
                billed: amount(),
              }),
            ),
          ),
          drawdowns: z.exactOptional(
            z.array(
              z.looseObject({ chargeId: id(), cycle: period(), paid: amount(), used: amount() }),
            ),
          ),
          coupons: z.exactOptional(z.array(z.looseObject({ id: id() }))),
        }),
      ),
      taxes: z.exactOptional(z.array(taxRateSchema())),
    }),
  }),
);

/** What lines of some kinds say besides. */
const DETAILS: Readonly<Record<string, readonly string[]>> = {
  credit: ["grantId", "credit"],
  "credit-return": ["grantId", "credit"],
  tax: ["taxId", "tax"],
  concession: ["concession"],
};

function checkDetails(line: UnknownRecord, report: Report): void {
  const kind = String(line["kind"]);
  for (const name of Object.hasOwn(DETAILS, kind) ? (DETAILS[kind] ?? []) : []) {
    if (line[name] !== undefined) continue;
    report(
      issueAt("missing", [name], {
        expected: `as on any line of the kind ${kind}`,
        received: undefined,
      }),
    );
  }
}
