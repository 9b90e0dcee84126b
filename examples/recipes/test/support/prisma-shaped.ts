/** What of Prisma's client the recipe uses, over SQL: rows in, rows out, `skipDuplicates` as ON CONFLICT DO NOTHING. */
import type { PGlite } from "@electric-sql/pglite";
import type { PrismaBilling } from "../../src/prisma.js";

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export function prismaShaped(database: PGlite): PrismaBilling {
  const model = (table: string) => ({
    async createMany({ data }: { data: object[] }) {
      let count = 0;
      for (const row of data) {
        const names = Object.keys(row).map(snake).join(", ");
        const places = Object.keys(row).map((_, index) => `$${index + 1}`);
        const insert = `INSERT INTO ${table} (${names}) VALUES (${places}) ON CONFLICT DO NOTHING`;
        count += (await database.query(insert, Object.values(row))).affectedRows ?? 0;
      }
      return { count };
    },
    async findMany({ where, orderBy = {} }: { where: object; orderBy?: object }) {
      const values: unknown[] = [];
      const tests = Object.entries(where).map(([field, value]) => {
        const isSince = typeof value === "object" && value !== null && "gte" in value;
        values.push(isSince ? value.gte : value);
        return `${snake(field)} ${isSince ? ">=" : "="} $${values.length}`;
      });
      const [order = ""] = Object.keys(orderBy);
      const { rows } = await database.query<{ body: unknown }>(
        `SELECT * FROM ${table} WHERE ${["true", ...tests].join(" AND ")}${order && ` ORDER BY ${snake(order)}`}`,
        values,
      );
      return rows;
    },
  });
  return {
    subscription: model("subscriptions"),
    event: model("events"),
    document: model("documents"),
  };
}
