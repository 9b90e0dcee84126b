import type { Adapter } from "../adapter.js";

export const cgrates: Adapter = {};
