/**
 * Fini: pay nothing for the first 90 days unless at least 80 % of the questions are resolved. Run it with
 * `npx tsx examples/outcomes/policies/fini.ts`.
 */
import { invoice, type UsageChargeInput } from "rateplan";
import { catalogOf, introduce, outcome, subscription } from "../../support/gallery.js";
import { invoicePaper } from "../../support/paper.js";

const resolutions = {
  id: "resolutions",
  name: "Resolutions",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "0.69" },
  // Some categories are no attempts: they count neither for nor against the rate.
  filter: {
    where: { not: { field: "properties.category", in: ["fraud-review", "legal", "regulatory"] } },
  },
  outcome: { qualifies: { field: "properties.resolved", equals: true } },
  guarantee: { successRate: "80", minimumAttempts: 100, remedy: { waive: true } },
} satisfies UsageChargeInput;

introduce(
  {
    vendor: "Fini",
    asOf: undefined,
    sources: ["https://www.usefini.com/security/fini-guarantee-terms"],
    say: [
      "fees of the first 90 days are waived when less than 80 % of the eligible questions are resolved automatically",
      "at least 100,000 interactions in that time; some categories do not count",
      "two more criteria, customer satisfaction and the time of the first answer, stand beside the rate",
    ],
    assumed: [
      "$0.69 per resolution, and 100 interactions instead of 100,000",
      "the rate is the only criterion",
    ],
  },
  [resolutions],
);

/** 150 questions, so many of them resolved, and ten legal ones, which are not the agent's. */
function questions(resolved: number) {
  const eligible = Array.from({ length: 150 }, (_, index) =>
    outcome(`q${index}`, `conv-${index}`, `${10 + (index % 15)}T12:00`, {
      properties: { category: "orders", resolved: index < resolved },
    }),
  );
  const legal = Array.from({ length: 10 }, (_, index) =>
    outcome(`l${index}`, `case-${index}`, "10T12:00", {
      properties: { category: "legal", resolved: false },
    }),
  );
  return [...eligible, ...legal];
}

const catalog = catalogOf([resolutions], { every: 90, unit: "day" });
const period = { start: "2026-06-01", end: "2026-08-30" };
for (const resolved of [120, 119]) {
  const bill = invoice({ catalog, subscription, period, usage: questions(resolved) });
  console.log(`\nWhat happens: ${resolved} of 150 eligible questions are resolved.\n`);
  console.log(invoicePaper(bill));
  for (const { kind, text } of bill.lines.flatMap(({ steps }) => steps)) {
    if (kind === "guarantee") console.log(`  ${text}`);
  }
}
console.log("");
