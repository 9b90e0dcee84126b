/** The units that we know, one and several. */
const UNITS: ReadonlyMap<string, readonly [one: string, several: string]> = new Map([
  ["@outcome", ["outcome", "outcomes"]],
  ["@action", ["action", "actions"]],
  ["@user", ["user", "users"]],
  ["@seat", ["seat", "seats"]],
]);

/** A unit of measure as people name so many of it. */
export function unitForPeople(unit: string, count = "2"): string {
  const [one, several] = UNITS.get(unit) ?? [];
  return (count === "1" ? one : several) ?? unit;
}
