import { catalogReader } from "../catalog/catalog.js";
import type { Charge } from "../catalog/charge.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { issueMoved, type PathSegment, type PricingIssue } from "../errors.js";
import type { ParseResult } from "../schema/parse.js";
import { isRecord, type UnknownRecord } from "../schema/unknown-record.js";

/** A way into what the caller passed. */
export type Path = readonly PathSegment[];

const PLACE: unique symbol = Symbol("place");

/** A value of a charge that is being put together, and where it comes from. */
export interface Placed {
  readonly [PLACE]: Path;
  readonly value: unknown;
}

/** A charge that is being put together: any field of it may be {@link Placed}. */
export type ChargeDraft = UnknownRecord;

/** A value that comes from that place, so that its issues point there. Absent values say where one is missed. */
export function at(path: Path, value: unknown): Placed {
  return { [PLACE]: path, value };
}

/**
 * Reads the draft with the parser of charges. Its issues move to where the values come from; those about something
 * that has an issue already are left out.
 */
export function readDraft(
  draft: ChargeDraft,
  policy: BillingPolicy,
  earlier: readonly PricingIssue[],
): ParseResult<Charge> {
  const places = new Map<string, Path>([["", []]]);
  const result = catalogReader(policy).charge(settle(draft, [], places));
  if (result.ok) return earlier.length === 0 ? result : { ok: false, issues: earlier };
  const reported = new Set(earlier.map(({ path }) => keyOf(path)));
  const moved = result.issues
    .map((issue) => relocated(issue, places))
    .filter(({ path }) => !prefixes(path).some((prefix) => reported.has(keyOf(prefix))));
  return { ok: false, issues: [...earlier, ...moved] };
}

/** The draft without its places, which go into the map by where the values stand now. */
function settle(part: unknown, path: Path, places: Map<string, Path>): unknown {
  if (isPlaced(part)) {
    places.set(keyOf(path), part[PLACE]);
    return settle(part.value, path, places);
  }
  if (Array.isArray(part)) return part.map((item, index) => settle(item, [...path, index], places));
  if (!isRecord(part) || !isPlain(part)) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, settle(value, [...path, name], places)]),
  );
}

function isPlaced(part: unknown): part is Placed {
  return isRecord(part) && PLACE in part;
}

/** Whether it is an object of a draft, as opposed to a decimal of decimal.js. */
function isPlain(part: object): boolean {
  return Object.getPrototypeOf(part) === Object.prototype;
}

function relocated(issue: PricingIssue, places: ReadonlyMap<string, Path>): PricingIssue {
  const known = prefixes(issue.path).find((prefix) => places.has(keyOf(prefix))) ?? [];
  const rest = issue.path.slice(known.length);
  const named = rest.findIndex((segment) => typeof segment === "string");
  const path = [
    ...(places.get(keyOf(known)) ?? []),
    ...(named === -1 ? rest : rest.slice(0, named)),
  ];
  return issueMoved(path, issue);
}

/** A path and everything around it, the longest first. */
function prefixes(path: Path): readonly Path[] {
  return Array.from({ length: path.length + 1 }, (_, index) => path.slice(0, path.length - index));
}

function keyOf(path: Path): string {
  return path.map((segment) => JSON.stringify(segment)).join(".");
}
