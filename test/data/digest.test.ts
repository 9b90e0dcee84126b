import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digest } from "../../src/data/digest.js";

function byNode(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

describe("digest", () => {
  // FIPS 180-4, examples.
  it.each([
    { text: "", hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { text: "abc", hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    {
      text: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      hash: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    },
  ])("of $text is $hash", ({ text, hash }) => {
    expect(digest(text)).toBe(hash);
  });

  it("agrees with Node's for every length up to 200 bytes, over all the bounds of blocks", () => {
    for (let length = 0; length <= 200; length += 1) {
      const text = "x".repeat(length);
      expect(digest(text)).toBe(byNode(text));
    }
  });

  it("agrees with Node's for any text, lone surrogates in it or not", () => {
    const points = fc.oneof(
      fc.nat({ max: 0x7f }),
      fc.nat({ max: 0x10ffff }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
    );
    fc.assert(
      fc.property(fc.array(points, { maxLength: 200 }), (list) => {
        const text = String.fromCodePoint(...list);
        return digest(text) === byNode(text);
      }),
    );
  });

  it.each([
    { name: "two bytes", text: "\u0080\u07ff" },
    { name: "three bytes", text: "\u0800\uffff" },
    { name: "four bytes", text: "\u{10000}\u{10ffff}" },
    { name: "a lone high surrogate", text: "a\ud83d" },
    { name: "a lone low surrogate", text: "\ude00a" },
    { name: "surrogates the wrong way round", text: "\ude00\ud83d" },
  ])("encodes $name as UTF-8", ({ text }) => {
    expect(digest(text)).toBe(byNode(text));
  });

  it("agrees with Node's for a text of 1 MB", () => {
    const text = "0123456789é€😀".repeat(60_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
    expect(digest(text)).toBe(byNode(text));
  });
});
