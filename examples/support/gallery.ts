/** What the outcome policies of vendors share: how they are introduced, and a catalog and a customer around them. */
import { inspect } from "node:util";
import {
  type BillingCycle,
  type ChargeInput,
  type Product,
  parseProduct,
  type SignalInput,
  type UsageEventInput,
} from "rateplan";
import { table } from "./table.js";

/** Public terms that a policy is modelled on. */
export interface Terms {
  readonly vendor: string;
  /** Since when they hold, as their source says; `undefined` where the copy that was read has no date. */
  readonly asOf: string | undefined;
  readonly sources: readonly string[];
  /** What they say, in our words. */
  readonly say: readonly string[];
  /** What is known from third parties only. */
  readonly secondHand?: readonly string[];
  /** What they leave open, and what the example takes instead. */
  readonly assumed?: readonly string[];
}

/** Prints the terms, and the charges that express them. */
export function introduce(terms: Terms, charges: readonly ChargeInput[]): void {
  const { vendor, asOf = "an undated copy", sources, say, secondHand = [], assumed = [] } = terms;
  const heading = `${vendor}: modelled on public terms as of ${asOf}`;
  console.log(`${heading}\n${"=".repeat(heading.length)}`);
  for (const source of sources) console.log(`source: ${source}`);
  for (const line of say) console.log(`- ${line}`);
  for (const line of secondHand) console.log(`- second-hand: ${line}`);
  for (const line of assumed) console.log(`- assumed here: ${line}`);
  console.log("\nAs data:\n");
  for (const charge of charges) console.log(inspect(charge, { depth: null, breakLength: 100 }));
}

/** A product with one plan, "plan", of these charges. */
export function catalogOf(
  charges: readonly ChargeInput[],
  billingCycle: BillingCycle = "monthly",
): Product {
  return parseProduct({
    id: "agent",
    name: "Agent",
    agentType: "agent",
    effectiveDate: "2026-06-01",
    ratePlans: [
      {
        id: "plan",
        name: "Plan",
        currency: "USD",
        billingCycle,
        effectiveDate: "2026-06-01",
        charges,
      },
    ],
  });
}

export const subscription = {
  id: "sub-1",
  customerId: "shop",
  ratePlanId: "plan",
  startDate: "2026-06-01",
} as const;

export const june = { start: "2026-06-01", end: "2026-07-01" } as const;
export const july = { start: "2026-07-01", end: "2026-08-01" } as const;

/** An event on `@outcome`, of June 2026 unless `at` says more than day and time ("03T10:00"). */
export function outcome(
  id: string,
  subject: string,
  at: string,
  more: Partial<UsageEventInput> = {},
): UsageEventInput {
  const timestamp = instant(at);
  return { id, customerId: "shop", unitOfMeasure: "@outcome", subject, timestamp, ...more };
}

/** Something that happened to a subject and bills nothing. */
export function signal(
  id: string,
  name: string,
  subject: string,
  at: string,
  more: Partial<Pick<SignalInput, "value" | "receivedAt">> = {},
) {
  const timestamp = instant(at);
  return { id, customerId: "shop", name, subject, timestamp, ...more } satisfies SignalInput;
}

function instant(at: string): string {
  return at.length > 8 ? `2026-${at}:00Z` : `2026-06-${at}:00Z`;
}

/** The events of a story, in the order in which they happened. */
export function storyPaper(story: readonly (UsageEventInput | SignalInput)[]): string {
  const rows = story
    .toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    .map((event) => [
      `  ${String(event.timestamp).slice(0, 16).replace("T", " ")}`,
      event.id,
      event.name ?? ("unitOfMeasure" in event ? event.unitOfMeasure.replace("@", "") : ""),
      event.subject ?? "",
      [
        event.value == null ? "" : `value ${event.value}`,
        "properties" in event && event.properties != null
          ? inspect(event.properties, { breakLength: Number.POSITIVE_INFINITY })
          : "",
      ]
        .filter((text) => text !== "")
        .join(" "),
    ]);
  return `\nWhat happens:\n\n${table(["  when (UTC)", "id", "what", "about", "with"], rows, 5)}`;
}
