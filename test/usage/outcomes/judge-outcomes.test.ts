/** Outcomes of charges over several segments: which segments look at the same ones, and by whose policy they are judged. */
import { type OutcomePolicyInput, parseCharge, type UsageCharge } from "rateplan";
import { describe, expect, it } from "vitest";
import { erasOf, type JudgingSegment } from "../../../src/usage/outcomes/candidates.js";
import { judgeOutcomes, judgesOutcomes } from "../../../src/usage/outcomes/judge-outcomes.js";
import { at, chargeOf, JANUARY, known, segmentOf } from "../../support/judging.js";
import { type Happening, outcome } from "../../support/outcomes.js";
import { fee, perUnit } from "../../support/plans.js";

describe("segments of a charge", () => {
  const charge = chargeOf({ confirm: {} });
  const until = (end: number) => ({ start: 0, end });
  /** The members of each era by their places, with the time of its outcomes. */
  const grouped = (...segments: readonly JudgingSegment[]) =>
    erasOf(segments).map((era) => [
      era.segments.map((each) => segments.indexOf(each)),
      era.time?.map(({ start, end }) => [start, end]),
    ]);

  it("look at the same outcomes where their times are the same up to the end of their periods", () => {
    expect(
      grouped(
        segmentOf(charge, until(10), [{ start: 0, end: 10 }]),
        segmentOf(charge, until(30), [
          { start: 0, end: 10 },
          { start: 20, end: 30 },
        ]),
        // What occurs after its period is billed in no case.
        segmentOf(charge, until(5), [{ start: 0, end: 8 }]),
        segmentOf(charge, until(20), [{ start: 0, end: 10 }]),
      ),
    ).toEqual([
      [
        [0, 1, 2, 3],
        [
          [0, 10],
          [20, 30],
        ],
      ],
    ]);
  });

  it("do not where their times differ before that", () => {
    const longest = [
      { start: 0, end: 10 },
      { start: 20, end: 30 },
    ];
    const alone = (end: number, ...times: readonly (readonly [number, number])[]) => {
      const own = segmentOf(
        charge,
        until(end),
        times.map(([start, end]) => ({ start, end })),
      );
      expect(grouped(segmentOf(charge, until(30), longest), own)).toEqual([
        [
          [0],
          [
            [0, 10],
            [20, 30],
          ],
        ],
        [[1], times],
      ]);
    };
    alone(10, [0, 8]);
    alone(30, [0, 10], [25, 30]);
    alone(30, [0, 10], [20, 29]);
    alone(21, [0, 10]);
    alone(30, [0, 9], [20, 30]);
    alone(30, [1, 10], [20, 30]);
  });

  it("and others with the very same other time look at the same again", () => {
    const other = () =>
      segmentOf(charge, until(30), [
        { start: 0, end: 10 },
        { start: 25, end: 30 },
      ]);
    const longest = segmentOf(charge, until(40), [
      { start: 0, end: 10 },
      { start: 20, end: 40 },
    ]);
    expect(grouped(other(), longest, other()).map(([members]) => members)).toEqual([[0, 2], [1]]);
  });

  it("without a time look at outcomes of any, and without a period at a time to its end", () => {
    const time = [{ start: 0, end: 10 }];
    expect(
      grouped(
        segmentOf(charge, until(10)),
        segmentOf(charge, undefined, time),
        segmentOf(charge, until(30)),
        segmentOf(charge, undefined, [...time, { start: 20, end: 30 }]),
        segmentOf(charge, until(10), []),
        segmentOf(charge, until(20), []),
      ),
    ).toEqual([
      [[0, 2], undefined],
      [[1], [[0, 10]]],
      [
        [3],
        [
          [0, 10],
          [20, 30],
        ],
      ],
      [[4, 5], []],
    ]);
  });

  it("of another agent type, or at other terms, have outcomes of their own", () => {
    const support = { agentType: "support" };
    const filtered = chargeOf({ confirm: {} }, { filter: { names: ["solved"] } });
    expect(
      grouped(
        segmentOf(charge, until(10), undefined, support),
        segmentOf(charge, until(10)),
        segmentOf(filtered, until(10)),
        segmentOf(charge, until(20), undefined, support),
      ).map(([members]) => members),
    ).toEqual([[0, 3], [1], [2]]);
  });
});

