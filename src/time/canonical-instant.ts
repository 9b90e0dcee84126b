import { DAY } from "./civil.js";

/**
 * Instants in the one form that almost all of them have, `2026-01-31T09:30:00.000Z` or the same without milliseconds, read
 * and written without a `Date`. Days come again and again, so some are remembered, each at a place of its own.
 */

const [DASH, COLON, POINT, T, Z, ZERO] = [45, 58, 46, 84, 90, 48];

const PLACES = 128;
/** Dates as numbers, 20260131, and their midnights. */
const dates = new Int32Array(PLACES);
const midnights = new Float64Array(PLACES);
/** Days since 1970, and their dates as texts. */
const days = new Int32Array(PLACES);
const texts: string[] = Array.from({ length: PLACES }, () => "");

/** The instant of a text in this form; NaN of any other text, and of a date or time that does not exist. */
export function readCanonical(text: string): number {
  const { length } = text;
  if (length !== 24 && length !== 20) return Number.NaN;
  if (
    text.charCodeAt(4) !== DASH ||
    text.charCodeAt(7) !== DASH ||
    text.charCodeAt(10) !== T ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON ||
    text.charCodeAt(length - 1) !== Z
  ) {
    return Number.NaN;
  }
  const milliseconds = length === 24 ? thousandths(text) : 0;
  const [century, year] = [twoDigits(text, 0), twoDigits(text, 2)];
  const [month, day] = [twoDigits(text, 5), twoDigits(text, 8)];
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  // Below 0 where any of them is.
  const least = milliseconds | century | year | month | day | hour | minute | second;
  if (least < 0 || century < 10 || hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const midnight = midnightOf(100 * century + year, month, day);
  return midnight + ((hour * 60 + minute) * 60 + second) * 1_000 + milliseconds;
}

/** In place of digits that are none. Unlike NaN, it leaves all of them whole numbers. */
const NO_DIGITS = -1;

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return (tens | ones | (9 - tens) | (9 - ones)) < 0 ? NO_DIGITS : 10 * tens + ones;
}

/** The point before the last letter of a text, and three digits. */
function thousandths(text: string): number {
  const [hundredths, ones] = [twoDigits(text, 20), text.charCodeAt(22) - ZERO];
  const isPlain = text.charCodeAt(19) === POINT && hundredths >= 0 && ones >= 0 && ones <= 9;
  return isPlain ? 10 * hundredths + ones : NO_DIGITS;
}

/** The midnight of a date of the years 1000 to 9999; NaN where there is no such date. */
function midnightOf(year: number, month: number, day: number): number {
  const date = 10_000 * year + 100 * month + day;
  const place = (32 * month + day) % PLACES;
  if (dates[place] === date) return midnights[place] ?? Number.NaN;
  const midnight = Date.UTC(year, month - 1, day);
  // Date.UTC carries 30 February into March; the same month must come back.
  if (new Date(midnight).getUTCMonth() !== month - 1) return Number.NaN;
  dates[place] = date;
  midnights[place] = midnight;
  return midnight;
}

/** The texts of the parts of a time, each made when it is first asked for: a text of few pieces takes a third of the memory. */
const minuteText = remembered(1_440, (minute) => {
  return `${padded(Math.floor(minute / 60), 2)}:${padded(minute % 60, 2)}:`;
});
const secondText = remembered(60, (second) => `${padded(second, 2)}.`);
const thousandthsText = remembered(1_000, (milliseconds) => `${padded(milliseconds, 3)}Z`);

function remembered(count: number, write: (value: number) => string): (value: number) => string {
  const known: string[] = Array.from({ length: count }, () => "");
  return (value) => {
    const text = known[value] || write(value);
    known[value] = text;
    return text;
  };
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** An instant in this form, with its milliseconds. */
export function writeCanonical(instant: number): string {
  const day = Math.floor(instant / DAY);
  const date = dateText(day);
  const time = instant - day * DAY;
  const minute = minuteText(Math.floor(time / 60_000));
  const second = secondText(Math.floor(time / 1_000) % 60);
  return date + minute + second + thousandthsText(time % 1_000);
}

/** A day as text, with the letter that parts it from the time. What has no such text throws. */
function dateText(day: number): string {
  const place = day & (PLACES - 1);
  const known = texts[place] ?? "";
  if (days[place] === day && known !== "") return known;
  const text = new Date(day * DAY).toISOString().slice(0, -"00:00:00.000Z".length);
  days[place] = day;
  texts[place] = text;
  return text;
}
