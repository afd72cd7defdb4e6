import { readdir, readFile } from "node:fs/promises";
import { unwrap } from "@nofx/client";
import { CategoryFile, type TestBadge } from "@nofx/contract-marketplace";
import {
  applySync,
  applyTemplateSync,
  type MarketplaceClient,
  planSync,
  planTemplateSync,
  type RegistryClient,
  type SyncReport,
  tellResult,
} from "@nofx/sync";

export interface Counts {
  /** Agents, or templates. */
  readonly shipped: number;
  readonly versions: number;
  readonly created: number;
}

/** How many checks of templates' tests passed, and how many failed. */
type TestCounts = Pick<TestBadge, "passed" | "failed">;

export interface TemplateCounts extends Counts {
  readonly tests: TestCounts;
}

/** Of categories: they have no versions. */
export type CategoryCounts = Pick<Counts, "shipped" | "created">;

const publicly = { visibility: "public" } as const;

/** @throws Error that names what is wrong. */
const countsOf = ({ results, summary }: SyncReport): Counts => {
  const failed = results.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) throw new Error(failed.map(tellResult).join("\n"));
  const shipped = new Set(results.map(({ item }) => item.id)).size;
  return { shipped, versions: results.length, created: summary.created };
};

/**
 * Publishes a directory's agents through the public API, for everybody to read: all of them, or an error that names
 * what is wrong. What is published already stays as it is.
 */
export const shipAgents = async (client: RegistryClient, directory: string): Promise<Counts> =>
  countsOf(await applySync(client, await planSync(client, directory, publicly)));

/** How the tests of these templates went, of the current version of each. */
const testsOf = async (client: MarketplaceClient, ids: ReadonlySet<string>, tenant: string): Promise<TestCounts> => {
  const counts = { passed: 0, failed: 0 };
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listTemplates({ tenant, limit: 100, ...(cursor !== undefined && { cursor }) }));
    for (const { tests } of page.templates.filter(({ templateId }) => ids.has(templateId))) {
      counts.passed += tests?.passed ?? 0;
      counts.failed += tests?.failed ?? 0;
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return counts;
};

/** The ids of a directory's templates: each has a folder with its name. */
export const shippedTemplateIds = async (directory: string): Promise<string[]> => {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
};

/** Publishes a directory's templates likewise, and tells how their tests went, also of those that were there. */
export const shipTemplates = async (client: MarketplaceClient, directory: string): Promise<TemplateCounts> => {
  const planned = await planTemplateSync(client, directory, publicly);
  const report = await applyTemplateSync(client, planned);
  const counts = countsOf(report);
  const ids = new Set(planned.items.map(({ id }) => id));
  const { tenant } = planned;
  return { ...counts, tests: tenant === undefined ? { passed: 0, failed: 0 } : await testsOf(client, ids, tenant) };
};

/**
 * Puts a file's categories into the marketplace's tree, as its operator, those above before those below, as they stand in
 * the file. One that is there already stays as the operator has made it.
 */
export const shipCategories = async (
  { reader, operator }: { readonly reader: MarketplaceClient; readonly operator: MarketplaceClient },
  file: string,
): Promise<CategoryCounts> => {
  const shipped = CategoryFile.parse(JSON.parse(await readFile(file, "utf8")));
  const { categories } = await unwrap(reader.listCategories());
  const there = new Set(categories.map(({ id }) => id));
  const missing = shipped.filter(({ id }) => !there.has(id));
  for (const { id: categoryId, ...body } of missing) await unwrap(operator.putCategory({ categoryId, body }));
  return { shipped: shipped.length, created: missing.length };
};
