import { compareAmounts, rateAmount, sumAmounts, type UsageChargeInput } from "rateplan";
import { type Check, type Skip, skip, type Translation } from "../adapter.js";
import { choice, type Json, type JsonObject, list, text } from "../vector.js";
import {
  aggregationOf,
  type EventFacts,
  eventsOf,
  inCents,
  isProrated,
  lagoCharge,
} from "./charges.js";
import { applicable, preRatedEvent, rateEvents, usesUpAllowance } from "./values.js";

/**
 * A fee for each event: what the charge comes to with the event, less what it comes to without. So the fees up to an
 * event are what the library bills for the usage up to there, but for cents that come of rounding each of them.
 */
export function feeByEvent(model: string): Translation {
  return { area: "in-advance", run: ({ input, expected }) => compareFees(model, input, expected) };
}

function compareFees(model: string, input: JsonObject, expected: Json): readonly Check[] | Skip {
  if (isProrated(input)) return skip("engine convention");
  const properties = applicable(input);
  const { facts, counted } = usageOf(model, input);
  const events = eventsOf(facts);
  if (model === "percentage" && usesUpAllowance(properties, events)) {
    return skip("engine defect: allowance");
  }
  const charge = lagoCharge(model, properties, counted);
  const ratings = events.map((_, index) => rateEvents(charge, events.slice(0, index + 1)));
  const added = ratings.map(({ exactAmount }, index) => {
    const before = ratings[index - 1]?.exactAmount;
    return before === undefined ? exactAmount : sumAmounts([exactAmount, `-${before}`]);
  });
  const rounded = added.map(rounding);
  const drifts = ratings.some(
    ({ amount }, index) => compareAmounts(sumAmounts(rounded.slice(0, index + 1)), amount) !== 0,
  );
  if (drifts) return skip("engine defect: D3");
  const fees = list(expected, "fees").map((fee) => text(fee, "amountCents"));
  return [
    { what: "number of fees", expected: fees.length, actual: events.length },
    ...ratings.map(({ amount }, index) => ({
      what: `amountCents up to event ${index + 1}`,
      expected: sumAmounts(fees.slice(0, index + 1)),
      actual: inCents(amount),
    })),
  ];
}

/** An amount as a fee of its own. */
function rounding(amount: string): string {
  return rateAmount(lagoCharge("standard", { amount: "1" }), amount, { negativeUsage: "allow" });
}

interface MeteredUsage {
  readonly facts: readonly EventFacts[];
  readonly counted: Partial<UsageChargeInput>;
}

/** Models that price what each event is worth. */
const OF_VALUES = ["percentage", "graduated_percentage"];

function usageOf(model: string, input: JsonObject): MeteredUsage {
  const events = list(input, "events");
  if (model === "dynamic") {
    return { facts: events.map((event) => preRatedEvent(event, "value")), counted: {} };
  }
  const aggregation = aggregationOf(input);
  const name = text(input, "aggregation");
  if (name === "unique_count") {
    // Of units that come and go, the most at a time is billed.
    const facts = activeIds(events).map((quantity) => ({ quantity }));
    return { facts, counted: { aggregation: "max" } };
  }
  const values = events.map((event) => (name === "count" ? "1" : text(event, "value")));
  if (OF_VALUES.includes(model)) return { facts: values.map((value) => ({ value })), counted: {} };
  if (name === "sum") {
    // Of a sum that goes down and up again, its highest is billed.
    const facts = values.map((_, index) => ({ quantity: sumAmounts(values.slice(0, index + 1)) }));
    return { facts, counted: { aggregation: "max" } };
  }
  const facts = values.map((quantity) => ({ quantity }));
  return { facts, counted: { aggregation } };
}

/** How many ids are there after each event. */
function activeIds(events: readonly Json[]): readonly string[] {
  const active = new Set<string>();
  return events.map((event) => {
    const id = text(event, "uniqueId");
    if (choice(event, "operation", { add: false, remove: true }, false)) active.delete(id);
    else active.add(id);
    return String(active.size);
  });
}
