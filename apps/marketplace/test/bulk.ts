import { unwrap } from "@nofx/client";
import type { BulkItem } from "@nofx/contract-marketplace";
import type { MarketplaceClient, TestMarketplace } from "./marketplace.ts";
import { type TemplateBody, workflow } from "./templates.ts";

/** Operations as a caller sends them. */
export type TemplateOperation = Parameters<MarketplaceClient["bulkTemplates"]>[0]["body"]["operations"][number];
export type PromptOperation = Parameters<MarketplaceClient["bulkBuilderTemplates"]>[0]["body"]["operations"][number];

export const publishOf = (overrides: Partial<TemplateBody> = {}): TemplateOperation => ({
  op: "publish",
  manifest: { ...workflow(overrides) },
});

/** What became of an operation, in a few words. */
export const words = ({ op, status, outcome, version, problem }: BulkItem): string =>
  [op, status, outcome, version, problem?.code].filter((word) => word !== undefined).join(" ");

/** What became of each operation of a request. */
export const outcomes = async (answer: ReturnType<MarketplaceClient["bulkTemplates"]>): Promise<string[]> =>
  (await unwrap(answer)).results.map(words);

/** Everything that a request could have written, but the memory of requests. */
export const stateOf = async ({ database }: TestMarketplace): Promise<string> =>
  JSON.stringify(
    await database.query(`
      SELECT (SELECT json_agg(t ORDER BY tenant_id, template_id) FROM marketplace.templates t) AS templates,
             (SELECT json_agg(v.digest || v.status ORDER BY template_id, version) FROM marketplace.template_versions v) AS versions,
             (SELECT count(*) FROM marketplace.template_files) AS files,
             (SELECT json_agg(h ORDER BY template_id, number) FROM marketplace.builder_history h) AS history,
             (SELECT json_agg(d ORDER BY template_id) FROM marketplace.template_deployments d) AS deployments,
             (SELECT json_agg(d ORDER BY template_id) FROM marketplace.template_dependencies d) AS dependencies,
             (SELECT count(*) FROM marketplace.audit_log) AS entries,
             (SELECT count(*) FROM marketplace.outbox) + (SELECT count(*) FROM marketplace.changes) AS changes`),
  );
