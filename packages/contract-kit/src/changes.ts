import { z } from "zod";
import { coreErrors } from "./errors.ts";
import { Timestamp } from "./ids.ts";
import { operationFactory } from "./operation.ts";

/** One state change. Fields are stable; new ones may be added. */
export const Change = z
  .object({
    id: z.uuid().meta({ description: "What the write answered as `NOFX-Change`" }),
    cursor: z.string().meta({ description: "Continue after this change" }),
    tenant: z
      .string()
      .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/)
      .meta({ description: "Whose resource it is; empty for what is the whole instance's, such as its categories" }),
    visibility: z.enum(["private", "public"]),
    type: z.string().meta({ examples: ["agent.version_published"] }),
    resourceType: z.string(),
    resourceId: z.string(),
    version: z.string().optional(),
    data: z.record(z.string(), z.unknown()),
    at: Timestamp,
    correlationId: z.string(),
  })
  .meta({ id: "Change" });
export type Change = z.infer<typeof Change>;

/** What a service's change feed is called, and where it is. */
export interface ChangeFeed<Name extends string> {
  /** In the ids: `list<Name>Changes`, `renew<Name>FeedEpoch`. May be empty. */
  readonly name: Name;
  readonly path: `/${string}`;
  readonly tag: string;
  /** A change as this service makes them, for the reference. */
  readonly example: Change;
}

const defineOperation = operationFactory(coreErrors);

const defineList = <const Name extends string>(feed: ChangeFeed<Name>) =>
  defineOperation({
    id: `list${feed.name}Changes`,
    method: "GET",
    path: feed.path,
    tag: feed.tag,
    summary: "Read the change feed",
    description:
      "Every state change in the order in which it took effect, without gaps: your tenant's and the public ones; all for a service. Start without `after`, then pass back `next`. With `wait`, an empty answer is delayed until there is a change or the time is up. With `Accept: text/event-stream`, the same changes come as events while they happen. Changes are kept for a limited time (90 days by default); a reader that would miss some gets `changes_gone`.",
    access: { scope: "feed:read", anonymous: true },
    query: z.object({
      after: z
        .string()
        .max(256)
        .optional()
        .meta({ description: "`next` of the answer before, or a change's `cursor`" }),
      from: z.enum(["start", "oldest", "now"]).default("start").meta({
        description:
          "Without `after`: from the first change (410 if it is past its retention), from the oldest one left, or from what comes next. With `now`, `next` is a cursor from before whatever you read afterwards: take it, list what is there, then follow.",
      }),
      limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: "Changes per answer" }),
      wait: z.coerce.number().int().min(0).max(30).default(0).meta({ description: "Seconds to wait for a change" }),
    }),
    success: {
      200: z.object({ changes: z.array(Change), next: z.string().meta({ description: "Pass back as `after`" }) }),
    },
    alternatives: {
      "text/event-stream":
        "Server-sent events without end. `event: change` with a Change as data and its cursor as id; a comment at least every 15 seconds; `event: gone` with a problem as data if changes would be missed, which ends the stream. Pass the last id back as `Last-Event-ID` or `after` to go on",
    },
    errors: ["cursor_invalid", "changes_gone"],
    example: {
      arguments: { from: "start", limit: 1 },
      answer: { changes: [feed.example], next: feed.example.cursor },
    },
  });

const defineRenewal = <const Name extends string>(feed: ChangeFeed<Name>) =>
  defineOperation({
    id: `renew${feed.name}FeedEpoch`,
    method: "POST",
    path: `${feed.path}/epoch`,
    tag: feed.tag,
    summary: "Give the feed a new epoch after a restore",
    description:
      "For the operator, after the database was restored from a backup: positions that readers have seen may be given out again, to other changes. With a new epoch every cursor of before answers `changes_gone`, and readers take everything anew. Changes themselves stay.",
    access: { kind: ["operator"] },
    body: z.object({
      reason: z.string().trim().min(1).max(500).meta({ description: "Why; kept in the audit log" }),
    }),
    idempotent: true,
    success: { 200: z.object({ epoch: z.string().meta({ description: "What cursors begin with from now on" }) }) },
    errors: [],
    example: {
      arguments: { body: { reason: "Restored the backup of last night" } },
      answer: { epoch: feed.example.cursor.replace(/:.*$/, "") },
    },
  });

/** The operations of a service's change feed. A contract lists each under its id. */
export const changeOperations = <const Name extends string>(feed: ChangeFeed<Name>) => ({
  listChanges: defineList(feed),
  renewFeedEpoch: defineRenewal(feed),
});

/** What `changeOperations` gives, whatever the service calls it. */
export type ChangeOperations = ReturnType<typeof changeOperations<string>>;
