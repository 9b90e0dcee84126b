import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export function digest(text: string): string {
  return bytesToHex(sha256(utf8(text)));
}

/** Written out because TextEncoder is not part of the language. A lone surrogate becomes U+FFFD, as there. */
function utf8(text: string): Uint8Array {
  // No code unit takes more than three bytes; a pair of them takes four.
  const bytes = new Uint8Array(3 * text.length);
  let length = 0;
  const put = (byte: number) => {
    bytes[length] = byte;
    length += 1;
  };
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      put(unit);
      continue;
    }
    const read = text.codePointAt(index) ?? unit;
    const point = read >= 0xd800 && read <= 0xdfff ? 0xfffd : read;
    const rest = (shift: number) => put(0x80 | ((point >> shift) & 63));
    if (point < 0x800) put(0xc0 | (point >> 6));
    else {
      if (point < 0x10000) put(0xe0 | (point >> 12));
      else {
        put(0xf0 | (point >> 18));
        rest(12);
        index += 1;
      }
      rest(6);
    }
    rest(0);
  }
  return bytes.subarray(0, length);
}
