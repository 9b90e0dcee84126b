/** Moments on a line of time. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A stretch of time that is drawn, in minutes since 1970, UTC. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A moment in minutes since 1970; `undefined` of a text that is none. */
export function minutesOf(text: string): number | undefined {
  const milliseconds = Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / MINUTE;
}

/** And back. */
export function instantOf(minutes: number): string {
  return new Date(Math.round(minutes) * MINUTE).toISOString().replace(".000Z", "Z");
}

/** All days of a range, both included. */
export function spanOf({
  from,
  through,
}: {
  readonly from: string;
  readonly through: string;
}): Span {
  const start = minutesOf(from) ?? 0;
  const last = minutesOf(through) ?? start;
  return { start, end: Math.max(last, start) + DAY / MINUTE };
}

/** A moment moved, and kept on the line. */
export function moved(text: string, by: number, { start, end }: Span): string {
  const from = minutesOf(text) ?? start;
  return instantOf(Math.min(end, Math.max(start, from + by)));
}

/** Where on the line a moment is, from 0 to 1; `undefined` where it is not on it. */
export function placeOn(text: string, { start, end }: Span): number | undefined {
  const minutes = minutesOf(text);
  if (minutes === undefined || minutes < start || minutes > end) return undefined;
  return (minutes - start) / (end - start);
}

/** The first of each month on the line, or each Monday on a short one. */
export function ticksOf(span: Span): readonly { readonly place: number; readonly text: string }[] {
  const days = (span.end - span.start) * (MINUTE / DAY);
  const step = days > 100 ? "month" : "week";
  const ticks: { place: number; text: string }[] = [];
  for (let day = Math.ceil((span.start * MINUTE) / DAY); day * DAY <= span.end * MINUTE; day += 1) {
    const date = new Date(day * DAY);
    if (step === "month" ? date.getUTCDate() !== 1 : (day + 3) % 7 !== 0) continue;
    const place = ((day * DAY) / MINUTE - span.start) / (span.end - span.start);
    ticks.push({ place, text: `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` });
  }
  return ticks;
}

/** A moment for people: "3 Jun, 10:00". */
export function momentText(text: string): string {
  const minutes = minutesOf(text);
  if (minutes === undefined) return text;
  const date = new Date(minutes * MINUTE);
  const time = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}, ${time}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
