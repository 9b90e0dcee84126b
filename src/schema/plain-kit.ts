import type * as z from "zod";
import { isPlainRecord } from "../data/foreign.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssueCode } from "../errors.js";
import type { SchemaKit } from "./kit.js";
import { oneOf } from "./options.js";
import { REPORTED } from "./plain-data.js";
import {
  decimalReader,
  type FieldReader,
  notNegative,
  notNegativePrice,
  positive,
  readCurrencies,
  readEventField,
  readId,
  readUpperBound,
} from "./readers.js";
import { isRecord, isWhole, type Report, type UnknownRecord } from "./unknown-record.js";
import { article, oneValueOf, SIZES } from "./wording.js";

type Path = readonly PathSegment[];

/** Reads a value that stands at a path; reports what is wrong with it and returns what is left of it. */
export type Read = (input: unknown, path: Path, report: Report) => unknown;

/**
 * A schema that was written by hand: the few of the schema library's that prices are made of, with the same answers. It has of
 * the library's own what charge models ask of it.
 */
export interface PlainSchema {
  readonly read: Read;
  /** Whether its field may be absent. */
  readonly isOptional: boolean;
  check(...checks: readonly Read[]): PlainSchema;
  /** What is said in JSON Schema is not kept. */
  meta(): PlainSchema;
  min(least: number): PlainSchema;
  max(most: number): PlainSchema;
  default(value: unknown): PlainSchema;
  prefault(value: unknown): PlainSchema;
}

type Shape = Readonly<Record<string, PlainSchema>>;

/** A schema of a reader. */
export function schemaOf(read: Read, isOptional = false): PlainSchema {
  const schema: PlainSchema = {
    read,
    isOptional,
    check: (...checks) =>
      schemaOf((input, path, report) =>
        checks.reduce((value, check) => check(value, path, report), read(input, path, report)),
      ),
    meta: () => schema,
    min: (least) => schema.check(sizeCheck((size) => size >= least, least, "out_of_range")),
    max: (most) => schema.check(sizeCheck((size) => size <= most, most, "too_large")),
    default: (value) =>
      schemaOf((input, path, report) => (input === undefined ? value : read(input, path, report))),
    prefault: (value) =>
      schemaOf((input, path, report) => read(input === undefined ? value : input, path, report)),
  };
  return schema;
}

/** Reports a value of another form, or one that is not there. */
function refuse(
  code: PricingIssueCode,
  path: Path,
  expected: string,
  received: unknown,
  report: Report,
): void {
  if (received === REPORTED) return;
  const said = received === undefined ? "missing" : code;
  report(issueAt(said, path, { expected, received }));
}

/** A check of how long a list is; of anything that has a length, as the schema library has it. */
function sizeCheck(
  fits: (size: number) => boolean,
  bound: number,
  code: "out_of_range" | "too_large",
): Read {
  return (value, path, report) => {
    const size = sizeOf(value);
    if (size === undefined || fits(size)) return value;
    const kind = Array.isArray(value) ? "array" : typeof value;
    const noun = SIZES.get(kind);
    const limit = `${code === "too_large" ? "at most" : "at least"} ${bound}`;
    const counted = noun === undefined ? limit : `${limit} ${noun}`;
    const expected =
      code === "too_large" || noun === undefined ? counted : `${article(kind)} of ${counted}`;
    report(
      issueAt(noun === undefined ? "out_of_range" : code, path, { expected, received: value }),
    );
    return value;
  };
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return [...value].length;
  const { length } = isRecord(value) || Array.isArray(value) ? value : {};
  return typeof length === "number" ? length : undefined;
}

/** A kind of data, told by a test. */
function kindOf(noun: string, isKind: (input: unknown) => boolean): PlainSchema {
  return schemaOf((input, path, report) => {
    if (!isKind(input)) refuse("invalid_type", path, article(noun), input, report);
    return input;
  });
}

function valueIn(values: readonly unknown[]): PlainSchema {
  return schemaOf((input, path, report) => {
    if (!values.includes(input)) {
      refuse("invalid_value", path, oneValueOf(values), input, report);
    }
    return input;
  });
}

/** A field with a reader of its own. */
function field(read: FieldReader<unknown>): PlainSchema {
  return schemaOf((input, path, report) =>
    read(input, (issue) => {
      if (input !== REPORTED) report(issueUnder(path, issue));
    }),
  );
}

