import fc from "fast-check";
import {
  type EventInput,
  isPricingError,
  type SummarizeOptions,
  summarizeUsage,
  type UsageEventInput,
  type UsageSummary,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  eventOf,
  issuesOf,
  JANUARY,
  mixedEvents,
  perUnit,
  summarizeOptions,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

type Batch = EventInput;

const charge = perUnit("outcome", "1");

async function* arriving<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

/** Whatever a test likes to put into a stream. */
function streamOf(...items: readonly unknown[]): AsyncIterable<Batch> {
  return arriving(unchecked<Batch[]>(items));
}

async function rejectionOf(run: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await run();
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
  }
  throw new Error("the call was accepted");
}

describe("events that arrive over time", () => {
  it("LAW: give what the same events give at once, one by one and in any batches", async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        summarizeOptions,
        mixedEvents(JANUARY),
        cuts,
        async (options, events, sizes) => {
          const expected = summarizeUsage(unchecked<Batch[]>(events), options);
          const batches: unknown[][] = [];
          let from = 0;
          for (const size of [...sizes, events.length]) {
            batches.push(events.slice(from, from + size));
            from += size;
          }
          expect(await summarizeUsage(streamOf(...batches), options)).toEqual(expected);
          // An array among the events by themselves would be a batch.
          const singles = events.filter((each) => !Array.isArray(each));
          const alone = summarizeUsage(unchecked<Batch[]>(singles), options);
          expect(await summarizeUsage(streamOf(...singles), options)).toEqual(alone);
        },
      ),
      tries(30),
    );
  });

  it("may come in batches and one by one, in one stream", async () => {
    const stream = streamOf(eventOf({ id: "1" }), [], [eventOf({ id: "2" }), null], eventOf());
    const { quantity, report } = await summarizeUsage(stream, { charge });
    expect([quantity, report.counts.invalid]).toEqual(["3", 1]);
  });

  it("are read once, and no faster than they are summed up", async () => {
    let asked = 0;
    const source: AsyncIterable<UsageEventInput> = {
      [Symbol.asyncIterator]() {
        asked += 1;
        let at = 0;
        return {
          next: () => {
            at += 1;
            return Promise.resolve(
              at > 5
                ? { done: true, value: undefined }
                : { done: false, value: eventOf({ id: `e${at}` }) },
            );
          },
        };
      },
    };
    expect((await summarizeUsage(source, { charge })).quantity).toBe("5");
    expect(asked).toBe(1);
  });

  it("are types of their own: a promise for a stream, a summary for a list", async () => {
    const now: UsageSummary = summarizeUsage([eventOf()], { charge });
    const later: Promise<UsageSummary> = summarizeUsage(arriving([[eventOf()]]), { charge });
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toEqual(now);
  });

  it("that can be had both ways are summed up at once", () => {
    const both = Object.assign([eventOf()], {
      [Symbol.asyncIterator]: () => arriving([eventOf()]),
    });
    expect(summarizeUsage(both, { charge }).quantity).toBe("1");
  });

  it("reject the promise where the options are wrong; a list throws", async () => {
    const wrong = unchecked<SummarizeOptions>({ charge: { ...charge, id: "" }, perod: JANUARY });
    const issues = ["unknown_key perod", "invalid_id charge.id"];
    expect(issuesOf(() => summarizeUsage([], wrong))).toEqual(issues);
    const rejected = summarizeUsage(streamOf(eventOf()), wrong);
    expect(await rejectionOf(() => rejected)).toEqual(issues);
    const none = unchecked<SummarizeOptions>(undefined);
    expect((await rejectionOf(() => summarizeUsage(streamOf(), none))).length).toBeGreaterThan(0);
  });

  it("reject the promise where the source breaks", async () => {
    async function* broken(): AsyncGenerator<UsageEventInput> {
      yield await Promise.resolve(eventOf());
      throw new Error("connection lost");
    }
    await expect(summarizeUsage(broken(), { charge })).rejects.toThrow("connection lost");
  });
});
