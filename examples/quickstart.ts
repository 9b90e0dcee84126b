/**
 * The main job, end to end: define a product with a charge on outcomes, see what its price would do, then bill a
 * month of events. Run it with `npm start`.
 */
import { readFileSync } from "node:fs";
import {
  type ChargeInput,
  compareAmounts,
  type Invoice,
  invoice,
  parseProduct,
  rateAmount,
  simulate,
  type TierUse,
  type UsageEventInput,
} from "rateplan";
import { money, table } from "./support/table.js";

// 1. A product, a rate plan and a charge: the first 100 outcomes at $50, the next 400 at $40, then $30.

const tiers = [
  { start: 1, end: 100, unitPrice: "50" },
  { start: 101, end: 500, unitPrice: "40" },
  { start: 501, unitPrice: "30" },
];

const outcomeCharge = {
  id: "outcome",
  name: "outcome charge",
  currency: "USD",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "tiered", tiers },
} satisfies ChargeInput;

const product = parseProduct({
  id: "ocr-product",
  name: "ocr product",
  description: "Reads documents; bills what it has read",
  agentType: "ocr-agent",
  effectiveDate: "2026-01-01",
  ratePlans: [
    {
      id: "starter-plan",
      name: "Starter plan",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [outcomeCharge],
    },
  ],
});

// 2. What would 650 outcomes cost?

const simulation = simulate(outcomeCharge, 650);
const tierRow = ({ from, upTo, quantity, unitPrice, amount }: TierUse) => [
  upTo === null ? `over ${from}` : `over ${from} to ${upTo}`,
  quantity,
  money(unitPrice ?? "-"),
  money(amount),
];
const tierRows = simulation.lines.flatMap((line) => line.tiers).map(tierRow);
console.log(`Simulation: 650 outcomes under "${outcomeCharge.name}" (tiered)\n`);
console.log(table(["outcomes", "quantity", "unit price", "amount"], tierRows));
console.log(`\ntotal ${money(simulation.amount)} ${simulation.currency}\n\n`);

// 3. The same tiers as volume pricing: every outcome at the price of the tier that the whole quantity reaches.

const volumeCharge: ChargeInput = { ...outcomeCharge, pricing: { model: "volume", tiers } };
const bounds = tiers.flatMap(({ end }) => (end === undefined ? [] : [end]));
const quantities = [...bounds.flatMap((bound) => [bound, bound + 1]), 650];
console.log("The same tiers, tiered and volume, side by side\n");
console.log(
  table(
    ["outcomes", "tiered", "volume"],
    quantities.map((quantity) => [
      `${quantity}`,
      money(rateAmount(outcomeCharge, quantity)),
      money(rateAmount(volumeCharge, quantity)),
    ]),
  ),
);
for (const bound of bounds) {
  const at = rateAmount(volumeCharge, bound);
  const above = rateAmount(volumeCharge, bound + 1);
  if (compareAmounts(above, at) < 0) {
    console.log(`\ncliff: ${bound} cost ${money(at)}, but ${bound + 1} cost ${money(above)}`);
  }
}

// 4. The invoice of January, from raw events.

const events = readFileSync(new URL("./data/january-events.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line): UsageEventInput => JSON.parse(line));

const bill = invoice({
  catalog: product,
  subscription: {
    id: "sub-1",
    customerId: "acme",
    ratePlanId: "starter-plan",
    startDate: "2026-01-01",
  },
  period: { start: "2026-01-01", end: "2026-02-01" },
  usage: events,
  issueDate: "2026-02-01",
  paymentTerms: { days: 30 },
});
printInvoice(bill, events.length);

function printInvoice(printed: Invoice, given: number): void {
  console.log(`\n\nInvoice for ${printed.customerId}, ${printed.subscriptionId}`);
  console.log(`period ${printed.period.start} to ${printed.period.end} (exclusive)`);
  console.log(`issued ${printed.issueDate}, due ${printed.dueDate}\n`);
  const rows = printed.lines.flatMap((line) => [
    [line.description, line.quantity, "", money(line.amount)],
    ...line.tiers.map((tier) => {
      const [range = "", quantity = "", unitPrice = "", amount = ""] = tierRow(tier);
      return [`  ${range}`, quantity, unitPrice, amount];
    }),
  ]);
  console.log(table(["description", "quantity", "unit price", "amount"], rows));
  console.log(`\ntotal ${money(printed.total)} ${printed.currency}`);
  console.log(`\nOf ${given} events:\n`);
  for (const [bucket, count] of Object.entries(printed.usage.counts)) {
    console.log(`${String(count).padStart(5)} ${bucket}`);
  }
  console.log("\nLeft out, and why (an example of each reason):\n");
  const seen = new Set<string>();
  for (const [bucket, details] of Object.entries(printed.usage.details)) {
    for (const { id, reason } of details) {
      const kind = `${bucket}: ${reason}`;
      if (seen.has(kind)) continue;
      seen.add(kind);
      console.log(`${(id ?? "(no id)").padEnd(10)} ${kind}`);
    }
  }
}
