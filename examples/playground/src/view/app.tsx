import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type { PricingIssue, Product } from "rateplan";
import { compareDrafts, keepDraft, show } from "../model/edit.js";
import { byPlace, type Reading, readProduct } from "../model/reading.js";
import { billed, costOfPeriod, onePeriod, planShown } from "../model/results.js";
import { STARTS } from "../model/starts.js";
import type { State } from "../model/state.js";
import { EditingContext } from "./editing.js";
import { Editor } from "./editor.js";
import { Exchange } from "./exchange.js";
import { Choice } from "./fields.js";
import { goTo, Problems } from "./problems.js";
import { Figures, Results, type Theme } from "./results.js";
import { Trial } from "./trial.js";
import { useCalm, usePlayground } from "./use-playground.js";

export function App() {
  const { state, edit, flush } = usePlayground();
  const [theme, choice, chooseTheme] = useTheme();
  const { drafts, shown, scenario } = state;
  const { costs } = scenario;
  const readings = useReadings(drafts, costs);
  const messages = useMemo(() => readings[shown.draft]?.messages ?? [], [readings, shown.draft]);
  const places = useMemo(() => byPlace(messages), [messages]);
  const kept = useLastRead(readings);
  const products = useMemo(() => kept.flatMap((product) => product ?? []), [kept]);
  const product = kept[shown.draft];
  const plan = product && planShown(product, shown);
  const bill = useMemo(
    () => (plan === undefined ? undefined : onePeriod(plan, scenario)),
    [plan, scenario],
  );
  const calm = useCalm(useMemo(() => ({ state, products }), [state, products]));
  // Documents take longer than one period: they follow when the hand rests.
  const counted = scenario.source === "events" ? calm : { state, products };
  const figures = useMemo(() => figuresOf(counted), [counted.state, counted.products]);
  const [issuesOverTime, onIssues] = useState<readonly PricingIssue[]>([]);
  const issues = [
    ...(bill?.ok === false && scenario.source === "quantities" ? bill.issues : []),
    ...issuesOverTime,
  ];
  const editing = useMemo(() => ({ state, edit, messages: places }), [state, edit, places]);
  const isStale = readings[shown.draft]?.product === undefined;
  return (
    <EditingContext.Provider value={editing}>
      <header class="top">
        <h1>rateplan playground</h1>
        <StartChooser
          onChoose={(id) =>
            edit((now) => STARTS.find((start) => start.id === id)?.state ?? now, `start/${id}`)
          }
        />
        <div class="row">
          <Exchange {...{ state, edit, plan, bill }} />
          <Share flush={flush} />
          <select
            aria-label="Colours"
            value={choice}
            onChange={(event) => chooseTheme(event.currentTarget.value)}
          >
            <option value="auto">Colours of the system</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </select>
        </div>
      </header>
      <main>
        <div class="column">
          <div class="row drafts">
            {drafts.length > 1 ? (
              <>
                <Choice
                  label="Draft"
                  value={String(shown.draft)}
                  options={[
                    ["0", "Draft A"],
                    ["1", "Draft B"],
                  ]}
                  onChoose={(index) => edit((now) => show(now, { draft: Number(index) }), "shown")}
                />
                <button
                  type="button"
                  onClick={() => edit((now) => keepDraft(now, now.shown.draft), "compare")}
                >
                  Keep this one alone
                </button>
              </>
            ) : (
              <button type="button" onClick={() => edit(compareDrafts, "compare")}>
                Compare with a second draft
              </button>
            )}
          </div>
          <Problems
            messages={messages}
            onGo={(message) => {
              const { path } = message;
              const [plans, planIndex, charges, chargeIndex] = path;
              if (plans === "ratePlans" && typeof planIndex === "number") {
                const charge =
                  charges === "charges" && typeof chargeIndex === "number"
                    ? { charge: chargeIndex }
                    : {};
                edit((now) => show(now, { plan: planIndex, ...charge }), "shown");
              }
              // Once its form is there.
              requestAnimationFrame(() => requestAnimationFrame(() => goTo(message)));
            }}
          />
          <Editor />
          <Findings messages={messages} />
        </div>
        <div class={isStale ? "column stale" : "column"}>
          <Figures {...figures} scenario={scenario} />
          {plan !== undefined && <Trial {...{ state, edit, plan, issues }} />}
          <Results products={calm.products} state={calm.state} {...{ edit, theme, onIssues }} />
        </div>
      </main>
      <footer>
        Everything is computed in this page by the package itself: nothing is sent anywhere. Amounts
        are exact.
      </footer>
    </EditingContext.Provider>
  );
}

