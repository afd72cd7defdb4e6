import type { BuilderTemplate, TemplateVersionDocument } from "@nofx/contract-marketplace";
import { type Database, readInTenant, type TenantScope, type TenantTransaction } from "@nofx/db-kit";
import { type Prompt, promptOf } from "@nofx/template";
import type { Kysely } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import type { DB } from "../db/schema.gen.ts";
import type { Selection, TemplatePosition } from "../templates/template-list.rules.ts";
import { foundTemplates, type ListPage, placeOf } from "../templates/template-list.store.ts";
import { deploymentsOf } from "./prompt.rules.ts";

/** A prompt as it stands. */
export interface StoredPrompt {
  readonly id: string;
  readonly version: string;
  readonly prompt: Prompt;
  /** What else the version's document says: tags, category, files and the like. A new version keeps it. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly visibility: "private" | "public";
  readonly revision: string;
  readonly updatedAt: Date;
  readonly shown: BuilderTemplate;
}

/** How many states of its past a prompt shows. */
const historyMax = 20;

/** A disabled prompt is not in the builder. */
const promptRows = (query: Kysely<DB>, tenant: string, states = historyMax) =>
  query
    .selectFrom("templates as t")
    .innerJoin("template_versions as v", (join) =>
      join
        .onRef("v.tenant_id", "=", "t.tenant_id")
        .onRef("v.template_id", "=", "t.template_id")
        .onRef("v.version", "=", "t.current_version"),
    )
    .where("t.tenant_id", "=", tenant)
    .where("t.kind", "=", "prompt")
    .where("t.status", "<>", "disabled")
    .select([
      "t.template_id",
      "t.current_version",
      "t.revision",
      "t.visibility",
      "t.created_at",
      "t.updated_at",
      "v.document",
    ])
    .select((eb) => [
      jsonArrayFrom(
        eb
          .selectFrom("builder_history as h")
          .select(["h.number", "h.description", "h.instructions", "h.updated_at"])
          .whereRef("h.tenant_id", "=", "t.tenant_id")
          .whereRef("h.template_id", "=", "t.template_id")
          .orderBy("h.number", "desc")
          .limit(states),
      ).as("history"),
      jsonArrayFrom(
        eb
          .selectFrom("template_deployments as d")
          .select(["d.environment", "d.channel", "d.enabled"])
          .whereRef("d.tenant_id", "=", "t.tenant_id")
          .whereRef("d.template_id", "=", "t.template_id")
          .orderBy("d.environment")
          .orderBy("d.channel"),
      ).as("deployments"),
    ]);

type PromptRow = Awaited<ReturnType<ReturnType<typeof promptRows>["execute"]>>[number];

const toStored = (row: PromptRow): StoredPrompt => {
  const document = JSON.parse(row.document) as TemplateVersionDocument;
  const { templateId: _id, name: _name, version, description: _description, content: _content, ...about } = document;
  const prompt = promptOf(document);
  const { extra, ...known } = prompt;
  const history = row.history.map(({ number, updated_at, ...entry }) => ({
    version: number,
    ...entry,
    updatedAt: new Date(updated_at).toISOString(),
  }));
  // First, as ever, and not to be overwritten.
  const own = { id: row.template_id };
  const shown = {
    ...extra,
    ...own,
    ...known,
    ...own,
    deployments: deploymentsOf(row.deployments),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    history: history.reverse(),
    version,
  };
  const { template_id: id, revision, updated_at: updatedAt } = row;
  const visibility = row.visibility as StoredPrompt["visibility"];
  return { id, version, prompt, about, visibility, revision, updatedAt, shown };
};

/** A tenant's prompts, the latest changed first. */
export const listPrompts = async (db: Database<DB>, scope: TenantScope): Promise<StoredPrompt[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    promptRows(query, scope.tenantId).orderBy("t.updated_at", "desc").orderBy("t.template_id", "desc"),
  );
  return rows.map(toStored);
};

/** A page of those prompts of a tenant that a selection finds, each with where it stands. */
export const findPrompts = async (
  db: Database<DB>,
  scope: TenantScope,
  selection: Selection,
  page: ListPage,
): Promise<{ readonly shown: BuilderTemplate; readonly position: TemplatePosition }[]> => {
  const rows = await readInTenant(db, scope, (query) =>
    promptRows(query, scope.tenantId)
      .innerJoin(foundTemplates(selection, page), (join) =>
        join.onRef("f.tenant_id", "=", "t.tenant_id").onRef("f.template_id", "=", "t.template_id"),
      )
      .select(["f.tenant_id", "f.name_key", "f.rank"])
      .orderBy("f.place"),
  );
  return rows.map((row) => ({ shown: toStored(row).shown, position: placeOf(selection, row) }));
};

/** A prompt with the latest states of its past. */
export const findPrompt = async (
  db: Database<DB>,
  scope: TenantScope,
  id: string,
  states = historyMax,
): Promise<StoredPrompt | undefined> => {
  const [row] = await readInTenant(db, scope, (query) =>
    promptRows(query, scope.tenantId, states).where("t.template_id", "=", id),
  );
  return row && toStored(row);
};

/** A prompt as it is in a transaction that holds its lock. */
export const findLocked = async (
  trx: TenantTransaction<DB>,
  tenant: string,
  id: string,
): Promise<StoredPrompt | undefined> => {
  const row = await promptRows(trx, tenant).where("t.template_id", "=", id).executeTakeFirst();
  return row && toStored(row);
};
