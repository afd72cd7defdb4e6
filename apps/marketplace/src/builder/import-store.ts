import { canonicalForm, sha256 } from "@nofx/canonical";
import { jsonPath, problemItems } from "@nofx/contract-kit";
import { type ImportItem, StoredTemplate } from "@nofx/contract-marketplace";
import { inTenant, lockUntilEnd, recordEvent, type TenantTransaction } from "@nofx/db-kit";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { mayChangeOwn } from "../templates/may-change.ts";
import { importLock, templateLock } from "../templates/template.rules.ts";
import { importedPast, importedPrompt } from "./import.rules.ts";
import { findImport, insertImported, isTaken } from "./import.store.ts";

export interface ImportReport {
  readonly dryRun: boolean;
  readonly summary: Readonly<Record<ImportItem["outcome"], number>>;
  readonly items: ImportItem[];
}

const importOne = async (
  trx: TenantTransaction<DB>,
  ctx: RequestContext,
  at: Date,
  stored: StoredTemplate,
): Promise<ImportItem["outcome"]> => {
  mayChangeOwn(ctx, stored.id);
  // Whoever publishes under this id at the same time waits, or is waited for.
  await lockUntilEnd(trx, templateLock(ctx.tenantId, stored.id));
  const digest = sha256(canonicalForm(stored));
  const earlier = await findImport(trx, ctx.tenantId, stored.id);
  if (earlier !== undefined) return earlier === digest ? "unchanged" : "conflict";
  if (await isTaken(trx, ctx.tenantId, stored.id)) return "conflict";
  const order = { tenant: ctx.tenantId, by: ctx.subject, at, digest, version: "1.0.0" };
  await insertImported(trx, order, stored, importedPrompt(stored), importedPast(stored));
  await recordEvent(trx, ctx, at, {
    type: "template.imported",
    visibility: "private",
    resourceType: "template",
    resourceId: stored.id,
    version: order.version,
    data: { kind: "prompt", source: digest, currentVersion: order.version, visibility: "private" },
  });
  return "imported";
};

const judged = (given: unknown, index: number): { item: ImportItem; stored?: StoredTemplate } => {
  const parsed = StoredTemplate.safeParse(given);
  if (parsed.success) {
    const { id, name } = parsed.data;
    return { item: { index, id, name, outcome: "imported" }, stored: parsed.data };
  }
  const errors = problemItems(parsed.error, ["templates", index]);
  return { item: { index, outcome: "invalid", errors } };
};

/** Two of one request with the same id would overwrite each other: the first is taken. */
const twice = (index: number, id: string): ImportItem => ({
  index,
  id,
  outcome: "invalid",
  errors: [{ path: jsonPath(["templates", index, "id"]), message: `${id} comes twice`, code: "id_repeated" }],
});

/** Imports what another builder has stored, all in one transaction: each prompt, or why not. */
export const importStore = async (
  deps: Deps,
  ctx: RequestContext,
  order: { readonly templates: readonly unknown[]; readonly dryRun: boolean },
): Promise<ImportReport> => {
  const { dryRun } = order;
  const work = async (trx: TenantTransaction<DB>): Promise<ImportReport> => {
    const at = deps.now();
    const items: ImportItem[] = [];
    const seen = new Set<string>();
    for (const [index, given] of order.templates.entries()) {
      const { item, stored } = judged(given, index);
      if (!stored) items.push(item);
      else if (seen.has(stored.id)) items.push(twice(index, stored.id));
      else items.push({ ...item, outcome: await importOne(trx, ctx, at, stored) });
      if (stored) seen.add(stored.id);
    }
    const count = (outcome: ImportItem["outcome"]) => items.filter((item) => item.outcome === outcome).length;
    const summary = {
      imported: count("imported"),
      unchanged: count("unchanged"),
      conflict: count("conflict"),
      invalid: count("invalid"),
    };
    return { dryRun, summary, items };
  };
  return await inTenant(deps.db, ctx, work, { dryRun, lock: importLock(ctx.tenantId) });
};
