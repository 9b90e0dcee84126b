import type { Outcome, RatePlan } from "rateplan";
import { addEvent, moveEvent, removeEvent, set } from "../model/edit.js";
import { isRecord, listOf, textOf } from "../model/json.js";
import { isOutcome, outcomesOf } from "../model/results.js";
import type { State } from "../model/state.js";
import {
  instantOf,
  minutesOf,
  momentText,
  moved,
  placeOn,
  spanOf,
  ticksOf,
} from "../model/time.js";
import { JsonField } from "./fields.js";
import type { Edit } from "./use-playground.js";

const HOUR = 60;
const DAY = 24 * HOUR;

/** How far a key moves an event, in minutes. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -HOUR,
  ArrowDown: -HOUR,
  ArrowRight: HOUR,
  ArrowUp: HOUR,
  PageDown: -DAY,
  PageUp: DAY,
};

/** Events and signals on a line of time, a row a subject: they are dragged, or moved by the arrow keys. */
export function Timeline({
  state,
  edit,
  plan,
}: {
  readonly state: State;
  readonly edit: Edit;
  readonly plan: RatePlan;
}) {
  const { scenario } = state;
  const { events, asOf } = scenario;
  const span = spanOf(scenario.range);
  const outcomes = outcomesOf(plan, scenario);
  const subjects = [...new Set(events.map((event) => textOf(event["subject"])))];
  const known = placeOn(asOf, span);
  return (
    <div class="timeline">
      <p class="quiet">
        ● outcomes, ◆ signals. Drag them, or move them with ← → by the hour and with Page Up and
        Page Down by the day. “Known by” is the moment of knowledge: what lies after it has not
        happened yet.
      </p>
      <div class="lanes">
        <div class="ticks" aria-hidden="true">
          {ticksOf(span).map(({ place, text }) => (
            <span key={text} style={{ left: onLine(place) }}>
              {text}
            </span>
          ))}
        </div>
        <div class="lane">
          <span class="subject">Known by</span>
          <div class="line">
            <Thumb
              kind="as-of"
              label="Known by"
              text={momentText(asOf)}
              {...{ span, timestamp: asOf }}
              onMove={(timestamp) => edit((now) => set(now, "asOf", timestamp), "asOf")}
            />
          </div>
        </div>
        {subjects.map((subject) => (
          <div key={subject} class="lane">
            <span class="subject">{subject || "no subject"}</span>
            <div class="line">
              {known !== undefined && <i class="known" style={{ left: onLine(known) }} />}
              {events.map((event, index) => {
                if (textOf(event["subject"]) !== subject) return null;
                const timestamp = textOf(event["timestamp"]);
                const outcome = outcomes.get(textOf(event["id"]));
                return (
                  <Thumb
                    key={index}
                    kind={isOutcome(event) ? (outcome?.state ?? "unjudged") : "signal"}
                    label={labelOf(event, outcome)}
                    text={momentText(timestamp)}
                    {...{ span, timestamp }}
                    onMove={(next) => edit((now) => moveEvent(now, index, next), `events/${index}`)}
                  />
                );
              })}
            </div>
          </div>
        ))}
      </div>
      <Events {...{ state, edit, outcomes }} />
    </div>
  );
}

/** The middle of a thumb: it does not leave the line. */
function onLine(place: number): string {
  return `calc(9px + ${place} * (100% - 18px))`;
}

function Thumb({
  kind,
  label,
  text,
  span,
  timestamp,
  onMove,
}: {
  readonly kind: string;
  readonly label: string;
  readonly text: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly timestamp: string;
  readonly onMove: (timestamp: string) => void;
}) {
  return (
    <input
      type="range"
      class={`thumb ${kind}`}
      min={span.start}
      max={span.end}
      step="any"
      value={minutesOf(timestamp) ?? span.start}
      aria-label={label}
      aria-valuetext={text}
      title={`${label}, ${text}`}
      onInput={(event) => {
        // By the hour: nobody drags to the minute.
        const minutes = Math.round(Number(event.currentTarget.value) / HOUR) * HOUR;
        onMove(instantOf(minutes));
      }}
      onKeyDown={(event) => {
        const by = KEYS[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onMove(moved(timestamp, event.shiftKey ? Math.sign(by) * DAY : by, span));
      }}
    />
  );
}

function labelOf(event: State["scenario"]["events"][number], outcome: Outcome | undefined): string {
  const [id, name] = [textOf(event["id"]), textOf(event["name"])];
  const what = [isOutcome(event) ? "outcome" : "signal", id, name]
    .filter((word) => word !== "")
    .join(" ");
  return outcome === undefined ? what : `${what}: ${outcome.state}`;
}

/** The same events as a table, with where each stands and why. */
function Events({
  state,
  edit,
  outcomes,
}: {
  readonly state: State;
  readonly edit: Edit;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}) {
  const { events } = state.scenario;
  return (
    <>
      <div class="row">
        <button type="button" onClick={() => edit((now) => addEvent(now, "outcome"), "events")}>
          Add outcome
        </button>
        <button type="button" onClick={() => edit((now) => addEvent(now, "signal"), "events")}>
          Add signal
        </button>
      </div>
      <details open={events.length > 0}>
        <summary>Where each stands, and why</summary>

        <table class="events">
          <thead>
            <tr>
              {["When", "Id", "What", "About", "Value", "State"].map((text) => (
                <th key={text} scope="col">
                  {text}
                </th>
              ))}
              <th scope="col">
                <span class="hidden">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {byTime(events).map(([event, index]) => {
              const outcome = outcomes.get(textOf(event["id"]));
              return (
                <tr key={index}>
                  <td class="when">{momentText(textOf(event["timestamp"]))}</td>
                  <td>{textOf(event["id"])}</td>
                  <td>{textOf(event["name"]) || textOf(event["unitOfMeasure"])}</td>
                  <td>{textOf(event["subject"])}</td>
                  <td class="number">{textOf(event["value"])}</td>
                  <td>
                    {outcome === undefined ? (
                      <span class="quiet">{isOutcome(event) ? "counted" : "signal"}</span>
                    ) : (
                      <>
                        <b class={`state ${outcome.state}`}>{outcome.state}</b>{" "}
                        {outcome.reasons.map(({ text }) => shortMoments(text)).join("; ")}
                      </>
                    )}
                  </td>
                  <td>
                    <button
                      type="button"
                      class="icon"
                      aria-label={`Remove ${textOf(event["id"])}`}
                      onClick={() => edit((now) => removeEvent(now, index), "events")}
                    >
                      ×
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </details>
      <details>
        <summary>The events as JSON</summary>
        <JsonField
          label="Events and signals"
          value={events}
          rows={12}
          onPut={(value) =>
            edit((now) => set(now, "events", listOf(value).filter(isRecord)), "events/json")
          }
        />
      </details>
    </>
  );
}

/** The moments in a sentence, for people. */
function shortMoments(text: string): string {
  return text.replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, momentText);
}

function byTime(events: State["scenario"]["events"]) {
  const at = (event: (typeof events)[number]) => minutesOf(textOf(event["timestamp"])) ?? 0;
  return events.map((event, index) => [event, index] as const).sort(([a], [b]) => at(a) - at(b));
}
