import { keyOf } from "../model/json.js";
import type { Message } from "../model/reading.js";
import { fieldId } from "./editing.js";

/** All that is wrong, in one list: each leads to its field. */
export function Problems({
  messages,
  onGo,
}: {
  readonly messages: readonly Message[];
  readonly onGo: (message: Message) => void;
}) {
  const wrong = messages.filter(({ severity }) => severity === "error");
  return (
    <div role="status" class={wrong.length === 0 ? "problems none" : "problems"}>
      {wrong.length > 0 && (
        <>
          <strong>
            {wrong.length === 1 ? "One thing is wrong" : `${wrong.length} things are wrong`} in the
            catalog. The results are those of before; nothing that was typed is lost.
          </strong>
          <ul>
            {wrong.slice(0, MOST).map((message) => (
              <li key={keyOf(message.path) + message.text}>
                <button type="button" class="link" onClick={() => onGo(message)}>
                  {message.text}
                </button>
              </li>
            ))}
            {wrong.length > MOST && <li>and {wrong.length - MOST} more</li>}
          </ul>
        </>
      )}
    </div>
  );
}

const MOST = 8;

/** Puts the cursor into the field of a message, or the nearest around it. */
export function goTo({ path }: Message): void {
  for (let length = path.length; length > 0; length -= 1) {
    const field = document.getElementById(fieldId(path.slice(0, length)));
    if (field !== null) {
      field.focus();
      field.scrollIntoView({ block: "center" });
      return;
    }
  }
}
