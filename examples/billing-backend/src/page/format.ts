/** Dates and amounts as people read them. Amounts stay the texts that they are: digits are grouped, never computed. */

const DAY = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

export function day(instant: string): string {
  return DAY.format(new Date(instant));
}

/** The days of a period, the last one included; a moment is one day. */
export function days({ start, end }: { readonly start: string; readonly end: string }): string {
  const first = new Date(start);
  const last = new Date(Math.max(first.getTime(), new Date(end).getTime() - 1));
  return DAY.formatRange(first, last);
}

export function money(amount: string, currency: string): string {
  const [whole = "", decimals] = amount.replace(/^-/, "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = amount.startsWith("-") ? "−" : "";
  return `${sign}${grouped}${decimals === undefined ? "" : `.${decimals}`} ${currency}`;
}
