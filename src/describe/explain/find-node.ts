import type { Explanation } from "./explanation.js";

/** The children of a name. */
export function childrenOf({ children }: Explanation, name: string): readonly Explanation[] {
  return children.filter((child) => child.name === name);
}

/** The first child of a name. */
export function childOf({ children }: Explanation, name: string): Explanation | undefined {
  return children.find((child) => child.name === name);
}
