import type { LeftUnread } from "../adapter.js";

/** What the translations leave unread on purpose. */
export const unread: Readonly<Record<string, LeftUnread>> = {
  volume: { "input.type": ["volume"] },
  graduated: { "input.type": ["graduated"] },
};
