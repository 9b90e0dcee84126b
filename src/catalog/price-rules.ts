import { issueAt, type PricingIssue } from "../errors.js";
import { CHARGE_TYPES, type ChargeType } from "../pricing/charge-type.js";
import { type AnyChargeModel, chargeModels, isModelName } from "../pricing/models/index.js";
import {
  checkBounds,
  listIn,
  type Report,
  recordIn,
  type UnknownRecord,
} from "../schema/unknown-record.js";

/** Fields that price a quantity before the model sees it. */
export const QUANTITY_FIELDS = ["includedUnits", "quantityRounding"];
/** Fields that say how usage is counted. */
export const USAGE_FIELDS = [
  "eventQuantity",
  "aggregation",
  "resetCycle",
  "filter",
  "groupBy",
  "outcome",
  "guarantee",
];
/** Those of them that a price without usage does not have: which events there are, it may say. */
export const COUNTING_FIELDS = USAGE_FIELDS.filter((field) => field !== "filter");
/** Fields that hold an amount between bounds. */
export const LIMIT_FIELDS = ["minimum", "maximum"];
/** Fields of charges that come back every billing cycle. */
export const CYCLE_FIELDS = ["billingCycle", "proration"];
/** Fields of recurring charges alone. */
export const RECURRING_FIELDS = ["billingTiming", "quantityBilling"];

/** What must hold between the prices of a charge and its other fields, whatever says how usage is counted. */
export function checkPrices(charge: UnknownRecord, report: Report): void {
  const { model: name } = recordIn(charge["pricing"]);
  const chargeType = CHARGE_TYPES.find((type) => type === charge["chargeType"]);
  checkBounds(charge, ["minimum", "maximum"], report);
  const isUsage = chargeType === undefined || chargeType === "usage";
  if (!isUsage) {
    refuse(USAGE_FIELDS, "usage charges", charge, report);
    for (const [name, given] of Object.entries(recordIn(charge["includedUnits"]))) {
      if (name !== "units") refuseAt(["includedUnits", name], "usage charges", given, report);
    }
  }
  if (chargeType === "one-time") {
    refuse(CYCLE_FIELDS, "recurring and usage charges", charge, report);
  }
  if (chargeType !== undefined && chargeType !== "recurring") {
    refuse(RECURRING_FIELDS, "recurring charges", charge, report);
  }
  if (name === "discount") {
    const fields = [
      ...QUANTITY_FIELDS,
      ...LIMIT_FIELDS,
      "pricingUnit",
      "taxCodes",
      ...(chargeType === "one-time" ? [] : ["billingCycle"]),
      ...(chargeType === "recurring" ? RECURRING_FIELDS : []),
      ...(chargeType === "usage" ? USAGE_FIELDS : []),
    ];
    refuse(fields, "charges other than discounts", charge, report);
    const { of } = recordIn(charge["proration"]);
    if (of !== undefined) {
      refuseAt(["proration", "of"], "charges other than discounts", of, report);
    }
  }
  if (!isModelName(name)) return;
  const model: AnyChargeModel = chargeModels[name];
  checkMatrix(model, chargeType, report);
  checkModelFields(model, charge, report);
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
  const expected = `one of ${[...allowed, "discount"].join(", ")} on a ${chargeType} charge`;
  report(issueAt("model_not_allowed", ["pricing", "model"], { expected, received: model.model }));
}

/** What a model that prices a quantity, and only such a one, may have. */
function checkModelFields(model: AnyChargeModel, charge: UnknownRecord, report: Report): void {
  if (model.needs !== "quantity") {
    refuse(QUANTITY_FIELDS, "models that price a quantity", charge, report);
    if (charge["chargeType"] === "recurring") {
      refuse(["quantityBilling"], "models that price a quantity", charge, report);
    }
    refuseProrationOf(["included-units", "tiers"], "models that price a quantity", charge, report);
  } else if (model.includesUnits === true) {
    refuse(["includedUnits"], "models that do not include units themselves", charge, report);
    refuseProrationOf(
      ["included-units"],
      "models that do not include units themselves",
      charge,
      report,
    );
  }
  if (model.needs === "nothing" || "unitOfMeasure" in charge) return;
  const expected = "a unit such as @outcome, @action, @user, @seat or your own";
  report(
    issueAt("missing_unit", ["unitOfMeasure"], {
      expected,
      received: undefined,
    }),
  );
}

/** Reports fields that stand where they say nothing. */
export function refuse(
  fields: readonly string[],
  where: string,
  charge: UnknownRecord,
  report: Report,
): void {
  for (const name of fields) {
    if (name in charge) refuseAt([name], where, charge[name], report);
  }
}

function refuseProrationOf(
  parts: readonly string[],
  where: string,
  charge: UnknownRecord,
  report: Report,
): void {
  for (const [index, part] of listIn(recordIn(charge["proration"])["of"]).entries()) {
    if (parts.some((each) => each === part))
      refuseAt(["proration", "of", index], where, part, report);
  }
}

/** Reports what stands where it says nothing. */
export function refuseAt(
  path: PricingIssue["path"],
  where: string,
  received: unknown,
  report: Report,
): void {
  const expected = `only on ${where}`;
  report(issueAt("field_not_allowed", path, { expected, received }));
}

/** The issue for a pricing unit that is named by its code where no plan says what it is. */
export function unitByCode(code: string): PricingIssue {
  const expected = "a unit { code, rate }: only a charge of a plan can name one by its code";
  return issueAt("unknown_unit", ["pricingUnit"], { expected, received: code });
}
