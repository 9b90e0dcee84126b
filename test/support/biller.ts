/** A biller who writes the documents of a life as they fall due, each with what is known then. */
import {
  type BillingPeriod,
  billingPeriodAt,
  billingPeriods,
  type ChargeInput,
  creditNote,
  documentsDue,
  type Invoice,
  invoice,
  type OutcomePolicyInput,
  type ProductInput,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  type UsageEventInput,
} from "rateplan";
import { Temporal } from "temporal-polyfill";
import {
  effectiveDate,
  type Life,
  type LifeChange,
  type LifeCharge,
  type LifeEvent,
  unitOf,
} from "./life-oracle.js";

/** The catalog of a life. */
function catalogOf(life: Life): ProductInput {
  return {
    id: "product",
    name: "Product",
    agentType: "agent",
    effectiveDate: "2020-01-01",
    ratePlans: life.plans.map(({ id, months, charges }) => ({
      id,
      name: id,
      currency: "USD",
      billingCycle: { every: months, unit: "month" },
      effectiveDate: "2020-01-01",
      charges: charges.map(chargeOf),
    })),
  };
}

function chargeOf(charge: LifeCharge): ChargeInput {
  const { id, months, proration } = charge;
  const cycle =
    months === undefined ? {} : { billingCycle: { every: months, unit: "month" as const } };
  const unitPrice = dollars(charge.price);
  if (charge.kind === "usage") {
    const pricing = { model: "per-unit" as const, unitPrice };
    const outcome = charge.silence === undefined ? {} : { outcome: policyOf(charge) };
    return {
      ...{ id, name: id, chargeType: "usage", unitOfMeasure: unitOf(id), pricing },
      ...cycle,
      ...outcome,
    };
  }
  return {
    id,
    name: id,
    chargeType: "recurring",
    billingTiming: charge.timing ?? "in-arrears",
    ...cycle,
    ...(proration === undefined ? {} : { proration }),
    ...(charge.highest === true ? { quantityBilling: "high-water-mark" } : {}),
    ...(charge.seats === true
      ? { unitOfMeasure: "@seat", pricing: { model: "per-unit", unitPrice } }
      : { pricing: { model: "flat", amount: unitPrice } }),
  };
}

function policyOf({ silence, settled }: LifeCharge): OutcomePolicyInput {
  const confirm = { signals: ["closed"], assumedAfter: `PT${silence}H` };
  if (settled === undefined) return { confirm };
  return {
    confirm,
    reverse: { signals: ["reopened"], within: `PT${settled}H` },
    billOn: "settled",
  };
}

/** The subscription with these changes. */
function subscriptionOf(life: Life, changes: readonly LifeChange[]): SubscriptionInput {
  return {
    id: "s1",
    customerId: "acme",
    ratePlanId: life.plan,
    startDate: life.start,
    endDate: life.end,
    timeZone: life.zone,
    quantities: life.quantities,
    changes: changes.map((change) => changeOf(life, change)),
  };
}

function changeOf(life: Life, change: LifeChange): SubscriptionChangeInput {
  const { date, atPeriodEnd, plan, quantities, overrides, status } = change;
  const charges = life.plans.flatMap((each) => each.charges);
  const priced = Object.entries(overrides ?? {}).map(([id, cents]) => {
    if (cents === null) return [id, null] as const;
    const charge = charges.find((each) => each.id === id);
    const flat = charge?.kind === "recurring" && charge.seats !== true;
    return [
      id,
      flat
        ? { model: "flat" as const, amount: dollars(cents) }
        : { model: "per-unit" as const, unitPrice: dollars(cents) },
    ] as const;
  });
  return {
    effectiveDate: date,
    ...(atPeriodEnd === true ? { takesEffect: "at-period-end" } : {}),
    ...(plan === undefined ? {} : { ratePlanId: plan }),
    ...(quantities === undefined ? {} : { quantities }),
    ...(overrides === undefined ? {} : { overrides: Object.fromEntries(priced) }),
    ...(status === undefined ? {} : { status }),
  };
}

