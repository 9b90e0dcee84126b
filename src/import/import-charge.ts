import { CATALOG_OPTIONS, type CatalogOptions } from "../catalog/catalog.js";
import type { Charge } from "../catalog/charge.js";
import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicy, DEFAULT_POLICY } from "../catalog/policy.js";
import { issueAt, issueUnder, type PricingIssue } from "../errors.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { divide, formatExact, fraction, powerOfTen } from "../money/fraction.js";
import { readOptions } from "../schema/options.js";
import { type ParseResult, shownResult } from "../schema/parse.js";
import { CONFIGURATION, type DataForm, plainCopy } from "../schema/plain-data.js";
import { asksForNothing, isRecord, type UnknownRecord } from "../schema/unknown-record.js";
import type { AggregationInput } from "../usage/aggregations/aggregation.js";
import { at, type ChargeDraft, type Path, type Placed, readDraft } from "./charge-draft.js";

/** What a reader of another system's price needs besides the price. Each goes before what the price itself says. */
export interface ImportOptions extends CatalogOptions {
  /** Id of the charge; default the price's own, where it has one. */
  readonly id?: string | null | undefined;
  /** Name of the charge; default the price's own, where it has one, else the id. */
  readonly name?: string | null | undefined;
  /** What is counted; required where a quantity is priced and the price does not say. */
  readonly unitOfMeasure?: string | null | undefined;
  /** How the period's events become one quantity, as the other system's meter has it; default `"sum"`. */
  readonly aggregation?: AggregationInput | null | undefined;
}

/** The options of a reader whose prices do not say their currency. */
export interface MeteredImportOptions extends ImportOptions {
  /** Currency of the prices; may stand on the rate plan instead. */
  readonly currency?: string | null | undefined;
}

/** The names of the options. */
export const IMPORT_OPTIONS = [
  ...CATALOG_OPTIONS,
  "id",
  "name",
  "unitOfMeasure",
  "aggregation",
] as const;
export const METERED_IMPORT_OPTIONS = [...IMPORT_OPTIONS, "currency"] as const;

/** An object of another system while it is read. */
export interface Peer {
  /** Its fields, as plain data of which nothing has been proved. */
  readonly fields: UnknownRecord;
  /** Where it stands in what the caller passed. */
  readonly path: Path;
  /** What is wrong so far; shared by all parts of one object. */
  readonly issues: PricingIssue[];
}

/** What a reader of a peer's object works with: the object, the options, and the policy among them. */
export interface Import {
  readonly peer: Peer;
  readonly options: Peer;
  readonly policy: BillingPolicy;
}

/**
 * Reads a peer's object into a charge: `draftOf` puts the charge together, reports what has no equal, and returns
 * nothing where no charge can be made at all. The form knows the classes in which the peer's SDK wraps texts. Never
 * throws, whatever the input.
 */
export function importCharge(
  input: unknown,
  options: unknown,
  known: readonly string[],
  draftOf: (given: Import) => ChargeDraft | undefined,
  form = CONFIGURATION,
): ParseResult<Charge> {
  const issues: PricingIssue[] = [];
  const given: Import = {
    peer: { fields: copied(input, [], issues, form), path: [], issues },
    ...readImportOptions(options, known, issues),
  };
  const draft = issues.length > 0 ? undefined : draftOf(given);
  return shownResult(
    draft === undefined ? { ok: false, issues } : readDraft(draft, given.policy, issues),
  );
}

function readImportOptions(
  given: unknown,
  known: readonly string[],
  issues: PricingIssue[],
): { readonly options: Peer; readonly policy: BillingPolicy } {
  const path = ["options"];
  try {
    const { policy: input, ...rest } = readOptions<string>(given, known, issues, { path });
    const options = { fields: copied(rest, path, issues), path, issues };
    // Not copied: a policy that was parsed before is known by itself.
    const policy = readPolicy(input, issues, [...path, "policy"]);
    return { options, policy: policy ?? DEFAULT_POLICY };
  } catch {
    issues.push(refusing(path));
    return { options: { fields: {}, path, issues }, policy: DEFAULT_POLICY };
  }
}

