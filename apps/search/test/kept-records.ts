import type { TemplateRecord, TemplateUse } from "@nofx/contract-marketplace";
import type { AgentRecord } from "@nofx/contract-registry";
import { inTenant } from "@nofx/db-kit";
import type { DocumentKey } from "@nofx/search-core";
import { sql } from "kysely";
import type { Deps } from "../src/index.ts";
import { relationsOf } from "../src/relations/relation.rules.ts";
import { replaceRelations } from "../src/relations/relation.store.ts";

const at = "2026-11-22T09:30:00.000Z";
const asService = { tenantId: "", subject: "test", role: "service", correlationId: "test" } as const;

type Version = AgentRecord["versions"][number];

/** Active versions, the highest first. */
export const versions = (...numbers: readonly string[]): Version[] =>
  numbers.map((version) => ({ version, status: "active", publishedAt: at, publishedBy: "alice" }));

/** What every record has: that of a public resource of tenant acme. */
const common = {
  tenant: "acme",
  visibility: "public",
  status: "active",
  description: "",
  currentVersion: "1.0.0",
  tags: [],
  aliases: [],
  text: "",
  createdAt: at,
  updatedAt: at,
  publishedAt: at,
  versions: versions("1.0.0"),
  versionCount: 1,
} as const;

type Given<T> = Partial<Omit<T, "versionCount">> & { readonly versionCount?: number };

/** The record of an agent: `agent("linter")`. */
export const agent = (agentId: string, given: Given<AgentRecord> = {}): AgentRecord => ({
  ...common,
  tags: [],
  aliases: [],
  agentId,
  name: agentId,
  capabilities: [],
  dependencies: [],
  usage: { runs30d: 0, succeeded30d: 0 },
  ...given,
  versions: given.versions ?? [...common.versions],
  versionCount: given.versionCount ?? given.versions?.length ?? 1,
});

/** The record of a template: `template("release-train")`. */
export const template = (templateId: string, given: Given<TemplateRecord> = {}): TemplateRecord => ({
  ...common,
  tags: [],
  aliases: [],
  templateId,
  name: templateId,
  kind: "workflow",
  categories: [],
  rating: { count: 0, bayesian: 3.5 },
  usage: { runs30d: 0, succeeded30d: 0, popularityScore: 0 },
  uses: [],
  ...given,
  versions: given.versions ?? [...common.versions],
  versionCount: given.versionCount ?? given.versions?.length ?? 1,
});

/** An agent that version 1.0.0 of a template uses. */
export const uses = (id: string, given: Partial<TemplateUse> = {}): TemplateUse => ({
  kind: "agent",
  tenant: "acme",
  id,
  version: "1.0.0",
  ...given,
});

type AnyRecord = AgentRecord | TemplateRecord;

const keyOf = (record: AnyRecord): DocumentKey =>
  "agentId" in record
    ? { type: "agent", tenant: record.tenant, id: record.agentId }
    : { type: "template", tenant: record.tenant, id: record.templateId };

/** Puts records and their relations where the index keeps them, of a generation so late that no rebuild forgets them. */
export const keep = async ({ db }: Pick<Deps, "db">, ...records: readonly AnyRecord[]): Promise<void> =>
  await inTenant(db, asService, async (trx) => {
    const rows = records.map((record) => ({ ...keyOf(record), visibility: record.visibility, record }));
    await sql`
      INSERT INTO records (tenant_id, type, id, visibility, record, updated_at, reading)
      SELECT tenant, type, id, visibility, record, now(), 1000000
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (tenant text, type text, id text, visibility text, record jsonb)
      ON CONFLICT (tenant_id, type, id) DO UPDATE SET visibility = excluded.visibility, record = excluded.record`.execute(
      trx,
    );
    await replaceRelations(trx, records.map(keyOf), records.flatMap(relationsOf));
  });
