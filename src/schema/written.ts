import type { DecimalInput } from "../money/decimal.js";

type DateField =
  | "effectiveDate"
  | "startDate"
  | "endDate"
  | "billingAnchor"
  | "from"
  | "until"
  | "grantedAt"
  | "expiresAt";

/**
 * Data as a caller may write it: what may be left out may also be `null` or undefined, as rows of a database have it, and
 * a date may be a `Date`. Keys of a record are not left out, so its values stay as they are.
 */
export type Written<T> = T extends DecimalInput | Date | boolean | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly Written<E>[]
    : {
        readonly [K in keyof T]:
          | (K extends "metadata" ? T[K] : Written<T[K]>)
          | (K extends DateField ? Date : never)
          | (string extends K ? never : object extends Pick<T, K> ? null | undefined : never);
      };
