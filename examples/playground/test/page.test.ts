/** The page as people use it: built, in a real Chromium, cut off from everything else. */
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { type PreviewServer, preview } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromiumPath } from "./chromium.mjs";

let server: PreviewServer;
let browser: Browser;
let address: string;
let context: BrowserContext;
let page: Page;
/** What the console says of errors, and what is asked of other machines: both are to stay empty. */
let errors: string[];
let outside: string[];

beforeAll(async () => {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("there is no Chromium: name one in CHROMIUM");
  server = await preview({ preview: { port: 0, strictPort: false }, logLevel: "silent" });
  address = server.resolvedUrls?.local[0] ?? "";
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", ...quiet];
  browser = await chromium.launch({ executablePath, args });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  errors = [];
  outside = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (said) => {
    if (said.type() === "error" || said.type() === "warning") errors.push(said.text());
  });
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address)) {
      outside.push(request.url());
    }
  });
  await page.goto(address);
  await page.locator(".picture svg").waitFor();
});

afterEach(async () => {
  await context.close();
  expect(errors).toEqual([]);
  expect(outside).toEqual([]);
});

const field = (label: string) => page.getByLabel(label, { exact: true });
const amounts = () => page.getByTestId("amount").allTextContents();
const button = (name: string) => page.getByRole("button", { name, exact: true });

async function startFrom(id: string): Promise<void> {
  await field("Start from").selectOption(id);
}

/** Waits until the sum of the page is this. */
async function comesTo(...expected: readonly string[]): Promise<void> {
  await expect.poll(amounts).toEqual(expected);
}

/** The table of tiers or of the document, cell by cell. */
async function rows(id: string): Promise<readonly (readonly string[])[]> {
  const found = await page.getByTestId(id).locator("tbody tr").all();
  return await Promise.all(found.map((row) => row.locator("td").allTextContents()));
}

/** What axe finds, of any weight. */
async function violations(of: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page: of }).analyze();
  return found.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
}

/** Does something, and waits until the address has followed, and stays. */
async function inAddress(change: () => Promise<void>): Promise<void> {
  const before = page.url();
  let last = before;
  const isCalm = () => {
    const now = page.url();
    const stays = now !== before && now === last;
    last = now;
    return stays;
  };
  await change();
  await expect.poll(isCalm, { interval: 500 }).toBe(true);
}

/** Waits until the pictures have followed. */
async function settled(): Promise<void> {
  await page.waitForTimeout(400);
}

describe("the seed", () => {
  it("shows its numbers: 650 outcomes come to 25,500.00, tier by tier", async () => {
    await comesTo("25,500.00");
    // 100 × 50, 400 × 40, 150 × 30
    expect((await rows("tiers")).map((cells) => [cells[2], cells[3], cells.at(-1)])).toEqual([
      ["100", "50", "5,000"],
      ["400", "40", "16,000"],
      ["150", "30", "4,500"],
    ]);
    expect(await rows("document")).toEqual([["outcome charge", "650", "25,500.00"]]);
    const tier = page
      .getByTestId("explanation")
      .getByText("Tier above 100, up to 500")
      .locator("..");
    expect(await tier.locator("span").allTextContents()).toEqual([
      "Tier above 100, up to 500",
      "400 × 40",
      "16,000",
    ]);
  });

  it("follows what is typed and slid, in figures, tables, explanation and chart", async () => {
    const chart = page.locator(".picture svg");
    const before = await chart.innerHTML();
    await field("Tier 3: Price of a unit").fill("20");
    // 150 × 20 are 1,500 less than 150 × 30.
    await comesTo("24,000.00");
    await expect.poll(() => rows("document")).toEqual([["outcome charge", "650", "24,000.00"]]);
    await expect.poll(() => chart.innerHTML()).not.toBe(before);
    await field("outcome charge: units in one billing period, slider").press("ArrowRight");
    await comesTo("24,020.00");
    await field("outcome charge: units in one billing period").fill("101");
    // 5,000 and one at 40.
    await comesTo("5,040.00");
  });

  it("is simulated over its dates, with costs", async () => {
    await button("over time").click();
    // By hand in test/playground of the repository: 2 × (21,000 + 151 × 30) + 21,000 + 88 × 30; 90 × 21 × 14.
    const totals = page.locator(".totals dd");
    await expect
      .poll(() => totals.allTextContents())
      .toEqual(["74,700.00", "26,460.00", "48,240.00", "64.6 %"]);
    await field("Cost of one @outcome").fill("20");
    // 1,890 × 20
    await expect.poll(() => totals.nth(1).textContent()).toBe("37,800.00");
    await field("Through").fill("2026-01-31");
    // 651 in January: 21,000 + 151 × 30.
    await expect.poll(() => totals.nth(0).textContent()).toBe("25,530.00");
  });
});

