import type { BundleImportResult, ImportedVersion } from "@nofx/contract-marketplace";
import { inTenant, type TenantTransaction } from "@nofx/db-kit";
import { findingsMax } from "@nofx/document";
import type { RequestContext } from "@nofx/service-kit";
import type { DB } from "../db/schema.gen.ts";
import type { Deps } from "../deps.ts";
import { problem } from "../problem.ts";
import { importLock } from "../templates/template.rules.ts";
import { importTemplate } from "./import-template.ts";
import { successorWarning } from "./kept-successors.rules.ts";
import { type BundleBody, readTemplateBundle } from "./read-template-bundle.ts";
import { type Succession, settleSuccessions } from "./settle-successions.ts";

export interface ImportOptions {
  readonly dryRun: boolean;
  readonly atomic: boolean;
  readonly keepsVisibility: boolean;
}

/** An import, and the last of the changes that it made. */
export interface BundleImport {
  readonly result: BundleImportResult;
  readonly changeId?: string | undefined;
}

const summaryOf = (items: readonly ImportedVersion[]): BundleImportResult["summary"] => {
  const summary = { created: 0, unchanged: 0, conflict: 0, invalid: 0 };
  for (const { outcome } of items) summary[outcome] += 1;
  return summary;
};

/** Tells with the highest new version of each template why its successor was left out. */
const withObstacles = (
  items: readonly ImportedVersion[],
  obstacles: ReadonlyMap<string, string>,
): ImportedVersion[] => {
  const told = new Map(
    items.filter(({ outcome }) => outcome === "created").map(({ templateId, version }) => [templateId, version]),
  );
  return items.map((item) => {
    const obstacle = obstacles.get(item.templateId);
    if (obstacle === undefined || told.get(item.templateId) !== item.version) return item;
    return { ...item, warnings: [...(item.warnings ?? []), successorWarning(obstacle)] };
  });
};

type Explained = Pick<ImportedVersion, "outcome" | "errors">;

const isLeft = ({ outcome }: Explained): boolean => outcome === "conflict" || outcome === "invalid";

/** A version and its locks, each with what it is called. */
const partsOf = ({ templateId, version, locks = [], ...own }: ImportedVersion): (Explained & { name: string })[] => [
  { ...own, name: `${templateId} ${version}` },
  ...locks.map(({ environment, ...lock }) => {
    const what = environment === undefined ? "the lock" : `the lock for ${environment}`;
    return { ...lock, name: `${templateId} ${version}, ${what}` };
  }),
];

/** @throws import_incomplete */
const refuseParts = (items: readonly ImportedVersion[]): void => {
  const parts = items.flatMap(partsOf);
  const left = parts.filter(isLeft);
  if (left.length === 0) return;
  const errors = left.flatMap(({ name, errors: own = [] }) =>
    own.map(({ message, ...rest }) => ({ ...rest, message: `${name}: ${message}` })),
  );
  throw problem("import_incomplete", {
    detail: `${left.length} of ${parts.length} versions and locks cannot be imported, so nothing was.`,
    errors: errors.slice(0, findingsMax),
  });
};

/**
 * Imports a bundle. It is read twice: once to the end, so that what is wrong with it is known before anything is written,
 * and once, template by template, within the transaction.
 */
export const importBundle = async (
  deps: Deps,
  ctx: RequestContext,
  body: BundleBody,
  { dryRun, atomic, keepsVisibility }: ImportOptions,
): Promise<BundleImport> => {
  await readTemplateBundle(body, async () => undefined);
  const work = async (trx: TenantTransaction<DB>): Promise<BundleImport> => {
    const now = deps.now();
    const items: ImportedVersion[] = [];
    const successions: Succession[] = [];
    let changeId: string | undefined;
    const bundle = await readTemplateBundle(body, async (template, digest) => {
      const imported = await importTemplate({ trx, ctx, now, bundle: digest, keepsVisibility }, template);
      items.push(...imported.items);
      if (imported.succession) successions.push(imported.succession);
      changeId = imported.changeId ?? changeId;
    });
    if (atomic) refuseParts(items);
    const obstacles = await settleSuccessions(trx, successions);
    const result = { dryRun, bundle, summary: summaryOf(items), items: withObstacles(items, obstacles) };
    return { result, changeId: dryRun ? undefined : changeId };
  };
  return await inTenant(deps.db, ctx, work, { dryRun, lock: importLock(ctx.tenantId) });
};
