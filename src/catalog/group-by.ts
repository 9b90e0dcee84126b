import * as z from "zod";
import { onFirstUse } from "../data/recent.js";
import { eventField } from "../schema/event-field.js";
import { rule } from "../schema/fields.js";
import { listIn, MOST_EVENT_FIELDS, reportRepeated } from "../schema/unknown-record.js";

/**
 * One line for each combination of the values of some event fields. An event that lacks a field is in the group of
 * `null`.
 */
export interface GroupBy {
  /** The fields: `"name"`, `"subject"`, `"agentId"`, `"agentType"`, or properties as `"properties.region"`. */
  readonly fields: readonly string[];
  /**
   * Whether tiers and included units start anew in each group (`"per-group"`, default), or count all groups together
   * (`"across-groups"`): then the amount of the total is divided in proportion to the groups' quantities.
   */
  readonly tiers?: "per-group" | "across-groups";
}

export const groupBySchema: () => z.ZodType<GroupBy, GroupBy> = onFirstUse(() =>
  z
    .strictObject({
      fields: z.array(eventField()).min(1).max(MOST_EVENT_FIELDS),
      tiers: z.exactOptional(z.enum(["per-group", "across-groups"])),
    })
    .check(rule((groupBy, report) => reportRepeated(listIn(groupBy["fields"]), "fields", report))),
);
