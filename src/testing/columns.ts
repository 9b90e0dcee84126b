/** Rows of cells as lines of text, in columns that are two spaces apart; the `right` ones end where their widest cell does. */
export function inColumns(
  rows: readonly (readonly string[])[],
  right: readonly boolean[],
): readonly string[] {
  const widths = right.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    right
      .map((isRight, column) => {
        const [cell = "", width = 0] = [row[column], widths[column]];
        return isRight ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
