/**
 * Documentation as tests. Each ```ts fence of a page, and of a docstring in src, is a module of its own that is
 * type-checked and run. What it claims in comments is asserted:
 *
 *     expression;            // => value          deep equality, also after `const x = …;` and console.log(…)
 *     expression
 *     // => [                                     a value may start on the next line and go on over several
 *     //   1, 2,
 *     // ]
 *     statement;             // throws code       a PricingError with an issue of that code (or codes: a, b)
 *
 * "rateplan" and "rateplan/import" are the source; "./…" is relative to the top of the repository. A docstring need not import what the
 * package exports. A fence marked `ts no-run` is only type-checked.
 */
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { compilerOptions, fromRoot, read, root, syntaxTree, visit } from "./repository.js";

/** A fenced piece of TypeScript in a page or a docstring. */
export interface Fence {
  /** The file it stands in, from the top of the repository. */
  readonly file: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  /** The code as it is written. */
  readonly code: string;
  /** False for `ts no-run`. */
  readonly run: boolean;
  /** Whether it stands in a docstring. */
  readonly docstring: boolean;
}

/** Something a fence claims in a comment. */
interface Claim {
  readonly statement: ts.Statement;
  /** Line of the statement within the fence, counted from 0. */
  readonly line: number;
  /** The text of the expected value, or the issue codes. */
  readonly expected: { readonly value: string } | { readonly codes: readonly string[] };
}

/** The functions that an instrumented fence calls. */
export interface Checks {
  /** `expression // => value`. */
  equal(actual: unknown, expected: unknown, place: string): void;
  /** `statement // throws code`. */
  throws(run: () => unknown, codes: readonly string[], place: string): Promise<void>;
}

/** The TypeScript fences of a Markdown text. `firstLine` is the line the text starts on in its file. */
export function fencesIn(text: string, file: string, firstLine = 1, docstring = false): Fence[] {
  const fences: Fence[] = [];
  const lines = text.split("\n");
  let open: { marker: string; indent: number; info: string; start: number } | undefined;
  lines.forEach((line, index) => {
    const [, space = "", marker = "", info = ""] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (marker !== "")
        open = { marker, indent: space.length, info: info.trim(), start: index + 1 };
    } else if (marker.startsWith(open.marker) && info.trim() === "") {
      const [language, ...flags] = open.info.split(/\s+/);
      const { indent, start } = open;
      if (language === "ts" || language === "typescript") {
        const code = lines.slice(start, index).map((l) => l.slice(Math.min(indent, leading(l))));
        const run = !flags.includes("no-run");
        fences.push({ file, line: firstLine + start, code: code.join("\n"), run, docstring });
      }
      open = undefined;
    }
  });
  return fences;
}

/** The fences of a Markdown page. */
export function fencesOfPage(path: string): Fence[] {
  return fencesIn(read(path), path);
}

/** The fences of every docstring of a source file. */
export function fencesOfDocstrings(path: string): Fence[] {
  const tree = syntaxTree(path);
  const comments = new Map<number, ts.JSDoc>();
  visit(tree, (node) => {
    for (const doc of ts.getJSDocCommentsAndTags(node)) {
      if (ts.isJSDoc(doc)) comments.set(doc.pos, doc);
    }
  });
  return [...comments.values()].flatMap((doc) => {
    const text = tree.text.slice(doc.pos, doc.end).split("\n");
    const bare = text.map((line) =>
      line.replace(/^\s*(\/\*\*|\*\/|\*) ?/, "").replace(/\s*\*\/$/, ""),
    );
    const line = tree.getLineAndCharacterOfPosition(doc.pos).line + 1;
    return fencesIn(bare.join("\n"), path, line, true);
  });
}

