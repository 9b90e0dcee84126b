import type { Benchmark } from "./benchmark.js";
import { documents } from "./documents.js";
import { events } from "./events.js";
import { importing } from "./importing.js";
import { periods } from "./periods.js";
import { rating } from "./rating.js";
import { series } from "./series.js";
import { settling } from "./settling.js";
import { sweeping } from "./sweeping.js";

/** Every benchmark. */
export const SPEED: readonly Benchmark[] = [
  ...rating,
  ...documents,
  ...periods,
  ...importing,
  ...series,
  ...settling,
  ...sweeping,
  ...events,
];
