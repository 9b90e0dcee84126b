import type { CatalogReader } from "../catalog/catalog.js";
import { valueOrReport } from "../catalog/parse.js";
import type { Product } from "../catalog/product.js";
import type { PricingIssue } from "../errors.js";

/** Reads a product, or a list of them. */
export function readCatalog(
  catalog: unknown,
  reader: CatalogReader,
  issues: PricingIssue[],
): readonly Product[] | undefined {
  if (catalog === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(catalog) ? catalog : [catalog];
  const at = (index: number) => (Array.isArray(catalog) ? ["catalog", index] : ["catalog"]);
  const products = list.map((product, index) =>
    valueOrReport(reader.product(product, at(index)), issues),
  );
  return products.every((product) => product !== undefined) ? products : undefined;
}
