import { useId } from "preact/hooks";
import type { Charge, PricingIssue, RatePlan } from "rateplan";
import { draftShown, set, setCost, setUsage } from "../model/edit.js";
import type { Path } from "../model/json.js";
import type { Message } from "../model/reading.js";
import { mostOf } from "../model/results.js";
import {
  BUCKETS,
  FLAT_FEES,
  type Scenario,
  SHAPES,
  SOURCES,
  type State,
  type UsageDraft,
} from "../model/state.js";
import { countedCharges, countsOf, needsEvents, usageOf } from "../model/usage.js";
import { Card, Choice, Messages } from "./fields.js";
import { Timeline } from "./timeline.js";
import type { Edit } from "./use-playground.js";

/** What is tried: usage of one period, dates, a profile, costs; or the events of a customer. */
export function Trial({
  state,
  edit,
  plan,
  issues,
}: {
  readonly state: State;
  readonly edit: Edit;
  readonly plan: RatePlan;
  readonly issues: readonly PricingIssue[];
}) {
  const { scenario } = state;
  const charges = countedCharges(plan);
  const isEvents = scenario.source === "events";
  // What is held is no event.
  const asked = isEvents ? charges.filter(({ chargeType }) => chargeType === "recurring") : charges;
  const hasOutcomes = plan.charges.some((charge) => "outcome" in charge);
  return (
    <Card
      title="4. Simulate"
      id="trial"
      aside={
        <Choice
          label="From"
          value={scenario.source}
          options={SOURCES.map((source) => [source, source])}
          onChoose={(source) => edit((now) => set(now, "source", source), "source")}
        />
      }
    >
      {isEvents && <Timeline {...{ state, edit, plan }} />}
      {isEvents && !hasOutcomes && (
        <p class="quiet">No charge has an outcome policy: every event counts when it happens.</p>
      )}
      {asked.length > 0 && (
        <div class="usages">
          {asked.map((charge) => (
            <Usage key={charge.id} {...{ charge, state, edit, issues }} />
          ))}
        </div>
      )}
      {!isEvents && charges.length === 0 && (
        <p class="quiet">No charge of this plan counts anything.</p>
      )}
      {!isEvents && needsEvents(plan) && (
        <p class="quiet">
          A matrix is billed from events alone: the quantity of each charge is given as one event,
          and that of the matrix once for every row of its prices.
        </p>
      )}
      <div class="fields">
        <DateField label="From" part="from" {...{ scenario, edit, issues }} />
        <DateField label="Through" part="through" {...{ scenario, edit, issues }} />
        <SelectField
          label="In steps of a"
          value={scenario.bucket}
          options={BUCKETS}
          onChoose={(bucket) => edit((now) => set(now, "bucket", bucket), "bucket")}
        />
        <SelectField
          label="Fees earn"
          value={scenario.flatFees}
          options={FLAT_FEES}
          texts={{ "billing-date": "when billed", spread: "day by day" }}
          onChoose={(fees) => edit((now) => set(now, "flatFees", fees), "flatFees")}
        />
        <Costs {...{ state, edit, plan, issues }} />
      </div>
      <Messages
        id="trial/said"
        messages={messagesOf(issues.filter((issue) => !hasField(issue, charges, scenario)))}
      />
      <p class="quiet">
        Of {String(draftShown(state).product["name"] ?? "the product")}, {plan.name}, in{" "}
        {plan.currency}.
      </p>
    </Card>
  );
}

const WORDS = { quantity: "units", values: "value of the events", groups: "units of each row" };

