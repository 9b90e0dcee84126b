import { readPolicy } from "../../catalog/parse-policy.js";
import { DEFAULT_POLICY } from "../../catalog/policy.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import {
  issueAt,
  MOST_ISSUES,
  type PathSegment,
  type PricingIssue,
  throwIssues,
} from "../../errors.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { type Fraction, formatScaled, powerOfTen } from "../../money/fraction.js";
import { readOptions, readText, readWholeNumber } from "../../schema/options.js";
import { anotherName, type NamedTarget, readNamedTargets, sharedKeys } from "../named-targets.js";
import { readPercentiles, unitColumn } from "../percentiles.js";
import { checkSameCycles } from "../period-by-period.js";
import { unitsOf } from "../sweep-amounts.js";
import { customerReader, type ReplayedCustomer } from "./customer.js";
import { type CustomerUnits, figuresTally, topMovers, writeMover } from "./tally.js";
import type { Replay, ReplayGroup, ReplayOptions } from "./types.js";

const REPLAY_OPTIONS = [
  "baseline",
  "by",
  "percentiles",
  "movers",
  "onCustomer",
  "policy",
] as const satisfies readonly (keyof ReplayOptions)[];

const MOST_GROUPS = 10_000;
const MOST_MOVERS = 1_000;
const USUAL_MOVERS = 10;

/** A replay on its way. */
export interface ReplayRun {
  /** Takes one customer more; answers whether more may come: after very many issues, none may. */
  readonly add: (customer: unknown) => boolean;
  readonly issues: PricingIssue[];
  /** The result, or every issue. */
  readonly finish: () => Replay;
}

/** Reads the candidates and the options; throws every issue of them. */
export function startReplay(candidates: unknown, options: unknown): ReplayRun {
  const issues: PricingIssue[] = [];
  const given = readOptions(options, REPLAY_OPTIONS, issues);
  const policy = readPolicy(given.policy, issues) ?? DEFAULT_POLICY;
  const targets = readNamedTargets(candidates, policy, issues, "candidates");
  checkSameCycles(
    targets.map(({ name, plan }) => ({ plan, path: ["candidates", name] })),
    issues,
  );
  const baseline = readBaseline(given.baseline, targets, issues);
  const by = readText(given.by, ["by"], issues);
  const percentiles = readPercentiles(given.percentiles, ["percentiles"], issues);
  const movers =
    readWholeNumber(given.movers, ["movers"], [0, MOST_MOVERS], issues) ?? USUAL_MOVERS;
  const { onCustomer } = given;
  if (onCustomer !== undefined && typeof onCustomer !== "function") {
    const facts = { expected: "a function", received: onCustomer };
    issues.push(issueAt("invalid_type", ["onCustomer"], facts));
  }
  throwIssues(issues);
  const [first] = targets;
  if (first === undefined || baseline === undefined) throw new Error("unreachable: no candidate");
  const { rounding, plan } = first;
  const notPriced = new Map(targets.map((target) => [target, new Set<string>()]));
  const read = customerReader({ targets, keys: sharedKeys(targets), policy, notPriced });
  const tallies = targets.map((target) => ({
    target,
    figures: figuresTally(),
    differences: unitColumn(),
    winners: topMovers(movers, -1),
    losers: topMovers(movers, 1),
  }));
  const groups = groupTally(targets, issues);
  let [count, periods, present] = [0, 0, 0n];

  return {
    issues,
    add(input) {
      const path = ["customers", count];
      count += 1;
      const customer = read(input, path, (issue) => issues.push(issue));
      const now = customer && presentOf(customer, targets, { path, baseline, rounding, issues });
      if (customer !== undefined && now !== undefined) {
        periods += customer.periods;
        present += now;
        const row = customer.amounts.map((amount): CustomerUnits => {
          return { customerId: customer.id, present: now, amount: unitsOf(amount, rounding) };
        });
        for (const [index, units] of row.entries()) {
          const tally = tallies[index];
          tally?.figures.add(units);
          tally?.differences.add(units.amount - units.present);
          tally?.winners.add(units);
          tally?.losers.add(units);
        }
        if (by !== undefined) groups.add(groupValueOf(customer, by, path, issues), row);
        if (typeof onCustomer === "function") {
          const told = targets.map(({ name }, index) => [name, row[index]] as const);
          const written = told.flatMap(([name, units]) =>
            units === undefined ? [] : [[name, writeMover(units, rounding.decimals)] as const],
          );
          Reflect.apply(onCustomer, undefined, [Object.freeze(Object.fromEntries(written))]);
        }
      }
      return issues.length <= MOST_ISSUES;
    },
    finish() {
      throwIssues(issues);
      const { decimals } = rounding;
      return deepFreeze({
        schemaVersion: 1,
        currency: plan.currency,
        baseline: baseline.name,
        customers: count,
        periods,
        present: formatScaled(present, decimals),
        candidates: tallies.map(({ target, figures, differences, winners, losers }) => ({
          name: target.name,
          ratePlanId: target.plan.ratePlanId,
          ...figures.write(decimals),
          percentiles: differences.at(percentiles).map((units, index) => ({
            percentile: percentiles[index] ?? 0,
            difference: formatScaled(units, decimals),
          })),
          topWinners: winners.write(decimals),
          topLosers: losers.write(decimals),
          notPriced: [...(notPriced.get(target) ?? [])],
        })),
        groups: groups.write(decimals),
        policy,
      });
    },
  };
}

