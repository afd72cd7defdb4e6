import { unwrap } from "@nofx/client";
import type { AgentRecord } from "@nofx/contract-registry";
import type { RegistryClient, TestRegistry } from "./registry.ts";

/** Every page of such a size, one behind the other. */
export const everyRecord = async (client: RegistryClient, limit: number): Promise<AgentRecord[][]> => {
  const pages: AgentRecord[][] = [];
  let cursor: string | undefined;
  do {
    const page = await unwrap(client.listAgentRecords({ limit, ...(cursor && { cursor }) }));
    pages.push(page.records);
    cursor = page.nextCursor;
  } while (cursor);
  return pages;
};

/** What the agents did on a day. */
export const used = async (
  { database }: TestRegistry,
  on: { readonly day: string; readonly version?: string; readonly sample?: boolean },
  [succeeded, failed, cancelled, invalid]: readonly [number, number, number, number],
): Promise<void> => {
  const { day, version = "1.0.0", sample = false } = on;
  await database.query(
    `INSERT INTO registry.agent_usage_days (tenant_id, agent_id, version, day, is_sample, succeeded, failed, cancelled,
       invalid, duration_ms, last_at) VALUES ('acme', 'greeter', $1, $2, $3, $4, $5, $6, $7, 300, $2::date + interval '9 hours')`,
    [version, day, sample, succeeded, failed, cancelled, invalid],
  );
};

/** Agents by the hundred, each with so many versions and a prompt, behind the service's back. */
export const manyAgents = ({ database }: TestRegistry, count: number, versions: number): Promise<unknown> =>
  database.query(`
    SET search_path = registry;
    INSERT INTO tenants SELECT 'many-' || n, 'Many', '2026-01-01' FROM generate_series(0, 9) n ON CONFLICT DO NOTHING;
    INSERT INTO agent_registry (tenant_id, agent_id, id, name, current_version, owner_id, created_at, updated_at, published_at)
    SELECT 'many-' || n % 10, 'agent-' || n, gen_random_uuid(), 'Agent ' || n, '1.0.0', 'x', '2026-01-01', '2026-01-01', '2026-01-01'
    FROM generate_series(1, ${count}) n;
    INSERT INTO agent_versions (tenant_id, agent_id, version, precedence, id, digest, document, published_at, published_by)
    SELECT tenant_id, agent_id, n || '.0.0', to_char(n, '000000'), gen_random_uuid(), 'sha256:' || repeat('0', 64),
      '{"manifest":{"entryPrompt":"p.md"},"files":[{"path":"p.md","size":4000,"digest":"sha256:' || repeat('1', 64) || '"}]}',
      '2026-01-01', 'x'
    FROM agent_registry, generate_series(1, ${versions}) n WHERE tenant_id LIKE 'many-%';
    INSERT INTO agent_files (tenant_id, agent_id, digest, content)
    SELECT tenant_id, agent_id, 'sha256:' || repeat('1', 64), convert_to(repeat('word ', 800), 'UTF8')
    FROM agent_registry WHERE tenant_id LIKE 'many-%';
    INSERT INTO agent_usage_days (tenant_id, agent_id, version, day, is_sample, succeeded, failed, cancelled, invalid, duration_ms, last_at)
    SELECT tenant_id, agent_id, '1.0.0', '2026-11-22'::date - n, false, 1, 1, 1, 1, 1, '2026-11-22'
    FROM agent_registry, generate_series(0, 59) n WHERE tenant_id LIKE 'many-%';
    ANALYZE agent_registry, agent_versions, agent_files, agent_usage_days`);

/** A tenant's agents of every sort, and another tenant's. */
export const publishSome = async (world: TestRegistry): Promise<void> => {
  const { given } = world;
  const acme = world.as(await given.admin("acme"));
  const globex = world.as(await given.admin("globex"));
  await unwrap(acme.publishAgent({ body: given.manifest(), visibility: "public" }));
  await unwrap(acme.publishAgent({ body: given.manifest({ agentId: "hidden" }) }));
  await unwrap(globex.publishAgent({ body: given.manifest({ agentId: "greeter" }), visibility: "public" }));
  await unwrap(globex.publishAgent({ body: given.manifest({ agentId: "gone" }) }));
  await unwrap(globex.setAgentStatus({ agentId: "gone", body: { status: "disabled", reason: "old" } }));
};