describe("mistakes", () => {
  it("stand beside the field that caused them, and nothing typed is lost", async () => {
    const price = field("Tier 2: Price of a unit");
    await price.fill("4O");
    await inAddress(async () => await field("Tier 2: Up to").fill("50"));
    const said = page.locator("tr.said");
    await expect.poll(() => said.allTextContents()).toHaveLength(1);
    await expect.poll(() => said.textContent()).toContain('must be a decimal number, got "4O"');
    expect(await price.getAttribute("aria-invalid")).toBe("true");
    // Messages of a field are read with it.
    const id = await price.getAttribute("aria-describedby");
    expect(await page.locator(`[id="${id}"]`).textContent()).toContain("decimal number");
    // The results stay those of before.
    expect(await amounts()).toEqual(["25,500.00"]);
    expect(await page.locator(".problems").textContent()).toContain("wrong in the catalog");
    await page.reload();
    expect(await price.inputValue()).toBe("4O");
    expect(await field("Tier 2: Up to").inputValue()).toBe("50");
    await price.fill("40");
    await expect
      .poll(() => said.textContent())
      .toContain("must be more than 100 (tiers[0].upTo), got 50");
    await field("Tier 2: Up to").fill("500");
    await comesTo("25,500.00");
    await expect.poll(() => said.count()).toBe(0);
  });

  it("lead from the list to their field", async () => {
    await startFrom("models");
    await field("Currency").fill("USDX");
    await button(
      'ratePlans[0].currency must be an active ISO 4217 code, or one of policy.currencies, got "USDX"',
    ).click();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.id))
      .toBe("field/ratePlans/0/currency");
  });

  it("that parse are warned of beside the tier", async () => {
    await field("Charge model").selectOption("volume");
    // 650 × 30
    await comesTo("19,500.00");
    await expect
      .poll(() => page.locator("tr.said").first().textContent())
      .toContain("cheaper to go over 100");
  });

  it("in a usage stand beside it", async () => {
    await field("outcome charge: units in one billing period").fill("many");
    await expect.poll(() => page.locator(".usage .error").textContent()).toContain('got "many"');
    await field("outcome charge: units in one billing period").fill("650");
    await comesTo("25,500.00");
  });
});

describe("every starting point and charge model", () => {
  it("can be chosen, and comes to what its terms say", async () => {
    // By hand: test/examples.test.ts of the repository has the invoices of the vendors.
    const expected: readonly (readonly [string, string])[] = [
      ["models", "2,433.33"],
      ["intercom-fin", "13.95"],
      ["zendesk", "8.00"],
      ["sierra", "51.20"],
      ["riskified", "−93.50"],
      ["chargeflow", "45.00"],
      ["salesforce-agentforce", "6.00"],
      ["seed", "25,500.00"],
    ];
    for (const [id, amount] of expected) {
      await startFrom(id);
      await comesTo(amount);
      for (const chart of ["by quantity", "over time", "outcomes"]) {
        await button(chart).click();
        await settled();
      }
    }
    const models = await field("Charge model").locator("option").all();
    for (const option of models) {
      await field("Charge model").selectOption(await option.getAttribute("value"));
      await settled();
    }
    await field("Charge model").selectOption("tiered");
    await comesTo("25,500.00");
  });
});

describe("outcomes", () => {
  it("move on their line by the keyboard, and the documents follow", async () => {
    await startFrom("zendesk");
    await comesTo("8.00");
    const escalation = page.getByRole("slider", { name: "signal s4 escalated" });
    // Three days earlier, it comes before the evaluation.
    for (let day = 0; day < 3; day += 1) await escalation.press("PageDown");
    await comesTo("6.00");
    expect(await page.locator(".events tr", { hasText: "a4" }).textContent()).toContain("blocked");
  });

  it("are dragged, and what lies after the moment of knowledge has not happened", async () => {
    await startFrom("chargeflow");
    await comesTo("45.00");
    const asOf = page.getByRole("slider", { name: "Known by" });
    const box = await asOf.boundingBox();
    if (box === null) throw new Error("the line is not there");
    const at = (day: number) => box.x + 9 + ((box.width - 18) * day) / 61;
    const y = box.y + box.height / 2;
    await page.mouse.move(at(49), y);
    await page.mouse.down();
    // Back to 21 June at noon: of the disputes, the first is won by then.
    await page.mouse.move(at(20.5), y, { steps: 5 });
    await page.mouse.up();
    await comesTo("30.00");
    expect(await asOf.getAttribute("aria-valuetext")).toContain("21 Jun");
  });
});

