import { groupBy } from "../data/group-by.js";
import { issueAt } from "../errors.js";
import { billingCycle } from "../schema/entity-fields.js";
import { listIn, type Report, recordIn, type UnknownRecord } from "../schema/fields.js";
import { cyclesIn } from "../time/billing-cycle.js";

/** How many cycles of a charge one of its plan may hold: each is a line of one document. */
const MOST_CYCLES = 1_000;
/** How many shares the discounts of a plan may have: each charge that a discount applies to stands on its line. */
const MOST_SHARES = 100_000;

/** What multiplies within one document has a limit: small catalogs must not make documents that nobody can bear. */
export function checkPlanLimits(plan: UnknownRecord, report: Report): void {
  const charges = listIn(plan["charges"]).map(recordIn);
  checkCycleCounts(plan["billingCycle"], charges, report);
  checkShares(charges, report);
}

function checkCycleCounts(cycle: unknown, charges: readonly UnknownRecord[], report: Report): void {
  const own = billingCycle().safeParse(cycle);
  if (!own.success) return;
  for (const [index, charge] of charges.entries()) {
    const theirs = billingCycle().safeParse(charge["billingCycle"]);
    if (!theirs.success || cyclesIn(own.data, theirs.data) <= MOST_CYCLES) continue;
    const expected = `at most ${MOST_CYCLES} cycles in one of the plan`;
    const path = ["charges", index, "billingCycle"];
    report(issueAt("too_large", path, { expected, received: theirs.data }));
  }
}

function checkShares(charges: readonly UnknownRecord[], report: Report): void {
  const isDiscount = ({ pricing }: UnknownRecord) => recordIn(pricing)["model"] === "discount";
  const rated = charges.filter((charge) => !isDiscount(charge));
  const targetsOf = targetCounter(rated);
  let shares = 0;
  for (const discount of charges.filter(isDiscount)) {
    const revisions = listIn(discount["revisions"]).map((each) => recordIn(each)["pricing"]);
    const all = [discount["pricing"], ...revisions].map((pricing) =>
      targetsOf(recordIn(pricing)["appliesTo"] ?? { chargeTypes: [discount["chargeType"]] }),
    );
    shares += all.reduce((most, count) => Math.max(most, count), 0);
  }
  if (shares <= MOST_SHARES) return;
  const expected = `discounts that apply to at most ${MOST_SHARES} charges, counted for each discount`;
  report(issueAt("too_large", ["charges"], { expected, found: `${shares}` }));
}

/** Counts the charges that a discount may apply to: those that pass the narrowest of its lists. */
function targetCounter(rated: readonly UnknownRecord[]): (target: unknown) => number {
  const counter = (field: string) => {
    const groups = groupBy(rated, (charge) => charge[field]);
    return (list: unknown) =>
      Array.isArray(list)
        ? [...new Set(list)].reduce((all, each) => all + (groups.get(each)?.length ?? 0), 0)
        : rated.length;
  };
  const [byId, byType, byUnit] = [counter("id"), counter("chargeType"), counter("unitOfMeasure")];
  return (target) => {
    const { charges, chargeTypes, units } = recordIn(target);
    return Math.min(byId(charges), byType(chargeTypes), byUnit(units));
  };
}
