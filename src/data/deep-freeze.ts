/** Freezes plain data all the way down and returns it. What is frozen already is taken to be so all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    const record = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(record)) {
      const item = record[key];
      if (typeof item === "object" && item !== null) deepFreeze(item);
    }
  }
  return value;
}
