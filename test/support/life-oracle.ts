/**
 * What the whole life of a subscription bills, written from the rules alone: day by day, with a calendar of its own
 * (Temporal). It shares nothing with src. Amounts are whole cents.
 */
import { Temporal } from "temporal-polyfill";

/** A charge of a {@link LifePlan}. */
export interface LifeCharge {
  readonly id: string;
  readonly kind: "recurring" | "usage";
  /** Cents: of a flat fee, of a seat, of a unit used. */
  readonly price: number;
  /** Whether a recurring fee is per unit of the subscription's quantity. */
  readonly seats?: boolean;
  /** Whether the highest quantity of a cycle is billed, so far, and as long as the plan is the same. */
  readonly highest?: boolean;
  readonly timing?: "in-advance" | "in-arrears";
  /** Months of its own cycle; the plan's where absent. */
  readonly months?: number;
  readonly proration?: "days" | "none";
  /** For {@link OUTCOMES}: hours of silence after which an outcome is certain, and more until it is settled. */
  readonly silence?: number;
  readonly settled?: number;
}

/** The id of the one charge of a life that judges outcomes. All of them become certain, sooner or later. */
export const OUTCOMES = "outcomes";

/** A rate plan of a life. */
export interface LifePlan {
  readonly id: string;
  readonly months: number;
  readonly charges: readonly LifeCharge[];
}

/** A dated change, in terms of the life. Prices of overrides are cents. */
export interface LifeChange {
  readonly date: string;
  readonly atPeriodEnd?: boolean;
  readonly plan?: string;
  readonly quantities?: Readonly<Record<string, number>>;
  readonly overrides?: Readonly<Record<string, number | null>>;
  readonly status?: "active" | "paused" | "canceled";
}

/** When a change was written into the subscription, and when it was taken out again. */
export interface Recorded {
  readonly change: LifeChange;
  /** The date on which it is recorded; `evening`: after the documents of that date. */
  readonly on: string;
  readonly evening?: boolean;
  /** The date on which it is withdrawn, before the documents of that date. */
  readonly withdrawn?: string;
}

/** Something that was used. */
export interface LifeEvent {
  readonly id: string;
  readonly unit: string;
  readonly at: string;
  readonly received: string;
  readonly quantity: number;
}

/** A subscription's life. */
export interface Life {
  readonly zone: string;
  readonly start: string;
  /** The day on which it is over at the latest: its `endDate`. */
  readonly end: string;
  readonly plans: readonly LifePlan[];
  /** The plan it starts on. */
  readonly plan: string;
  readonly quantities: Readonly<Record<string, number>>;
  readonly records: readonly Recorded[];
  readonly events: readonly LifeEvent[];
  /** Dates on which documents are written, beside those on which something is recorded. */
  readonly runs: readonly string[];
}

/** What is charged for something on a day, and the cycle to which that day belongs. */
interface DayFee {
  readonly date: string;
  /** Of one unit. */
  readonly price: number;
  readonly quantity: number;
  readonly highest: boolean;
  readonly planSince: string;
  readonly none: boolean;
  readonly first: Temporal.PlainDate;
  readonly days: number;
}

/** What each charge bills in all, in cents. */
export function billedByLife(
  life: Life,
  changes: readonly LifeChange[] = finalChanges(life),
): ReadonlyMap<string, bigint> {
  const total = new Map<string, bigint>();
  const days = daysOf(life, changes);
  for (const id of chargesOf(life)) {
    const amounts = [...feesOf(id, days, life), ...usageOf(id, days, life)];
    total.set(
      id,
      amounts.reduce((sum, { cents }) => sum + cents, 0n),
    );
  }
  return total;
}

function chargesOf(life: Life): ReadonlySet<string> {
  return new Set(life.plans.flatMap(({ charges }) => charges.map(({ id }) => id)));
}

/** Cents that fall on a day. */
interface DayAmount {
  readonly date: string;
  readonly cents: bigint;
}

/** A day of a life, with what falls on it. A fee that is not divided falls on the first day of its cycle that is billed. */
export interface BilledDay {
  readonly date: string;
  readonly plan: string;
  readonly paused: boolean;
  readonly fees: bigint;
  readonly usage: bigint;
}

