import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { byteWriter } from "./canonical-bytes.js";

const paper = byteWriter(16_384);

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export function digest(text: string): string {
  return bytesToHex(sha256(paper.text(text)));
}

/** SHA-256 of plain data as canonical JSON, which is written as bytes at once. */
export function digestOf(data: unknown): string {
  return bytesToHex(sha256(paper.data(data)));
}
