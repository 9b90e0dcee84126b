import { useId } from "preact/hooks";
import {
  addCharge,
  addPlan,
  addTier,
  chargePath,
  chooseModel,
  draftShown,
  planPath,
  removeRow,
  show,
} from "../model/edit.js";
import { isRecord, keyOf, listOf, type Path, recordOf, textOf, valueAt } from "../model/json.js";
import { type FieldRow, MODEL_NAMES, MODELS, type Model, rowOf } from "../model/models.js";
import type { Message } from "../model/reading.js";
import { fieldId, useEditing, usePlace } from "./editing.js";
import {
  Card,
  Choice,
  Entry,
  Field,
  JsonField,
  ListField,
  Messages,
  PlaceMessages,
} from "./fields.js";

/** The catalog, from the product down to the tiers. */
export function Editor() {
  return (
    <>
      <ProductForm />
      <PlanForm />
      <ChargeForm />
    </>
  );
}

function ProductForm() {
  return (
    <Card title="1. Product" id="product">
      <div class="fields">
        <Field path={["name"]} label="Name" />
        <Field path={["agentType"]} label="Agent type" />
        <Field path={["id"]} label="Id" />
        <Field path={["effectiveDate"]} label="On sale from" />
      </div>
      <PlaceMessages path={[]} />
    </Card>
  );
}

const CYCLES = ["monthly", "quarterly", "annual"];

function PlanForm() {
  const { state, edit } = useEditing();
  const path = planPath(state.shown);
  const plans = listOf(draftShown(state).product["ratePlans"]);
  return (
    <Card
      title="2. Rate plan"
      id="plan"
      aside={
        <div class="row">
          {plans.length > 1 && (
            <Choice
              label="Plans"
              value={String(state.shown.plan)}
              options={plans.map((plan, index) => [
                String(index),
                nameOf(plan, `Plan ${index + 1}`),
              ])}
              onChoose={(index) =>
                edit((now) => show(now, { plan: Number(index), charge: 0 }), "shown")
              }
            />
          )}
          <button type="button" onClick={() => edit(addPlan, "plans")}>
            Add plan
          </button>
          {plans.length > 1 && (
            <button type="button" onClick={() => edit((now) => removeRow(now, path), "plans")}>
              Remove plan
            </button>
          )}
        </div>
      }
    >
      <div class="fields">
        <Field path={[...path, "name"]} label="Name" />
        <Field path={[...path, "id"]} label="Id" />
        <Field path={[...path, "currency"]} label="Currency" />
        <Field path={[...path, "billingCycle"]} label="Billing cycle" options={CYCLES} />
        <Field path={[...path, "effectiveDate"]} label="On sale from" />
        <Field path={[...path, "minimumCommitment"]} label="Minimum commitment" otherwise="none" />
        <Field path={[...path, "maximumSpend"]} label="Maximum spend" otherwise="none" />
      </div>
      <PlaceMessages path={path} />
      <PlaceMessages path={["ratePlans"]} />
    </Card>
  );
}

const CHARGE_TYPES = ["usage", "recurring", "one-time"];
const UNITS = ["@outcome", "@action", "@user", "@seat"];

function ChargeForm() {
  const { state, edit, messages } = useEditing();
  const units = useId();
  const { product } = draftShown(state);
  const path = chargePath(state.shown);
  const list = [...planPath(state.shown), "charges"];
  const charges = listOf(valueAt(product, list));
  const charge = recordOf(charges[state.shown.charge]);
  const pricing = recordOf(charge["pricing"]);
  const model = rowOf(pricing["model"]);
  return (
    <Card
      title="3. Charge"
      id="charge"
      aside={
        <div class="row">
          <button type="button" onClick={() => edit(addCharge, "charges")}>
            Add charge
          </button>
          {charges.length > 1 && (
            <button type="button" onClick={() => edit((now) => removeRow(now, path), "charges")}>
              Remove charge
            </button>
          )}
        </div>
      }
    >
      {charges.length > 1 && (
        <Choice
          label="Charges of the plan"
          value={String(state.shown.charge)}
          options={charges.map((each, index) => [
            String(index),
            nameOf(each, `Charge ${index + 1}`) + (isWrong([...list, index], messages) ? " ⚠" : ""),
          ])}
          onChoose={(index) => edit((now) => show(now, { charge: Number(index) }), "shown")}
        />
      )}
      <PlaceMessages path={list} />
      {charges.length > 0 && (
        <>
          <div class="fields">
            <Field path={[...path, "name"]} label="Name" />
            <Field path={[...path, "id"]} label="Id" />
            <Field path={[...path, "chargeType"]} label="Charge type" options={CHARGE_TYPES} />
            <ModelField path={path} />
            {(model?.counts !== "nothing" || "unitOfMeasure" in charge) && (
              <UnitField path={[...path, "unitOfMeasure"]} list={units} />
            )}
          </div>
          <datalist id={units}>
            {UNITS.map((unit) => (
              <option key={unit} value={unit} />
            ))}
          </datalist>
          <PlaceMessages path={path} />
          <Prices path={[...path, "pricing"]} />
          <More path={path} />
        </>
      )}
    </Card>
  );
}

