import type { LeftUnread } from "../adapter.js";
export const unread: Readonly<Record<string, LeftUnread>> = {};
