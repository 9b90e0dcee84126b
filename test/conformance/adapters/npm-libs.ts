import type { Adapter } from "../adapter.js";

export const npmLibs: Adapter = {};
