import type { Adapter } from "../adapter.js";

export const meteroid: Adapter = {};
