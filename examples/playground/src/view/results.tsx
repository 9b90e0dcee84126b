import { useEffect, useMemo } from "preact/hooks";
import type {
  Charge,
  Explanation,
  Invoice,
  PricingIssue,
  Product,
  RatePlan,
  Simulation,
} from "rateplan";
import { show } from "../model/edit.js";
import type { Attempt } from "../model/reading.js";
import {
  type Billed,
  bills,
  byQuantity,
  type Compared,
  chargeShown,
  drawn,
  explained,
  money,
  mostOf,
  overTime,
  planShown,
  settled,
  sideBySide,
  subtracted,
  tiersOf,
  twoPlans,
} from "../model/results.js";
import { CHARTS, type Scenario, type Shown, type State } from "../model/state.js";
import { countsOf, usageOf } from "../model/usage.js";
import { Card, Choice } from "./fields.js";
import { Picture, useWidth } from "./picture.js";
import type { Edit } from "./use-playground.js";

export type Theme = "light" | "dark";

/** What the drafts come to: of quantities the bill of one period, at once; of events all documents so far. */
export function Figures({
  amounts,
  costs,
  scenario,
}: {
  readonly amounts: readonly Attempt<Billed>[];
  readonly costs: readonly Attempt<string>[];
  readonly scenario: Scenario;
}) {
  const [a, b] = amounts.map((each) => (each.ok ? each.value : undefined));
  const isEvents = scenario.source === "events";
  return (
    <div class="figures" aria-live="polite">
      {amounts.map((each, index) => (
        <p key={index}>
          <span>
            {amounts.length > 1 && `Draft ${"AB"[index]}: `}
            {isEvents ? "documents so far" : "one billing period"}
          </span>
          <strong data-testid="amount">{each.ok ? money(each.value.amount) : "–"}</strong>
          <span>
            {each.ok && each.value.currency}
            {each.ok && !isEvents && <Margin amount={each.value.amount} cost={costs[index]} />}
          </span>
        </p>
      ))}
      {a !== undefined && b !== undefined && (
        <p>
          <span>B less A</span>
          <strong data-testid="difference">{money(subtracted(b.amount, a.amount))}</strong>
          <span>{a.currency}</span>
        </p>
      )}
    </div>
  );
}

function Margin({
  amount,
  cost,
}: {
  readonly amount: string;
  readonly cost: Attempt<string> | undefined;
}) {
  if (cost?.ok !== true || Number(cost.value) === 0) return null;
  return (
    <span class="more">
      {" · costs "}
      {money(cost.value)}
      {" · margin "}
      {money(subtracted(amount, cost.value))}
    </span>
  );
}

/** What follows once the hand rests: charts, tables, documents and explanations. */
export function Results({
  products,
  state,
  edit,
  theme,
  onIssues,
}: {
  readonly products: readonly Product[];
  readonly state: State;
  readonly edit: Edit;
  readonly theme: Theme;
  readonly onIssues: (issues: readonly PricingIssue[]) => void;
}) {
  const { shown, scenario } = state;
  const product = products[shown.draft] ?? products[0];
  const plan = product && planShown(product, shown);
  const charge = product && chargeShown(product, shown);
  if (product === undefined || plan === undefined) return null;
  return (
    <>
      <Chart {...{ products, product, plan, charge, state, edit, theme, onIssues }} />
      {products.length > 1 && <Sides {...{ products, shown, scenario }} />}
      <Bill {...{ product, plan, charge, scenario, shown, edit }} />
    </>
  );
}

const NO_ISSUES: readonly PricingIssue[] = [];

const CHART_NAMES = { quantity: "by quantity", time: "over time", outcomes: "outcomes" } as const;

