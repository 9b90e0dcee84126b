/** All that this service asks of a database: statements with parameters, and transactions. */

/** What may stand for `$1`, `$2`, …; anything else becomes text before, so that no driver chooses a form of its own. */
type Parameter = string | number | boolean | null | readonly (string | null)[] | readonly boolean[];

export interface Queries {
  /** The rows of one statement. Who asks says what they are made of, as the statement does. */
  query<Row>(statement: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
  /** Several statements without parameters: migrations. */
  script(statements: string): Promise<void>;
}

export interface Database extends Queries {
  /** Commits what the work did, or nothing of it. Each statement sees what others had committed before it began ("read committed"). */
  transaction<T>(work: (within: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The only row of a statement that has one whatever happens. */
export function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined || rows.length > 1) {
    throw new Error(`unreachable: one row was expected, not ${rows.length}`);
  }
  return row;
}
