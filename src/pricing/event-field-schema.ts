import { issueAt } from "../errors.js";
import { field, type Report } from "./fields-schema.js";

const EVENT_FIELD = /^(?:subject|name|agentId|agentType|properties\..+)$/s;

/** The name of a field of usage events: one of ours, or a property as `properties.region`. */
export const eventField = field<string, string>((input, report) => {
  if (typeof input === "string" && EVENT_FIELD.test(input)) return input;
  const expected = '"subject", "name", "agentId", "agentType" or "properties.<name>"';
  const code = input === undefined ? "missing" : "invalid_value";
  report(issueAt(code, [], `must be ${expected}`, { expected, received: input }));
  return "";
});

/** The most event fields that groups are told apart by. */
export const MOST_EVENT_FIELDS = 20;

/** Reports every field that an earlier element names already. */
export function reportRepeated(names: readonly unknown[], list: string, report: Report): void {
  for (const [index, name] of names.slice(0, MOST_EVENT_FIELDS).entries()) {
    const earlier = names.indexOf(name);
    if (typeof name !== "string" || name === "" || earlier === index) continue;
    const expected = `other than ${list}[${earlier}]`;
    report(
      issueAt("duplicate_id", [list, index], `must be ${expected}`, { expected, received: name }),
    );
  }
}
