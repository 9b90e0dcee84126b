import {
  compareAmounts,
  type Invoice,
  invoice,
  type OutcomePolicyInput,
  type SignalInput,
  settleOutcomes,
  simulate,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { type Check, type Skip, skip } from "../adapter.js";
import { choice, field, list, optionalText, text, type Vector } from "../vector.js";
import { anyOf, tierOptions, tiersOf } from "./charges.js";

const charge = {
  id: "outcomes",
  name: "outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
} as const;

/** Long after everything in a case has happened, been confirmed and stayed so. */
const IN_THE_END = "2027-01-01";
const PERIOD = { start: "2026-01-01", end: IN_THE_END };

function billed(charges: readonly UsageChargeInput[], usage: readonly Happening[]): Invoice {
  return invoice({
    catalog: {
      id: "product",
      name: "product",
      agentType: "agent",
      effectiveDate: PERIOD.start,
      ratePlans: [
        {
          id: "plan",
          name: "plan",
          currency: "USD",
          billingCycle: "annual",
          effectiveDate: PERIOD.start,
          charges,
        },
      ],
    },
    subscription: {
      id: "subscription",
      customerId: "customer",
      ratePlanId: "plan",
      startDate: PERIOD.start,
    },
    period: PERIOD,
    usage,
  });
}

type Happening = UsageEventInput | (SignalInput & Readonly<Record<string, unknown>>);

/** How long the sources write: "72h", "3d", "30m". */
const LENGTHS: Readonly<Record<string, (count: string) => string>> = {
  s: (count) => `PT${count}S`,
  m: (count) => `PT${count}M`,
  h: (count) => `PT${count}H`,
  d: (count) => `P${count}D`,
  w: (count) => `P${count}W`,
};
const MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60, d: 1_440, w: 10_080 };
const LENGTH = /^(\d+)\s*([smhdw])$/;

function durationOf(written: string): string {
  const [, count = "", unit = ""] = LENGTH.exec(written) ?? [];
  const write = LENGTHS[unit];
  return write === undefined ? written : write(count);
}

/** What the sources call events, by what they do to an outcome. */
const OUTCOMES = /^(resolved|ai_reply|answered|approved|booked|won|success)/;
const REVERSALS =
  /^(reopened|returned|escalated|agent_joined|human|follow_up|refund|cancel|chargeback|lost)/;
const CONFIRMATIONS = /^(confirmed|verified|customer_confirmed|thanks)/;
const NOTHING = /^no_/;

interface Told {
  readonly name: string;
  readonly timestamp: string;
}

/** "resolved@t0", "reopened@t0+10h"; without a time, one after the other. */
function read(event: string, index: number): Told {
  const [name = "", at = ""] = event.split("@");
  const [, count = "", unit = ""] = LENGTH.exec(at.replace(/^t0\+?/, "")) ?? [];
  const minutes = at === "" ? index : Number(count) * (MINUTES[unit] ?? 0);
  const timestamp = new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString();
  return { name, timestamp };
}

/** The rules of a case: how long it waits, and whether a conversation counts once. */
function policyOf({ input }: Vector, told: readonly Told[]): OutcomePolicyInput {
  const settlement = optionalText(input, "settlement");
  const window = optionalText(input, "window");
  // What has stayed true for that long is settled; otherwise a return always takes it back.
  const isTimed = settlement !== undefined || window !== undefined;
  const within = isTimed ? "PT1S" : ("unlimited" as const);
  const signals = [...new Set(told.map(({ name }) => name))];
  const confirming = signals.filter((name) => CONFIRMATIONS.test(name));
  const reversing = signals.filter((name) => REVERSALS.test(name));
  const confirm = {
    ...(confirming.length === 0 ? {} : { signals: confirming }),
    // Of a settlement every event resets the timer; a window is counted once, from the first event.
    ...(settlement === undefined ? {} : { assumedAfter: durationOf(settlement) }),
    ...(window === undefined
      ? {}
      : { assumedAfter: durationOf(window), silenceFrom: "first-event" as const }),
  };
  return {
    ...(field(input, "conversation") === undefined
      ? {}
      : { uniqueBy: { key: "subject", per: "lifetime" as const } }),
    ...(Object.keys(confirm).length === 0 ? {} : { confirm }),
    ...(reversing.length === 0 ? {} : { reverse: { signals: reversing, within } }),
  };
}

