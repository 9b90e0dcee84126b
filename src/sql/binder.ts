import type { Dialect } from "./dialects/dialect.js";

/** The values of a statement, each once: in its text stand only their places. */
export interface Binder {
  /** A text as a parameter. */
  bind(value: string): string;
  values(): readonly string[];
}

export function binder({ parameter }: Dialect): Binder {
  const places = new Map<string, number>();
  return {
    bind(value) {
      const place = places.get(value) ?? places.size + 1;
      places.set(value, place);
      return parameter(place);
    },
    values: () => [...places.keys()],
  };
}