function Chart({
  products,
  product,
  plan,
  charge,
  state,
  edit,
  theme,
  onIssues,
}: {
  readonly products: readonly Product[];
  readonly product: Product;
  readonly plan: RatePlan;
  readonly charge: Charge | undefined;
  readonly state: State;
  readonly edit: Edit;
  readonly theme: Theme;
  readonly onIssues: (issues: readonly PricingIssue[]) => void;
}) {
  const { scenario, shown } = state;
  const [frame, width] = useWidth();
  const series = useMemo(() => overTime(product, plan, scenario), [product, plan, scenario]);
  useEffect(() => onIssues(series.ok ? NO_ISSUES : series.issues), [series, onIssues]);
  const most = charge === undefined ? 0 : mostOf(charge, usageOf(charge, scenario.usage).quantity);
  const [a, b] = products.map((each) => planShown(each, shown));
  const compared = useMemo<Attempt<Compared> | undefined>(
    () =>
      shown.chart !== "quantity" || a === undefined || b === undefined || charge === undefined
        ? undefined
        : twoPlans(a, b, { charge, most, usage: scenario.usage }),
    [a, b, charge, most, scenario.usage, shown.chart],
  );
  const what = useMemo(() => {
    if (shown.chart === "time") return series;
    if (charge === undefined) return undefined;
    if (shown.chart === "outcomes") return settled(charge, scenario);
    if (countsOf(charge) === undefined || countsOf(charge) === "groups") return undefined;
    return compared === undefined ? byQuantity(plan, charge, most) : comparisonOf(compared);
  }, [shown.chart, series, charge, scenario, compared, plan, most]);
  const size = Math.max(160, Math.min(760, width - 90));
  const picture = useMemo(() => {
    if (what?.ok !== true) return what;
    const isQuantity = shown.chart === "quantity";
    return drawn(what.value, {
      theme,
      width: size,
      height: 240,
      ...(isQuantity && charge !== undefined
        ? {
            title: `What ${compared === undefined ? charge.name : "each draft"} costs`,
            unit: unitOf(charge),
          }
        : {}),
      ...(compared?.ok === true && compared.value.breakEven !== undefined && isQuantity
        ? { breakEven: compared.value.breakEven }
        : {}),
    });
  }, [what, theme, size, shown.chart, charge, compared]);
  return (
    <Card
      title="Chart"
      id="chart"
      aside={
        <Choice
          label="Chart"
          value={shown.chart}
          options={CHARTS.map((kind) => [kind, CHART_NAMES[kind]])}
          onChoose={(kind) => edit((now) => show(now, { chart: kind }), "chart")}
        />
      }
    >
      <div ref={frame}>
        {picture === undefined ? (
          <p class="quiet">{NOTHING[shown.chart]}</p>
        ) : picture.ok ? (
          <Picture
            spec={picture.value}
            label={`${charge?.name ?? plan.name} ${CHART_NAMES[shown.chart]}`}
          />
        ) : (
          <Why issues={picture.issues} />
        )}
      </div>
      {series.ok && (
        <p class="quiet">
          {products.length > 1 && `Draft ${"AB"[shown.draft]}, `}
          {scenario.range.from} through {scenario.range.through}
        </p>
      )}
      {series.ok && (
        <dl class="totals" aria-label="Over the range of dates">
          <Total label="Revenue" value={money(series.value.total.revenue)} />
          <Total label="Costs" value={money(series.value.total.cost)} />
          <Total label="Margin" value={money(series.value.total.margin)} />
          <Total label="Margin rate" value={rateText(series.value.total.marginRate)} />
        </dl>
      )}
      {compared?.ok === true && compared.value.breakEven !== undefined && (
        <p class="quiet">{breakEvenText(compared.value)}</p>
      )}
    </Card>
  );
}

const NOTHING = {
  quantity: "This charge is not priced by a quantity alone. “Over time” shows the whole plan.",
  time: "Nothing to draw.",
  outcomes: "The charge has no outcome policy, or one whose filter the page cannot read.",
};

