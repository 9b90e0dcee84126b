import type { Adapter } from "../adapter.js";

export const killbill: Adapter = {};
