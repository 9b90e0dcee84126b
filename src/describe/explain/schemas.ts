import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { isProblem, readExact } from "../../money/decimal.js";
import { date } from "../../schema/entity-fields.js";

/** An exact number, as it stands in what is explained. */
const number = onFirstUse(() =>
  z
    .string()
    .refine((text) => !isProblem(readExact(text)), "an exact number, as the library writes it"),
);
const period = onFirstUse(() => z.looseObject({ start: date(), end: date() }));
const nullable = <T extends z.ZodType>(schema: T) => z.exactOptional(z.nullable(schema));

const step = onFirstUse(() =>
  z.looseObject({
    of: z.enum(["quantity", "amount"]),
    kind: z.string(),
    value: number(),
    text: z.string(),
  }),
);

const tier = onFirstUse(() =>
  z.looseObject({
    from: number(),
    upTo: z.nullable(number()),
    quantity: number(),
    unitPrice: z.nullable(number()),
    flatFee: z.nullable(number()),
  }),
);

const adjustment = onFirstUse(() =>
  z.looseObject({
    billed: number(),
    due: number(),
    invoices: z.array(z.string()),
    causes: z.array(
      z.looseObject({
        kind: z.string(),
        date: z.nullable(z.string()),
        eventIds: z.array(z.string()),
      }),
    ),
  }),
);

/** What is read of a line, of a document or a simulation. */
export const lineSchema = onFirstUse(() =>
  z.looseObject({
    key: z.string(),
    kind: z.string(),
    description: z.string(),
    group: nullable(z.record(z.string(), z.nullable(z.string()))),
    quantity: number(),
    unitOfMeasure: nullable(z.string()),
    unitPrice: nullable(number()),
    tiers: z.array(tier()),
    exactAmount: number(),
    amount: number(),
    appliedTo: z.array(z.looseObject({ key: z.string(), amount: number() })),
    adjustment: nullable(adjustment()),
    steps: z.array(step()),
    terms: nullable(z.union([z.string(), z.record(z.string(), z.unknown())])),
    servicePeriod: z.exactOptional(period()),
    tax: z.exactOptional(
      z.looseObject({
        percent: number(),
        inclusive: z.boolean(),
        compound: z.boolean(),
        marker: z.nullable(z.string()),
        taxable: number(),
      }),
    ),
    credit: z.exactOptional(z.looseObject({ unit: z.string(), quantity: number() })),
    concession: z.exactOptional(
      z.looseObject({
        invoice: z.string(),
        line: z.string(),
        quantity: z.nullable(number()),
        reason: z.nullable(z.string()),
      }),
    ),
    couponId: z.exactOptional(z.string()),
    grantId: z.exactOptional(z.string()),
  }),
);

const usage = onFirstUse(() =>
  z.looseObject({
    counts: z.record(z.string(), z.number()),
    details: z.record(
      z.string(),
      z.array(z.looseObject({ id: z.nullable(z.string()), reason: z.string() })),
    ),
  }),
);
const warnings = onFirstUse(() =>
  z.array(z.looseObject({ code: z.string(), message: z.string() })),
);
const policy = onFirstUse(() => z.looseObject({ rounding: z.looseObject({ scope: z.string() }) }));

/** What is read of a document. */
export const documentSchema = onFirstUse(() =>
  z.looseObject({
    sequence: z.number(),
    idempotencyKey: z.string(),
    kind: z.string(),
    scope: z.string(),
    customerId: z.string(),
    subscriptionId: z.string(),
    ratePlanId: z.string(),
    currency: z.string(),
    period: period(),
    asOf: date(),
    issueDate: z.exactOptional(date()),
    dueDate: z.exactOptional(date()),
    lines: z.array(lineSchema()),
    subtotal: number(),
    discounts: number(),
    creditsApplied: number(),
    taxes: number(),
    total: number(),
    postings: z.exactOptional(
      z.array(
        z.looseObject({
          grantId: z.string(),
          kind: z.string(),
          unit: z.string(),
          amount: number(),
          balanceAfter: z.nullable(number()),
        }),
      ),
    ),
    usage: usage(),
    provisional: z.array(
      z.looseObject({
        chargeId: z.string(),
        servicePeriod: period(),
        reversible: number(),
        pending: number(),
      }),
    ),
    coupons: z.exactOptional(
      z.array(
        z.looseObject({
          couponId: z.string(),
          period: period(),
          applied: number(),
          unused: z.nullable(number()),
        }),
      ),
    ),
    drawdowns: z.exactOptional(
      z.array(
        z.looseObject({
          chargeId: z.string(),
          period: period(),
          paid: number(),
          drawn: number(),
          left: number(),
          expired: z.nullable(number()),
        }),
      ),
    ),
    unbilled: z.array(z.looseObject({ reason: z.string(), period: period() })),
    warnings: warnings(),
    corrections: z.array(z.looseObject({ period: period(), documents: z.array(z.string()) })),
    basis: z.looseObject({ terms: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    policy: policy(),
  }),
);

/** What is read of a simulation. */
export const simulationSchema = onFirstUse(() =>
  z.looseObject({
    ratePlanId: z.nullable(z.string()),
    currency: z.string(),
    amount: number(),
    lines: z.array(lineSchema()),
    usage: usage(),
    warnings: warnings(),
    policy: policy(),
  }),
);

/** What is read of an outcome. */
export const outcomeSchema = onFirstUse(() =>
  z.looseObject({
    id: z.string(),
    customerId: z.string(),
    subject: z.nullable(z.string()),
    name: z.nullable(z.string()),
    state: z.string(),
    occurredAt: date(),
    confirmedAt: z.nullable(date()),
    settlesAt: z.nullable(date()),
    endedAt: z.nullable(date()),
    billableAt: z.nullable(date()),
    quantity: number(),
    value: z.nullable(number()),
    reasons: z.array(z.looseObject({ text: z.string(), eventIds: z.array(z.string()) })),
  }),
);

/** A line, as far as it is explained. */
export type ExplainedLine = z.infer<ReturnType<typeof lineSchema>>;
/** A document, as far as it is explained. */
export type ExplainedDocument = z.infer<ReturnType<typeof documentSchema>>;
/** A simulation, as far as it is explained. */
export type ExplainedSimulation = z.infer<ReturnType<typeof simulationSchema>>;
/** An outcome, as far as it is explained. */
export type ExplainedOutcome = z.infer<ReturnType<typeof outcomeSchema>>;
