/** What Vega-Lite makes of a specification: whether its schema takes it, what its compiler says, and the picture as SVG. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { VegaLiteSpec } from "rateplan/chart";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

const validators: ValidateFunction[] = [];

/** The schema of the installed Vega-Lite, compiled once; that takes ten seconds. */
export function vegaLiteSchema(): ValidateFunction {
  const [known] = validators;
  if (known !== undefined) return known;
  const path = createRequire(import.meta.url).resolve("vega-lite/vega-lite-schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8"));
  const ajv = new Ajv({ strict: false, allErrors: false });
  // What ajv knows no test for, it would say at each use.
  for (const format of ["color-hex", "uri", "uri-reference"]) ajv.addFormat(format, () => true);
  const validate = ajv.compile(schema);
  validators[0] = validate;
  return validate;
}

/** What the schema refuses; an empty list where the specification is valid. */
export function schemaErrors(spec: VegaLiteSpec): readonly ErrorObject[] {
  const validate = vegaLiteSchema();
  return validate(spec) ? [] : [...(validate.errors ?? [])];
}

/** The picture, and every warning on the way to it. */
export async function draw(
  spec: VegaLiteSpec,
): Promise<{ readonly svg: string; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const said = (...args: readonly unknown[]) => {
    warnings.push(args.map(String).join(" "));
    return logger;
  };
  const logger: vega.LoggerInterface = {
    level: () => logger as never,
    error: said,
    warn: said,
    info: () => logger,
    debug: () => logger,
  };
  // The compiler writes into what it is given.
  const own: TopLevelSpec = JSON.parse(JSON.stringify(spec));
  const view = new vega.View(vega.parse(compile(own, { logger }).spec), {
    renderer: "none",
    logger,
  });
  const svg = await view.toSVG();
  view.finalize();
  return { svg, warnings };
}
