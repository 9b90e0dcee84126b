import type { Adapter } from "../adapter.js";

export const polar: Adapter = {};
