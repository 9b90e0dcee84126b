/**
 * rateplan/chart: results as Vega-Lite specifications, which are plain data.
 *
 * @packageDocumentation
 */

export { type Chartable, type ChartOptions, chart } from "./describe/chart/chart.js";
export type { VegaLiteSpec } from "./describe/chart/spec.js";
