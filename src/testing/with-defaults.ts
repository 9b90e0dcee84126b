import { elements, isList, ownFields } from "../data/foreign.js";
import { issueAt, PricingError } from "../errors.js";
import { isRecord } from "../schema/unknown-record.js";

/** What a builder was given. */
export type Given<T> = { readonly [K in keyof T]?: unknown };

/** The fields that a builder was given; what is absent, `null` or undefined, is left out. */
export function givenTo<T>(more: Partial<T>): Given<T> {
  const given = isRecord(more) ? ownFields(more) : undefined;
  if (given === undefined) {
    const code = isRecord(more) ? "not_plain_data" : "invalid_type";
    const expected = "an object with the fields that shall be different";
    throw new PricingError([issueAt(code, [], { expected, received: more })]);
  }
  const fields = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(fields) as Given<T>;
}

/** A field of something that has not been read yet; nothing where it cannot be looked at. */
export function fieldIn(value: unknown, name: string): unknown {
  return isRecord(value) ? ownFields(value)?.[name] : undefined;
}

/** The elements of something that has not been read yet; none where it is no list. */
export function elementsOf(value: unknown): readonly unknown[] {
  return isList(value) ? (elements(value) ?? []) : [];
}
