import type { Adapter } from "../adapter.js";

export const lago: Adapter = {};
