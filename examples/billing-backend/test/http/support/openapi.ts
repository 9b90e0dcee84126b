/** Requests and checks that are made of the OpenAPI document, so that no route is forgotten. */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { z } from "zod";

const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  required: z.boolean().default(false),
  example: z.string().optional(),
  schema: z.looseObject({ example: z.unknown().optional() }),
});
const contentSchema = z.record(
  z.string(),
  z.looseObject({ example: z.unknown().optional(), schema: z.unknown() }),
);
const operationSchema = z.looseObject({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(parameterSchema).default([]),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ description: z.string(), content: contentSchema.optional() }),
  ),
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

export interface Operation extends z.infer<typeof operationSchema> {
  readonly method: string;
  /** With `{names}`. */
  readonly template: string;
}

export interface ExampleRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export function operationsOf(document: unknown): readonly Operation[] {
  return Object.entries(documentSchema.parse(document).paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      template,
    })),
  );
}

/**
 * The request that the examples of an operation make: all required parameters, and the body in its first media type. `own` has what no
 * example can know, such as the id of a key.
 */
export function exampleOf(
  { method, template, parameters, requestBody }: Operation,
  own: Readonly<Record<string, string>> = {},
): ExampleRequest {
  const headers: Record<string, string> = {};
  let path = template;
  for (const { name, in: place, required, schema } of parameters) {
    const example = own[name] ?? schema.example;
    if (!required) continue;
    if (typeof example !== "string")
      throw new Error(`${method} ${template}: no example of ${name}`);
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(example));
    if (place === "header") headers[name] = example;
  }
  const [media] = Object.entries(requestBody?.content ?? {});
  if (media === undefined) return { method, path, headers, body: undefined };
  const [type, { example }] = media;
  return {
    method,
    path,
    headers: { ...headers, "content-type": type },
    body: JSON.stringify(example),
  };
}

/** What is wrong with an answer, by the document: its status and media type are listed, its content fits the schema. */
export function conformance(document: unknown) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: "openapi:document", ...z.looseObject({}).parse(document) });
  return async (operation: Operation, response: Response): Promise<readonly string[]> => {
    const listed = operation.responses[String(response.status)];
    if (listed === undefined) return [`status ${response.status} is not listed`];
    const text = await response.text();
    if (listed.content === undefined) return text === "" ? [] : ["a body where none is listed"];
    const type = response.headers.get("content-type") ?? "";
    if (!Object.hasOwn(listed.content, type)) return [`media type ${type} is not listed`];
    const pointer = ["paths", operation.template, operation.method.toLowerCase(), "responses"]
      .concat(String(response.status), "content", type, "schema")
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    const validate = ajv.compile({ $ref: `openapi:document#/${pointer}` });
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}
