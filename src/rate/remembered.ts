import { type PreparedRater, prepareRater, type RateableTerms } from "./prepared.js";
import type { RateableCharge } from "./rateable.js";

/** A charge that was read, and its rater. */
export interface ReadCharge<C extends RateableTerms["charge"]> extends RateableCharge<C> {
  readonly rater: PreparedRater;
}

/**
 * A reader of charges that reads and prepares each only once, with each policy: parsed ones, which are frozen. Forgetting any of
 * them changes nothing.
 */
export function rememberCharges<C extends RateableTerms["charge"]>(
  read: (charge: unknown, policy: unknown) => RateableCharge<C>,
): (charge: unknown, policy: unknown) => ReadCharge<C> {
  const byDefault = new WeakMap<object, ReadCharge<C>>();
  const byPolicy = new WeakMap<object, WeakMap<object, ReadCharge<C>>>();
  const find = (charge: object, policy: object | undefined) =>
    policy === undefined ? byDefault.get(charge) : byPolicy.get(charge)?.get(policy);
  return (charge, policy) => {
    // What is no object was never kept.
    const given = (policy ?? undefined) as object | undefined;
    const known = find(charge as object, given);
    if (known !== undefined) return known;
    const terms = read(charge, policy);
    const before = find(terms.charge, given && terms.policy);
    if (before !== undefined) return before;
    const made = { ...terms, rater: prepareRater(terms) };
    if (given === undefined) {
      byDefault.set(terms.charge, made);
    } else {
      const policies = byPolicy.get(terms.charge) ?? new WeakMap<object, ReadCharge<C>>();
      byPolicy.set(terms.charge, policies.set(terms.policy, made));
    }
    return made;
  };
}
