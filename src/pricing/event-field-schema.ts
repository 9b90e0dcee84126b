import { issueAt } from "../errors.js";
import { field } from "./fields-schema.js";

const EVENT_FIELD = /^(?:subject|name|agentId|agentType|properties\..+)$/s;

/** The name of a field of usage events: one of ours, or a property as `properties.region`. */
export const eventField = field<string, string>((input, report) => {
  if (typeof input === "string" && EVENT_FIELD.test(input)) return input;
  const expected = '"subject", "name", "agentId", "agentType" or "properties.<name>"';
  report(issueAt("invalid_value", [], `must be ${expected}`, { expected, received: input }));
  return "";
});
