const DAY = String.raw`[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,30})?`;
const OFFSET = String.raw`(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;

/** The form of an RFC 3339 instant. */
export const INSTANT = `^${DAY}[Tt ]${TIME}${OFFSET}$`;

/** The form of a civil date or an RFC 3339 instant. */
export const DATE = `^${DAY}(?:[Tt ]${TIME}${OFFSET})?$`;
