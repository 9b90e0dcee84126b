import { exact } from "../../money/decimal.js";
import { add, type Fraction, formatExact, fraction, multiply, ZERO } from "../../money/fraction.js";
import { formatInstant } from "../../time/instant.js";
import type { AggregateStates } from "../../usage/meter/aggregate.js";
import { writeGroups } from "../../usage/summary/form.js";
import type { OutcomesApart, SummaryHeader } from "../../usage/summary/summary.js";
import type { ChargePlan } from "../charge-plan.js";
import { countIn, groupOfRow, type StateRow } from "../row-states.js";

/** The outcomes of a segment that the database has judged; nothing where it has judged none. */
export function outcomesApart(
  states: AggregateStates,
  rows: readonly StateRow[],
  plan: ChargePlan,
  header: SummaryHeader,
): OutcomesApart | undefined {
  let [attempts, successes]: [number, number] = [0, 0];
  let reversible: Fraction = ZERO;
  let since: number | undefined;
  for (const { keys, data } of rows) {
    const group = groupOfRow(keys, plan);
    if (group === undefined) continue;
    const [tried, are, count, sum, first] = data;
    attempts += countIn(tried);
    successes += countIn(are);
    if (countIn(count) === 0) continue;
    const { quantity } = group;
    const all =
      quantity === undefined
        ? exact(String(sum))
        : multiply(quantity, fraction(BigInt(countIn(count))));
    reversible = add(reversible, all);
    since = Math.min(since ?? Number(first), Number(first));
  }
  if (attempts === 0) return undefined;
  return {
    groups: writeGroups(states, header),
    attempts,
    successes,
    reversible:
      since === undefined
        ? null
        : { quantity: formatExact(reversible), since: formatInstant(since) },
  };
}
