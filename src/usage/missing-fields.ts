import type { Predicate } from "../catalog/filter.js";

/** The fields that a condition looks at and an event does not have. */
export function missingFields(
  predicate: Predicate,
  fieldOf: (name: string) => unknown,
): readonly string[] {
  const names = new Set(fieldsIn(predicate));
  return [...names].filter((name) => fieldOf(name) === undefined);
}

function fieldsIn(predicate: Predicate): readonly string[] {
  if ("all" in predicate) return predicate.all.flatMap(fieldsIn);
  if ("any" in predicate) return predicate.any.flatMap(fieldsIn);
  if ("not" in predicate) return fieldsIn(predicate.not);
  return predicate.exists === false ? [] : [predicate.field];
}