/** A conversation, event by event: how many outcomes it comes to in the end, and what they cost. */
export function outcomeLifecycle(vector: Vector): readonly Check[] | Skip {
  const { input, expected } = vector;
  if (!Array.isArray(field(input, "events"))) return skip("no expected value");
  const told = list(input, "events")
    .map((event, index) => read(String(event), index))
    .filter(({ name }) => !NOTHING.test(name));
  const isKnown = ({ name }: Told) =>
    OUTCOMES.test(name) || REVERSALS.test(name) || CONFIRMATIONS.test(name);
  if (!told.every(isKnown)) return skip("input shape");
  const happened = told.map(({ name, timestamp }, index): Happening => {
    const subject = optionalText(input, "conversation") ?? "subject";
    const shared = { id: `${index}`, customerId: "customer", name, subject, timestamp };
    return OUTCOMES.test(name) ? { ...shared, unitOfMeasure: "@outcome" } : shared;
  });
  const outcome = policyOf(vector, told);
  const { outcomes } = settleOutcomes(happened, outcome, { asOf: IN_THE_END });
  const billable = outcomes.filter(({ billableAt }) => billableAt !== null);
  const unitPrice = anyOf(input, "unitPrice", "price") ?? "1";
  const bill = billed(
    [{ ...charge, outcome, pricing: { model: "per-unit", unitPrice } }],
    happened,
  );
  const checks = [
    { what: "billable", key: "billableCount", actual: `${billable.length}` },
    { what: "billed", key: "billableCount", actual: bill.lines[0]?.quantity ?? "0" },
    { what: "total", key: "total", actual: bill.total },
  ].flatMap(({ what, key, actual }) => {
    const value = optionalText(expected, key);
    return value === undefined ? [] : [{ what, expected: value, actual }];
  });
  return checks.length === 0 ? skip("no expected value") : checks;
}

function outcomesOf(
  count: number,
  more: Partial<UsageEventInput> = {},
): readonly UsageEventInput[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${more.name ?? ""}${index}`,
    customerId: "customer",
    unitOfMeasure: "@outcome",
    subject: `${index}`,
    timestamp: "2026-01-01T00:00:00Z",
    ...more,
  }));
}

/** Outcomes in tiers, one event each, through the judgement of outcomes; the last tier goes on. */
export function outcomeTiers(vector: Vector): readonly Check[] | Skip {
  const { input, expected } = vector;
  const tiers = tiersOf(input);
  if (tiers === undefined) return skip("no expected value");
  const pricing = { model: "tiered", tiers, ...tierOptions(tiers, vector) } as const;
  const outcome = { uniqueBy: { per: "lifetime" } } as const;
  const { lines, total } = billed(
    [{ ...charge, outcome, pricing }],
    outcomesOf(Number(text(input, "quantity"))),
  );
  const perTier = lines.flatMap((line) => line.tiers.map(({ amount }) => amount));
  const stated = field(expected, "perTier");
  // What a unit costs on average is shown, rounded, and billed nowhere.
  return [
    ...(stated === undefined ? [] : [{ what: "tiers", expected: stated, actual: perTier }]),
    { what: "total", expected: text(expected, "total"), actual: total },
  ];
}

/** Activities and outcomes on one bill: what was done is counted, what came of it is judged. */
export function outcomesAndActivities({ input, expected }: Vector): readonly Check[] {
  const lines = list(input, "lines");
  const isOutcome = (line: (typeof lines)[number]) =>
    choice(line, "type", { outcome: true, activity: false });
  const charges = lines.map((line): UsageChargeInput => {
    const name = text(line, "signal");
    const shared = {
      id: name,
      name,
      chargeType: "usage",
      filter: { names: [name] },
      pricing: { model: "per-unit", unitPrice: text(line, "unitPrice") },
    } as const;
    return isOutcome(line)
      ? { ...shared, unitOfMeasure: "@outcome", outcome: {} }
      : { ...shared, unitOfMeasure: "@action" };
  });
  const events = lines.flatMap((line) => {
    const name = text(line, "signal");
    return isOutcome(line)
      ? outcomesOf(Number(text(line, "quantity")), { name })
      : outcomesOf(1, { name, unitOfMeasure: "@action", quantity: text(line, "quantity") });
  });
  const actual = billed(charges, events).lines.map(({ amount }) => amount);
  return [{ what: "amounts", expected: list(expected, "amounts"), actual }];
}

/** Outcomes that are paid in credits: what one costs; and that the included credits cover so many, and no more. */
export function outcomesInCredits({ input, expected }: Vector): readonly Check[] | Skip {
  const quantity = text(input, "creditsPerResolution");
  const amountOf = (count: number, unitPrice: string, includedUnits: string) =>
    simulate(
      {
        ...charge,
        currency: "USD",
        includedUnits,
        outcome: { uniqueBy: { per: "lifetime" } },
        pricing: { model: "per-unit", unitPrice },
      },
      outcomesOf(count, { quantity }),
    ).amount;
  const price = optionalText(input, "creditPrice");
  const included = optionalText(input, "includedCredits");
  const unitPrice = optionalText(expected, "unitPrice");
  const covered = optionalText(expected, "coveredResolutions");
  if (unitPrice !== undefined && price !== undefined) {
    const actual = amountOf(1, price, "0");
    return [{ what: "price of an outcome", expected: unitPrice, actual }];
  }
  if (covered === undefined || included === undefined) return skip("no expected value");
  const isFree = (count: number) => compareAmounts(amountOf(count, "1", included), "0") === 0;
  return [
    { what: `${covered} are covered`, expected: true, actual: isFree(Number(covered)) },
    { what: "one more is covered", expected: false, actual: isFree(Number(covered) + 1) },
  ];
}