/** What a fence claims. Throws when a claim cannot be read, with its place. */
export function claimsOf(fence: Fence): Claim[] {
  const tree = parse(fence.code);
  const lines = fence.code.split("\n");
  const claims: Claim[] = [];
  const taken = new Set<number>();
  const lineAt = (position: number) => tree.getLineAndCharacterOfPosition(position).line;

  visit(tree, (node) => {
    if (!ts.isExpressionStatement(node) && !ts.isVariableStatement(node)) return;
    const last = lineAt(node.end);
    const column = tree.getLineAndCharacterOfPosition(node.end).character;
    const beside = /^[\s;]*\/\/\s*(=>|throws\b)(.*)$/.exec(lines[last]?.slice(column) ?? "");
    const below = /^\s*\/\/\s*(=>)(.*)$/.exec(lines[last + 1] ?? "");
    const [, kind, rest = ""] = beside ?? below ?? [];
    if (kind === undefined) return;

    const first = beside === null ? last + 1 : last;
    taken.add(first);
    const place = `${fence.file}:${fence.line + first}`;
    const line = lineAt(node.getStart(tree));
    if (kind === "throws") {
      const codes = rest.split(",").map((code) => code.trim());
      const bad = codes.find((code) => !/^[a-z0-9_]+$/.test(code));
      if (bad !== undefined) throw new Error(`${place}: "${bad}" is not an issue code`);
      claims.push({ statement: node, line, expected: { codes } });
      return;
    }
    let value = rest.trim();
    for (let next = first + 1; !isExpression(value); next++) {
      const more = /^\s*\/\/(.*)$/.exec(lines[next] ?? "");
      if (more === null) throw new Error(`${place}: "${value}" is not an expression`);
      value += `\n${more[1]}`;
    }
    claims.push({ statement: node, line, expected: { value } });
  });

  // A claim beside something that is no statement would silently assert nothing.
  lines.forEach((text, index) => {
    if (/\/\/\s*(=>|throws [a-z0-9_]+\s*$)/.test(text) && !taken.has(index)) {
      throw new Error(
        `${fence.file}:${fence.line + index}: no statement ends here: ${text.trim()}`,
      );
    }
  });
  return claims;
}

/** The fence with its claims as calls of `$checks`, still TypeScript, on the lines where it was. */
export function instrument(fence: Fence): string {
  const insertions: { readonly at: number; readonly text: string }[] = [];
  for (const { statement, line, expected } of claimsOf(fence)) {
    const place = JSON.stringify(`${fence.file}:${fence.line + line}`);
    const start = statement.getStart();
    if ("codes" in expected) {
      insertions.push({ at: start, text: "await $checks.throws(async () => { " });
      insertions.push({
        at: statement.end,
        text: ` }, ${JSON.stringify(expected.codes)}, ${place});`,
      });
    } else if (ts.isVariableStatement(statement)) {
      const call = `; $checks.equal(${declaredName(statement, fence)}, (${expected.value}\n), ${place});`;
      insertions.push({ at: statement.end, text: call });
    } else {
      const checked = checkedExpression(statement);
      insertions.push({ at: checked.getStart(), text: "$checks.equal((" });
      insertions.push({ at: checked.end, text: `), (${expected.value}\n), ${place})` });
    }
  }
  return insertions
    .sort((a, b) => b.at - a.at)
    .reduce((code, { at, text }) => code.slice(0, at) + text + code.slice(at), fence.code);
}

/** The import line that a docstring leaves out: what "rateplan" exports and the fence does not declare. */
export function impliedImport(fence: Fence, exports: ReadonlyMap<string, ts.Symbol>): string {
  if (!fence.docstring) return "";
  const used = new Set<string>();
  const declared = new Set<string>();
  visit(parse(fence.code), (node) => {
    if (!ts.isIdentifier(node)) return;
    const { parent } = node;
    const declares =
      (ts.isVariableDeclaration(parent) ||
        ts.isFunctionDeclaration(parent) ||
        ts.isParameter(parent) ||
        ts.isBindingElement(parent) ||
        ts.isImportSpecifier(parent) ||
        ts.isInterfaceDeclaration(parent) ||
        ts.isTypeAliasDeclaration(parent)) &&
      parent.name === node;
    const property = ts.isPropertyAccessExpression(parent) && parent.name === node;
    const key = ts.isPropertyAssignment(parent) && parent.name === node;
    if (declares) declared.add(node.text);
    else if (!property && !key) used.add(node.text);
  });
  const names = [...used]
    .filter((name) => exports.has(name) && !declared.has(name))
    .map((name) => {
      const flags = exports.get(name)?.flags ?? 0;
      return (flags & ts.SymbolFlags.Value) === 0 ? `type ${name}` : name;
    });
  return names.length === 0 ? "" : `import { ${names.join(", ")} } from "rateplan"; `;
}

/** Compiles an instrumented fence. The result uses `require`, `exports` and `$checks`, and may `await`. */
export function compile(code: string): string {
  return ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  }).outputText;
}

