/** An amount for people: thousands separated, digits untouched. `"25500.00"` → `"25,500.00"`. */
export function money(amount: string): string {
  const [whole = "", decimals] = amount.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** Rows under a heading, in columns; so many columns to the left (default the first), the others to the right. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  left = 1,
): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? "").length)),
  );
  const lines = all.map((row) =>
    row
      .map((cell, column) =>
        column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("   ")
      .trimEnd(),
  );
  const rule = "-".repeat(Math.max(...lines.map((line) => line.length)));
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}
