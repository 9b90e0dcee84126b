/**
 * API keys: 256 random bits that are shown once. What is kept is their SHA-256; nothing slower is needed, as nobody guesses 256 bits
 * (slow hashes are for passwords, which people choose). The id in a key finds its row, the hash decides.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const FORM = /^bb_([0-9a-f]{16})_[\w-]{43}$/;

export interface NewApiKey {
  readonly id: string;
  /** What the client sends: kept by the client alone. */
  readonly key: string;
  readonly hash: string;
}

export function newApiKey(): NewApiKey {
  const id = randomBytes(8).toString("hex");
  const key = `bb_${id}_${randomBytes(32).toString("base64url")}`;
  return { id, key, hash: digest(key).toString("hex") };
}

/** The id of a key by its form; nothing where a text cannot be a key. */
export function idOfKey(key: string): string | undefined {
  return FORM.exec(key)?.[1];
}

/** Whether a hash is that of a key, in the same time wherever they differ. */
export function isHashOf(hash: string, key: string): boolean {
  const stored = Buffer.from(hash, "hex");
  const given = digest(key);
  return stored.length === given.length && timingSafeEqual(stored, given);
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
