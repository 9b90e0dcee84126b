/** Freezes plain data all the way down and returns it. What is frozen already is taken to be so all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    if (Array.isArray(value)) for (const item of value) freezeItem(item);
    else for (const item of Object.values(value)) freezeItem(item);
  }
  return value;
}

function freezeItem(item: unknown): void {
  if (typeof item === "object" && item !== null) deepFreeze(item);
}