/** Cents as a decimal amount. */
function dollars(cents: number | bigint): string {
  const digits = String(cents < 0 ? -cents : cents).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** A decimal amount of cents. */
export function cents(amount: string): bigint {
  return BigInt(amount.replace(".", ""));
}

/** Events as the library reads them. */
function eventsOf(events: readonly LifeEvent[]): readonly UsageEventInput[] {
  return events.map(({ id, unit, at, received, quantity }) => ({
    id,
    customerId: "acme",
    unitOfMeasure: unit,
    timestamp: at,
    receivedAt: received,
    quantity,
  }));
}

/** All that is known of a life in the end. */
export function knownInTheEnd(life: Life): {
  readonly catalog: ProductInput;
  readonly subscription: SubscriptionInput;
  readonly usage: readonly UsageEventInput[];
} {
  // After everything was recorded and withdrawn.
  const changes = knownAt(life, { date: "2999-01-01", evening: true });
  return {
    catalog: catalogOf(life),
    subscription: subscriptionOf(life, changes),
    usage: eventsOf(life.events),
  };
}

/** A moment at which a biller looks: a date before, or after, what is recorded in its evening. */
interface Look {
  readonly date: string;
  readonly evening: boolean;
}

/** How documents are written. */
export interface Biller {
  /** Re-rates everything on each document, only where something was dated back, or never. */
  readonly rerate: "always" | "needed" | "never";
  /** How what is asked is written, the same data in other words; as it is otherwise. */
  readonly rewrite?: (asked: unknown) => unknown;
  /** Another document that is written after those so far; nothing where there is none. */
  readonly also?: (
    documents: readonly Invoice[],
    known: { readonly catalog: ProductInput; readonly subscription: SubscriptionInput },
  ) => Invoice | undefined;
  /** Whether the usage so far is billed whenever somebody looks while a period is running. */
  readonly interim?: boolean;
  /** Called with each document and what was known. */
  readonly seen?: (document: Invoice, subscription: SubscriptionInput) => void;
}

/** All documents of a life, until nothing is due any more. */
export function bill(
  life: Life,
  { rerate, rewrite, also, interim, seen }: Biller,
): readonly Invoice[] {
  const as = <T>(asked: T): T => (rewrite === undefined ? asked : (rewrite(asked) as T));
  const catalog = catalogOf(life);
  const documents: Invoice[] = [];
  const besides = new Set<Invoice>();
  let changed: string | undefined;
  let before: readonly LifeChange[] = [];
  for (const look of looksOf(life)) {
    const changes = knownAt(life, look);
    const subscription = subscriptionOf(life, changes);
    const known = life.events.filter(({ received }) => !isAfter(received, look.date, life));
    const usage = eventsOf(known);
    for (const { date } of difference(before, changes)) {
      if (changed === undefined || date < changed) changed = date;
    }
    before = changes;
    for (let count = 0; ; count += 1) {
      if (count > 100) throw new Error("documentsDue never ends");
      const last = documents.at(-1);
      const [due] = documentsDue(
        as(subscription),
        as({ catalog, until: look.date, ...(last === undefined ? {} : { last }) }),
      );
      if (due === undefined) break;
      const closed = documents.some(({ scope }) => scope === "period");
      // What was written besides bills no period.
      const own = documents.findLast((each) => !besides.has(each));
      const late =
        own !== undefined &&
        known.some(
          ({ at, received }) =>
            isAfter(received, own.asOf, life) && isAfter(own.period.end, at, life),
        );
      // The last one may be that of an end that was dated back.
      const covered = documents
        .filter((each) => !besides.has(each))
        .map(({ period }) => period.end)
        .sort();
      const back = changed !== undefined && changed < (covered.at(-1) ?? "");
      const again = rerate === "always" || (rerate === "needed" && (late || back));
      const document = invoice(
        as({
          catalog,
          subscription,
          period: due.period,
          usage,
          previous: documents,
          ...(again && closed ? { rerate: { from: life.start } } : {}),
        }),
      );
      if (document.sequence !== due.sequence || document.idempotencyKey !== due.idempotencyKey) {
        throw new Error(
          `documentsDue announced ${due.idempotencyKey}, not ${document.idempotencyKey}`,
        );
      }
      changed = undefined;
      documents.push(document);
      seen?.(document, subscription);
      const another = also?.(documents, { catalog, subscription });
      if (another === undefined) continue;
      documents.push(another);
      besides.add(another);
    }
    const running =
      interim === true && look.evening ? runningPeriod(subscription, catalog, look) : undefined;
    if (running === undefined) continue;
    const { start, end } = running;
    const soFar = invoice(
      as({
        catalog,
        subscription,
        period: { start, end },
        scope: "interim" as const,
        asOf: look.date,
        usage,
        previous: documents,
      }),
    );
    documents.push(soFar);
    besides.add(soFar);
  }
  // What was received after the last document is billed by a correction of its own.
  const last = documents.at(-1);
  if (
    last !== undefined &&
    life.events.some(({ received }) => isAfter(received, last.asOf, life))
  ) {
    const subscription = subscriptionOf(life, before);
    const until = Temporal.PlainDate.from(life.end).add({ days: 1 }).toString();
    const periods = billingPeriods(subscription, { catalog, until });
    const note = creditNote(
      as({
        catalog,
        subscription,
        previous: documents,
        rerate: periods.map(({ start, end }) => ({
          period: { start, end },
          usage: eventsOf(life.events),
        })),
        asOf: Temporal.PlainDate.from(life.end).add({ months: 4 }).toString(),
      }),
    );
    documents.push(note);
  }
  return documents;
}

/** The billing period that has begun before a date and is running. */
function runningPeriod(
  subscription: SubscriptionInput,
  catalog: ProductInput,
  { date }: Look,
): BillingPeriod | undefined {
  const period = billingPeriodAt(subscription, date, { catalog });
  return period !== undefined && period !== null && period.start < date ? period : undefined;
}

/** Whether one date or instant is later than another. */
function isAfter(a: string, b: string, { zone }: Life): boolean {
  const instant = (date: string): Temporal.Instant =>
    date.includes("T")
      ? Temporal.Instant.from(date)
      : Temporal.PlainDate.from(date).toZonedDateTime(zone).toInstant();
  return Temporal.Instant.compare(instant(a), instant(b)) > 0;
}

function difference(a: readonly LifeChange[], b: readonly LifeChange[]): readonly LifeChange[] {
  return [...a.filter((each) => !b.includes(each)), ...b.filter((each) => !a.includes(each))];
}

function looksOf(life: Life): readonly Look[] {
  const end = Temporal.PlainDate.from(life.end).add({ months: 3 }).toString();
  const dates = new Set([
    life.start,
    ...life.runs,
    ...life.records.flatMap(({ on, withdrawn }) => [
      on,
      ...(withdrawn === undefined ? [] : [withdrawn]),
    ]),
    end,
  ]);
  return [...dates].sort().flatMap((date) => [
    { date, evening: false },
    { date, evening: true },
  ]);
}

function knownAt(life: Life, { date, evening }: Look): readonly LifeChange[] {
  const known = life.records
    .filter((each) => each.on < date || (each.on === date && (evening || each.evening !== true)))
    .filter(({ withdrawn }) => withdrawn === undefined || withdrawn > date)
    .map(({ change }) => change);
  // Who cancels drops what was planned for later: a subscription refuses changes after its end.
  const ends = known
    .filter(({ status }) => status === "canceled")
    .map((change) => effectiveDate(life, change))
    .concat(life.end)
    .sort();
  const [end = life.end] = ends;
  let over = false;
  return known.filter((change) => {
    const at = effectiveDate(life, change);
    if (at < end) return true;
    if (over || at > end || change.status !== "canceled") return false;
    over = true;
    return end < life.end;
  });
}