function UnitField({ path, list }: { readonly path: Path; readonly list: string }) {
  const { id, text, put, messages } = usePlace(path);
  return (
    <div class="field">
      <label for={id}>Unit of measure</label>
      <input id={id} list={list} value={text} onInput={(event) => put(event.currentTarget.value)} />
      <Messages id={`${id}/said`} messages={messages} />
    </div>
  );
}

function ModelField({ path }: { readonly path: Path }) {
  const { edit } = useEditing();
  const place = [...path, "pricing", "model"];
  const { id, text, messages } = usePlace(place);
  return (
    <div class="field wide">
      <label for={id}>Charge model</label>
      <select
        id={id}
        value={text}
        aria-describedby={messages.length > 0 ? `${id}/said` : undefined}
        onChange={(event) => {
          const model = event.currentTarget.value as Model;
          edit((now) => chooseModel(now, path, model), keyOf(place));
        }}
      >
        {MODEL_NAMES.map((name) => (
          <option key={name} value={name}>
            {MODELS[name].label}
          </option>
        ))}
      </select>
      <Messages id={`${id}/said`} messages={messages} />
    </div>
  );
}

function Prices({ path }: { readonly path: Path }) {
  const { state } = useEditing();
  const pricing = recordOf(valueAt(draftShown(state).product, path));
  const model = rowOf(pricing["model"]);
  if (model === undefined) return <PlaceMessages path={path} />;
  const { tiers, fields } = model;
  return (
    <>
      {tiers !== undefined && <Tiers path={[...path, "tiers"]} columns={tiers} />}
      {pricing["model"] === "matrix" && <Matrix path={path} />}
      <div class="fields">
        {fields.map(({ key, ...field }) => (
          <Field key={key} path={[...path, key]} {...field} />
        ))}
        {pricing["model"] === "discount" && !isRecord(pricing["appliesTo"]) && (
          <Field path={[...path, "appliesTo"]} label="Applies to" options={["", "all"]} />
        )}
      </div>
      <PlaceMessages path={path} />
    </>
  );
}

