import type { BillingPolicy } from "../catalog/policy.js";
import type { Product } from "../catalog/product.js";
import { canonicalJson } from "../data/canonical-json.js";
import { once, recent } from "../data/recent.js";
import { isSameList } from "../data/same-list.js";
import type { Subscription } from "../subscription/subscription.js";
import type { ReadRequest } from "./request/read-request.js";

/** What is the same on the first documents of subscriptions that differ in nothing but whose they are. */
export interface FormMemory<F> {
  find(read: ReadRequest): F | undefined;
  /** Keeps one; of the subscription of the request alone, unless it is shared. */
  keep(read: ReadRequest, form: F, isShared: boolean): void;
}

interface KnownForm<F> {
  readonly form: F;
  readonly products: readonly Product[];
  readonly policy: BillingPolicy;
  readonly owner: Subscription | undefined;
}

const SOME_FORMS = 500;

/** Forms by all that decides them: products, policy, period, what is known when, and the life of the subscription. */
export function formMemory<F>(): FormMemory<F> {
  // As long as the first of their products is there.
  const formsOf = once((_product: Product) => recent<string, KnownForm<F>>(SOME_FORMS));
  return {
    find(read) {
      const { policy, timeline } = read;
      const [first] = timeline.products;
      const known = first && formsOf(first).find(nameOf(read));
      const isSame =
        known?.policy === policy &&
        isSameList(known.products, timeline.products) &&
        (known.owner ?? timeline.subscription) === timeline.subscription;
      return isSame ? known.form : undefined;
    },
    keep(read, form, isShared) {
      const { policy, timeline } = read;
      const { products, subscription } = timeline;
      const [first] = products;
      const owner = isShared ? undefined : subscription;
      if (first !== undefined) {
        formsOf(first).keep(nameOf(read), { form, products, policy, owner });
      }
    },
  };
}

function nameOf({ timeline, target: { period }, asOf }: ReadRequest): string {
  return `${period.start} ${period.end} ${asOf} ${lifeOf(timeline.subscription)}`;
}

/** All that a subscription says but whose it is. */
const lifeOf = once(
  ({ id: _id, customerId: _customer, metadata: _data, ...life }: Subscription): string =>
    canonicalJson(life),
);