/** What a customer is billed at present, in minor units. */
function presentOf(
  { plan, billed, amounts }: ReplayedCustomer,
  targets: readonly NamedTarget[],
  {
    path,
    baseline,
    rounding,
    issues,
  }: {
    readonly path: readonly PathSegment[];
    readonly baseline: NamedTarget;
    readonly rounding: AmountRounding;
    readonly issues: PricingIssue[];
  },
): bigint | undefined {
  const name = plan ?? baseline.name;
  const index = targets.findIndex((target) => target.name === name);
  if (index === -1) {
    const facts = { expected: anotherName(targets, name), received: name };
    issues.push(issueAt("invalid_value", [...path, "plan"], facts));
    return undefined;
  }
  const amount: Fraction | undefined = billed ?? amounts[index];
  if (amount === undefined) return undefined;
  if ((amount.numerator * powerOfTen(rounding.decimals)) % amount.denominator === 0n) {
    return unitsOf(amount, rounding);
  }
  const expected = `an amount of ${rounding.decimals} decimals at most`;
  issues.push(issueAt("invalid_value", [...path, "billed"], { expected, found: "more of them" }));
  return undefined;
}

type GroupValue = ReplayGroup["value"];

function groupValueOf(
  { properties }: ReplayedCustomer,
  by: string,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): GroupValue {
  const value = Object.hasOwn(properties, by) ? properties[by] : undefined;
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const facts = { expected: "a text, a number or a boolean", received: value };
  issues.push(issueAt("invalid_type", [...path, "properties", by], facts));
  return null;
}

function groupTally(targets: readonly NamedTarget[], issues: PricingIssue[]) {
  const groups = new Map<
    GroupValue,
    { customers: number; figures: ReturnType<typeof figuresTally>[] }
  >();
  return {
    add(value: GroupValue, row: readonly CustomerUnits[]): void {
      const group = groups.get(value) ?? { customers: 0, figures: targets.map(figuresTally) };
      if (group.customers === 0 && groups.size === MOST_GROUPS) {
        const facts = { expected: `a property of at most ${MOST_GROUPS} values`, found: "more" };
        issues.push(issueAt("too_large", ["by"], facts));
      }
      if (groups.size >= MOST_GROUPS && group.customers === 0) return;
      group.customers += 1;
      for (const [index, units] of row.entries()) group.figures[index]?.add(units);
      groups.set(value, group);
    },
    write(decimals: number): readonly ReplayGroup[] {
      return [...groups].map(([value, { customers, figures }]) => ({
        value,
        customers,
        candidates: Object.fromEntries(
          targets.flatMap(({ name }, index) => {
            const own = figures[index];
            return own === undefined ? [] : [[name, own.write(decimals)]];
          }),
        ),
      }));
    },
  };
}

function readBaseline(
  input: unknown,
  targets: readonly NamedTarget[],
  issues: PricingIssue[],
): NamedTarget | undefined {
  const path = ["baseline"];
  const [first] = targets;
  const name = readText(input, path, issues) ?? first?.name;
  const found = targets.find((target) => target.name === name);
  if (first !== undefined && found === undefined) {
    const facts = { expected: anotherName(targets, name ?? ""), received: name };
    issues.push(issueAt("invalid_value", path, facts));
  }
  return found;
}
