/** The README shows the files as they are: `npm run readme` writes them into it, a test holds them equal. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const folder = new URL("../../", import.meta.url);
export const read = (path: string) => readFileSync(new URL(path, folder), "utf8");
export const sources = readdirSync(new URL("src/", folder)).map((name) => `src/${name}`);

/** A comment with the path of a file, and the fence after it. */
const SHOWN = /<!-- (src\/\S+) -->\n```(\w+)\n(?:[^\n]*\n)*?```/g;

/** A page with each fence that shows a file as that file is now. */
export function withFiles(page: string): string {
  return page.replace(SHOWN, (_, path: string, language: string) => {
    return `<!-- ${path} -->\n\`\`\`${language}\n${read(path).trimEnd()}\n\`\`\``;
  });
}

export function shownIn(page: string): readonly string[] {
  return [...page.matchAll(SHOWN)].map(([, path = ""]) => path);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("README.md", folder), withFiles(read("README.md")));
}
