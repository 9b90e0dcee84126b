import type { DuckDBConnection } from "@duckdb/node-api";

/**
 * What each customer of a batch owes, by a statement written by hand from the price list alone: it knows nothing of rateplan,
 * and has the prices, the zones and the dates of `catalog.ts` and `customers.ts` once more. Amounts are whole numbers
 * of cents, rounded half away from zero, line by line.
 */
export async function plainTotals(
  connection: DuckDBConnection,
  customers: readonly number[],
): Promise<ReadonlyMap<string, string>> {
  const result = await connection.runAndReadAll(PLAIN, [
    Math.min(...customers),
    Math.max(...customers) + 1,
  ]);
  return new Map(result.getRowsJS().map(([customer, total]) => [String(customer), String(total)]));
}

const PLAIN = `
WITH price (plan, fee, token_1, token_2, token_3, per_user, per_call, per_megabit, per_gigabyte) AS (
  -- The fee in cents, all else in hundredths of a cent.
  VALUES (0, 1900, 4000, 3500, 3000, 15000, 600, 500, 2500),
         (1, 9900, 3500, 2800, 2200, 12000, 450, 400, 2000),
         (2, 49900, 3000, 2100, 1400, 9000, 325, 300, 1450)
), customer AS (
  SELECT printf('c%07d', number) AS id,
    CASE WHEN number % 6 < 3 THEN 0 WHEN number % 6 < 5 THEN 1 ELSE 2 END AS plan,
    number % 50 = 7 AS is_late,
    -- Summer time: Berlin is two hours ahead of UTC, New York four behind.
    (CASE WHEN number % 50 = 7 THEN TIMESTAMP '2026-06-10' ELSE TIMESTAMP '2026-06-01' END)
      - to_hours(CASE number % 10 WHEN 3 THEN 2 WHEN 4 THEN -4 ELSE 0 END) AS since,
    TIMESTAMP '2026-07-01' - to_hours(CASE number % 10 WHEN 3 THEN 2 WHEN 4 THEN -4 ELSE 0 END) AS until
  FROM range(CAST($1 AS BIGINT), CAST($2 AS BIGINT)) r(number)
), known AS (
  -- Of what came in up to 4 July, the earliest of each id.
  SELECT DISTINCT ON (customer, id) * FROM events
  WHERE received_at <= TIMESTAMP '2026-07-04'
  ORDER BY customer, id, happened_at
), used AS (
  SELECT c.id, c.plan, c.since, c.until, k.* EXCLUDE (id, customer)
  FROM known k JOIN customer c ON c.id = k.customer
  WHERE k.happened_at < c.until
), within AS (
  SELECT * FROM used WHERE happened_at >= since
), token AS (
  SELECT id, any_value(plan) AS plan, CAST(sum(quantity) * 1000 AS BIGINT) AS q
  FROM within WHERE unit = 'kilotoken' GROUP BY id
), active AS (
  SELECT id, any_value(plan) AS plan, count(DISTINCT subject) AS q
  FROM within WHERE unit = 'call' GROUP BY id
), call AS (
  SELECT id, any_value(plan) AS plan, (properties ->> '$.model') AS model, CAST(sum(quantity) AS BIGINT) AS q
  FROM within
  WHERE unit = 'call' AND (properties ->> '$.region') <> 'ap' AND CAST((properties ->> '$.status') AS INTEGER) < 500
  GROUP BY id, model
), ranked AS (
  SELECT id, plan, quantity, row_number() OVER (PARTITION BY id ORDER BY quantity) AS place,
    count(*) OVER (PARTITION BY id) AS n
  FROM within WHERE unit = 'megabit'
), megabit AS (
  SELECT id, plan, CAST(quantity AS BIGINT) AS q FROM ranked WHERE place = (95 * n + 99) // 100
), gigabyte AS (
  -- Each change counts for what is left of the time after it; what came before, for all of it.
  SELECT id, any_value(plan) AS plan, epoch_ms(any_value(until)) - epoch_ms(any_value(since)) AS span,
    sum(CAST(quantity AS HUGEINT) * (epoch_ms(until) - epoch_ms(greatest(happened_at, since)))) AS q
  FROM used WHERE unit = 'gigabyte' GROUP BY id
), line (id, part, whole) AS (
  -- An amount is part ÷ whole cents.
  SELECT id, fee * CASE WHEN is_late THEN 21 ELSE 30 END, 30 FROM customer JOIN price USING (plan)
  UNION ALL
  SELECT id, least(q, 50000) * token_1 + greatest(least(q, 500000) - 50000, 0) * token_2 + greatest(q - 500000, 0) * token_3, 100000
  FROM token JOIN price USING (plan)
  UNION ALL
  SELECT id, q * per_user, 100 FROM active JOIN price USING (plan)
  UNION ALL
  SELECT id, greatest(q - 20, 0) * per_call, 100 FROM call JOIN price USING (plan)
  UNION ALL
  SELECT id, q * per_megabit, 100 FROM megabit JOIN price USING (plan)
  UNION ALL
  SELECT id, q * per_gigabyte, span * 100 FROM gigabyte JOIN price USING (plan)
), total AS (
  SELECT id, CAST(sum(sign(part) * ((2 * abs(CAST(part AS HUGEINT)) + whole) // (2 * CAST(whole AS HUGEINT)))) AS BIGINT) AS cents
  FROM line GROUP BY id
)
SELECT id, (CASE WHEN cents < 0 THEN '-' ELSE '' END) || abs(cents) // 100 || '.' || lpad(CAST(abs(cents) % 100 AS VARCHAR), 2, '0') FROM total`;