/** Tiers as rows: what is said of a cell or a tier stands below its row. */
function Tiers({ path, columns }: { readonly path: Path; readonly columns: readonly FieldRow[] }) {
  const { state, edit, messages } = useEditing();
  const tiers = listOf(valueAt(draftShown(state).product, path)).map(recordOf);
  const isForm = tiers.some((tier) => "start" in tier || "end" in tier);
  const shown = isForm ? [...FORM_COLUMNS, ...columns.slice(1)] : columns;
  return (
    <div class="scroll">
      <table class="tiers">
        <caption>Tiers</caption>
        <thead>
          <tr>
            {!isForm && (
              <th scope="col" class="narrow">
                Above
              </th>
            )}
            {shown.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
            <th scope="col" class="narrow">
              <span class="hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tiers.map((_, index) => {
            const own = [...path, index];
            const said = saidOf(own, shown, messages);
            return [
              <tr key={index}>
                {!isForm && <td class="number">{textOf(tiers[index - 1]?.["upTo"]) || "0"}</td>}
                {shown.map(({ key, label, otherwise }) => (
                  <td key={key}>
                    <Entry
                      path={[...own, key]}
                      label={`Tier ${index + 1}: ${label}`}
                      {...(otherwise && { otherwise })}
                    />
                  </td>
                ))}
                <td>
                  <button
                    type="button"
                    class="icon"
                    aria-label={`Remove tier ${index + 1}`}
                    disabled={tiers.length === 1}
                    onClick={() => edit((now) => removeRow(now, own), keyOf(path))}
                  >
                    ×
                  </button>
                </td>
              </tr>,
              said.length > 0 && (
                <tr key={`${index}/said`} class="said">
                  <td colSpan={shown.length + 2}>
                    {said.map(([key, list]) => (
                      <Messages key={key} id={`${key}/said`} messages={list} />
                    ))}
                  </td>
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
      <PlaceMessages path={path} />
      {!isForm && (
        <button type="button" onClick={() => edit((now) => addTier(now, path), keyOf(path))}>
          Add tier
        </button>
      )}
    </div>
  );
}

const FORM_COLUMNS: readonly FieldRow[] = [
  { key: "start", label: "From" },
  { key: "end", label: "To", otherwise: "no end" },
];

/** What is said of a row and of its cells, by the id of the field. */
function saidOf(
  path: Path,
  columns: readonly FieldRow[],
  messages: ReadonlyMap<string, readonly Message[]>,
): readonly (readonly [string, readonly Message[]])[] {
  return [path, ...columns.map(({ key }) => [...path, key])].flatMap((place) => {
    const own = messages.get(keyOf(place));
    return own === undefined ? [] : [[fieldId(place), own] as const];
  });
}

/** Cells of a matrix: a column for each field of the events. */
function Matrix({ path }: { readonly path: Path }) {
  const { state, edit, messages } = useEditing();
  const pricing = recordOf(valueAt(draftShown(state).product, path));
  const dimensions = listOf(pricing["dimensions"]).map(textOf);
  const list = [...path, "prices"];
  const prices = listOf(pricing["prices"]).map(recordOf);
  const columns: readonly FieldRow[] = [{ key: "unitPrice", label: "Price of a unit" }];
  return (
    <div class="scroll">
      <ListField path={[...path, "dimensions"]} label="Fields of the events that decide" />
      <table class="tiers">
        <caption>Prices</caption>
        <thead>
          <tr>
            {dimensions.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">Price of a unit</th>
            <th scope="col" class="narrow">
              <span class="hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {prices.map((_, index) => {
            const own = [...list, index];
            const cells = dimensions.map((name): FieldRow => ({ key: name, label: name }));
            const said = [
              ...saidOf(own, columns, messages),
              ...saidOf([...own, "when"], cells, messages),
            ];
            return [
              <tr key={index}>
                {dimensions.map((name) => (
                  <td key={name}>
                    <Entry path={[...own, "when", name]} label={`Price ${index + 1}: ${name}`} />
                  </td>
                ))}
                <td>
                  <Entry
                    path={[...own, "unitPrice"]}
                    label={`Price ${index + 1}: price of a unit`}
                  />
                </td>
                <td>
                  <button
                    type="button"
                    class="icon"
                    aria-label={`Remove price ${index + 1}`}
                    disabled={prices.length === 1}
                    onClick={() => edit((now) => removeRow(now, own), keyOf(list))}
                  >
                    ×
                  </button>
                </td>
              </tr>,
              said.length > 0 && (
                <tr key={`${index}/said`} class="said">
                  <td colSpan={dimensions.length + 2}>
                    {said.map(([key, each]) => (
                      <Messages key={key} id={`${key}/said`} messages={each} />
                    ))}
                  </td>
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
      <PlaceMessages path={list} />
      <AddPrice path={list} count={prices.length} dimensions={dimensions} />
    </div>
  );
}

function AddPrice({
  path,
  count,
  dimensions,
}: {
  readonly path: Path;
  readonly count: number;
  readonly dimensions: readonly string[];
}) {
  const { put } = usePlace([...path, count]);
  const when = Object.fromEntries(dimensions.map((name) => [name, `value ${count + 1}`]));
  return (
    <button type="button" onClick={() => put({ when, unitPrice: "1" })}>
      Add price
    </button>
  );
}

/** All else that a charge may say. */
function More({ path }: { readonly path: Path }) {
  const { state } = useEditing();
  const { value, put } = usePlace(path);
  const charge = recordOf(valueAt(draftShown(state).product, path));
  const isUsage = charge["chargeType"] === "usage";
  const isRecurring = charge["chargeType"] === "recurring";
  const hasUnits = rowOf(recordOf(charge["pricing"])["model"])?.counts !== "nothing";
  return (
    <>
      <details>
        <summary>Limits, included units, timing</summary>
        <div class="fields">
          {hasUnits && !isRecord(charge["includedUnits"]) && (
            <Field path={[...path, "includedUnits"]} label="Included units" otherwise="none" />
          )}
          <Field path={[...path, "minimum"]} label="At least" otherwise="no minimum" />
          <Field path={[...path, "maximum"]} label="At most" otherwise="no maximum" />
          {isRecurring && (
            <Field
              path={[...path, "billingTiming"]}
              label="Billed"
              options={["", "in-advance", "in-arrears"]}
            />
          )}
          {isUsage && (
            <Field
              path={[...path, "resetCycle"]}
              label="Tiers start again"
              options={["", ...CYCLES]}
            />
          )}
        </div>
      </details>
      {isUsage && charge["unitOfMeasure"] === "@outcome" && (
        <OutcomeForm path={[...path, "outcome"]} />
      )}
      <details>
        <summary>The charge as JSON: filters, groups, aggregations, revisions …</summary>
        <JsonField label="Charge" value={value} onPut={put} rows={14} />
      </details>
    </>
  );
}

const PER = ["", "lifetime", "billing-period", "window"];

/** The outcome policy as a form. */
function OutcomeForm({ path }: { readonly path: Path }) {
  const { value, put } = usePlace(path);
  const { value: qualifies, put: putQualifies } = usePlace([...path, "qualifies"]);
  const policy = isRecord(value) ? value : undefined;
  const uniqueBy = recordOf(policy?.["uniqueBy"]);
  return (
    <details open={policy !== undefined}>
      <summary>Outcome policy</summary>
      <label class="check">
        <input
          type="checkbox"
          checked={policy !== undefined}
          onChange={(event) => put(event.currentTarget.checked ? {} : undefined)}
        />
        Outcomes are confirmed, and may be taken back
      </label>
      {policy !== undefined && (
        <>
          <div class="fields">
            <Field path={[...path, "uniqueBy", "per"]} label="One outcome per" options={PER} />
            <Field path={[...path, "uniqueBy", "key"]} label="Told apart by" otherwise="subject" />
            {uniqueBy["per"] === "window" && (
              <Field path={[...path, "uniqueBy", "window"]} label="Window" otherwise="PT24H" />
            )}
            <ListField
              path={[...path, "confirm", "signals"]}
              label="Confirmed by signals"
              otherwise="none"
            />
            <Field
              path={[...path, "confirm", "assumedAfter"]}
              label="Or assumed after silence of"
              otherwise="never"
            />
            <Field
              path={[...path, "confirm", "silenceFrom"]}
              label="Silence counts from"
              options={["", "last-event", "first-event", "outcome"]}
            />
            <ListField
              path={[...path, "reverse", "signals"]}
              label="Taken back by signals"
              otherwise="none"
            />
            <Field path={[...path, "reverse", "within"]} label="Within" otherwise="unlimited" />
            <Field
              path={[...path, "billOn"]}
              label="Billed when"
              options={["", "occurred", "confirmed", "settled"]}
            />
          </div>
          {["", "uniqueBy", "confirm", "reverse", "qualifies"].map((key) => (
            <PlaceMessages key={key} path={key === "" ? path : [...path, key]} />
          ))}
          <JsonField
            label="Which events qualify (a condition as JSON)"
            value={qualifies ?? {}}
            onPut={(next) =>
              putQualifies(isRecord(next) && Object.keys(next).length === 0 ? undefined : next)
            }
            rows={3}
          />
        </>
      )}
    </details>
  );
}

function isWrong(path: Path, messages: ReadonlyMap<string, readonly Message[]>): boolean {
  const key = keyOf(path);
  return [...messages].some(
    ([place, list]) =>
      (place === key || place.startsWith(`${key}/`)) &&
      list.some(({ severity }) => severity === "error"),
  );
}

function nameOf(value: unknown, otherwise: string): string {
  return textOf(recordOf(value)["name"]) || otherwise;
}
