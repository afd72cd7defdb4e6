import { page, recordLimits, recordPageQuery } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { AgentRecord, AgentRecordKey } from "./record.ts";
import * as examples from "./record-examples.ts";

const access = { kind: ["service"] } as const;
const path = "/api/records/agents";
const tag = "Records";

export const listAgentRecords = defineOperation({
  id: "listAgentRecords",
  method: "GET",
  path,
  tag,
  summary: "List everything that is known of agents",
  description:
    "For services that keep a copy, such as a search index: every agent of all tenants, private and disabled ones too, by tenant and id. Take a cursor of the feed with `from=now`, read all pages, then follow: a change of `resourceType` `agent` tells that the record of its `resourceId` may have changed; getAgentRecords has it.",
  access,
  query: z.object(recordPageQuery),
  success: { 200: page("records", AgentRecord) },
  example: examples.listAgentRecords,
  errors: [],
});

export const listAgentRecordKeys = defineOperation({
  id: "listAgentRecordKeys",
  method: "GET",
  path: `${path}/keys`,
  tag,
  summary: "List what agents there are",
  description:
    "The keys of what listAgentRecords tells, in its order. Cursors are the same: either goes on where the other has come to. For services that a page of records is refused (500) because of one of them: they ask getAgentRecords for the keys of that page, in smaller parts, and so find out which.",
  access,
  query: z.object(recordPageQuery),
  success: { 200: page("keys", AgentRecordKey) },
  example: examples.listAgentRecordKeys,
  errors: [],
});

export const getAgentRecords = defineOperation({
  id: "getAgentRecords",
  method: "POST",
  path,
  tag,
  summary: "Get everything that is known of some agents",
  description:
    "Up to 200 agents of all tenants as listAgentRecords tells them, in its order, each once. An agent that does not exist is not in the answer. It changes nothing and takes no Idempotency-Key.",
  access,
  body: z.object({ keys: z.array(AgentRecordKey).min(1).max(recordLimits.keysMax) }),
  success: { 200: z.object({ records: z.array(AgentRecord) }) },
  example: examples.getAgentRecords,
  errors: [],
});
