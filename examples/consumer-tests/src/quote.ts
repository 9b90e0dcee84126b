import { simulate } from "rateplan";
import { catalog } from "./plan.js";

/** What the page of prices shows for so many seats and resolved conversations a month. */
export function quote(seats: number, resolutions: number): string {
  const quantities = { seats };
  return simulate(catalog, { resolutions }, { quantities }).amount;
}
