import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lasting } from "../../src/data/canonical-bytes.js";
import { canonicalJson } from "../../src/data/canonical-json.js";
import { digest, digestOf } from "../../src/data/digest.js";

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

/** Values of which plain data are made, of more kinds than JSON has, and texts that JSON writes otherwise. */
const leaves = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom('"', "\\", "\n", "é", "\u2028", "\ud800", "\u007f", "x".repeat(70)),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
);
const data = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  leaf: leaves,
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("value")),
    fc.dictionary(fc.string({ unit: "binary" }), tie("value")),
  ),
})).value;

describe("the digest of data", () => {
  it("is that of their canonical JSON", () => {
    fc.assert(fc.property(data, (value) => digestOf(value) === digest(canonicalJson(value))));
  });

  it("is the same where parts of them were written before", () => {
    fc.assert(
      fc.property(fc.array(data), data, (parts, whole) => {
        const before = digestOf({ parts, whole });
        for (const part of parts) if (typeof part === "object" && part !== null) lasting(part);
        return digestOf({ parts, whole }) === before && digestOf({ whole, parts }) === before;
      }),
    );
  });

  it("is of records with very many keys, in any order, too", () => {
    const keys = Array.from({ length: 500 }, (_, n) => `${(n * 7919) % 1009}`);
    const record = Object.fromEntries(keys.map((key) => [`k${key}`, key]));
    expect(digestOf(record)).toBe(digest(canonicalJson(record)));
    const sorted = Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(digestOf(record)).toBe(byNode(JSON.stringify(sorted)));
  });

  it("is of pages that are longer than the paper", () => {
    const long = { text: "é".repeat(1_000_000) };
    expect(digestOf(long)).toBe(byNode(JSON.stringify(long)));
    expect(digestOf({ a: 1 })).toBe(byNode('{"a":1}'));
  });
});

describe("lasting data", () => {
  it("are frozen all the way down, and the same object", () => {
    const value = { a: [{ b: 1 }] };
    expect(lasting(value)).toBe(value);
    expect(Object.isFrozen(value.a[0])).toBe(true);
  });
});
