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

/** Every file below a directory, as paths from the top of the repository, sorted. */
export function filesBelow(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fromRoot(join(entry.parentPath, entry.name)))
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

/** The public surface: every export of src/index.ts with aliases followed, and the checker behind it. */
export function publicSurface(): {
  readonly checker: ts.TypeChecker;
  readonly exports: ReadonlyMap<string, ts.Symbol>;
} {
  const entry = join(root, "src/index.ts");
  const program = ts.createProgram([entry], compilerOptions());
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error("src/index.ts is not a module");
  const exports = new Map<string, ts.Symbol>();
  for (const symbol of checker.getExportsOfModule(module)) {
    const target =
      (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
    exports.set(symbol.name, target);
  }
  return { checker, exports: new Map([...exports].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
