import type { Adapter } from "./adapter.js";
import { autumn } from "./adapters/autumn.js";
import { cgrates } from "./adapters/cgrates.js";
import { commercial } from "./adapters/commercial.js";
import { flexprice } from "./adapters/flexprice.js";
import { killbill } from "./adapters/killbill.js";
import { lago } from "./adapters/lago.js";
import { meteroid } from "./adapters/meteroid.js";
import { npmLibs } from "./adapters/npm-libs.js";
import { openmeter } from "./adapters/openmeter.js";
import { polar } from "./adapters/polar.js";
import { valmi } from "./adapters/valmi.js";

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
