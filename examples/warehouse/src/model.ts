import type { Report } from "./run.js";

/** What a run measured that a larger one would take more of. */
export interface Measured {
  readonly events: number;
  readonly customers: number;
  /** Bytes of Parquet that the statement read. */
  readonly bytes: number;
  /** Rows that came out of it. */
  readonly rows: number;
  readonly rowBytes: number;
  /** Core seconds of the statement. */
  readonly statement: number;
  /** Core seconds from rows to documents, and of the statement's text. */
  readonly documents: number;
}

/** What an event costs, and what a customer costs, whatever their events. */
export interface Coefficients {
  readonly bytesPerEvent: number;
  readonly statementPerEvent: number;
  readonly statementPerCustomer: number;
  readonly rowsPerEvent: number;
  readonly rowsPerCustomer: number;
  readonly bytesPerRow: number;
  readonly documentsPerRow: number;
  readonly documentsPerCustomer: number;
}

export function measuredOf(
  { meter: { taken, counted }, parquetBytes }: Report,
  scale: Pick<Measured, "events" | "customers">,
): Measured {
  const { bytesRead, coreSeconds } = taken("statement");
  const inProcess = ["segments", "summaries", "documents"].map((stage) => taken(stage).coreSeconds);
  return {
    ...scale,
    // Where the system does not count what was read: the statement reads every column.
    bytes: bytesRead ?? parquetBytes,
    rows: counted("rows"),
    rowBytes: counted("row bytes"),
    statement: coreSeconds,
    documents: inProcess.reduce((a, b) => a + b, 0),
  };
}

/** Two runs with few and with many events for each customer tell what events cost from what customers cost. */
export function coefficientsOf(few: Measured, many: Measured): Coefficients {
  const both = [few, many] as const;
  const [statementPerEvent, statementPerCustomer] = shares(
    both.map(({ events, customers, statement }) => [events, customers, statement]),
  );
  const [rowsPerEvent, rowsPerCustomer] = shares(
    both.map(({ events, customers, rows }) => [events, customers, rows]),
  );
  const [documentsPerRow, documentsPerCustomer] = shares(
    both.map(({ rows, customers, documents }) => [rows, customers, documents]),
  );
  return {
    bytesPerEvent: (few.bytes + many.bytes) / (few.events + many.events),
    ...{ statementPerEvent, statementPerCustomer, rowsPerEvent, rowsPerCustomer },
    bytesPerRow: (few.rowBytes + many.rowBytes) / (few.rows + many.rows),
    ...{ documentsPerRow, documentsPerCustomer },
  };
}

/** x and y of two equations a·x + b·y = c. What comes out below 0 is noise: then all of it is the other's. */
function shares(equations: readonly (readonly number[])[]): readonly [number, number] {
  const [[a = 0, b = 0, c = 0] = [], [d = 0, e = 0, f = 0] = []] = equations;
  const determinant = a * e - b * d;
  if (determinant === 0) throw new Error("the runs have as many events for each customer");
  const [x, y] = [(c * e - b * f) / determinant, (a * f - c * d) / determinant];
  if (x < 0) return [0, (c + f) / (b + e)];
  if (y < 0) return [(c + f) / (a + d), 0];
  return [x, y];
}

/** What so many events of so many customers would take. */
export function project(
  {
    bytesPerEvent,
    statementPerEvent,
    statementPerCustomer,
    rowsPerEvent,
    rowsPerCustomer,
    bytesPerRow,
    documentsPerRow,
    documentsPerCustomer,
  }: Coefficients,
  { events, customers }: Pick<Measured, "events" | "customers">,
): Measured {
  const rows = rowsPerEvent * events + rowsPerCustomer * customers;
  return {
    ...{ events, customers, rows },
    bytes: bytesPerEvent * events,
    rowBytes: bytesPerRow * rows,
    statement: statementPerEvent * events + statementPerCustomer * customers,
    documents: documentsPerRow * rows + documentsPerCustomer * customers,
  };
}
