import type * as z from "zod";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { parseWith, valueOrReport } from "../schema/parse.js";

/** What a list is made of: its kind, for memory and people, its schema, and how many there may be: each may stand on each line. */
export interface ListForm {
  readonly kind: string;
  readonly plural: string;
  readonly schema: () => z.ZodType<object>;
  readonly most: number;
}

/** Looks at one thing that could be read, and reports what is wrong with it beside the others. */
export type Check<T> = (value: T, path: readonly PathSegment[], issues: PricingIssue[]) => void;

/** Reads a list of things with ids, each id once; what is no list at all is none. */
export function readList<T extends { readonly id: string }>(
  input: unknown,
  path: readonly PathSegment[],
  { kind, plural, schema, most }: ListForm,
  check: Check<T>,
  issues: PricingIssue[],
): readonly T[] {
  if (input === undefined || input === null) return [];
  const first = new Map<string, number>();
  const list = elementsIn(input, path, `a list of ${plural}`, issues, most) ?? [];
  return list.flatMap((each, index) => {
    const value = valueOrReport(parseWith<T>(kind, schema(), each, [...path, index]), issues);
    if (value === undefined) return [];
    check(value, [...path, index], issues);
    const earlier = first.get(value.id);
    if (earlier === undefined) {
      first.set(value.id, index);
      return [value];
    }
    const expected = `other than ${[...path].join(".")}[${earlier}].id`;
    issues.push(issueAt("duplicate_id", [...path, index, "id"], { expected, received: value.id }));
    return [];
  });
}
