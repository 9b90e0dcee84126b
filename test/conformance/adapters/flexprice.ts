import type { Adapter } from "../adapter.js";

export const flexprice: Adapter = {};
