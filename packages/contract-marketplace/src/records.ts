import { page, recordLimits, recordPageQuery } from "@nofx/contract-kit";
import { z } from "zod";
import { defineOperation } from "./errors.ts";
import { TemplateRecord, TemplateRecordKey } from "./record.ts";
import * as examples from "./record-examples.ts";

const access = { kind: ["service"] } as const;
const path = "/api/records/templates";
const tag = "Records";

export const listTemplateRecords = defineOperation({
  id: "listTemplateRecords",
  method: "GET",
  path,
  tag,
  summary: "List everything that is known of templates",
  description:
    "For services that keep a copy, such as a search index: every template of all tenants, private and disabled ones and the builder's prompts too, by tenant and id. Take a cursor of the feed with `from=now`, read all pages, then follow: a change of `resourceType` `template` tells that the record of its `resourceId` may have changed; getTemplateRecords has it. A change of `resourceType` `category` concerns the records that name it in `categories`.",
  access,
  query: z.object(recordPageQuery),
  success: { 200: page("records", TemplateRecord) },
  example: examples.listTemplateRecords,
  errors: [],
});

export const listTemplateRecordKeys = defineOperation({
  id: "listTemplateRecordKeys",
  method: "GET",
  path: `${path}/keys`,
  tag,
  summary: "List what templates there are",
  description:
    "The keys of what listTemplateRecords tells, in its order. Cursors are the same: either goes on where the other has come to. For services that a page of records is refused (500) because of one of them: they ask getTemplateRecords for the keys of that page, in smaller parts, and so find out which.",
  access,
  query: z.object(recordPageQuery),
  success: { 200: page("keys", TemplateRecordKey) },
  example: examples.listTemplateRecordKeys,
  errors: [],
});

export const getTemplateRecords = defineOperation({
  id: "getTemplateRecords",
  method: "POST",
  path,
  tag,
  summary: "Get everything that is known of some templates",
  description:
    "Up to 200 templates of all tenants as listTemplateRecords tells them, in its order, each once. A template that does not exist is not in the answer. It changes nothing and takes no Idempotency-Key.",
  access,
  body: z.object({ keys: z.array(TemplateRecordKey).min(1).max(recordLimits.keysMax) }),
  success: { 200: z.object({ records: z.array(TemplateRecord) }) },
  example: examples.getTemplateRecords,
  errors: [],
});
