import { randomUUID } from "node:crypto";
import { canonicalForm, sha256 } from "@nofx/canonical";
import type { Deployment } from "@nofx/contract-marketplace";
import type { TenantTransaction } from "@nofx/db-kit";
import type { Prompt } from "@nofx/template";
import { precedenceKey } from "@nofx/versioning";
import type { DB } from "../db/schema.gen.ts";
import type { StoredPrompt } from "./prompt.store.ts";

/** Whether a tenant has any prompt. */
export const hasPrompts = async (trx: TenantTransaction<DB>, tenant: string): Promise<boolean> =>
  (await trx
    .selectFrom("templates")
    .select("template_id")
    .where("tenant_id", "=", tenant)
    .where("kind", "=", "prompt")
    .limit(1)
    .executeTakeFirst()) !== undefined;

/** A state that is to be kept. */
export interface NewState {
  readonly tenant: string;
  readonly id: string;
  readonly version: string;
  readonly prompt: Prompt;
  /** Further members of the document; default: none. */
  readonly about?: Readonly<Record<string, unknown>>;
  readonly by: string;
  readonly at: Date;
}

/** Gives the digest of what is kept. */
export const insertVersion = async (trx: TenantTransaction<DB>, state: NewState): Promise<string> => {
  const { tenant, id, version, prompt, about, by, at } = state;
  const { name, description } = prompt;
  const document = canonicalForm({
    ...about,
    templateId: id,
    name,
    version,
    description,
    content: { kind: "prompt", ...prompt },
  });
  const digest = sha256(document);
  await trx
    .insertInto("template_versions")
    .values({
      tenant_id: tenant,
      template_id: id,
      version,
      precedence: precedenceKey(version),
      id: randomUUID(),
      digest,
      document,
      published_at: at,
      published_by: by,
    })
    .execute();
  return digest;
};

const insertHistory = async (
  trx: TenantTransaction<DB>,
  { tenant, id, version, prompt, at }: NewState,
  number: number,
): Promise<void> => {
  const { description, instructions } = prompt;
  await trx
    .insertInto("builder_history")
    .values({ tenant_id: tenant, template_id: id, number, version, description, instructions, updated_at: at })
    .execute();
};

export const insertTemplate = async (
  trx: TenantTransaction<DB>,
  { tenant, id, version, prompt, by, at }: NewState,
  createdAt: Date,
): Promise<void> => {
  await trx
    .insertInto("templates")
    .values({
      tenant_id: tenant,
      template_id: id,
      id: randomUUID(),
      kind: "prompt",
      name: prompt.name,
      description: prompt.description,
      current_version: version,
      owner_id: by,
      created_at: createdAt,
      updated_at: at,
      published_at: at,
    })
    .execute();
};

/** Keeps the first state of a prompt. Gives its digest. */
export const insertPrompt = async (trx: TenantTransaction<DB>, state: NewState): Promise<string> => {
  await insertTemplate(trx, state, state.at);
  const digest = await insertVersion(trx, state);
  await insertHistory(trx, state, 1);
  return digest;
};

/** Notes that a prompt has changed. */
export const touchPrompt = async (
  trx: TenantTransaction<DB>,
  { tenant, id, at }: Pick<NewState, "tenant" | "id" | "at">,
  current?: Pick<NewState, "version" | "prompt">,
): Promise<void> => {
  await trx
    .updateTable("templates")
    .set((eb) => ({
      revision: eb("revision", "+", "1"),
      updated_at: at,
      ...(current && {
        current_version: current.version,
        published_at: at,
        name: current.prompt.name,
        description: current.prompt.description,
      }),
    }))
    .where("tenant_id", "=", tenant)
    .where("template_id", "=", id)
    .executeTakeFirstOrThrow();
};

/** Keeps the next state of a prompt. Gives its digest. */
export const appendState = async (
  trx: TenantTransaction<DB>,
  state: NewState,
  before: StoredPrompt,
): Promise<string> => {
  const digest = await insertVersion(trx, state);
  await insertHistory(trx, state, (before.shown.history.at(-1)?.version ?? 0) + 1);
  await touchPrompt(trx, state, state);
  return digest;
};

export const saveDeployment = async (
  trx: TenantTransaction<DB>,
  { tenant, id, by, at }: Pick<NewState, "tenant" | "id" | "by" | "at">,
  { environment, channel, enabled }: Deployment,
): Promise<void> => {
  await trx
    .insertInto("template_deployments")
    .values({ tenant_id: tenant, template_id: id, environment, channel, enabled, updated_at: at, updated_by: by })
    .onConflict((conflict) =>
      conflict
        .columns(["tenant_id", "template_id", "environment", "channel"])
        .doUpdateSet({ enabled, updated_at: at, updated_by: by }),
    )
    .execute();
};
