import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { STARTS } from "../model/starts.js";
import type { State } from "../model/state.js";
import { pack, stateOfAddress } from "./address.js";

/** Changes the state. All that is done at one place, one after the other, is one step back. */
export type Edit = (change: (state: State) => State, place: string) => void;

/** How long the hand rests before the address follows: browsers refuse more than a few changes a second. */
const REST = 250;

/** The state of the page, and of its address: each step of editing is an entry in the browser's history. */
export function usePlayground(): {
  readonly state: State;
  readonly edit: Edit;
  /** Writes what is not yet in the address. */
  readonly flush: () => void;
} {
  const [state, setState] = useState(() => stateOfAddress() ?? STARTS[0].state);
  const current = useRef(state);
  const place = useRef("");
  const pending = useRef<{ readonly push: boolean; readonly timer: number } | undefined>(undefined);

  const flush = useCallback(() => {
    if (pending.current === undefined) return;
    const { push, timer } = pending.current;
    clearTimeout(timer);
    pending.current = undefined;
    const address = `#${pack(current.current)}`;
    if (push) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }, []);

  const edit = useCallback<Edit>(
    (change, where) => {
      const next = change(current.current);
      if (next === current.current) return;
      const isNewPlace = where !== place.current;
      if (isNewPlace) flush();
      const push = isNewPlace || pending.current?.push === true;
      clearTimeout(pending.current?.timer);
      place.current = where;
      current.current = next;
      pending.current = { push, timer: window.setTimeout(flush, REST) };
      setState(next);
    },
    [flush],
  );

  useEffect(() => {
    const onPop = () => {
      clearTimeout(pending.current?.timer);
      pending.current = undefined;
      place.current = "";
      current.current = stateOfAddress() ?? STARTS[0].state;
      setState(current.current);
    };
    addEventListener("popstate", onPop);
    addEventListener("pagehide", flush);
    return () => {
      removeEventListener("popstate", onPop);
      removeEventListener("pagehide", flush);
    };
  }, [flush]);

  return { state, edit, flush };
}

/** A value, once it has been the same for a while: what takes long is worked out of it after the next picture. */
export function useCalm<T>(value: T, milliseconds = 90): T {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return calm;
}