describe("two drafts", () => {
  it("stand side by side, with what changes", async () => {
    await button("Compare with a second draft").click();
    await field("Tier 1: Price of a unit").fill("60");
    // 100 × 10 more.
    await comesTo("25,500.00", "26,500.00");
    expect(await page.getByTestId("difference").textContent()).toBe("1,000.00");
    await expect.poll(() => page.getByText("Break-even").textContent()).toContain("A is cheaper");
    expect(await rows("sides")).toEqual([["outcome charge", "25,500.00", "26,500.00", "1,000.00"]]);
    await button("Draft A").click();
    expect(await field("Tier 1: Price of a unit").inputValue()).toBe("50");
    await button("Keep this one alone").click();
    await comesTo("25,500.00");
  });
});

describe("catalogs", () => {
  it.each(["JSON", "code"])("go out as %s and come back to the same numbers", async (form) => {
    await field("Tier 1: Price of a unit").fill("55.5");
    // 100 × 55.5 + 400 × 40 + 150 × 30
    await comesTo("26,050.00");
    await button("Export").click();
    await button(form).click();
    const text = await field("The catalog").inputValue();
    await button("Close").click();
    await startFrom("models");
    await comesTo("2,433.33");
    await button("Import").click();
    await field("Catalog to import").fill(text);
    await page.getByRole("dialog").getByRole("button", { name: "Import" }).click();
    await field("outcome charge: units in one billing period").fill("650");
    await comesTo("26,050.00");
  });

  it("that cannot be read say why, and change nothing", async () => {
    await button("Import").click();
    await field("Catalog to import").fill("{ ratePlans: [ }");
    await page.getByRole("dialog").getByRole("button", { name: "Import" }).click();
    expect(await page.getByRole("alert").textContent()).toContain("Expected a product");
    expect(await field("Catalog to import").inputValue()).toBe("{ ratePlans: [ }");
    await button("Close").click();
    await comesTo("25,500.00");
  });
});

describe("the address", () => {
  it("goes back and forward, one field at a time", async () => {
    await inAddress(async () => await field("Tier 1: Price of a unit").pressSequentially("5"));
    // 100 × 550 instead of 100 × 50.
    await comesTo("75,500.00");
    await inAddress(async () => await field("Tier 3: Price of a unit").fill("20"));
    await comesTo("74,000.00");
    await page.goBack();
    await comesTo("75,500.00");
    await page.goBack();
    await comesTo("25,500.00");
    await page.goForward();
    await page.goForward();
    await comesTo("74,000.00");
    expect(await field("Tier 1: Price of a unit").inputValue()).toBe("550");
  });

  it("can be shared: whoever opens it sees the same", async () => {
    await startFrom("sierra");
    await button("Commission on upsells").click();
    await field("Per cent").fill("20");
    // 48 + 50 instead of 24 + 50 in June, and 48 instead of 24 back in July: 114.20 − 63.00.
    await comesTo("51.20");
    await inAddress(async () => await button("2026-07-01 · −63.00").click());
    const other = await context.newPage();
    await other.goto(page.url());
    await expect.poll(() => other.getByTestId("amount").allTextContents()).toEqual(["51.20"]);
    expect(await other.getByLabel("Per cent", { exact: true }).inputValue()).toBe("20");
    expect(await other.getByTestId("document").textContent()).toContain("−63.00");
    await other.close();
  });

  it("that holds nothing sensible opens the seed", async () => {
    await page.goto(`${address}#nonsense`);
    await page.reload();
    await comesTo("25,500.00");
  });
});

