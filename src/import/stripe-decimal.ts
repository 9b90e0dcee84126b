/**
 * The text of a decimal of Stripe's SDK, which has objects of a class where the API's JSON has texts. The class is not
 * exported and its fields are private: its text in JSON is all that it promises. Nothing for any other object.
 */
export function stripeDecimalText(value: object): string | undefined {
  try {
    if (!METHODS.every((name) => typeof Reflect.get(value, name) === "function")) return undefined;
    const text: unknown = Reflect.apply(Reflect.get(value, "toJSON"), value, []);
    return typeof text === "string" ? text : undefined;
  } catch {
    // A getter, a proxy or a method of the caller's threw.
    return undefined;
  }
}

/** By the first two, the SDK itself tells its decimals from other values. */
const METHODS = ["toFixed", "isZero", "toJSON"] as const;