function Usage({
  charge,
  state,
  edit,
  issues,
}: {
  readonly charge: Charge;
  readonly state: State;
  readonly edit: Edit;
  readonly issues: readonly PricingIssue[];
}) {
  const { id, name } = charge;
  const own = usageOf(charge, state.scenario.usage);
  const most = mostOf(charge, own.quantity);
  const change = (next: Partial<UsageDraft>, field: string) =>
    edit((now) => setUsage(now, id, next), `usage/${id}/${field}`);
  const said = messagesOf(issues.filter(({ path }) => isOf(path, id)));
  const word = WORDS[countsOf(charge) ?? "quantity"];
  const isHeld = charge.chargeType === "recurring";
  const field = (key: "perDay" | "to" | "weekend", label: string) => (
    <label>
      {label}
      <input
        class="short"
        inputMode="decimal"
        value={own[key]}
        aria-label={`${name}: ${label}`}
        onInput={(event) => change({ [key]: event.currentTarget.value }, key)}
      />
    </label>
  );
  return (
    <fieldset class="usage">
      <legend>{name}</legend>
      <div class="slide">
        <input
          type="range"
          min="0"
          max={most}
          step={most > 20 ? 1 : most / 100}
          value={Number(own.quantity) || 0}
          aria-label={`${name}: ${word} in one billing period, slider`}
          onInput={(event) => change({ quantity: event.currentTarget.value }, "quantity")}
        />
        <input
          class="short"
          inputMode="decimal"
          value={own.quantity}
          aria-label={`${name}: ${word} in one billing period`}
          aria-invalid={said.length > 0 ? "true" : undefined}
          onInput={(event) => change({ quantity: event.currentTarget.value }, "quantity")}
        />
        <span class="quiet">{isHeld ? "held" : `${word} a period`}</span>
      </div>
      {!isHeld && (
        <div class="profile">
          <label>
            Over time
            <select
              value={own.shape}
              aria-label={`${name}: over time`}
              onChange={(event) =>
                change(
                  {
                    shape:
                      SHAPES.find((shape) => shape === event.currentTarget.value) ?? "constant",
                  },
                  "shape",
                )
              }
            >
              <option value="constant">the same every day</option>
              <option value="ramp">growing</option>
              <option value="seasonal">less at weekends</option>
            </select>
          </label>
          {field("perDay", own.shape === "ramp" ? "on the first day" : "a day")}
          {own.shape === "ramp" && field("to", "on the last day")}
          {own.shape === "seasonal" && field("weekend", "× at weekends")}
        </div>
      )}
      <Messages id={`usage/${id}/said`} messages={said} />
    </fieldset>
  );
}

function DateField({
  label,
  part,
  scenario,
  edit,
  issues,
}: {
  readonly label: string;
  readonly part: "from" | "through";
  readonly scenario: Scenario;
  readonly edit: Edit;
  readonly issues: readonly PricingIssue[];
}) {
  const said = messagesOf(issues.filter(({ path }) => path[0] === "range" && path[1] === part));
  return (
    <div class="field">
      <label for={`range/${part}`}>{label}</label>
      <input
        id={`range/${part}`}
        type="date"
        value={scenario.range[part]}
        onInput={(event) => {
          const { value } = event.currentTarget;
          edit(
            (now) => set(now, "range", { ...now.scenario.range, [part]: value }),
            `range/${part}`,
          );
        }}
      />
      <Messages id={`range/${part}/said`} messages={said} />
    </div>
  );
}

function Costs({
  state,
  edit,
  plan,
  issues,
}: {
  readonly state: State;
  readonly edit: Edit;
  readonly plan: RatePlan;
  readonly issues: readonly PricingIssue[];
}) {
  const units = plan.charges.flatMap((charge) =>
    "unitOfMeasure" in charge && charge.unitOfMeasure !== undefined ? [charge.unitOfMeasure] : [],
  );
  return (
    <>
      {[...new Set(units)].map((unit) => (
        <div key={unit} class="field">
          <label for={`costs/${unit}`}>Cost of one {unit}</label>
          <input
            id={`costs/${unit}`}
            inputMode="decimal"
            placeholder="none"
            value={state.scenario.costs[unit] ?? ""}
            onInput={(event) => {
              const { value } = event.currentTarget;
              edit((now) => setCost(now, unit, value), `costs/${unit}`);
            }}
          />
          <Messages
            id={`costs/${unit}/said`}
            messages={messagesOf(
              issues.filter(({ path }) => path[0] === "costs" && path[1] === unit),
            )}
          />
        </div>
      ))}
    </>
  );
}

function SelectField<T extends string>({
  label,
  value,
  options,
  texts,
  onChoose,
}: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly T[];
  readonly texts?: { readonly [option in T]: string };
  readonly onChoose: (value: T) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option === event.currentTarget.value);
          if (chosen !== undefined) onChoose(chosen);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {texts?.[option] ?? option}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Each once: two computations say the same of the same field. */
function messagesOf(issues: readonly PricingIssue[]): readonly Message[] {
  const texts = new Map(issues.map((issue) => [issue.message, issue]));
  return [...texts.values()].map(({ path, message }) => ({
    path,
    text: message,
    severity: "error",
  }));
}

function isOf(path: Path, chargeId: string): boolean {
  return ["usage", "quantities", "held"].includes(String(path[0]))
    ? path[1] === chargeId
    : path[0] === "subscription" && path[1] === "quantities" && path[2] === chargeId;
}

function hasField(
  { path }: PricingIssue,
  charges: readonly Charge[],
  { source }: Scenario,
): boolean {
  if (path[0] === "range") return path[1] === "from" || path[1] === "through";
  if (path[0] === "costs") return true;
  return charges.some(
    ({ id, chargeType }) =>
      (source === "quantities" || chargeType === "recurring") && isOf(path, id),
  );
}
