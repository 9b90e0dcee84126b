import { issueAt } from "../errors.js";
import { compare, formatExact } from "../money/fraction.js";
import { decimalIn, type Report, recordIn, type Unproved } from "../pricing/fields-schema.js";
import { type AnyChargeModel, chargeModels, isModelName } from "../pricing/models/index.js";
import { CHARGE_TYPES, type ChargeType } from "../pricing/terms.js";

/** Fields that price a quantity before the model sees it. */
const QUANTITY_FIELDS = ["includedUnits", "quantityRounding"];
/** Fields that say how usage is counted. */
const USAGE_FIELDS = ["aggregation", "filter", "groupBy"];
/** Fields that hold an amount between bounds. */
const LIMIT_FIELDS = ["minimum", "maximum"];

/** What must hold between the fields of a charge. */
export function checkCharge(charge: Unproved, report: Report): void {
  const { model: name } = recordIn(charge["pricing"]);
  const chargeType = CHARGE_TYPES.find((type) => type === charge["chargeType"]);
  checkLimits(charge, report);
  const isUsage = chargeType === undefined || chargeType === "usage";
  if (!isUsage) refuse(USAGE_FIELDS, "usage charges", charge, report);
  if (name === "discount") {
    const fields = [
      ...QUANTITY_FIELDS,
      ...LIMIT_FIELDS,
      ...(chargeType === "usage" ? USAGE_FIELDS : []),
    ];
    refuse(fields, "charges other than discounts", charge, report);
  }
  if (!isModelName(name)) return;
  const model: AnyChargeModel = chargeModels[name];
  checkMatrix(model, chargeType, report);
  checkModelFields(model, charge, report);
  if (isUsage) checkCounting(model, charge, report);
}

/** The matrix of charge types and models. */
function checkMatrix(
  model: AnyChargeModel,
  chargeType: ChargeType | undefined,
  report: Report,
): void {
  if (chargeType === undefined || model.chargeTypes.includes(chargeType)) return;
  const allowed = Object.values(chargeModels)
    .filter(({ chargeTypes }) => chargeTypes.some((type) => type === chargeType))
    .map((each) => each.model);
  const expected = [...allowed, "discount"].join(", ");
  report(
    issueAt(
      "model_not_allowed",
      ["pricing", "model"],
      `must be ${expected} on a ${chargeType} charge`,
      {
        expected,
        received: model.model,
      },
    ),
  );
}

/** What a model that prices a quantity, and only such a one, may have. */
function checkModelFields(model: AnyChargeModel, charge: Unproved, report: Report): void {
  if (model.needs !== "quantity") {
    refuse(QUANTITY_FIELDS, "models that price a quantity", charge, report);
  } else if (model.includesUnits === true) {
    refuse(["includedUnits"], "models that do not include units themselves", charge, report);
  }
  if (model.needs === "nothing" || "unitOfMeasure" in charge) return;
  const expected = "a unit such as @outcome, @action, @user, @seat or your own";
  report(
    issueAt("missing_unit", ["unitOfMeasure"], `must name ${expected}`, {
      expected,
      received: undefined,
    }),
  );
}

/** How usage is counted must fit what the model prices. */
function checkCounting(model: AnyChargeModel, charge: Unproved, report: Report): void {
  if (model.needs === "nothing") {
    refuse(["aggregation", "groupBy"], "models that price usage", charge, report);
    return;
  }
  if (model.needs === "values") {
    refuse(["aggregation"], "models that price a quantity", charge, report);
  }
  const { tiers } = recordIn(charge["groupBy"]);
  if (tiers === "across-groups" && model.needs !== "quantity") {
    refuseAt(["groupBy", "tiers"], "models that price a quantity", tiers, report);
  }
}

function checkLimits(charge: Unproved, report: Report): void {
  const minimum = decimalIn(charge["minimum"]);
  const maximum = decimalIn(charge["maximum"]);
  if (minimum === undefined || maximum === undefined || compare(minimum, maximum) <= 0) return;
  const expected = `at most maximum (${formatExact(maximum)})`;
  const found = formatExact(minimum);
  report(issueAt("minimum_above_maximum", ["minimum"], `must be ${expected}`, { expected, found }));
}

function refuse(fields: readonly string[], where: string, charge: Unproved, report: Report): void {
  for (const name of fields) {
    if (name in charge) refuseAt([name], where, charge[name], report);
  }
}

function refuseAt(path: readonly string[], where: string, received: unknown, report: Report): void {
  const expected = `only on ${where}`;
  report(issueAt("field_not_allowed", path, `is allowed ${expected}`, { expected, received }));
}
