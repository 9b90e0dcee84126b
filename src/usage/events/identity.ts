/**
 * What tells an event from the others of its customer: its id, after its source where it says one. Ids are unique within
 * a source.
 *
 * Source: CloudEvents 1.0.2, https://github.com/cloudevents/spec, "id" and "source".
 */
export function identityOf(id: string, source: string | undefined): string {
  return source === undefined || id === "" ? id : `${JSON.stringify(source)} ${id}`;
}

const WITH_SOURCE = /^"(?:[^"\\]|\\.)*" /;

/** The id that an event was given. */
export function givenId(identity: string): string {
  return identity.startsWith('"') ? identity.replace(WITH_SOURCE, "") : identity;
}

/** What an event of the same source would be called that has another id. */
export function siblingOf(identity: string, id: string): string {
  const [source = ""] = WITH_SOURCE.exec(identity) ?? [];
  return source + id;
}
