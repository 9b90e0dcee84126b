/** Outcomes, signals and policies that are hard to judge in a database. */
import fc from "fast-check";
import type { OutcomePolicyInput, SignalInput, UsageChargeInput, UsageEventInput } from "rateplan";
import { crowds, type Happening, histories, judging, on, outcomePolicies } from "../outcomes.js";

const SUBJECTS: Readonly<Record<string, string>> = { a: "o'neil\\", b: '\u{1f600}"', c: "$1" };
/** Keys that are read as the same text, or as none. */
const ORDERS = ["1", 1, "1.0", 1.5, "1e21", 1e21, true, "true", null, "", { k: 1 }, "even"];
const half = fc.integer({ min: 2, max: 230 }).map((each) => each / 2);

/** What happens, told once more: said again, otherwise, by another source, of another unit, of a number that no database adds. */
const changed = fc.record(
  {
    source: fc.constantFrom("crm", 'q"'),
    unitOfMeasure: fc.constantFrom("@action", "@outcome"),
    quantity: fc.constantFrom(
      "2.50",
      "123456789012345678901234567890.000000000000000000001",
      "many",
    ),
    timestamp: half.map(on),
    receivedAt: half.map(on),
    subject: fc.constantFrom("a", "b", "c"),
  },
  { requiredKeys: [] },
);

/** Events and signals of one customer, of which some share ids, keys and subjects. */
export const happenings: fc.Arbitrary<readonly Happening[]> = fc
  .tuple(
    fc.oneof(histories, crowds),
    fc.array(fc.tuple(fc.nat(), fc.boolean(), changed), { maxLength: 6 }),
    fc.array(fc.constantFrom(...ORDERS), { minLength: 1, maxLength: 4 }),
  )
  .map(([list, again, orders]) => {
    const more = again.flatMap(([place, isSame, change], index): Happening[] => {
      const first = list[place % Math.max(list.length, 1)];
      if (first === undefined) return [];
      const { unitOfMeasure, ...rest } = change;
      const isEvent = "unitOfMeasure" in first;
      const id = isSame ? first.id : `again${index}`;
      return [{ ...first, ...(isEvent ? change : rest), id } as Happening];
    });
    return [...list, ...more].map((each, index): Happening => {
      const { subject, ...rest } = each;
      const about = typeof subject === "string" ? { subject: SUBJECTS[subject] ?? subject } : {};
      if (!("properties" in rest)) return { ...rest, ...about } as SignalInput | UsageEventInput;
      const order = orders[index % orders.length];
      return { ...rest, ...about, properties: { ...rest.properties, order } } as UsageEventInput;
    });
  });

const qualifies: fc.Arbitrary<NonNullable<OutcomePolicyInput["qualifies"]>> = fc.constantFrom(
  { field: "properties.csat", atLeast: 2 },
  { localTime: { from: "08:00", until: "13:00" } } as const,
  { not: { field: "properties.order", equals: 1.5 } },
);

/** Policies of every form, of which most have no confirmation; on charges of several forms. */
export const judgingCharges: fc.Arbitrary<UsageChargeInput> = fc
  .record({
    policy: outcomePolicies,
    isConfirmed: fc.boolean(),
    isReversed: fc.boolean(),
    condition: fc.option(qualifies, { nil: undefined }),
    key: fc.constantFrom("subject", "subject", "properties.order", "name"),
    more: fc.constantFrom<Partial<UsageChargeInput>>(
      {},
      {},
      { groupBy: { fields: ["properties.order"] } },
      { aggregation: "count" },
      { aggregation: { type: "max", of: "sum", per: "day" } },
      { aggregation: { type: "unique-count", by: "properties.order" } },
      { eventQuantity: { rounding: { mode: "up", increment: "1" } } },
      { filter: { where: { not: { field: "properties.order", in: ["1", 1e21] } } } },
      { pricing: { model: "volume", tiers: [{ upTo: 4, unitPrice: 3 }, { unitPrice: 1 }] } },
      { pricing: { model: "percentage", percent: 2 } },
      {
        guarantee: { successRate: 80, remedy: { percent: 50 } },
      },
    ),
  })
  .map(({ policy, isConfirmed, isReversed, condition, key, more }) => {
    const { confirm, reverse, uniqueBy, qualifies: _, billOn, ...rest } = policy;
    const said: OutcomePolicyInput = {
      ...rest,
      ...(condition === undefined ? {} : { qualifies: condition }),
      ...(uniqueBy === undefined || uniqueBy === null ? {} : { uniqueBy: { ...uniqueBy, key } }),
      ...(isConfirmed && confirm ? { confirm } : {}),
      ...(isReversed && reverse ? { reverse } : {}),
      ...(!billOn ? {} : { billOn: isReversed || isConfirmed ? billOn : "occurred" }),
    };
    return judging(said, { currency: "USD", ...more });
  });
