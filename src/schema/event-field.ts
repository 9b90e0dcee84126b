import { onFirstUse } from "../data/recent.js";
import { field } from "./fields.js";
import { EVENT_FIELD, readEventField } from "./readers.js";

/** The name of a field of usage events. */
export const eventField = onFirstUse(() =>
  field<string, string>(readEventField).meta({
    type: "string",
    pattern: EVENT_FIELD.source,
  }),
);
