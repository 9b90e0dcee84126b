/** The repository as tests see it: its files, their syntax trees and the compiler's view of them. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The directory that holds package.json. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");

/** Reads a file of the repository by its path from the top. */
export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** A path from the top of the repository, with forward slashes. */
export function fromRoot(absolute: string): string {
  return relative(root, absolute).split(sep).join("/");
}

/** Every file below a directory but what is installed there, as paths from the top of the repository, sorted. */
export function filesBelow(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fromRoot(join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("/node_modules/"))
    .sort();
}

/** Every TypeScript file of the library. */
export function sourceFiles(): string[] {
  return filesBelow("src").filter((path) => path.endsWith(".ts"));
}

/** The syntax tree of a file, with parent links. */
export function syntaxTree(path: string): ts.SourceFile {
  return ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022, true);
}

/** One import or re-export. */
export interface Import {
  /** The importing file, from the top of the repository. */
  readonly from: string;
  /** As it is written. */
  readonly specifier: string;
  /** The imported file of this repository; absent for a package. */
  readonly file?: string;
  /** Whether it imports types alone, and so leaves no trace in the output. */
  readonly typeOnly: boolean;
}

/** What a file imports and re-exports, types included. */
export function importsOf(tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const from = tree.fileName;
    const { text } = specifier;
    const target = fromRoot(join(root, dirname(from), text)).replace(/\.js$/, ".ts");
    const file = text.startsWith(".") ? { file: target } : {};
    found.push({ from, specifier: text, typeOnly, ...file });
  };
  visit(tree, (node) => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    } else if (ts.isCallExpression(node)) {
      const { expression } = node;
      const requires = ts.isIdentifier(expression) && expression.text === "require";
      const imports = expression.kind === ts.SyntaxKind.ImportKeyword;
      if (requires || imports) add(node.arguments[0], false);
    }
  });
  return found;
}

/** The package a bare specifier belongs to: `@date-fns/tz/x` → `@date-fns/tz`. */
export function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Calls `see` on a node and everything below it, in order. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

/** `file:line` of a node, for messages. */
export function place(node: ts.Node): string {
  const tree = node.getSourceFile();
  const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
  return `${fromRoot(resolve(root, tree.fileName))}:${line + 1}`;
}

/** The compiler options of tsconfig.json. */
export function compilerOptions(): ts.CompilerOptions {
  const path = join(root, "tsconfig.json");
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error !== undefined)
    throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

/** The public modules of the package, and the source of each. */
export const ENTRIES: Readonly<Record<string, string>> = {
  rateplan: "src/index.ts",
  "rateplan/rate": "src/rate.ts",
  "rateplan/import": "src/import.ts",
  "rateplan/chart": "src/chart.ts",
  "rateplan/testing": "src/testing.ts",
  "rateplan/testing/arbitraries": "src/testing/arbitraries.ts",
  "rateplan/sql": "src/sql.ts",
};

/** What users can name: every export with aliases followed, by module and in all, and the checker behind it. */
export interface PublicSurface {
  readonly checker: ts.TypeChecker;
  /** By module, then by name. */
  readonly modules: ReadonlyMap<string, ReadonlyMap<string, ts.Symbol>>;
  /** Of all modules, by name. */
  readonly exports: ReadonlyMap<string, ts.Symbol>;
}

/** Read once by all test files that share a process. */
const surfaces: PublicSurface[] = [];

/** The public surface, from the source of the entries. */
export function publicSurface(): PublicSurface {
  const [known = readSurface()] = surfaces;
  surfaces[0] = known;
  return known;
}

function readSurface(): PublicSurface {
  const files = Object.values(ENTRIES).map((path) => join(root, path));
  const program = ts.createProgram(files, compilerOptions());
  const checker = program.getTypeChecker();
  const modules = new Map<string, ReadonlyMap<string, ts.Symbol>>();
  for (const [specifier, path] of Object.entries(ENTRIES)) {
    const file = program.getSourceFile(join(root, path));
    const module = file && checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${path} is not a module`);
    const exports = checker.getExportsOfModule(module).map((symbol) => {
      const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
      return [symbol.name, isAlias ? checker.getAliasedSymbol(symbol) : symbol] as const;
    });
    modules.set(specifier, new Map(exports.sort(([a], [b]) => (a < b ? -1 : 1))));
  }
  return { checker, modules, exports: new Map([...modules.values()].flatMap((each) => [...each])) };
}