/** The product of each draft. While something in it is wrong, the one of before: results do not come and go as one types. */
function useLastRead(readings: readonly Reading[]): readonly (Product | undefined)[] {
  const last = useRef<readonly (Product | undefined)[]>([]);
  return useMemo(() => {
    last.current = readings.map(({ product }, index) => product ?? last.current[index]);
    return last.current;
  }, [readings]);
}

/** What each draft comes to, and costs. */
function figuresOf({
  state,
  products,
}: {
  readonly state: State;
  readonly products: readonly Product[];
}) {
  const { shown, scenario } = state;
  const pairs = products.flatMap((product) => {
    const plan = planShown(product, shown);
    return plan === undefined ? [] : [{ product, plan }];
  });
  return {
    amounts: pairs.map(({ product, plan }) => billed(product, plan, scenario)),
    costs: pairs.map(({ plan }) => costOfPeriod(plan, scenario)),
  };
}

/** Each draft as the parser reads it; one that did not change is not read again. */
function useReadings(
  drafts: readonly Parameters<typeof readProduct>[0][],
  costs: Parameters<typeof readProduct>[1],
) {
  const [a, b] = drafts;
  const first = useMemo(() => a && readProduct(a, costs), [a, costs]);
  const second = useMemo(() => b && readProduct(b, costs), [b, costs]);
  return useMemo(() => [first, second].flatMap((each) => each ?? []), [first, second]);
}

/** Colours: of the system, or as chosen here. */
function useTheme(): readonly [Theme, string, (choice: string) => void] {
  const dark = useMemo(() => matchMedia("(prefers-color-scheme: dark)"), []);
  const [isDark, setDark] = useState(dark.matches);
  const [choice, setChoice] = useState(() => localStorage.getItem("theme") ?? "auto");
  useEffect(() => {
    const onChange = () => setDark(dark.matches);
    dark.addEventListener("change", onChange);
    return () => dark.removeEventListener("change", onChange);
  }, [dark]);
  const theme =
    choice === "auto" ? (isDark ? "dark" : "light") : choice === "dark" ? "dark" : "light";
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const choose = (next: string) => {
    localStorage.setItem("theme", next);
    setChoice(next);
  };
  return [theme, choice, choose];
}

function StartChooser({ onChoose }: { readonly onChoose: (id: string) => void }) {
  const [chosen, setChosen] = useState("");
  const start = STARTS.find(({ id }) => id === chosen);
  const field = useId();
  return (
    <div class="start">
      <div class="row">
        <label for={field}>Start from</label>
        <select
          id={field}
          value={chosen}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setChosen(value);
            onChoose(value);
          }}
        >
          <option value="" disabled>
            a worked example …
          </option>
          {STARTS.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {start !== undefined && <p class="quiet">{start.about}</p>}
    </div>
  );
}

function Share({ flush }: { readonly flush: () => void }) {
  const [said, setSaid] = useState("");
  return (
    <>
      <button
        type="button"
        onClick={() => {
          flush();
          navigator.clipboard.writeText(location.href).then(
            () => setSaid("Copied."),
            () => setSaid("Copy the address of the page."),
          );
        }}
      >
        Copy link
      </button>
      <span role="status" class="quiet">
        {said}
      </span>
    </>
  );
}

/** What parses and looks like a mistake, all in one place; each also stands beside its field. */
function Findings({ messages }: { readonly messages: Parameters<typeof Problems>[0]["messages"] }) {
  const found = messages.filter(({ severity }) => severity !== "error");
  if (found.length === 0) return null;
  return (
    <section class="card" aria-labelledby="findings">
      <h2 id="findings">What looks like a mistake</h2>
      <ul class="messages">
        {found.map((message) => (
          <li key={message.path.join("/") + message.text} class={message.severity}>
            <button type="button" class="link" onClick={() => goTo(message)}>
              {message.text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
