/** What a run has come to, read from the store and not from what the workers say. */
import { compareAmounts, sumAmounts } from "rateplan";
import { PARTITIONS, partitionOf } from "./batches.js";
import type { Customer } from "./customers.js";
import type { FailedCustomer } from "./ledger.js";
import type { Progress } from "./progress.js";
import type { DocumentStore } from "./store.js";

export interface PartitionReport {
  readonly partition: number;
  readonly customers: number;
  readonly failed: number;
  readonly documents: number;
  readonly amount: string;
}

export async function reportOf(
  customers: readonly Customer[],
  failed: readonly FailedCustomer[],
  store: DocumentStore,
): Promise<readonly PartitionReport[]> {
  const rows: PartitionReport[] = [];
  const within = (partition: number, ids: readonly string[]) =>
    ids.filter((id) => partitionOf(id) === partition).length;
  const customerIds = customers.map(({ id }) => id);
  const failedIds = failed.map(({ customerId }) => customerId);
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const totals = (await store.all(partition)).map(({ total }) => total);
    rows.push({
      partition,
      customers: within(partition, customerIds),
      failed: within(partition, failedIds),
      documents: totals.length,
      amount: sumAmounts(totals),
    });
  }
  return rows;
}

/** The table at the end of a run. */
export function reportTable(rows: readonly PartitionReport[]): string {
  const sum = (of: (row: PartitionReport) => number) => rows.reduce((all, row) => all + of(row), 0);
  const total = [
    "total",
    whole(sum(({ customers }) => customers)),
    whole(sum(({ documents }) => documents)),
    whole(sum(({ failed }) => failed)),
    money(sumAmounts(rows.map(({ amount }) => amount))),
  ];
  return columns([
    ["partition", "customers", "documents", "with issues", "USD"],
    ...rows.map(({ partition, customers, documents, failed, amount }) => [
      `${partition}`,
      whole(customers),
      whole(documents),
      whole(failed),
      money(amount),
    ]),
    total,
  ]);
}

/** The first customers with something wrong: whose, what, and where it is to be mended. */
export function failureTable(failed: readonly FailedCustomer[], most = 5): string {
  const rows = failed
    .slice(0, most)
    .flatMap(({ customerId, issues }) =>
      issues.map(({ code, path }) => `  ${customerId}  ${code}  ${path}`),
    );
  const rest = failed.length - most;
  return [...rows, ...(rest > 0 ? [`  and ${rest} more`] : [])].join("\n");
}

export function closingLine(progress: Progress): string {
  const { customers, billed, failed, failedBatches, retries, again, replaced } = progress;
  const left = customers - billed - failed;
  return [
    left === 0 ? "Every customer is billed or listed." : `${whole(left)} customers are left.`,
    `Batches begun again: ${retries}; given up: ${failedBatches}.`,
    `Workers replaced: ${replaced}. Documents that a key kept from being stored twice: ${again}.`,
  ].join("\n");
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths =
    rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows
    .map((row) => `  ${row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  ")}`)
    .join("\n");
}

function whole(count: number): string {
  return count.toLocaleString("en-US");
}

/** Thousands apart; the digits stay as they are. */
function money(amount: string): string {
  const sign = compareAmounts(amount, "0") < 0 ? "−" : "";
  // Nothing comes to "0".
  const [units = "", cents = "00"] = amount.replace("-", "").split(".");
  return `${sign}${units.replace(/\B(?=(\d{3})+$)/g, ",")}.${cents}`;
}
