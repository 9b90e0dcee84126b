import { issueAt, issueUnder, type PricingIssue } from "../errors.js";
import { CHARGE_TYPES, type ChargeType } from "../pricing/charge-type.js";
import { type AnyChargeModel, chargeModels, isModelName } from "../pricing/models/index.js";
import { listIn, type Report, recordIn, type UnknownRecord } from "../schema/fields.js";
import { checkBounds } from "../schema/unknown-record.js";
import {
  carriesOver,
  ignoresQuantities,
  isAdditive,
  needsPeriod,
} from "../usage/aggregations/index.js";
import { checkRevisions } from "./revision.js";

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

/** What must hold between the fields of a charge. */
export function checkCharge(charge: UnknownRecord, report: Report): void {
  const known = new Set<string>();
  checkPrices(charge, (issue) => {
    known.add(issue.message);
    report(issue);
  });
  checkRevisions(charge, report);
  const once: Report = (issue) => {
    if (!known.has(issue.message)) report(issue);
    known.add(issue.message);
  };
  for (const [index, revision] of listIn(charge["revisions"]).map(recordIn).entries()) {
    let fits = true;
    checkPrices({ ...charge, pricing: revision["pricing"] }, (issue) => {
      if (issue.path[0] !== "pricing") {
        once(issue);
        return;
      }
      fits = false;
      report(issueUnder(["revisions", index], issue));
    });
    if (fits) {
      checkSameKind(charge, revision, (issue) => report(issueUnder(["revisions", index], issue)));
    }
  }
}

/** A discount stays a discount, and what is priced is what is counted. */
function checkSameKind(charge: UnknownRecord, revision: UnknownRecord, report: Report): void {
  const [before, after] = [needsOf(charge["pricing"]), needsOf(revision["pricing"])];
  if (before === undefined || after === undefined || before === after) return;
  const received = recordIn(revision["pricing"])["model"];
  const expected = `a model that prices ${before}, as the charge's does`;
  report(issueAt("model_not_allowed", ["pricing", "model"], { expected, received }));
}

function needsOf(pricing: unknown): string | undefined {
  const { model } = recordIn(pricing);
  if (model === "discount") return "other charges";
  return isModelName(model) ? chargeModels[model].needs : undefined;
}

/** What must hold between the prices of a charge and its other fields. */
function checkPrices(charge: UnknownRecord, report: Report): void {
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

/** How usage is counted must fit what the model prices. */
function checkCounting(model: AnyChargeModel, charge: UnknownRecord, report: Report): void {
  checkAddingUp(model, charge, report);
  if (charge["unitOfMeasure"] !== "@outcome")
    refuse(["outcome"], "charges on @outcome", charge, report);
  const { pricing } = recordIn(recordIn(charge["outcome"])["reverse"]);
  const hasUnits = model.needs === "quantity" && isAdditive(charge["aggregation"]);
  if (pricing === "original-price" && !hasUnits) {
    const where = "models that price a quantity, summed up or counted";
    refuseAt(["outcome", "reverse", "pricing"], where, pricing, report);
  }
  const isLevel = needsPeriod(charge["aggregation"]) || carriesOver(charge["aggregation"]);
  if ("outcome" in charge && isLevel) {
    const where = "charges without an outcome policy";
    refuseAt(["aggregation"], where, charge["aggregation"], report);
  }
  if (!("outcome" in charge))
    refuse(["guarantee"], "charges with an outcome policy", charge, report);
  if (model.needs === "nothing") {
    refuse(COUNTING_FIELDS, "models that price usage", charge, report);
    return;
  }
  if (model.needs === "values") {
    refuse(["eventQuantity", "aggregation"], "models that price a quantity", charge, report);
  } else if (ignoresQuantities(charge["aggregation"])) {
    refuse(["eventQuantity"], "aggregations of the events' quantities", charge, report);
  }
  const { tiers } = recordIn(charge["groupBy"]);
  if (tiers === "across-groups" && model.needs !== "quantity") {
    refuseAt(["groupBy", "tiers"], "models that price a quantity", tiers, report);
  }
}

/** What is counted from one bill to the next is one quantity that adds up. */
function checkAddingUp({ needs }: AnyChargeModel, charge: UnknownRecord, report: Report): void {
  const { per, rollover } = recordIn(charge["includedUnits"]);
  const addsUp =
    needs === "quantity" && isAdditive(charge["aggregation"]) && !("groupBy" in charge);
  const where = "charges that price one quantity, summed up or counted, without groupBy";
  if (!addsUp && needs !== "nothing") refuse(["resetCycle"], where, charge, report);
  if (!addsUp && rollover !== undefined) {
    refuseAt(["includedUnits", "rollover"], where, rollover, report);
  }
  if (per !== undefined && "resetCycle" in charge) {
    const others = "charges without a resetCycle, as what is held changes within it";
    refuseAt(["includedUnits", "per"], others, per, report);
  }
}

function refuse(
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

function refuseAt(
  path: PricingIssue["path"],
  where: string,
  received: unknown,
  report: Report,
): void {
  const expected = `only on ${where}`;
  report(issueAt("field_not_allowed", path, { expected, received }));
}
