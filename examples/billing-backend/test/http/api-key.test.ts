import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { idOfKey, isHashOf, newApiKey } from "../../src/http/api-key.js";
import { openService, type Service } from "./support/service.js";

let service: Service;

beforeAll(async () => {
  service = await openService();
});

describe("API keys", () => {
  it("are kept as their SHA-256, which tells them from any other", () => {
    const { id, key, hash } = newApiKey();
    expect(hash).toBe(createHash("sha256").update(key).digest("hex"));
    expect(idOfKey(key)).toBe(id);
    expect(isHashOf(hash, key)).toBe(true);
    const another = newApiKey();
    expect(another.key).not.toBe(key);
    for (const other of [another.key, key.slice(0, -1), `${key} `, key.toUpperCase(), "", hash]) {
      expect([other, isHashOf(hash, other)]).toEqual([other, false]);
    }
    // A hash that was cut off, or is none.
    for (const broken of ["", "00", hash.slice(0, 62), `${hash}00`]) {
      expect(isHashOf(broken, key)).toBe(false);
    }
  });

  it("are not looked for where a text cannot be one", () => {
    const { key } = newApiKey();
    for (const text of [
      "",
      "bb_",
      key.slice(1),
      `${key}x`,
      `${key}\n`,
      key.replace("bb_", "bb-"),
    ]) {
      expect([text, idOfKey(text)]).toEqual([text, undefined]);
    }
  });

  it("are shown once, and end when they are revoked", async () => {
    const client = await service.tenant("keys");
    const made = await client("POST", "/v1/api-keys");
    const body: unknown = await made.json();
    const id = idOfKey(JSON.stringify(body).match(/bb_[\w]+?_[\w-]{43}/)?.[0] ?? "");
    const list = await (await client("GET", "/v1/api-keys")).text();
    expect(list).toContain(`${id}`);
    // Neither a key nor a hash: nothing longer than an id.
    expect(list).not.toMatch(/bb_|[0-9a-f]{17}/);
    expect((await client("DELETE", `/v1/api-keys/${id}`)).status).toBe(204);
    expect(await (await client("GET", "/v1/api-keys")).json()).toMatchObject({
      items: expect.arrayContaining([{ id, revokedAt: expect.any(String) }]),
    });
    const itself = client.key.split("_")[1];
    expect((await client("DELETE", `/v1/api-keys/${itself}`)).status).toBe(204);
    expect((await client("GET", "/v1/api-keys")).status).toBe(401);
  });
});
