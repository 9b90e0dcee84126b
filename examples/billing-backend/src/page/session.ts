/**
 * Who is signed in: the cookie holds the API key itself, out of reach of scripts and of other sites. So there is no list of sessions to keep
 * or to share between processes, and a key that is revoked is signed out.
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Authenticate } from "../http/authentication.js";
import type { AppEnv, Caller } from "../http/environment.js";

const NAME = "operator";
const PATH = "/operator";
const HOURS = 8;

export function signIn(c: Context<AppEnv>, key: string, isLocal: boolean): void {
  setCookie(c, NAME, key, {
    path: PATH,
    httpOnly: true,
    sameSite: "Strict",
    // Not on this machine, where there is no TLS.
    secure: !isLocal,
    maxAge: HOURS * 3600,
  });
}

export function signOut(c: Context<AppEnv>): void {
  deleteCookie(c, NAME, { path: PATH });
}

export async function signedIn(
  c: Context<AppEnv>,
  authenticate: Authenticate,
): Promise<Caller | undefined> {
  const key = getCookie(c, NAME);
  return key === undefined ? undefined : await authenticate(key);
}
