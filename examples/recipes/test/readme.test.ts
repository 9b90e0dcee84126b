import { describe, expect, it } from "vitest";
import { read, shownIn, sources, withFiles } from "./support/readme.js";

const page = read("README.md");

describe("the README", () => {
  it("shows every recipe as it is", () => {
    expect(page).toBe(withFiles(page));
  });

  it("shows all of them, each once", () => {
    expect([...shownIn(page)].sort()).toEqual([...sources].sort());
  });

  it("would not show what has changed", () => {
    const shown = "<!-- src/schema.sql -->\n```sql\nDROP TABLE documents;\n```";
    expect(withFiles(shown)).toContain(read("src/schema.sql").trimEnd());
  });
});

describe("a recipe", () => {
  it.each(sources)("%s is short enough to paste", (path) => {
    expect(read(path).trimEnd().split("\n").length).toBeLessThanOrEqual(80);
  });
});
