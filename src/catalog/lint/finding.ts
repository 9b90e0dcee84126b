import type { PathSegment } from "../../errors.js";

/**
 * How much a finding matters: `"warning"` where the price does something that hardly anybody means, `"info"` where it is unusual, and may be
 * meant.
 */
export type LintSeverity = "warning" | "info";

/** What may be found; codes are stable, messages may be reworded. */
export type LintCode =
  /** One unit more makes the whole amount drop: `at` (the last quantity before), `drop`, and `cheaperFrom`, from which on it is cheaper to go over `at`. */
  | "volume_cliff"
  /** Prices of tiers fall and then rise, or the other way round: `before`, `price`. */
  | "tier_not_monotone"
  /** A tier has the prices of the one before it, and might be one with it. */
  | "identical_tiers"
  /** A tier that no quantity reaches, as quantities are rounded over it: `from`, `upTo`, `increment`. */
  | "unreachable_tier"
  /** A tier whose prices change no amount, as the charge's maximum is reached below it, or its minimum holds all over it: `amount`, `limit`. */
  | "dead_tier"
  /** A unit price below what a unit costs: `price`, `cost`. */
  | "price_below_cost"
  /** Units that cost nothing where others of the same price list do, and which are not the first; or, under `volume`, the first, as all units are paid at once beyond it: `upTo`, `jump`. */
  | "suspicious_free_tier"
  /** A fee with more decimals than its currency bills: `decimals`, `most`. */
  | "fee_not_billable"
  /** Two charges of a plan count the same events: `other`. */
  | "overlapping_charges"
  /** A minimum that nobody's usage can reach, as the most that can be billed is below it: `limit`, `most`. */
  | "unreachable_minimum"
  /** A maximum below the fees that everybody pays, so that usage is never billed: `limit`, `fees`. */
  | "maximum_below_fees"
  /** Nothing is ever sold at it, as its dates leave no time. */
  | "dates_never_meet"
  /** Outcomes can be reversed after the guarantee of their period was judged: `within`, `cycleDays`. */
  | "reversal_after_guarantee";

/** Something in a catalog that parses, and looks like a mistake. Plain JSON data. */
export interface LintFinding {
  /** What it is. */
  readonly code: LintCode;
  /** Where it stands in the product. */
  readonly path: readonly PathSegment[];
  /** How much it matters. */
  readonly severity: LintSeverity;
  /** It in one sentence, for people. */
  readonly message: string;
  /** The numbers in it, by the names that stand at each {@link LintCode}. */
  readonly numbers: Readonly<Record<string, string>>;
}

/** A finding of a rule, which knows its code and severity. */
export type Found = Omit<LintFinding, "code" | "severity">;

/** A rule: how much it matters, and what it finds in its subject. */
export interface LintRule<S> {
  readonly severity: LintSeverity;
  readonly find: (subject: S) => readonly Found[];
}

/** What the rules of a table find. */
export function findAll<S>(
  rules: Readonly<Record<string, LintRule<S>>>,
  subject: S,
): readonly LintFinding[] {
  return Object.entries(rules).flatMap(([code, { severity, find }]) =>
    find(subject).map(({ path, ...rest }) => ({ code: code as LintCode, path, severity, ...rest })),
  );
}
