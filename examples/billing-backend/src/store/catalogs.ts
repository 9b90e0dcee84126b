import { PricingError, type Product, parseProduct, safeParseProduct } from "rateplan";
import { type Answer, answer, problem } from "../answer.js";
import type { Database, Queries } from "../database/database.js";
import type { Billing, CatalogVersion } from "../service.js";
import { databaseTime } from "./clock.js";
import { lockCatalog } from "./locks.js";
import {
  canonicalJson,
  instantIn,
  keyRule,
  nextMoment,
  storable,
  type Time,
  timeOf,
} from "./rows.js";

interface VersionRow {
  readonly product_id: string;
  readonly version: number;
  readonly valid_from: Time;
  readonly product: string;
}

const VERSION = "product_id, version, valid_from, product::text as product";

const versionOf = (row: VersionRow): CatalogVersion => ({
  productId: row.product_id,
  version: row.version,
  validFrom: timeOf(row.valid_from),
  product: productOf(row.product),
});

/** Products by their texts: rows never change, so a product is parsed once. */
const remembered = new Map<string, Product>();
const MOST_REMEMBERED = 1_000;

function productOf(text: string): Product {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const product = parseProduct(JSON.parse(text));
  const [oldest] = remembered.keys();
  if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(text, product);
  return product;
}

/** Every product of a tenant as it is sold at a moment. */
export async function catalogAt(
  within: Queries,
  tenantId: string,
  at: string,
): Promise<readonly CatalogVersion[]> {
  const rows = await within.query<VersionRow>(
    `select distinct on (product_id) ${VERSION} from catalog_versions
     where tenant_id = $1 and valid_from <= $2 order by product_id, version desc`,
    [tenantId, at],
  );
  return rows.map(versionOf);
}

export function catalogsIn(database: Database): Billing["catalogs"] {
  return {
    async put(tenantId, input, { validFrom } = {}) {
      const product = readProduct(input);
      storable(product);
      const asked = validFrom === undefined ? undefined : instantIn(validFrom);
      const expected = keyRule(product.id);
      if (expected !== undefined) return problem("invalid", `The id of a product is ${expected}.`);
      return await database.transaction(async (within) => {
        await lockCatalog(within, tenantId, "exclusive");
        return putVersion(within, tenantId, product, asked);
      });
    },
    async get(tenantId, productId, at) {
      const moment = at === undefined ? await databaseTime(database) : instantIn(at);
      const rows = await database.query<VersionRow>(
        `select ${VERSION} from catalog_versions
         where tenant_id = $1 and product_id = $2 and valid_from <= $3 order by version desc limit 1`,
        [tenantId, productId, moment],
      );
      const [row] = rows;
      return row === undefined
        ? problem("not-found", `No product ${productId} is in force at ${moment}.`)
        : answer(versionOf(row));
    },
    async list(tenantId, at) {
      const moment = at === undefined ? await databaseTime(database) : instantIn(at);
      return answer(await catalogAt(database, tenantId, moment));
    },
  };
}

function readProduct(input: unknown): Product {
  const read = safeParseProduct(input);
  if (!read.ok) throw new PricingError(read.issues);
  return read.value;
}

async function putVersion(
  within: Queries,
  tenantId: string,
  product: Product,
  asked: string | undefined,
): Promise<Answer<CatalogVersion>> {
  const now = await databaseTime(within);
  const [last] = await within.query<VersionRow>(
    `select ${VERSION} from catalog_versions
     where tenant_id = $1 and product_id = $2 order by version desc limit 1`,
    [tenantId, product.id],
  );
  const before = last && timeOf(last.valid_from);
  if (last !== undefined && (asked === undefined || asked === before)) {
    const known = versionOf(last);
    if (canonicalJson(known.product) === canonicalJson(product)) return answer(known);
  }
  // What was in force once stays in force then; two versions of one moment are a millisecond apart.
  const earliest = before !== undefined && before >= now ? nextMoment(before) : now;
  const isTie = before === now;
  const validFrom = asked ?? (isTie ? earliest : now);
  if (validFrom < earliest) {
    return problem("conflict", `A new version of ${product.id} is in force from ${earliest} on.`);
  }
  const others = (await catalogAt(within, tenantId, validFrom)).filter(
    ({ productId }) => productId !== product.id,
  );
  const plans = new Set(others.flatMap((other) => other.product.ratePlans.map(({ id }) => id)));
  const taken = product.ratePlans.find(({ id }) => plans.has(id));
  if (taken !== undefined) {
    return problem("conflict", `The rate plan ${taken.id} is one of another product.`);
  }
  const version = (last?.version ?? 0) + 1;
  await within.query(
    `insert into catalog_versions (tenant_id, product_id, version, valid_from, product)
     values ($1, $2, $3, $4, $5)`,
    [tenantId, product.id, version, validFrom, JSON.stringify(product)],
  );
  return answer({ productId: product.id, version, validFrom, product });
}