/** What each day of a life bills, all charges together. */
export function billedByDay(life: Life): readonly BilledDay[] {
  const days = daysOf(life, finalChanges(life));
  const ids = [...chargesOf(life)];
  const byDate = (amounts: readonly DayAmount[]) => {
    const sums = new Map<string, bigint>();
    for (const { date, cents } of amounts) sums.set(date, (sums.get(date) ?? 0n) + cents);
    return (date: string) => sums.get(date) ?? 0n;
  };
  const fees = byDate(ids.flatMap((id) => feesOf(id, days, life)));
  const usage = byDate(ids.flatMap((id) => usageOf(id, days, life)));
  return days.map(({ date: day, plan, paused }) => {
    const date = day.toString();
    return { date, plan: plan.id, paused, fees: fees(date), usage: usage(date) };
  });
}

/** The months of a life's terms of so many months: which one a date is in, and its days. */
export function termAround(life: Life, months: number, date: string) {
  const { start, end } = cycleAround(
    Temporal.PlainDate.from(life.start),
    months,
    Temporal.PlainDate.from(date),
  );
  return { start: start.toString(), days: start.until(end, { largestUnit: "day" }).days };
}

/** The changes that hold in the end. */
function finalChanges(life: Life): readonly LifeChange[] {
  return life.records
    .filter(({ withdrawn }) => withdrawn === undefined)
    .map(({ change }) => change);
}

interface Day {
  readonly date: Temporal.PlainDate;
  readonly plan: LifePlan;
  /** When it came onto the plan. */
  readonly planSince: string;
  readonly paused: boolean;
  readonly quantities: ReadonlyMap<string, number>;
  readonly overrides: ReadonlyMap<string, number | null>;
}

/** Every day of a life, with what holds on it. */
function daysOf(life: Life, changes: readonly LifeChange[]): readonly Day[] {
  const days: Day[] = [];
  const start = Temporal.PlainDate.from(life.start);
  const end = Temporal.PlainDate.from(life.end);
  const dated = changes.map((change) => ({ ...change, date: effectiveDate(life, change) }));
  let plan = planOf(life, life.plan);
  let planSince = life.start;
  let status: "active" | "paused" | "canceled" = "active";
  const quantities = new Map(Object.entries(life.quantities));
  const overrides = new Map<string, number | null>();
  for (let date = start; Temporal.PlainDate.compare(date, end) < 0; date = date.add({ days: 1 })) {
    // Changes of one date apply together; no thing is changed twice on one date.
    for (const change of dated) {
      if (change.date !== date.toString()) continue;
      if (change.plan !== undefined && change.plan !== plan.id) {
        plan = planOf(life, change.plan);
        planSince = change.date;
      }
      for (const [id, value] of Object.entries(change.quantities ?? {})) quantities.set(id, value);
      for (const [id, value] of Object.entries(change.overrides ?? {})) overrides.set(id, value);
      if (change.status !== undefined) status = change.status;
    }
    if (status === "canceled") break;
    days.push({
      date,
      plan,
      planSince,
      paused: status === "paused",
      quantities: new Map(quantities),
      overrides: new Map(overrides),
    });
  }
  return days;
}

/** The date on which a change takes effect. */
export function effectiveDate(life: Life, { date, atPeriodEnd }: LifeChange): string {
  return atPeriodEnd === true ? periodEnd(life, date) : date;
}

/** The end of the billing period that contains a date. All plans that change so have one cycle. */
function periodEnd(life: Life, date: string): string {
  const months = planOf(life, life.plan).months;
  return cycleAround(
    Temporal.PlainDate.from(life.start),
    months,
    Temporal.PlainDate.from(date),
  ).end.toString();
}