function Total({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function comparisonOf(compared: Attempt<Compared>) {
  return compared.ok ? { ok: true as const, value: compared.value.comparison } : compared;
}

function breakEvenText({ breakEven }: Compared): string {
  const stretches = breakEven?.stretches ?? [];
  const words = { a: "A is cheaper", b: "B is cheaper", same: "both cost the same" };
  const parts = stretches
    .filter(({ from, to }) => from !== to)
    .map(({ from, to, cheaper }) => `from ${from} to ${to} ${words[cheaper]}`);
  return `Break-even: ${parts.join("; ")}.`;
}

function unitOf(charge: Charge): string {
  return "unitOfMeasure" in charge ? (charge.unitOfMeasure ?? "units").replace("@", "") : "units";
}

/** A share as per cent, from the digits that rateplan gives. */
function rateText(rate: string | null): string {
  return rate === null ? "–" : `${(Number(rate) * 100).toFixed(1)} %`;
}

function Why({ issues }: { readonly issues: readonly PricingIssue[] }) {
  return (
    <ul class="messages">
      {issues.slice(0, 6).map(({ message }) => (
        <li key={message} class="error">
          {message}
        </li>
      ))}
    </ul>
  );
}

/** Tiers, document and explanation. */
function Bill({
  product,
  plan,
  charge,
  scenario,
  shown,
  edit,
}: {
  readonly product: Product;
  readonly plan: RatePlan;
  readonly charge: Charge | undefined;
  readonly scenario: Scenario;
  readonly shown: Shown;
  readonly edit: Edit;
}) {
  const found = useMemo(() => bills(product, plan, scenario), [product, plan, scenario]);
  if (!found.ok) {
    return (
      <Card title="Document" id="document">
        <Why issues={found.issues} />
      </Card>
    );
  }
  const index = Math.min(shown.document, found.value.length - 1);
  const bill = found.value[index];
  if (bill === undefined) {
    return (
      <Card title="Document" id="document">
        <p class="quiet">No document is due by then.</p>
      </Card>
    );
  }
  return (
    <>
      {charge !== undefined && <TierTable bill={bill} charge={charge} />}
      <Card
        title={"total" in bill ? titleOf(bill) : "Document"}
        id="document"
        aside={
          found.value.length > 1 && (
            <Choice
              label="Documents"
              value={String(index)}
              options={found.value.map((each, at) => [
                String(at),
                "period" in each ? tabOf(each) : `${at}`,
              ])}
              onChoose={(at) => edit((now) => show(now, { document: Number(at) }), "document")}
            />
          )
        }
      >
        <Lines bill={bill} />
      </Card>
      <Explained bill={bill} />
    </>
  );
}

/** Both drafts, row by row. */
function Sides({
  products,
  shown,
  scenario,
}: {
  readonly products: readonly Product[];
  readonly shown: Shown;
  readonly scenario: Scenario;
}) {
  const rows = useMemo(() => {
    const [a = [], b = []] = products.map((product) => {
      const plan = planShown(product, shown);
      const own = plan && bills(product, plan, scenario);
      return own?.ok === true ? own.value : [];
    });
    return sideBySide(a, b);
  }, [products, shown, scenario]);
  return (
    <Card title="Side by side" id="sides">
      <table data-testid="sides">
        <thead>
          <tr>
            <th scope="col" class="text">
              {scenario.source === "events" ? "Document" : "Line"}
            </th>
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">B less A</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, a, b, difference }) => (
            <tr key={key}>
              <td>{name}</td>
              <td class="number">{a === null ? "–" : money(a)}</td>
              <td class="number">{b === null ? "–" : money(b)}</td>
              <td class="number">{money(difference)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function titleOf({ kind, sequence }: Invoice): string {
  return `${kind === "invoice" ? "Invoice" : "Credit note"} ${sequence}`;
}

function tabOf({ period, total }: Invoice): string {
  return `${period.start.slice(0, 10)} · ${money(total)}`;
}

function TierTable({
  bill,
  charge,
}: {
  readonly bill: Simulation | Invoice;
  readonly charge: Charge;
}) {
  const tiers = tiersOf(bill, charge.id);
  if (tiers.length === 0) return null;
  const hasFees = tiers.some(({ flatFee }) => flatFee !== null);
  return (
    <Card title={`Tiers of ${charge.name}`} id="tiers">
      <table data-testid="tiers">
        <thead>
          <tr>
            <th scope="col">Above</th>
            <th scope="col">Up to</th>
            <th scope="col">Quantity</th>
            <th scope="col">Unit price</th>
            {hasFees && <th scope="col">Fee</th>}
            <th scope="col">Amount</th>
          </tr>
        </thead>
        <tbody>
          {tiers.map(({ from, upTo, quantity, unitPrice, flatFee, amount }) => (
            <tr key={from}>
              <td class="number">{from}</td>
              <td class="number">{upTo ?? "∞"}</td>
              <td class="number">{quantity}</td>
              <td class="number">{unitPrice ?? ""}</td>
              {hasFees && <td class="number">{flatFee ?? ""}</td>}
              <td class="number">{money(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Lines({ bill }: { readonly bill: Simulation | Invoice }) {
  const isDocument = "total" in bill;
  return (
    <>
      {isDocument && (
        <p class="quiet">
          {bill.period.start} to {bill.period.end}, known by {bill.asOf}
        </p>
      )}

      <table data-testid="document">
        <thead>
          <tr>
            <th scope="col" class="text">
              Line
            </th>
            <th scope="col">Quantity</th>
            <th scope="col">Amount</th>
          </tr>
        </thead>
        <tbody>
          {bill.lines.map((line) => (
            <tr key={line.key}>
              <td>{line.description}</td>
              <td class="number">{line.unitOfMeasure === null ? "" : line.quantity}</td>
              <td class="number">{money(line.amount)}</td>
            </tr>
          ))}
          {bill.lines.length === 0 && (
            <tr>
              <td colSpan={3}>Nothing is billed.</td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              Total, {bill.currency}
            </th>
            <td class="number">{money(isDocument ? bill.total : bill.amount)}</td>
          </tr>
        </tfoot>
      </table>
      {isDocument &&
        bill.provisional.map(({ chargeId, reversible, pending }) => (
          <p key={chargeId} class="quiet">
            Not final: {reversible} billed here may still be reversed, {pending} wait for
            confirmation ({chargeId}).
          </p>
        ))}
      {bill.warnings.map(({ message }) => (
        <p key={message} class="messages warning">
          {message}
        </p>
      ))}
    </>
  );
}

function Explained({ bill }: { readonly bill: Simulation | Invoice }) {
  const tree = useMemo(() => explained(bill), [bill]);
  return (
    <Card title="How each cent came about" id="explanation">
      {tree.ok ? (
        <ul class="tree" data-testid="explanation">
          {tree.value.children.map((child, index) => (
            <Node key={index} node={child} open={bill.lines.length > FEW ? 1 : 3} />
          ))}
        </ul>
      ) : (
        <Why issues={tree.issues} />
      )}
    </Card>
  );
}

/** A node, and what it is made of; `open` levels are open at first. */
function Node({ node, open }: { readonly node: Explanation; readonly open: number }) {
  const { label, value, form, unit, note, children } = node;
  const text =
    value === null
      ? ""
      : form === "amount"
        ? money(value)
        : value.replace("/", form === "period" ? " to " : "/");
  const line = (
    <>
      <span>{label}</span>
      {note !== null && <span class="quiet">{note}</span>}
      <span class="number">
        {text}
        {form === "number" && unit !== null && unit !== "" ? ` ${unit}` : ""}
      </span>
    </>
  );
  if (children.length === 0) return <li class={node.role}>{line}</li>;
  return (
    <li class={node.role}>
      <details open={open > 0 && node.role !== "fact"}>
        <summary>{line}</summary>
        <ul>
          {children.map((child, index) => (
            <Node key={index} node={child} open={open - 1} />
          ))}
        </ul>
      </details>
    </li>
  );
}

/** So many lines are explained at once; of more, one opens those that one wants to see. */
const FEW = 3;
