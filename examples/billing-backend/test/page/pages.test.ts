/** The operator's pages as people use them: in a real Chromium, on the demo. */
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningService, startService } from "../http/support/process.js";
import { chromiumPath } from "./chromium.js";

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("there is no Chromium: name one in CHROMIUM");
  service = await startService({ RATE_LIMIT: "100000" });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
});
afterAll(async () => {
  await browser?.close();
  service?.kill("SIGTERM");
  await service?.ended;
});

const LOOKS = [
  { name: "a wide screen", width: 1280, height: 900, colorScheme: "light" },
  { name: "a wide screen in the dark", width: 1280, height: 900, colorScheme: "dark" },
  { name: "a phone", width: 390, height: 844, colorScheme: "light" },
  { name: "a phone in the dark", width: 390, height: 844, colorScheme: "dark" },
] as const;

describe.each(LOOKS)("on $name", ({ width, height, colorScheme }) => {
  it("one signs in, finds a document, sees how it came about, and signs out; all of it accessible", async () => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const complaints: string[] = [];
    page.on("console", (said) => {
      if (said.type() === "error" || said.type() === "warning") complaints.push(said.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(service.url)) complaints.push(request.url());
    });

    await page.goto(service.url);
    await looksRight(page);
    await page.getByLabel("API key").fill(`${service.key}`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Documents" }).waitFor();
    await looksRight(page);

    await page.getByLabel("Customer").fill("acme");
    await page.getByRole("button", { name: "Filter" }).click();
    await page.getByText("3 documents found").waitFor();
    // 25,500 + 20,200 + 27,150: 650, 480 and 705 outcomes at 100 × 50, 400 × 40, the rest × 30
    expect(await page.locator(".sums dd").textContent()).toBe("72,850.00 USD");
    await page.getByRole("link", { name: "acme-1 · 1" }).click();
    await page.getByRole("heading", { name: "Invoice" }).waitFor();
    expect(await page.locator("header .total").textContent()).toContain("25,500.00 USD");
    await page.getByText("How this came about").first().click();
    await page.getByText("How this came about").first().scrollIntoViewIfNeeded();
    await looksRight(page);

    await page.getByRole("link", { name: "Documents" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    await page.goto(`${service.url}/operator`);
    expect(await page.getByLabel("API key").count()).toBe(1);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** Nothing to scroll sideways, and nothing that axe finds wrong. */
async function looksRight(page: Page): Promise<void> {
  const beyond = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
  expect(beyond).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}
