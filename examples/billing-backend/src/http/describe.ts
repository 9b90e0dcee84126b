/** How routes and data are written in the OpenAPI document: the parts that all routes share. */
import { z } from "@hono/zod-openapi";
import { type JsonSchemaName, jsonSchema } from "rateplan";
import { PROBLEMS, type ProblemName, typeOf } from "./problem.js";

/** What rateplan reads, and describes; nothing is checked here a second time. */
export function readByRateplan(name: string, schemaName: JsonSchemaName) {
  const { $schema: _draft, ...schema } = jsonSchema(schemaName);
  // References lead into the component that this becomes.
  const inPlace = JSON.stringify(schema).replaceAll('"#/', `"#/components/schemas/${name}/`);
  return z.custom<unknown>(isGiven).openapi(name, JSON.parse(inPlace));
}

/** What comes back as rateplan or the store made it: typed as that, described by the fields that `shape` names. */
export function answered<T>(name: string, shape: z.ZodType) {
  const { $schema: _draft, ...schema } = z.toJSONSchema(shape, { io: "output" });
  return z.custom<T>(isGiven).openapi(name, JSON.parse(JSON.stringify(schema)));
}

/** `null` and nothing are no data: a schema that took them would be described as one that does. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** An id in a path. Who owns what is behind it, the store decides. */
export const id = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => text.isWellFormed() && !text.includes("\0"), "is no text that can be stored");

export const moment = z.iso
  .datetime({ offset: true })
  .openapi({ description: "An instant (RFC 3339).", example: "2026-03-01T00:00:00Z" });

export const pageQuery = z.object({
  after: z
    .string()
    .max(1_000)
    .optional()
    .openapi({ description: "Where to go on: `next` of the part before." }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export function pageOf<T extends z.ZodType>(name: string, item: T) {
  const next = z.string().nullable().openapi({
    description: "Send it as `after` for the part that follows; null at the end.",
  });
  return z.object({ items: z.array(item).readonly(), next }).openapi(name);
}

export function listOf<T extends z.ZodType>(name: string, item: T) {
  return z.object({ items: z.array(item).readonly() }).openapi(name);
}

const problemSchema = z
  .object({
    type: z
      .string()
      .openapi({ description: "Tells kinds of problems apart.", example: typeOf("invalid") }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    issues: z
      .array(
        z.object({
          code: z.string(),
          path: z.array(z.union([z.string(), z.number()])),
          message: z.string(),
          expected: z.unknown().optional(),
          received: z.unknown().optional(),
        }),
      )
      .optional()
      .openapi({
        description: "Everything that is wrong with what was sent, each with its place.",
      }),
  })
  .openapi("Problem", { description: "RFC 9457." });

/** Answers with an error, by status; several problems of one status are told apart by `type`. No handler returns them: they are thrown. */
export function problems(...names: readonly ProblemName[]): Record<never, never> {
  const statuses = [...new Set(names.map((name) => PROBLEMS[name].status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const same = names.filter((name) => PROBLEMS[name].status === status);
      const said = same.map((name) => `${PROBLEMS[name].title} (\`${typeOf(name)}\`)`);
      const content = { "application/problem+json": { schema: problemSchema } };
      return [status, { description: said.join("; "), content }];
    }),
  );
}

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { "application/json": { schema } } };
}

export function jsonBody<T extends z.ZodType>(schema: T, example?: unknown) {
  return { required: true, content: { "application/json": { schema, example } } };
}

/** What every route of a tenant has in common. */
export const KEY = [{ apiKey: [] }];
const ALWAYS = [
  "unauthenticated",
  "invalid",
  "too-many-requests",
  "internal-error",
  "unavailable",
] as const;

export function tenantProblems(...names: readonly ProblemName[]) {
  return problems(...ALWAYS, ...names);
}

/** The same of a route that takes a body. */
export function bodyProblems(...names: readonly ProblemName[]) {
  return tenantProblems("malformed-request", "too-large", "unsupported-media-type", ...names);
}
