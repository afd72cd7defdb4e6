import { unwrap } from "@nofx/client";
import type { TemplateRecord } from "@nofx/contract-marketplace";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt, workflow } from "./templates.ts";

/** A client with a service's token. */
export const serviceOf = async (world: TestMarketplace): Promise<MarketplaceClient> =>
  world.client((await world.registryEnv()).REGISTRY_TOKEN);

/** Every page of such a size, one behind the other. */
export const everyRecord = async (client: MarketplaceClient, limit: number): Promise<TemplateRecord[][]> => {
  const pages: TemplateRecord[][] = [];
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listTemplateRecords({ limit, ...(cursor && { cursor }) }));
    pages.push(page.records);
    cursor = page.nextCursor;
  } while (cursor);
  return pages;
};

/** The record of one template. */
export const recordOf = async (client: MarketplaceClient, templateId: string, tenant = "acme") => {
  const { records } = await unwrap(client.getTemplateRecords({ body: { keys: [{ tenant, templateId }] } }));
  const [record] = records;
  if (!record) throw new Error(`No record of ${tenant}/${templateId}`);
  return record;
};

/** A marketplace with two tenants' templates of every sort. */
export const someTemplates = async (...options: Parameters<typeof marketplace>) => {
  const world = await marketplace(...options);
  const alice = await world.person("admin", "acme");
  const acme = world.as(alice);
  const globex = world.as(await world.person("admin", "globex"));
  await unwrap(acme.publishTemplate({ body: workflow(), visibility: "public" }));
  await unwrap(acme.publishTemplate({ body: workflow({ templateId: "hidden" }) }));
  await unwrap(globex.publishTemplate({ body: prompt(), visibility: "public" }));
  await unwrap(globex.publishTemplate({ body: workflow({ templateId: "gone" }) }));
  await unwrap(globex.setTemplateStatus({ templateId: "gone", body: { status: "disabled", reason: "old" } }));
  return { world, alice, acme, globex, service: await serviceOf(world) };
};

/** Templates by the hundred, each with so many versions, locks, ratings and figures, behind the service's back. */
export const manyTemplates = ({ database }: TestMarketplace, count: number, versions: number): Promise<unknown> =>
  database.query(`
    SET search_path = marketplace;
    INSERT INTO categories (category_id, parent_id, name, updated_at)
    SELECT 'cat-' || n, CASE WHEN n > 1 THEN 'cat-' || n / 2 END, 'Category', '2026-01-01' FROM generate_series(1, 15) n;
    INSERT INTO templates (tenant_id, template_id, id, kind, name, current_version, category, owner_id, created_at, updated_at, published_at)
    SELECT 'many-' || n % 10, 'template-' || n, gen_random_uuid(), 'workflow', 'Template ' || n, '1.0.0', 'cat-' || 1 + n % 15,
      'x', '2026-01-01', '2026-01-01', '2026-01-01'
    FROM generate_series(1, ${count}) n;
    INSERT INTO template_versions (tenant_id, template_id, version, precedence, id, digest, document, published_at, published_by)
    SELECT tenant_id, template_id, n || '.0.0', to_char(n, '000000'), gen_random_uuid(), 'sha256:' || repeat('0', 64),
      '{"content":{"goal":"g","steps":[]},"files":[{"path":"p.md","size":3998,"digest":"sha256:' || repeat('1', 64) || '"}]}',
      '2026-01-01', 'x'
    FROM templates, generate_series(1, ${versions}) n WHERE tenant_id LIKE 'many-%';
    INSERT INTO template_files (tenant_id, template_id, digest, content)
    SELECT tenant_id, template_id, 'sha256:' || repeat('1', 64), convert_to(left(repeat('word ', 800), 3998), 'UTF8')
    FROM templates WHERE tenant_id LIKE 'many-%';
    INSERT INTO template_dependencies SELECT tenant_id, template_id, 'agent', tenant_id, 'agent-' || n, '^1.0.0'
    FROM templates, generate_series(1, 5) n WHERE tenant_id LIKE 'many-%';
    INSERT INTO template_locks SELECT tenant_id, template_id, version, '', '{}', digest, 'private', published_at, 'x'
    FROM template_versions WHERE tenant_id LIKE 'many-%';
    INSERT INTO template_lock_entries SELECT tenant_id, template_id, version, '', 'agent', tenant_id, 'agent-' || n, '1.0.0'
    FROM template_locks, generate_series(1, 10) n WHERE tenant_id LIKE 'many-%';
    INSERT INTO template_ratings (tenant_id, subject, id, template_tenant, template_id, version, rating, created_at, updated_at)
    SELECT 'raters', 'somebody', gen_random_uuid(), tenant_id, template_id, '1.0.0', 4, '2026-01-01', '2026-01-01'
    FROM templates WHERE tenant_id LIKE 'many-%';
    ANALYZE templates, template_versions, template_files, template_locks, template_lock_entries, template_dependencies,
      template_rating_totals`);
