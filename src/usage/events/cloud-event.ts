import { type UnknownRecord as Fields, isRecord } from "../../schema/unknown-record.js";

/**
 * An event out of its CloudEvents 1.0 envelope (structured JSON); any other object as it is.
 *
 * `id`, `source`, `subject` and `time` are ours as they are (`time` is `timestamp`); `type` is `name`. Everything else, the
 * customer and the unit above all, comes from `data`, whose fields win where they say the same thing. Extension attributes
 * are not read.
 *
 * Source: CloudEvents 1.0.2, https://github.com/cloudevents/spec, "Context Attributes".
 */
export function unwrapped(event: Fields): Fields {
  const { specversion, data } = event;
  if (typeof specversion !== "string" || !specversion.startsWith("1.")) return event;
  if (!isRecord(data)) return event;
  const { id, source, type, subject, time } = event;
  const envelope = { id, source, name: type, subject, timestamp: time };
  const said = Object.entries(data).filter(([, value]) => value !== undefined && value !== null);
  return { ...envelope, ...Object.fromEntries(said), id };
}
