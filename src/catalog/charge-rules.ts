import { issueAt, issueUnder } from "../errors.js";
import { CHARGE_TYPES } from "../pricing/charge-type.js";
import { type AnyChargeModel, chargeModels, isModelName } from "../pricing/models/index.js";
import { listIn, type Report, recordIn, type UnknownRecord } from "../schema/fields.js";
import {
  carriesOver,
  ignoresQuantities,
  isAdditive,
  needsPeriod,
} from "../usage/aggregations/index.js";
import { COUNTING_FIELDS, checkPrices, refuse, refuseAt } from "./price-rules.js";
import { checkRevisions } from "./revision.js";

/** What must hold between the fields of a charge. */
export function checkCharge(charge: UnknownRecord, report: Report): void {
  const known = new Set<string>();
  checkFields(charge, (issue) => {
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
    checkFields({ ...charge, pricing: revision["pricing"] }, (issue) => {
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

/** What must hold between the prices of a charge and all its other fields. */
function checkFields(charge: UnknownRecord, report: Report): void {
  checkPrices(charge, report);
  const { model: name } = recordIn(charge["pricing"]);
  const chargeType = CHARGE_TYPES.find((type) => type === charge["chargeType"]);
  if (!isModelName(name) || (chargeType !== undefined && chargeType !== "usage")) return;
  checkCounting(chargeModels[name], charge, report);
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
