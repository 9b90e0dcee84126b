/** The shape of the repository, as rules that fail: layers, dependencies, purity, size, names. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import {
  filesBelow,
  type Import,
  importsOf,
  packageOf,
  place,
  read,
  root,
  sourceFiles,
  syntaxTree,
  visit,
} from "./support/repository.js";

const trees = sourceFiles().map(syntaxTree);
const imports = trees.flatMap(importsOf);

const data = ["data", "errors.ts"];
const base = [...data, "money", "time", "schema"];
const charges = [...base, "pricing", "usage/aggregations"];
const events = [...charges, "catalog", "usage/events"];
const judged = [...events, "usage/meter", "usage/outcomes"];
const classified = [...judged, "usage/classify.ts"];
const counted = [...classified, "usage/lanes"];
const usage = [...counted, "usage/collect.ts", "usage/summary", "usage"];
const documents = [
  "account",
  "invoice/document/line-terms.ts",
  "invoice/document/line-details.ts",
  "invoice/document/warning.ts",
  "invoice/document/line.ts",
  "invoice/document/recorded.ts",
  "invoice/document/document.ts",
  "invoice/document/priced-line.ts",
];
const priced = [...usage, "subscription", ...documents];
const stepped = [...priced, "rate", "invoice/history", "invoice/rating", "invoice/steps"];
const requested = [...stepped, "invoice/request"];
const touched = [...requested, "invoice/parts"];
const billed = [...touched, "invoice/price"];
const written = [...billed, "invoice/write", "invoice/due"];
const verbs = [...written, "invoice"];

/**
 * Every room of src, a folder or a file, from the bottom to the top, and the rooms that it may import from: only such as
 * stand above it in this table. A file is in the narrowest room that holds it, and may import from its own room.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  data: [],
  "issue-code.ts": [],
  "errors.ts": ["data", "issue-code.ts"],
  money: data,
  time: ["data", "money"],
  schema: [...data, "money", "time"],
  pricing: [...data, "money", "schema"],
  "usage/aggregations": base,
  catalog: charges,
  rate: [...charges, "catalog"],
  account: [...charges, "catalog"],
  "usage/events": base,
  "usage/meter": events,
  "usage/outcomes": [...base, "catalog", "usage/events", "usage/meter"],
  "usage/classify.ts": judged,
  "usage/lanes": classified,
  "usage/collect.ts": counted,
  "usage/summary": [...counted, "usage/collect.ts"],
  usage: [...counted, "usage/collect.ts", "usage/summary"],
  subscription: [...charges, "catalog"],
  "invoice/document/line-terms.ts": ["pricing", "catalog"],
  "invoice/document/warning.ts": [],
  "invoice/document/line-details.ts": ["account"],
  "invoice/document/line.ts": [
    "time",
    "pricing",
    "usage/meter",
    "invoice/document/line-details.ts",
    "invoice/document/line-terms.ts",
  ],
  "invoice/document/recorded.ts": [
    "time",
    "account",
    "catalog",
    "usage/meter",
    "invoice/document/line-terms.ts",
  ],
  "invoice/document/document.ts": [
    "time",
    "account",
    "catalog",
    "usage/events",
    "invoice/document/warning.ts",
    "invoice/document/line.ts",
    "invoice/document/recorded.ts",
  ],
  "invoice/document/priced-line.ts": [
    ...data,
    "money",
    "time",
    "account",
    "pricing",
    "usage/meter",
    "invoice/document/line-terms.ts",
    "invoice/document/line-details.ts",
    "invoice/document/line.ts",
  ],
  "invoice/history": [...charges, "catalog", "usage/meter", "subscription", ...documents],
  "invoice/rating": priced,
  "invoice/steps": [...priced, "invoice/history", "invoice/rating"],
  "invoice/request": [...priced, "invoice/history", "invoice/rating"],
  "invoice/parts": requested,
  "invoice/price": touched,
  "invoice/write": billed,
  "invoice/due": billed,
  invoice: written,
  run: verbs,
  simulate: verbs,
  sql: verbs,
  describe: [...verbs, "simulate"],
  import: [...charges, "catalog", ...documents, "invoice/history"],
  testing: [...verbs, "simulate", "describe"],
  "testing/arbitraries": [...verbs, "testing"],
  "types.ts": [...verbs, "run", "simulate", "describe"],
  "index.ts": [...verbs, "run", "simulate", "describe", "types.ts"],
  "rate.ts": [...charges, "catalog", "rate"],
  "import.ts": ["import"],
  "chart.ts": ["describe"],
  "testing.ts": ["testing"],
  "testing/arbitraries.ts": ["testing/arbitraries"],
  "sql.ts": ["sql"],
};
const order = Object.keys(rooms);

/** The room of a file of src: the narrowest that holds it. */
function roomOf(path: string): string | undefined {
  const inside = path.replace(/^src\//, "");
  return order
    .filter((room) => inside === room || inside.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** What breaks a rule, in words: the tests expect an empty list, and its content is the message. */
function broken(rule: (each: Import) => string | undefined): string[] {
  return imports.flatMap((each) => {
    const message = rule(each);
    return message === undefined ? [] : [`${each.from} imports ${each.specifier}: ${message}`];
  });
}

/** Every file and package that a file imports, and those import, at runtime. */
function reachedFrom(entry: string): ReadonlySet<string> {
  const reached = new Set([entry]);
  // A set that grows is walked to its end.
  for (const place of reached) {
    for (const { from, file, specifier, typeOnly } of imports) {
      if (from === place && !typeOnly) reached.add(file ?? packageOf(specifier));
    }
  }
  return reached;
}

describe("layers", () => {
  it("has every file of src in a room, and a file in every room", () => {
    const found = trees.map((tree) => roomOf(tree.fileName) ?? tree.fileName);
    expect([...new Set(found)].sort()).toEqual([...order].sort());
  });

  it("goes downward only: a room imports from rooms that stand before it", () => {
    const found = Object.entries(rooms).flatMap(([room, others]) =>
      others
        .filter((other) => !order.slice(0, order.indexOf(room)).includes(other))
        .map((other) => `${room} may import from ${other}`),
    );
    expect(found).toEqual([]);
  });

  it("imports what the table allows", () => {
    expect(
      broken(({ from, file }) => {
        if (file === undefined) return undefined;
        if (!file.startsWith("src/")) return "outside of src";
        const [own = "", other = ""] = [roomOf(from), roomOf(file)];
        if (own === other || rooms[own]?.includes(other)) return undefined;
        return `${own} may not import from ${other}`;
      }),
    ).toEqual([]);
  });

  it("imports files that exist, by their .js name", () => {
    expect(
      broken(({ specifier, file }) => {
        if (file === undefined) return undefined;
        if (!specifier.endsWith(".js")) return "write the extension .js";
        return existsSync(join(root, file)) ? undefined : "no such file";
      }),
    ).toEqual([]);
  });

  it("has no import cycle, types included", () => {
    expect(cycles(imports)).toEqual([]);
  });
});

describe("dependencies", () => {
  const { dependencies, peerDependencies } = JSON.parse(read("package.json"));
  const declared = Object.keys({ ...dependencies, ...peerDependencies });

  it("imports no package but the declared ones", () => {
    expect(
      broken(({ file, specifier }) =>
        file !== undefined || declared.includes(packageOf(specifier))
          ? undefined
          : "not a dependency in package.json",
      ),
    ).toEqual([]);
  });

  it("reaches no package from rateplan/rate, and no time zone", () => {
    const reached = reachedFrom("src/rate.ts");
    const outside = [...reached].filter((each) => !each.startsWith("src/"));
    expect([outside, [...reached].filter((each) => each.startsWith("src/time/"))]).toEqual([
      [],
      [],
    ]);
    // The same walk finds them where they are.
    const all = reachedFrom("src/index.ts");
    expect([all.has("zod"), all.has("@date-fns/tz"), all.has("src/time/zone.ts")]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("imports fast-check, which not everybody has, in the arbitraries only", () => {
    expect(
      broken(({ from, specifier }) =>
        packageOf(specifier) === "fast-check" && !from.startsWith("src/testing/arbitraries/")
          ? "only rateplan/testing/arbitraries needs fast-check"
          : undefined,
      ),
    ).toEqual([]);
  });

  it("imports date-fns in time only", () => {
    expect(
      broken(({ from, specifier }) =>
        ["date-fns", "@date-fns/tz"].includes(packageOf(specifier)) && !from.startsWith("src/time/")
          ? "only src/time knows calendars"
          : undefined,
      ),
    ).toEqual([]);
  });

  it("imports zod in schemas only, as far as arithmetic and pricing go", () => {
    const free = /^src\/(money|time)\//;
    const schemas = /^src\/pricing\/([a-z-]*schema[a-z-]*|models\/[a-z-]+\/schema)\.ts$/;
    expect(
      broken(({ from, specifier, typeOnly }) => {
        if (packageOf(specifier) !== "zod" || typeOnly) return undefined;
        if (free.test(from)) return "money and time parse by hand, so that they stay small";
        if (from.startsWith("src/pricing/") && !schemas.test(from)) return "put it in schema.ts";
        return undefined;
      }),
    ).toEqual([]);
  });
});

describe("modules", () => {
  it("exports values by name: no `export *` but of types, no default export", () => {
    const found: string[] = [];
    for (const tree of trees) {
      for (const statement of tree.statements) {
        const star =
          ts.isExportDeclaration(statement) && !statement.isTypeOnly && !isNamed(statement);
        if (star || ts.isExportAssignment(statement) || isDefault(statement)) {
          found.push(`${place(statement)} ${statement.getText(tree).split("\n")[0]}`);
        }
      }
    }
    expect(found).toEqual([]);
  });

  it("names files in kebab-case after what they hold", () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
    const shapeless = /^(utils?|helpers?|misc|common)$/;
    const found = filesBelow("src").filter((path) => {
      const parts = path.replace(/\.ts$/, "").split("/");
      return !path.endsWith(".ts") || parts.some((p) => !kebab.test(p) || shapeless.test(p));
    });
    expect(found).toEqual([]);
  });

  it("has no file of more than 300 lines", () => {
    const long = sourceFiles()
      .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
      .filter(({ lines }) => lines > 300)
      .map(({ path, lines }) => `${path}: ${lines}`);
    expect(long).toEqual([]);
  });

  it("asks a charge model for its facts and never which model it is", () => {
    const found: string[] = [];
    const isModel = (node: ts.Node) =>
      (ts.isPropertyAccessExpression(node) && node.name.text === "model") ||
      (ts.isElementAccessExpression(node) &&
        ts.isStringLiteral(node.argumentExpression) &&
        node.argumentExpression.text === "model");
    // A discount is no charge model: the invoice pipeline applies it.
    const isDiscount = (node: ts.Node) => ts.isStringLiteral(node) && node.text === "discount";
    for (const tree of trees) {
      if (tree.fileName.startsWith("src/pricing/models/")) continue;
      visit(tree, (node) => {
        const compared =
          ts.isBinaryExpression(node) &&
          comparisons.has(node.operatorToken.kind) &&
          ((isModel(node.left) && !isDiscount(node.right)) ||
            (isModel(node.right) && !isDiscount(node.left)));
        const switched = ts.isSwitchStatement(node) && isModel(node.expression);
        if (compared || switched) found.push(place(node));
      });
    }
    expect(found).toEqual([]);
  });
});

describe("purity", () => {
  it("reads no clock, no chance, no environment, no locale", () => {
    const found: string[] = [];
    for (const tree of trees) {
      visit(tree, (node) => {
        const reason = impurity(node);
        if (reason !== undefined) found.push(`${place(node)} ${reason}`);
      });
    }
    expect(found).toEqual([]);
  });

  it("finds each of the things it forbids", () => {
    const samples = [
      "Date.now()",
      'Date["now"]()',
      "const { now } = Date;",
      "new Date()",
      "new Date(2026, 0, 31)",
      "Date()",
      "Math.random()",
      "process.env",
      "console.log(1)",
      "globalThis.x",
      'new Intl.NumberFormat("en")',
      "n.toLocaleString()",
      'a.localeCompare("b")',
      "date.getHours()",
      "let counter = 0;",
    ];
    const missed = samples.filter((text) => {
      const tree = ts.createSourceFile("src/money/x.ts", text, ts.ScriptTarget.ES2022, true);
      let seen = false;
      visit(tree, (node) => {
        seen ||= impurity(node) !== undefined;
      });
      return !seen;
    });
    expect(missed).toEqual([]);
  });
});

describe("repository", () => {
  /** What the design names, and the files that tools insist on finding at the top. */
  const allowed = new Set([
    "src",
    "test",
    "examples",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "tsconfig.src.json",
    "tsup.config.ts",
    "vitest.config.ts",
    "biome.json",
    "knip.json",
    "typedoc.json",
    "stryker.config.json",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    ".size-limit.js",
  ]);

  it("keeps its top level small", () => {
    const ignored = read(".gitignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split("/")[0] ?? line);
    const isIgnored = (name: string) =>
      ignored.some((i) => (i.startsWith("*") ? name.endsWith(i.slice(1)) : i === name));
    const found = readdirSync(root).filter(
      (name) => name !== ".git" && !allowed.has(name) && !isIgnored(name),
    );
    expect(found).toEqual([]);
  });
});

const comparisons: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

const ambient: ReadonlySet<string> = new Set([
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "Intl",
  "navigator",
  "performance",
  "process",
  "queueMicrotask",
  "require",
  "self",
  "setImmediate",
  "setInterval",
  "setTimeout",
  "window",
]);

/** Why a node makes a result depend on anything but the arguments; `undefined` when it does not. */
function impurity(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && ambient.has(node.text) && isReference(node)) return node.text;
  if (ts.isNewExpression(node) && isNamedDate(node.expression)) {
    const count = node.arguments?.length ?? 0;
    if (count === 0) return "new Date() reads the clock";
    if (count > 1) return "new Date(year, month, …) reads the host's time zone";
  }
  if (ts.isCallExpression(node) && isNamedDate(node.expression)) return "Date() reads the clock";
  if (ts.isPropertyAccessExpression(node))
    return impureMember(node, node.expression, node.name.text);
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return impureMember(node, node.expression, node.argumentExpression.text);
  }
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) {
    const from = node.initializer?.getText();
    if (from === "Date" || from === "Math") return `taking ${from} apart hides what is used of it`;
  }
  if (
    ts.isVariableStatement(node) &&
    ts.isSourceFile(node.parent) &&
    (node.declarationList.flags & ts.NodeFlags.Const) === 0
  ) {
    return "a module holds no state";
  }
  return undefined;
}

function impureMember(node: ts.Node, object: ts.Expression, name: string): string | undefined {
  const owner = object.getText();
  if (owner === "Date" && name === "now") return "Date.now";
  if (owner === "Math" && name === "random") return "Math.random";
  if (name === "localeCompare" || name.startsWith("toLocale")) return `${name} reads the locale`;
  // src/time may hold dates that carry their zone, whose getters answer in that zone.
  const local =
    /^[gs]et(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)$/;
  if (local.test(name) && !node.getSourceFile().fileName.startsWith("src/time/")) {
    return `${name} reads the host's time zone`;
  }
  return undefined;
}

function isNamedDate(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === "Date";
}

/** Whether an identifier reads a variable, rather than naming a property, a type member or itself. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return !(
    ts.isPropertySignature(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isNamedTupleMember(parent)
  );
}

function isNamed(statement: ts.ExportDeclaration): boolean {
  return statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause);
}

function isDefault(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword) ?? false)
  );
}

/** Import cycles at file level, as `a → b → a`. */
function cycles(edges: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, file } of edges) {
    if (file !== undefined) next.set(from, [...(next.get(from) ?? []), file]);
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push([...path.slice(start), file].join(" → "));
      return;
    }
    if (done.has(file)) return;
    for (const target of new Set(next.get(file))) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return found;
}
