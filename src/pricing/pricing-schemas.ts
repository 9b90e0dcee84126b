import { onFirstUse } from "../data/recent.js";
import { schemaKit } from "../schema/kit.js";
import { chargeModels } from "./models/index.js";

/** The schemas of all models' prices, told apart by `model`. */
export const pricingSchemas = onFirstUse(() =>
  Object.values(chargeModels).map(({ schema }) => schema(schemaKit)),
);
