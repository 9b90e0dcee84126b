import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { INSTANT_FORM } from "../../schema/dates.js";
import { decimal, nonNegativeDecimal } from "../../schema/fields.js";

const required = onFirstUse(() => z.string().min(1));
const optional = onFirstUse(() => z.exactOptional(z.nullable(z.string())));
const instant = onFirstUse(() => z.string().meta(INSTANT_FORM));
const number = onFirstUse(() => z.exactOptional(z.nullable(decimal())));
const part = onFirstUse(() => z.exactOptional(z.nullable(nonNegativeDecimal())));

/**
 * The form of a usage event, for JSON Schema alone: events are read by `readEvent`, which reports instead of failing.
 * Tests keep the two in step.
 */
export const usageEventSchema = onFirstUse(() =>
  z.looseObject({
    id: required(),
    source: optional(),
    customerId: required(),
    subscriptionId: optional(),
    unitOfMeasure: required(),
    name: optional(),
    subject: optional(),
    agentType: optional(),
    agentId: optional(),
    timestamp: instant(),
    receivedAt: z.exactOptional(z.nullable(instant())),
    quantity: number(),
    value: number(),
    currency: optional(),
    properties: z.exactOptional(z.nullable(z.record(z.string(), z.unknown()))),
  }),
);

/** The form of a signal; the JSON Schema adds what tells it from an event. */
export const signalSchema = onFirstUse(() =>
  z.looseObject({
    id: required(),
    source: optional(),
    customerId: required(),
    subscriptionId: optional(),
    name: optional(),
    subject: optional(),
    agentType: optional(),
    agentId: optional(),
    timestamp: instant(),
    receivedAt: z.exactOptional(z.nullable(instant())),
    quantity: part(),
    value: part(),
    currency: optional(),
  }),
);