function copied(
  input: unknown,
  path: Path,
  issues: PricingIssue[],
  form: DataForm = CONFIGURATION,
): UnknownRecord {
  try {
    const { copy, issues: structural } = plainCopy(input, form);
    for (const issue of structural) issues.push(issueUnder(path, issue));
    if (isRecord(copy)) return copy;
    if (structural.length === 0) issues.push(unreadable(copy, path));
  } catch {
    issues.push(refusing(path));
  }
  return {};
}

/** A getter or a proxy of the caller's threw. */
function refusing(path: Path): PricingIssue {
  const expected = "plain data";
  return issueAt("not_plain_data", path, { expected, found: "an object that cannot be read" });
}

function unreadable(received: unknown, path: Path): PricingIssue {
  const expected = "an object";
  return issueAt("invalid_type", path, { expected, received });
}

/** Whether a field says nothing: peers write null where a value is absent. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** A field of the peer's object as it stands; null is absent. */
export function taken({ fields, path }: Peer, name: string): Placed {
  return at([...path, name], fields[name] ?? undefined);
}

/** The option of that name, else the field; where both are absent, the option is what is missed. */
export function optionOr({ options, peer }: Import, name: string, ...names: string[]): Placed {
  if (!isAbsent(options.fields[name])) return taken(options, name);
  const found = names.find((each) => !isAbsent(peer.fields[each]));
  return found === undefined ? taken(options, name) : taken(peer, found);
}

/** The part of the peer's object in a field; nothing when it is absent or, reported, no object. */
export function partIn(peer: Peer, name: string): Peer | undefined {
  const value = peer.fields[name];
  const path = [...peer.path, name];
  if (isRecord(value)) return { fields: value, path, issues: peer.issues };
  if (!isAbsent(value)) peer.issues.push(unreadable(value, path));
  return undefined;
}

/** The rows in a field of the peer's object, each read; what is no list, or no row, is left to the parser. */
export function rowsIn(peer: Peer, name: string, read: (row: Peer) => unknown): Placed {
  const value = peer.fields[name];
  const path = [...peer.path, name];
  if (!Array.isArray(value)) return taken(peer, name);
  const rows = value.map((row: unknown, index) => {
    const place = [...path, index];
    return at(place, isRecord(row) ? read({ fields: row, path: place, issues: peer.issues }) : row);
  });
  return at(path, rows);
}

/** The name in a field, one of those listed. Reports what is absent without a fallback, and what is not listed. */
export function choiceIn<T extends string>(
  peer: Peer,
  name: string,
  allowed: readonly T[],
  fallback?: T,
): T | undefined {
  const received = peer.fields[name];
  if (isAbsent(received) && fallback !== undefined) return fallback;
  const found = allowed.find((each) => each === received);
  if (found !== undefined) return found;
  const expected = `one of ${allowed.map((each) => JSON.stringify(each)).join(", ")}`;
  const path = [...peer.path, name];
  if (isAbsent(received)) report(peer, "missing", path, expected, received);
  else if (typeof received !== "string") report(peer, "invalid_type", path, expected, received);
  else report(peer, "not_supported", path, expected, received);
  return undefined;
}

/** Reports fields that ask for something a charge cannot do. Null, false and empty lists ask for nothing. */
export function refuse(peer: Peer, names: readonly string[], expected = "absent"): void {
  for (const name of names) {
    const value = peer.fields[name];
    if (isAbsent(value) || value === false || asksForNothing(value)) continue;
    report(peer, "not_supported", [...peer.path, name], expected, value);
  }
}

/** Reports every field that is not listed: what we do not know could change the price. */
export function refuseOthers(peer: Peer, known: readonly string[]): void {
  refuse(
    peer,
    Object.keys(peer.fields).filter((name) => !known.includes(name)),
  );
}

/** Reports that a field must be something else. */
export function report(
  { issues }: Peer,
  code: PricingIssue["code"],
  path: Path,
  expected: string,
  received: unknown,
): void {
  issues.push(issueAt(code, path, { expected, received }));
}

/** An amount in minor units (cents) as one in the currency, exactly. What is no decimal stays, for the parser to report. */
export function fromMinorUnits(amount: unknown, decimals: number): unknown {
  const value = readDecimal(amount);
  return isProblem(value) ? amount : formatExact(divide(value, fraction(powerOfTen(decimals))));
}