function optional({ read }: PlainSchema): PlainSchema {
  return schemaOf(read, true);
}

/** An object with no keys but those of the shape. */
function object(shape: Shape): PlainSchema {
  const names = Object.keys(shape);
  return schemaOf((input, path, report) => {
    if (!isRecord(input)) {
      refuse("invalid_type", path, article("object"), input, report);
      return input;
    }
    const value: Record<string, unknown> = {};
    for (const [name, { read, isOptional }] of Object.entries(shape)) {
      if (!(name in input) && isOptional) continue;
      value[name] = read(input[name], [...path, name], report);
    }
    for (const key of Object.keys(input)) {
      if (Object.hasOwn(shape, key)) continue;
      const facts = { expected: oneOf(names, key), received: input[key] };
      report(issueAt("unknown_key", [...path, key], facts));
    }
    return value;
  });
}

/** Objects of several forms, told apart by their `model`. */
function byModel(models: Shape): PlainSchema {
  return schemaOf((input, path, report) => {
    if (!isRecord(input)) {
      refuse("invalid_type", path, article("object"), input, report);
      return input;
    }
    const { model } = input;
    const own =
      typeof model === "string" && Object.hasOwn(models, model) ? models[model] : undefined;
    if (own !== undefined) return own.read(input, path, report);
    const code = model === undefined ? "missing" : "unknown_model";
    const facts = { expected: oneValueOf(Object.keys(models)), received: model };
    report(issueAt(code, [...path, "model"], facts));
    return input;
  });
}

function listOf(element: PlainSchema): PlainSchema {
  return schemaOf((input, path, report) => {
    if (Array.isArray(input)) {
      return input.map((item, index) => element.read(item, [...path, index], report));
    }
    refuse("invalid_type", path, article("array"), input, report);
    return input;
  });
}

function recordOf(_key: PlainSchema, element: PlainSchema): PlainSchema {
  return schemaOf((input, path, report) => {
    if (isRecord(input) && isPlainRecord(input)) {
      return Object.fromEntries(
        Object.entries(input).map(([key, item]) => [
          key,
          element.read(item, [...path, key], report),
        ]),
      );
    }
    refuse("invalid_type", path, article("record"), input, report);
    return input;
  });
}

function whole(least: number, most: number): PlainSchema {
  return schemaOf((input, path, report) => {
    if (!isWhole(input, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) {
      refuse("invalid_type", path, article("int"), input, report);
    } else if (input < least || input > most) {
      const expected = input < least ? `at least ${least}` : `at most ${most}`;
      report(issueAt("out_of_range", path, { expected, received: input }));
    }
    return input;
  });
}

function rewrite(normalise: (value: UnknownRecord, report: Report) => UnknownRecord): Read {
  return (value, path, report) =>
    isRecord(value) ? normalise(value, (issue) => report(issueUnder(path, issue))) : value;
}

function rule(check: (value: UnknownRecord, report: Report) => void): Read {
  return rewrite((value, report) => {
    check(value, report);
    return value;
  });
}

/** Schemas by hand, and what they are made of. */
export const plain = {
  object,
  field,
  byModel,
  /** What something else knows the form of. */
  unread: schemaOf((input) => input, true),
  record: recordOf,
  list: listOf,
  literal: (value: unknown) => valueIn([value]),
  oneOf: valueIn,
  text: () => kindOf("string", (input) => typeof input === "string"),
  boolean: () => kindOf("boolean", (input) => typeof input === "boolean"),
  nullable: ({ read }: PlainSchema) =>
    schemaOf((input, path, report) => (input === null ? null : read(input, path, report))),
  optional,
  price: field(decimalReader([notNegativePrice])),
  nonNegativeDecimal: field(decimalReader([notNegative])),
  upperBound: field(readUpperBound),
  positiveDecimal: field(decimalReader([positive])),
  eventField: field(readEventField),
  id: field(readId),
  whole,
  currencies: field(readCurrencies),
  rule,
  rewrite,
};
plain satisfies { readonly [name in keyof SchemaKit]: unknown };

/**
 * What charge models make their schemas of, without the schema library: to them it is the library's kit, whose types it borrows.
 * `test/rate/readers.test.ts` compares what both say.
 */
export const plainKit = plain as unknown as SchemaKit;

/** A schema that was made of {@link plainKit}. */
export function plainSchema(schema: z.ZodType): PlainSchema {
  return schema as unknown as PlainSchema;
}
