/** Everything a user can name or reach is documented where an editor shows it. */
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { fencesIn } from "./support/doctest.js";
import { fromRoot, place, publicSurface, root } from "./support/repository.js";

const { checker, exports } = publicSurface();

/** A declaration of this library, as opposed to one of the language or of a package. */
function isOurs(node: ts.Node): boolean {
  return node.getSourceFile().fileName.startsWith(`${root}/src/`);
}

function isFunction(symbol: ts.Symbol): boolean {
  if ((symbol.flags & ts.SymbolFlags.Value) === 0) return false;
  return checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
}

function documentation(symbol: ts.Symbol): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker));
}

function tag(symbol: ts.Symbol, name: string): string | undefined {
  const found = symbol.getJsDocTags(checker).filter((each) => each.name === name);
  if (found.length === 0) return undefined;
  return found.map((each) => ts.displayPartsToString(each.text)).join("\n");
}

/** A sentence: begins with a capital letter, a digit or code, and ends with a full stop. */
const sentence = /^[\p{Lu}\d`"[][\s\S]*?[.:](\s|$)/u;

/**
 * The members of the types that a user can reach: those of the exported types and functions, and of every type of
 * this library that they mention, exported or not.
 */
function reachableMembers(): ts.TypeElement[] {
  const members: ts.TypeElement[] = [];
  const seen = new Set<ts.Symbol>();
  const see = (symbol: ts.Symbol | undefined): void => {
    if (symbol === undefined || seen.has(symbol)) return;
    seen.add(symbol);
    for (const declaration of symbol.declarations ?? []) {
      if (isOurs(declaration)) read(declaration);
    }
  };
  const follow = (name: ts.Node): void => {
    const symbol = checker.getSymbolAtLocation(name);
    const aliased = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    see(aliased ? checker.getAliasedSymbol(symbol) : symbol);
  };
  const read = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) follow(node.typeName);
    if (ts.isExpressionWithTypeArguments(node)) follow(node.expression);
    if (ts.isPropertySignature(node) || ts.isMethodSignature(node)) members.push(node);
    const skipped = notOfTheType(node);
    ts.forEachChild(node, (child) => {
      if (!skipped.includes(child)) read(child);
    });
  };
  for (const symbol of exports.values()) see(symbol);
  return members;
}

/** Children of a node that say nothing about the shape of a type: patterns to match, and the bodies of functions. */
function notOfTheType(node: ts.Node): readonly ts.Node[] {
  if (ts.isConditionalTypeNode(node)) return [node.extendsType];
  if (ts.isTypeReferenceNode(node) && /^(Extract|Exclude)$/.test(node.typeName.getText())) {
    return node.typeArguments?.slice(1) ?? [];
  }
  if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) return [node.body];
  return [];
}

describe("docstrings", () => {
  it("say of every export what it answers, in a sentence", () => {
    const bad = [...exports].filter(([, symbol]) => !sentence.test(documentation(symbol)));
    expect(bad.map(([name]) => name)).toEqual([]);
  });

  it("show every function in an example", () => {
    const bad = [...exports].filter(
      ([name, symbol]) =>
        isFunction(symbol) && fencesIn(tag(symbol, "example") ?? "", name).length === 0,
    );
    expect(bad.map(([name]) => name)).toEqual([]);
  });

  it("say of every parser what it throws", () => {
    const bad = [...exports.keys()].filter((name) => {
      const symbol = exports.get(name);
      return (
        /^parse[A-Z]/.test(name) && symbol !== undefined && tag(symbol, "throws") === undefined
      );
    });
    expect(bad).toEqual([]);
  });

  it("explain every member of every type a user can reach", () => {
    const bad = reachableMembers().filter((member) => {
      const symbol = checker.getSymbolAtLocation(member.name ?? member);
      return symbol === undefined || documentation(symbol).trim() === "";
    });
    expect(bad.map((member) => `${place(member)} ${member.name?.getText() ?? ""}`)).toEqual([]);
  });

  it("reads the library and nothing else", () => {
    const files = [...exports.values()]
      .flatMap((symbol) => symbol.declarations ?? [])
      .filter((declaration) => !isOurs(declaration))
      .map((declaration) => fromRoot(declaration.getSourceFile().fileName));
    expect(files).toEqual([]);
  });
});
