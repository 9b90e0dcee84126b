import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { draftShown, type } from "../model/edit.js";
import { type Json, keyOf, type Path, textOf, valueAt } from "../model/json.js";
import type { Message } from "../model/reading.js";
import type { State } from "../model/state.js";
import type { Edit } from "./use-playground.js";

/** What every field of the catalog needs. */
export interface Editing {
  readonly state: State;
  readonly edit: Edit;
  readonly messages: ReadonlyMap<string, readonly Message[]>;
}

export const EditingContext = createContext<Editing | undefined>(undefined);

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === undefined) throw new Error("unreachable: fields stand in an EditingContext");
  return editing;
}

/** A place of the catalog: what was typed there, what is said of it, and how to type something else. */
export function usePlace(path: Path) {
  const { state, edit, messages } = useEditing();
  const key = keyOf(path);
  const value = valueAt(draftShown(state).product, path);
  return {
    value,
    text: textOf(value),
    id: fieldId(path),
    messages: messages.get(key) ?? [],
    put: (next: Json | undefined) => edit((now) => type(now, path, next), key),
  };
}

/** The id of the field of a place. */
export function fieldId(path: Path): string {
  return `field/${keyOf(path)}`;
}
