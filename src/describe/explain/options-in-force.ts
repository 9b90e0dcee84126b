import { excerpt } from "../../data/excerpt.js";
import { isList } from "../../data/foreign.js";
import { isRecord, type UnknownRecord } from "../../schema/unknown-record.js";
import { type Explanation, factNode, groupNode } from "./explanation.js";

/** Options and terms as facts, whatever they are: a field each, with what stands in it below it. */
export function optionFacts(options: UnknownRecord): readonly Explanation[] {
  return Object.entries(options).flatMap(([name, value]) => optionFact(name, words(name), value));
}

function optionFact(name: string, label: string, value: unknown): readonly Explanation[] {
  if (isRecord(value)) return groupNode(name, label, optionFacts(value));
  if (!isList(value)) return [factNode(name, label, scalar(value))];
  if (value.every((each) => !isRecord(each) && !isList(each))) {
    return value.length === 0 ? [] : [factNode(name, label, value.map(scalar).join(", "))];
  }
  const rows = value.flatMap((each, index) => rowFact(`${index + 1}`, each));
  return groupNode(name, label, rows);
}

/** A row of a table, such as a tier, on one line; what has more in it, as it is. */
function rowFact(place: string, row: unknown): readonly Explanation[] {
  const cells = isRecord(row) ? Object.entries(row) : [];
  const isFlat = cells.length > 0 && cells.every(([, value]) => !isRecord(value) && !isList(value));
  if (!isFlat) return optionFact("row", place, row);
  const texts = cells.map(([name, value]) => `${words(name).toLowerCase()} ${scalar(value)}`);
  return [factNode("row", place, texts.join(", "))];
}

function scalar(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  return typeof value === "string" ? value : excerpt(value);
}

/** A name of ours as words: `"billingTiming"` → `"Billing timing"`. Names of others stay. */
function words(name: string): string {
  if (!/^[a-z][a-zA-Z]*$/.test(name)) return name;
  const text = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
