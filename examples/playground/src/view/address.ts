/** The state in the address: deflated JSON after the #, so that a link is all there is to share. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import { readState, type State } from "../model/state.js";

export function pack(state: State): string {
  const bytes = deflateSync(strToU8(JSON.stringify(state)), { level: 9 });
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** `undefined` of a text that holds no state. */
function unpack(text: string): State | undefined {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return readState(JSON.parse(strFromU8(inflateSync(bytes))));
  } catch {
    return undefined;
  }
}

/** The state of the address that is open. */
export function stateOfAddress(): State | undefined {
  const text = location.hash.slice(1);
  return text === "" ? undefined : unpack(text);
}
