import type { Adapter } from "../adapter.js";

export const openmeter: Adapter = {};
