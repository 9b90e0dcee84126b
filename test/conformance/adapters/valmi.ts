import type { Adapter } from "../adapter.js";

export const valmi: Adapter = {};
