import { describe, expect, it } from "vitest";
import { errorForLog } from "../../src/http/log.js";

describe("an error in the log", () => {
  it("of a database has its code and the names of what it is about, and nothing that it quotes", () => {
    const error = Object.assign(new Error('invalid input syntax for type json: "secret"'), {
      name: "DatabaseError",
      severity: "ERROR",
      code: "22P02",
      detail: "Token secret is invalid.",
      where: "JSON data, line 1: secret",
      table: "events",
      constraint: undefined,
      parameters: ["secret"],
    });
    const logged = errorForLog(error);
    expect(logged).toMatchObject({ type: "DatabaseError", code: "22P02", table: "events" });
    expect(JSON.stringify(logged)).not.toContain("secret");
  });

  it("of a program has its message and where it was thrown", () => {
    const logged = errorForLog(new TypeError("unreachable: no row"));
    expect(logged).toMatchObject({ type: "TypeError", message: "unreachable: no row" });
    expect(JSON.stringify(logged["at"])).toContain("log.test.ts");
  });

  it("that is no error is named by its type alone", () => {
    expect(errorForLog("secret")).toEqual({ type: "string" });
  });
});