/** Runs a fence. `load` imports a module: one of "rateplan", a package, or an absolute path of a source file. */
export async function runFence(
  fence: Fence,
  exports: ReadonlyMap<string, ts.Symbol>,
  load: (specifier: string) => Promise<unknown>,
  checks: Checks,
): Promise<void> {
  const code = compile(impliedImport(fence, exports) + instrument(fence));
  const modules = new Map<string, unknown>();
  for (const [, specifier = ""] of code.matchAll(/\brequire\("([^"]+)"\)/g)) {
    const path = resolve(root, specifier).replace(/\.js$/, ".ts");
    modules.set(specifier, await load(specifier.startsWith(".") ? path : specifier));
  }
  const quiet = { log() {}, table() {}, info() {}, error() {}, warn() {} };
  const names = ["require", "exports", "$checks", "console"];
  const body = new Function(...names, `"use strict"; return (async () => {${code}\n})();`);
  await body((specifier: string) => modules.get(specifier), {}, checks, quiet);
}

/** Declarations that programs of fences share: parsed once. */
const declarations = new Map<string, ts.SourceFile | undefined>();

/** Type-checks fences in one program. Answers one `file:line: message` per error. */
export function typeErrors(
  fences: readonly Fence[],
  exports: ReadonlyMap<string, ts.Symbol>,
): string[] {
  const files = new Map<string, { text: string; fence: Fence }>();
  for (const fence of fences) {
    const path = join(root, `${fence.file.replaceAll("/", "-")}-${fence.line}.ts`);
    files.set(path, { fence, text: `${impliedImport(fence, exports)}${fence.code}\nexport {};\n` });
  }
  const options: ts.CompilerOptions = {
    ...compilerOptions(),
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.text ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const file = files.get(path);
    if (file !== undefined) return ts.createSourceFile(path, file.text, target, true);
    const known = declarations.get(path) ?? getSourceFile(path, target, ...rest);
    declarations.set(path, known);
    return known;
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([path, { fence }]) => {
    const tree = program.getSourceFile(path);
    if (tree === undefined) throw new Error(`unreachable: ${path} is not in the program`);
    const found = [
      ...program.getSyntacticDiagnostics(tree),
      ...program.getSemanticDiagnostics(tree),
    ];
    return found.map(({ start = 0, messageText }) => {
      const { line } = tree.getLineAndCharacterOfPosition(start);
      const message = ts.flattenDiagnosticMessageText(messageText, "\n");
      return `${fence.file}:${fence.line + line}: ${message}`;
    });
  });
}

/** The relative links of a page, as paths from the top of the repository, each with the heading it names, if any. */
function relativeLinks(
  page: string,
): readonly { readonly path: string; readonly anchor: string }[] {
  return [...withoutFences(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = "", anchor = ""] = target.split("#");
      return { path: path === "" ? page : fromRoot(join(root, dirname(page), path)), anchor };
    });
}

/** The files that a page links to. */
export function linksOf(page: string): readonly string[] {
  return relativeLinks(page).map(({ path }) => path);
}

/** Relative links of a page that lead to no file, or to no heading of it, as `page: target`. */
export function deadLinks(page: string, exists: (path: string) => boolean): string[] {
  return relativeLinks(page)
    .filter(
      ({ path, anchor }) => !exists(path) || (anchor !== "" && !headings(path).includes(anchor)),
    )
    .map(({ path, anchor }) => `${page}: ${path}${anchor === "" ? "" : `#${anchor}`}`);
}

/** The anchors that GitHub gives the headings of a page. */
function headings(page: string): readonly string[] {
  return [...withoutFences(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function withoutFences(page: string): string {
  return read(page).replace(/^(```|~~~)[\s\S]*?^\1/gm, "");
}

function parse(code: string): ts.SourceFile {
  return ts.createSourceFile("fence.ts", code, ts.ScriptTarget.ES2022, true);
}

function leading(line: string): number {
  return line.length - line.trimStart().length;
}

/** Whether a text is one whole expression. */
function isExpression(text: string): boolean {
  if (text === "") return false;
  const { diagnostics } = ts.transpileModule(`(${text}\n);`, { reportDiagnostics: true });
  return diagnostics?.length === 0;
}

function declaredName(statement: ts.VariableStatement, fence: Fence): string {
  const [declaration, ...others] = statement.declarationList.declarations;
  if (declaration === undefined || others.length > 0 || !ts.isIdentifier(declaration.name)) {
    throw new Error(`${fence.file}:${fence.line}: a claim needs a declaration of one plain name`);
  }
  return declaration.name.text;
}

/** The expression of a statement; for `console.log(x)`, what is logged. */
function checkedExpression(statement: ts.Statement): ts.Expression {
  if (!ts.isExpressionStatement(statement)) throw new Error("unreachable: not an expression");
  const { expression } = statement;
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== "console.log") {
    return expression;
  }
  const [argument, ...others] = expression.arguments;
  return argument === undefined || others.length > 0 ? expression : argument;
}
