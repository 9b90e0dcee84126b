import type { FieldValue, Predicate, UsageFilter } from "../../catalog/filter.js";
import { groupBy } from "../../data/group-by.js";
import type { ReadEvent } from "../events/event.js";
import { fieldOf } from "../events/event-fields.js";

/** What counts events of one unit that pass a filter. */
export interface Counting {
  readonly unitOfMeasure: string | undefined;
  readonly filter: UsageFilter;
}

/** Those that may count an event, in the order in which they were given; all others count it for sure not. */
export type CountingFinder<T> = (event: ReadEvent) => readonly T[];

interface Placed<T> {
  readonly item: T;
  readonly place: number;
  /** The field that decides first, and the values with which an event may pass; nothing where none must have any. */
  readonly needed: Needed | undefined;
}

/** An event passes only with one of these values in a field. */
interface Needed {
  readonly field: string;
  readonly values: ReadonlySet<FieldValue>;
}

/** Finds what may count an event by its unit, and by a value that the filter asks for, without trying each filter. */
export function countingFinder<T>(
  items: readonly T[],
  countingOf: (item: T) => Counting,
): CountingFinder<T> {
  const placed = items.map((item, place): Placed<T> & { readonly unit: string | undefined } => {
    const { unitOfMeasure, filter } = countingOf(item);
    return { item, place, unit: unitOfMeasure, needed: neededBy(filter) };
  });
  const byUnit = new Map(
    [...groupBy(placed, ({ unit }) => unit)].map(([unit, own]) => [unit, finderIn(own)]),
  );
  return (event) => byUnit.get(event.unitOfMeasure)?.(event) ?? NONE;
}

const NONE: readonly never[] = [];

function finderIn<T>(placed: readonly Placed<T>[]): CountingFinder<T> {
  const always = placed.filter(({ needed }) => needed === undefined);
  const byField = new Map<string, Map<FieldValue, Placed<T>[]>>();
  for (const each of placed) {
    if (each.needed === undefined) continue;
    const { field, values } = each.needed;
    const byValue = byField.get(field) ?? new Map<FieldValue, Placed<T>[]>();
    byField.set(field, byValue);
    for (const value of values) {
      const alike = byValue.get(value);
      if (alike === undefined) byValue.set(value, [each]);
      else alike.push(each);
    }
  }
  const alone = inOrder(always);
  const [first, ...others] = byField;
  if (first === undefined) return () => alone;
  if (others.length === 0) {
    const [field, byValue] = first;
    const found = new Map(
      [...byValue].map(([value, own]) => [value, inOrder([...always, ...own])]),
    );
    return (event) => found.get(fieldOf(event, field) as FieldValue) ?? alone;
  }
  return (event) =>
    inOrder([
      ...always,
      ...[...byField].flatMap(
        ([field, byValue]) => byValue.get(fieldOf(event, field) as FieldValue) ?? [],
      ),
    ]);
}

function inOrder<T>(placed: readonly Placed<T>[]): readonly T[] {
  return placed.toSorted((a, b) => a.place - b.place).map(({ item }) => item);
}

function neededBy({ names, agents, where }: UsageFilter): Needed | undefined {
  if (names !== undefined) return { field: "name", values: new Set(names) };
  if (agents !== undefined) return { field: "agentId", values: new Set(agents) };
  return where && neededFor(where);
}

/** A field without one of whose values a condition never holds; nothing where it looks at more than that. */
function neededFor(predicate: Predicate): Needed | undefined {
  if ("not" in predicate) return undefined;
  if ("all" in predicate) {
    for (const each of predicate.all) {
      const needed = neededFor(each);
      if (needed !== undefined) return needed;
    }
    return undefined;
  }
  if ("any" in predicate) {
    const each = predicate.any.map(neededFor);
    const [first] = each;
    if (first === undefined || each.some((one) => one?.field !== first.field)) return undefined;
    return { field: first.field, values: new Set(each.flatMap((one) => [...(one?.values ?? [])])) };
  }
  if (!("field" in predicate)) return undefined;
  const { field, equals, in: among } = predicate;
  const values = equals === undefined ? among : [equals];
  return values && { field, values: new Set(values) };
}
