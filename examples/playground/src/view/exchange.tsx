import json5 from "json5";
import { useRef, useState } from "preact/hooks";
import type { RatePlan, Simulation } from "rateplan";
import { draftShown, replaceProduct } from "../model/edit.js";
import { asCode, asJson, importCatalog } from "../model/exchange.js";
import type { Attempt } from "../model/reading.js";
import type { State } from "../model/state.js";
import { heldQuantities, needsEvents, usedQuantities } from "../model/usage.js";
import { Choice } from "./fields.js";
import type { Edit } from "./use-playground.js";

/** The catalog in and out: as JSON and as code. */
export function Exchange({
  state,
  edit,
  plan,
  bill,
}: {
  readonly state: State;
  readonly edit: Edit;
  readonly plan: RatePlan | undefined;
  readonly bill: Attempt<Simulation> | undefined;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [form, setForm] = useState<"json" | "code" | "import">("json");
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const [said, setSaid] = useState("");
  const open = (next: typeof form) => {
    setForm(next);
    setProblem("");
    setSaid("");
    dialog.current?.showModal();
  };
  const draft = draftShown(state);
  const { usage } = state.scenario;
  const tried =
    plan !== undefined && bill?.ok === true && !needsEvents(plan)
      ? {
          plan,
          usage: usedQuantities(plan, usage),
          quantities: heldQuantities(plan, usage),
          amount: bill.value.amount,
        }
      : undefined;
  const text = form === "code" ? asCode(draft, tried) : asJson(draft);
  const read = () => {
    const found = importCatalog(typed, (literal) => json5.parse(literal));
    if (!found.ok) {
      setProblem(found.reason);
      return;
    }
    edit((now) => replaceProduct(now, found.product), "import");
    setTyped("");
    dialog.current?.close();
  };
  return (
    <>
      <button type="button" onClick={() => open("json")}>
        Export
      </button>
      <button type="button" onClick={() => open("import")}>
        Import
      </button>
      <dialog ref={dialog} aria-labelledby="exchange">
        <div class="heading">
          <h2 id="exchange">{form === "import" ? "Import a catalog" : "Export the catalog"}</h2>
          <button
            type="button"
            class="icon"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            ×
          </button>
        </div>
        {form === "import" ? (
          <>
            <p class="quiet">
              A product, a rate plan or a charge: as JSON, or in code as a literal. It takes the
              place of the draft that is shown; the browser's back button brings that back.
            </p>
            <textarea
              class="code"
              rows={14}
              aria-label="Catalog to import"
              aria-invalid={problem === "" ? undefined : "true"}
              spellcheck={false}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
            <div role="alert">{problem !== "" && <p class="messages error">{problem}</p>}</div>
            <div class="row">
              <label class="button">
                From a file
                <input
                  type="file"
                  class="hidden"
                  accept=".json,.json5,.ts,.js,.mjs"
                  onChange={(event) => {
                    const [file] = event.currentTarget.files ?? [];
                    file?.text().then(setTyped, (error: unknown) => setProblem(String(error)));
                  }}
                />
              </label>
              <button type="button" class="main" onClick={read}>
                Import
              </button>
            </div>
          </>
        ) : (
          <>
            <Choice
              label="As"
              value={form}
              options={[
                ["json", "JSON"],
                ["code", "code"],
              ]}
              onChoose={setForm}
            />
            <textarea
              class="code"
              rows={16}
              readOnly
              aria-label="The catalog"
              value={text}
              spellcheck={false}
            />
            <div class="row">
              <span role="status" class="quiet">
                {said}
              </span>
              <a
                class="button"
                download={form === "code" ? "catalog.ts" : "catalog.json"}
                href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
              >
                Download
              </a>
              <button
                type="button"
                class="main"
                onClick={() =>
                  navigator.clipboard.writeText(text).then(
                    () => setSaid("Copied."),
                    () => setSaid("The browser does not allow it: select the text instead."),
                  )
                }
              >
                Copy
              </button>
            </div>
          </>
        )}
      </dialog>
    </>
  );
}