/** The fees of a charge: what is due in a cycle with each part less what was due before it, each rounded. */
function feesOf(id: string, days: readonly Day[], life: Life): readonly DayAmount[] {
  /** By cycle, in the order of the days. */
  const cycles = new Map<string, DayFee[]>();
  for (const day of days) {
    const fee = feeOn(id, day, life);
    if (fee === undefined) continue;
    const key = `${fee.first} ${fee.days}`;
    const held = cycles.get(key);
    if (held === undefined) cycles.set(key, [fee]);
    else held.push(fee);
  }
  const amounts: DayAmount[] = [];
  for (const fees of cycles.values()) {
    const [first] = fees;
    if (first === undefined) continue;
    // What is not divided belongs to the first stretch of its cycle that is billed for, once per cycle.
    const own = first.highest ? fees.filter(({ planSince }) => planSince === first.planSince) : [];
    const all = Math.max(first.quantity, ...own.map(({ quantity }) => quantity));
    if (first.none) amounts.push({ date: first.date, cents: BigInt(first.price * all) });
    // A part is what the fee comes to with it less what it came to before it, each rounded, on top of what was billed
    // of the cycle: days that bill nothing leave no trace, and the parts of a fee come to the fee.
    else {
      const upTo = (cents: number, count: number): bigint =>
        roundHalfAway(BigInt(cents) * BigInt(count), BigInt(first.days));
      const marks = new Map<string, number>();
      fees.forEach(({ price, quantity, highest, planSince, date }, count) => {
        const mark = Math.max(quantity, marks.get(planSince) ?? 0);
        marks.set(planSince, mark);
        const cents = price * (highest ? mark : quantity);
        amounts.push({ date, cents: upTo(cents, count + 1) - upTo(cents, count) });
      });
    }
  }
  return amounts;
}

function feeOn(id: string, day: Day, life: Life): DayFee | undefined {
  if (day.paused) return undefined;
  const charge = day.plan.charges.find((each) => each.id === id);
  if (charge === undefined || charge.kind !== "recurring") return undefined;
  const quantity = charge.seats === true ? (day.quantities.get(id) ?? 0) : 1;
  const cycle = cycleAround(
    Temporal.PlainDate.from(life.start),
    charge.months ?? day.plan.months,
    day.date,
  );
  return {
    date: day.date.toString(),
    price: priceOf(charge, day),
    quantity,
    highest: charge.highest === true,
    planSince: day.planSince,
    none: charge.proration === "none",
    first: cycle.start,
    days: cycle.start.until(cycle.end, { largestUnit: "day" }).days,
  };
}

/** Usage, each unit at the price of its day; nothing in a pause or outside of the life. */
function usageOf(id: string, days: readonly Day[], life: Life): readonly DayAmount[] {
  const byDate = new Map(days.map((day) => [day.date.toString(), day]));
  const amounts: DayAmount[] = [];
  for (const event of life.events) {
    const date = Temporal.Instant.from(event.at).toZonedDateTimeISO(life.zone).toPlainDate();
    const day = byDate.get(date.toString());
    if (day === undefined || day.paused || event.unit !== unitOf(id)) continue;
    const charge = day.plan.charges.find((each) => each.id === id && each.kind === "usage");
    if (charge === undefined) continue;
    amounts.push({ date: date.toString(), cents: BigInt(priceOf(charge, day) * event.quantity) });
  }
  return amounts;
}

/** The unit that a usage charge counts. */
export function unitOf(chargeId: string): string {
  return chargeId === OUTCOMES ? "@outcome" : `unit-${chargeId}`;
}

function priceOf(charge: LifeCharge, day: Day): number {
  return day.overrides.get(charge.id) ?? charge.price;
}

function planOf(life: Life, id: string): LifePlan {
  const plan = life.plans.find((each) => each.id === id);
  if (plan === undefined) throw new Error(`no plan ${id}`);
  return plan;
}

/** The cycle that holds a date: anchor + n × months, always counted from the anchor. */
function cycleAround(
  anchor: Temporal.PlainDate,
  months: number,
  date: Temporal.PlainDate,
): { readonly start: Temporal.PlainDate; readonly end: Temporal.PlainDate } {
  let n = 0;
  while (Temporal.PlainDate.compare(anchor.add({ months: (n + 1) * months }), date) <= 0) n += 1;
  return {
    start: anchor.add({ months: n * months }),
    end: anchor.add({ months: (n + 1) * months }),
  };
}

/** A quotient as a whole number, half away from zero. */
export function roundHalfAway(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n;
  const twice = 2n * (negative ? -dividend : dividend) + divisor;
  const rounded = twice / (2n * divisor);
  return negative ? -rounded : rounded;
}
