import type { Adapter } from "../adapter.js";

export const autumn: Adapter = {};
