import type { Adapter } from "../adapter.js";

export const commercial: Adapter = {};
