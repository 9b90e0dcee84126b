import { issueAt } from "../errors.js";
import { field } from "./fields.js";

/** Without flags, so that it says the same in JSON Schema. */
const EVENT_FIELD = /^(?:subject|name|agentId|agentType|properties\.[\s\S]+)$/;

/** The name of a field of usage events: one of ours, or a property as `properties.region`. */
export const eventField = field<string, string>((input, report) => {
  if (typeof input === "string" && EVENT_FIELD.test(input)) return input;
  const expected = '"subject", "name", "agentId", "agentType" or "properties.<name>"';
  const code = input === undefined ? "missing" : "invalid_value";
  report(issueAt(code, [], { expected, received: input }));
  return "";
}).meta({ type: "string", pattern: EVENT_FIELD.source });