describe("an event that several versions of a charge count", () => {
  const [first, other] = [
    chargeOf({ confirm: {} }, { filter: { names: ["solved"] } }),
    chargeOf({}, { filter: { agents: ["bot"] } }),
  ];
  const statesBy = (versions: readonly UsageCharge[], list: readonly Happening[]) => {
    const segments = versions.map((charge) => segmentOf(charge, JANUARY));
    return judgeOutcomes(segments, known(list)).map(({ byEvent }) =>
      [...byEvent.values()].map(({ outcome: { event, state } }) => `${event.id} ${state}`),
    );
  };
  const list = [
    outcome("both", 5, { name: "solved", agentId: "bot" }),
    outcome("named", 6, { name: "solved", agentId: "ann" }),
    outcome("done by it", 7, { name: "closed", agentId: "bot" }),
  ];

  it("is judged by the first of them, and is in the time of each", () => {
    expect(statesBy([first, other], list)).toEqual([
      ["both pending", "named pending"],
      ["both pending", "done by it settled"],
    ]);
    expect(statesBy([other, first], list)).toEqual([
      ["both settled", "done by it settled"],
      ["both settled", "named pending"],
    ]);
  });
});

describe("an event in the time of several versions of a charge", () => {
  it("is judged by the first of those, whatever else the others count", () => {
    const [strict, free] = [
      chargeOf({ confirm: {} }),
      chargeOf({}, { filter: { agents: ["bot"] } }),
    ];
    const early = [{ start: at(1), end: at(11) }];
    const late = [{ start: at(21), end: at(32) }];
    // On the 5th all but the third; on the 25th all but the first.
    const segments = [
      segmentOf(strict, JANUARY, early),
      segmentOf(free, JANUARY),
      segmentOf(strict, JANUARY, late),
    ];
    const list = [outcome("e1", 5, { agentId: "bot" }), outcome("e2", 25, { agentId: "bot" })];
    const judged = judgeOutcomes(segments, known(list)).map(({ byEvent }) =>
      [...byEvent.values()].map(({ outcome: { event, state } }) => `${event.id} ${state}`),
    );
    expect(judged).toEqual([["e1 pending"], ["e1 pending", "e2 settled"], ["e2 settled"]]);
  });
});

describe("charges for agents of several types", () => {
  const policy: OutcomePolicyInput = { confirm: { assumedAfter: "P5D" } };
  const list = [
    outcome("e1", 10, { subject: "a", agentType: "support" }),
    outcome("e2", 12, { subject: "a", agentType: "sales" }),
    outcome("e3", 14, { subject: "a", agentType: "sales" }),
  ];
  const billedIn = (segments: readonly JudgingSegment[]) => {
    const eras = judgeOutcomes(segments, known(list));
    return eras.map(({ byEvent }) =>
      [...byEvent.values()].map(({ outcome: { event, confirmedAt } }) => [event.id, confirmedAt]),
    );
  };
  const ofType = (charge: UsageCharge, agentType: string) =>
    segmentOf(charge, JANUARY, undefined, { agentType });

  it("hear of a subject what their own agents do", () => {
    const [one, other] = [chargeOf(policy), chargeOf(policy, { id: "other" })];
    expect(billedIn([ofType(one, "support"), ofType(other, "sales")])).toEqual([
      [["e1", at(15)]],
      [
        ["e2", at(19)],
        ["e3", at(19)],
      ],
    ]);
  });

  it("hear of it what agents of all of their types do", () => {
    const charge = chargeOf(policy);
    // The silence after e1 is broken by e2, and that by e3.
    expect(billedIn([ofType(charge, "support"), ofType(charge, "sales")])).toEqual([
      [["e1", at(19)]],
      [
        ["e2", at(19)],
        ["e3", at(19)],
      ],
    ]);
  });
});

describe("a charge", () => {
  it("judges outcomes where it has a policy for them", () => {
    expect(judgesOutcomes({ charge: chargeOf({}) })).toBe(true);
    expect(judgesOutcomes({ charge: parseCharge(perUnit("a", "1")) })).toBe(false);
    expect(judgesOutcomes({ charge: parseCharge(fee("a", "1")) })).toBe(false);
  });
});
