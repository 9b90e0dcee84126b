import * as z from "zod";
import type { CustomCurrencies } from "../money/currency.js";
import { date, endAfter, id, type Metadata, metadata, text } from "../schema/entity-fields.js";
import { listIn, rule } from "../schema/fields.js";
import type { Written } from "../schema/written.js";
import {
  type RatePlan,
  type RatePlanInput,
  ratePlanSchema,
  reportDuplicateIds,
} from "./rate-plan.js";

/** What a product is made of, however its rate plans are written. */
export interface ProductFields<P> {
  /** Identifies the product. */
  readonly id: string;
  /** Name for people. */
  readonly name: string;
  /** More words for people. */
  readonly description?: string;
  /** Which agents' usage the product prices: an event that names another agent type does not count. */
  readonly agentType: string;
  /** First day on which a subscription may start on any of its plans. */
  readonly effectiveDate: string;
  /** First day on which none may start any more; running subscriptions bill on. */
  readonly endDate?: string;
  /** The ways to buy it. */
  readonly ratePlans: readonly P[];
  /** Anything you want to keep with the product; never read. */
  readonly metadata?: Metadata;
}

/** What is sold: the work of one type of agent, at the prices of its rate plans. As parsed. */
export type Product = ProductFields<RatePlan>;

/** A product as it may be written. */
export type ProductInput = Written<ProductFields<RatePlanInput>>;

/** The schema of a product, for the currencies that a policy knows. */
export function productSchema(custom: CustomCurrencies | undefined) {
  return z
    .strictObject({
      id: id(),
      name: text(),
      description: z.exactOptional(text()),
      agentType: id(),
      effectiveDate: date(),
      endDate: z.exactOptional(date()),
      ratePlans: z.array(ratePlanSchema(custom)),
      metadata: z.exactOptional(metadata()),
    })
    .check(
      endAfter("effectiveDate"),
      rule((product, report) =>
        reportDuplicateIds(listIn(product["ratePlans"]), "ratePlans", report),
      ),
    );
}
