import type { ProductInput } from "rateplan";

/** A product that has always been there. */
export function catalogOf(ratePlans: ProductInput["ratePlans"]): ProductInput {
  return {
    id: "product",
    name: "Product",
    agentType: "service",
    effectiveDate: "1900-01-01",
    ratePlans,
  };
}