describe("everybody", () => {
  const looks = [
    ["light", "wide", 1280],
    ["dark", "wide", 1280],
    ["light", "on a phone", 390],
    ["dark", "on a phone", 390],
  ] as const;

  it.each(looks)("finds nothing serious with axe, in %s, %s", async (colorScheme, _, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    for (const id of ["seed", "models", "sierra"]) {
      await startFrom(id);
      await settled();
      // With a mistake in it, and the explanation as it opens.
      if (id === "seed") await field("Tier 2: Up to").fill("50");
      for (const summary of await page.locator(".card > details > summary").all()) {
        const isOpen = await summary.locator("..").getAttribute("open");
        if (isOpen === null) await summary.click();
      }
      expect(await violations(page)).toEqual([]);
    }
    await button("Import").click();
    expect(await violations(page)).toEqual([]);
  });

  it("gets by without scrolling sideways on a phone", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const id of ["seed", "models", "intercom-fin", "sierra"]) {
      await startFrom(id);
      await settled();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBe(360);
    }
  });

  it("gets by with the keyboard alone", async () => {
    const go = async (name: string) => {
      for (let steps = 0; steps < 80; steps += 1) {
        await page.keyboard.press("Tab");
        const label = await page.evaluate(() => {
          const here = document.activeElement;
          if (here === null) return "";
          const labels = here instanceof HTMLInputElement ? [...(here.labels ?? [])] : [];
          return here.getAttribute("aria-label") ?? labels[0]?.textContent ?? here.textContent;
        });
        if (label === name) return;
      }
      throw new Error(`${name} is not reached by Tab`);
    };
    await page.evaluate(() => document.body.focus());
    await go("Tier 3: Price of a unit");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("20");
    await comesTo("24,000.00");
    await go("Add tier");
    await page.keyboard.press("Enter");
    await expect.poll(() => field("Tier 4: Price of a unit").count()).toBe(1);
    await go("outcome charge: units in one billing period, slider");
    await page.keyboard.press("ArrowLeft");
    // 649: 20 less.
    await comesTo("23,980.00");
  });

  it("gets by without a network, once the page is there", async () => {
    await context.setOffline(true);
    await startFrom("models");
    await comesTo("2,433.33");
    await button("over time").click();
    await expect.poll(() => page.locator(".totals dd").first().textContent()).toBe("7,207.02");
    await context.setOffline(false);
  });
});

describe("the time that it takes", () => {
  it("is printed, as an indication: ten charges over 365 days", async () => {
    const charges = Array.from({ length: 10 }, (_, index) => ({
      id: `charge-${index}`,
      name: `Charge ${index}`,
      chargeType: "usage",
      unitOfMeasure: `unit-${index}`,
      pricing: {
        model: "tiered",
        tiers: [
          { upTo: "100", unitPrice: "5" },
          { upTo: "500", unitPrice: "4" },
          { unitPrice: "3" },
        ],
      },
    }));
    const product = {
      id: "ten",
      name: "Ten charges",
      agentType: "agent",
      effectiveDate: "2026-01-01",
      ratePlans: [
        {
          id: "plan",
          name: "Plan",
          currency: "USD",
          billingCycle: "monthly",
          effectiveDate: "2026-01-01",
          charges,
        },
      ],
    };
    await button("Import").click();
    await field("Catalog to import").fill(JSON.stringify(product));
    await page.getByRole("dialog").getByRole("button", { name: "Import" }).click();
    for (let index = 0; index < 10; index += 1) {
      await field(`Charge ${index}: a day`).fill(String(10 + index));
      await field(`Charge ${index}: units in one billing period`).fill("600");
    }
    await field("In steps of a").selectOption("day");
    await field("Through").fill("2026-12-31");
    await button("over time").click();
    // Each: 100 × 5 + 400 × 4 + 100 × 3.
    await comesTo("24,000.00");
    await page.waitForTimeout(2000);
    await page.evaluate(() => {
      const times: number[] = [];
      Object.assign(window, { times });
      new PerformanceObserver((list) => {
        for (const { duration, name } of list.getEntries())
          if (name === "keydown") times.push(duration);
      }).observe({
        type: "event",
        buffered: false,
        durationThreshold: 16,
      } as PerformanceObserverInit);
    });
    const price = field("Tier 1: Price of a unit");
    await price.focus();
    for (const key of "12345678") {
      await price.press(key);
      await page.waitForTimeout(700);
    }
    const slow = await page.evaluate(
      () => (window as unknown as { readonly times: readonly number[] }).times,
    );
    const times = [...slow, ...Array.from({ length: Math.max(0, 8 - slow.length) }, () => 16)].sort(
      (a, b) => a - b,
    );
    console.log(
      `from key to picture, in ms: median ${times[Math.floor(times.length / 2)]}, most ${times.at(-1)}`,
    );
    expect(times.length).toBeGreaterThan(0);
  });
});
