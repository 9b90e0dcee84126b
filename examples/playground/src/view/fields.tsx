import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isRecord, type Json, keyOf, listOf, type Path, textOf } from "../model/json.js";
import type { FieldRow } from "../model/models.js";
import type { Message } from "../model/reading.js";
import { useEditing, usePlace } from "./editing.js";

/** What is said of a place. */
export function Messages({
  id,
  messages,
}: {
  readonly id: string;
  readonly messages: readonly Message[];
}) {
  if (messages.length === 0) return null;
  return (
    <ul class="messages" id={id}>
      {messages.map(({ text, severity }) => (
        <li key={text} class={severity}>
          {severity === "error" ? "" : `${severity === "warning" ? "Warning" : "Note"}: `}
          {text}
        </li>
      ))}
    </ul>
  );
}

/** The messages of a place that has no field of its own. */
export function PlaceMessages({ path }: { readonly path: Path }) {
  const { messages } = useEditing();
  return <Messages id={`said/${keyOf(path)}`} messages={messages.get(keyOf(path)) ?? []} />;
}

function facts(id: string, messages: readonly Message[]) {
  const isWrong = messages.some(({ severity }) => severity === "error");
  return {
    id,
    "aria-invalid": isWrong ? ("true" as const) : undefined,
    "aria-describedby": messages.length > 0 ? `${id}/said` : undefined,
  };
}

/** A field of the catalog with its label. */
export function Field({
  path,
  label,
  options,
  otherwise,
}: Omit<FieldRow, "key"> & { readonly path: Path }) {
  const { id, messages } = usePlace(path);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <Entry path={path} {...(options && { options })} {...(otherwise && { otherwise })} />
      <Messages id={`${id}/said`} messages={messages} />
    </div>
  );
}

/** The same without label and messages: a cell of a table, that has both elsewhere. */
export function Entry({
  path,
  label,
  options,
  otherwise,
}: {
  readonly path: Path;
  readonly label?: string;
  readonly options?: readonly string[];
  readonly otherwise?: string;
}) {
  const { id, text, value, put, messages } = usePlace(path);
  const common = { ...facts(id, messages), ...(label && { "aria-label": label }) };
  if (options !== undefined && !isRecord(value)) {
    return (
      <select
        {...common}
        value={text}
        onChange={(event) => put(event.currentTarget.value || undefined)}
      >
        {[...new Set([...options, text])].map((option) => (
          <option key={option} value={option}>
            {option === "" ? "default" : option}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      {...common}
      value={text}
      placeholder={otherwise}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => put(event.currentTarget.value)}
    />
  );
}

/** Several texts, with commas between them. What is typed stays as it is while it is typed. */
export function ListField({
  path,
  label,
  otherwise,
}: Omit<FieldRow, "key"> & { readonly path: Path }) {
  const { id, value, put, messages } = usePlace(path);
  const joined = listOf(value).map(textOf).join(", ");
  const [typed, setTyped] = useState<string>();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...facts(id, messages)}
        value={typed ?? joined}
        placeholder={otherwise}
        autocomplete="off"
        onInput={(event) => {
          const { value: text } = event.currentTarget;
          setTyped(text);
          const names = text
            .split(",")
            .map((name) => name.trim())
            .filter((name) => name !== "");
          put(names.length === 0 ? undefined : names);
        }}
        onBlur={() => setTyped(undefined)}
      />
      <Messages id={`${id}/said`} messages={messages} />
    </div>
  );
}

/** A part of the catalog as JSON: for all that has no field. Text that is not JSON stays, and changes nothing. */
export function JsonField({
  label,
  value,
  onPut,
  rows = 10,
}: {
  readonly label: string;
  readonly value: Json | undefined;
  readonly onPut: (value: Json) => void;
  readonly rows?: number;
}) {
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState("");
  const shown = value === undefined ? "" : JSON.stringify(value, undefined, 2);
  // Something else is shown: what was typed here is of the past.
  useEffect(() => {
    if (problem === "") setTyped(undefined);
  }, [problem, shown]);
  return (
    <label class="field wide">
      {label}
      <textarea
        class="code"
        rows={rows}
        spellcheck={false}
        aria-invalid={problem === "" ? undefined : "true"}
        value={typed ?? shown}
        onInput={(event) => {
          const text = event.currentTarget.value;
          setTyped(text);
          const read = jsonOf(text);
          setProblem(read.ok ? "" : read.reason);
          if (read.ok) onPut(read.value);
        }}
      />
      {problem !== "" && <span class="messages error">{problem}</span>}
    </label>
  );
}

function jsonOf(
  text: string,
): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** A part of the page under a heading. */
export function Card({
  title,
  id,
  children,
  aside,
}: {
  readonly title: string;
  readonly id: string;
  readonly children: ComponentChildren;
  readonly aside?: ComponentChildren;
}) {
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Some things of which one is shown. */
export function Choice<T extends string>({
  label,
  options,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly (readonly [T, string])[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map(([option, text]) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChoose(option)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}
