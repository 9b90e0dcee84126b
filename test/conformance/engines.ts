import type { Adapter } from "./adapter.js";
import { autumn } from "./autumn/index.js";
import { cgrates } from "./cgrates/index.js";
import { commercial } from "./commercial/index.js";
import { flexprice } from "./flexprice/index.js";
import { killbill } from "./killbill/index.js";
import { lago } from "./lago/index.js";
import { meteroid } from "./meteroid/index.js";
import { npmLibs } from "./npm-libs/index.js";
import { openmeter } from "./openmeter/index.js";
import { polar } from "./polar/index.js";
import { valmi } from "./valmi/index.js";

/** The adapters, by the name of their vector file. */
export const engines: Readonly<Record<string, Adapter>> = {
  autumn,
  cgrates,
  commercial,
  flexprice,
  killbill,
  lago,
  meteroid,
  "npm-libs": npmLibs,
  openmeter,
  polar,
  valmi,
};
