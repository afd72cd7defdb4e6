import { unwrap } from "@nofx/client";
import type { Operation } from "@nofx/contract-kit";
import { marketplaceContract } from "@nofx/contract-marketplace";
import { beforeEach, describe, expect, it } from "vitest";
import { type MarketplaceClient, marketplace, type TestMarketplace } from "./marketplace.ts";
import { prompt, workflow } from "./templates.ts";

const secretWords = ["Classified", "owl-team", "hush-hush", "night-vision", "night-shift"];
const operations: readonly Operation[] = Object.values(marketplaceContract.operations);

/** What an operation can address. */
interface Target {
  readonly tenant: string;
  readonly templateId: string;
  /** Of a prompt. */
  readonly id: string;
}

const secret = { name: "Classified", tags: ["hush-hush"], metadata: { owner: "owl-team" } };

/** Bodies that would be accepted. An operation with a body and without an entry here fails the tests. */
const bodies = ({ templateId, tenant, id }: Target): Record<string, unknown> => ({
  publishTemplate: workflow({ templateId, version: "1.0.0", name: "Intruder" }),
  validateTemplate: workflow(),
  rateTemplate: { rating: 5 },
  rateTemplateByBody: { templateId, tenant, rating: 5 },
  putCategory: { name: "Intruder" },
  rollbackTemplate: { targetVersion: "1.0.0", reason: "testing" },
  setTemplateStatus: { status: "disabled", reason: "testing" },
  setTemplateVersionStatus: { status: "deprecated", reason: "testing" },
  updateMarketplaceSettings: { semverPolicy: "off" },
  forkTemplate: { templateId: "intruder" },
  createBuilderTemplate: { name: "x", instructions: "x", input: [{ type: "input_text", text: "x" }] },
  updateBuilderTemplate: { description: "Intruder" },
  deployBuilderTemplate: { environment: "production", channel: "slack", enabled: true },
  compileBuilderTemplate: { tenantId: tenant, variables: { goal: "x", open: "x" } },
  runBuilderTemplate: { tenantId: tenant, variables: { goal: "x", open: "x" } },
  importBuilderStore: { templates: [] },
  bulkTemplates: {
    operations: [
      { op: "update", templateId, changes: { name: "Intruder" } },
      { op: "tag", templateId, remove: ["hush-hush"] },
      { op: "deprecate", templateId, version: "1.0.0", reason: "testing" },
      { op: "delete", templateId, reason: "testing" },
    ],
  },
  bulkBuilderTemplates: {
    operations: [
      { op: "update", id, changes: { description: "Intruder" } },
      { op: "deploy", id, environment: "production", channel: "slack", enabled: true },
      { op: "move", id, category: "intruder" },
      { op: "archive", id, reason: "testing" },
    ],
  },
  importTemplates: marketplaceContract.operations.importTemplates.example.arguments.body,
  resolveTemplate: {},
  lockTemplateVersion: {},
  testTemplate: prompt({ templateId: "intruder" }),
  renderTemplate: { variables: { since: "yesterday" } },
  putTemplateEnvironment: { variables: { since: "yesterday" } },
  promoteTemplateEnvironment: { to: "staging" },
  createUpgradeCampaign: { agent: { agentId: "collector" }, templates: [templateId] },
  applyUpgradeCampaign: {},
  replanUpgradeCampaign: {},
  cancelUpgradeCampaign: { reason: "testing" },
  recordExecution: { runId: "intruder", version: "1.0.0", outcome: "succeeded", durationMs: 1 },
  recordExecutions: {
    executions: [{ templateId, tenant, runId: "intruder", version: "1.0.0", outcome: "succeeded", durationMs: 1 }],
  },
  getTemplateRecords: { keys: [{ tenant, templateId }] },
  renewMarketplaceFeedEpoch: { reason: "testing" },
});

const argumentsFor = (operation: Operation, target: Target): Record<string, unknown> => {
  const names = [...Object.keys(operation.params?.shape ?? {}), ...Object.keys(operation.query?.shape ?? {})];
  const values: Record<string, unknown> = {
    version: "1.0.0",
    ...(operation.tag === "Analytics" ? { a: "1.0.0", b: "1.0.0" } : { from: "1.0.0", to: "1.0.0" }),
    path: "versions/1.0.0.json",
    agent: "collector",
    categoryId: "hidden",
    name: "night-shift",
    campaignId: "0199f3a2-7b1c-4d5e-8f00-3c2a1b4d5e6f",
    ...target,
  };
  const given = Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
  if (!operation.body) return given;
  const body = bodies(target)[operation.id];
  if (body === undefined) throw new Error(`Say in this test what a good body of ${operation.id} is`);
  return { ...given, body };
};

const callAny = (client: MarketplaceClient, operation: Operation, input: Record<string, unknown>) =>
  (
    client[operation.id as keyof MarketplaceClient] as (
      input: Record<string, unknown>,
    ) => Promise<{ ok: boolean; status: number; body?: unknown; problem?: { code: string; detail?: string } }>
  )(input);

const stateOf = async ({ database }: TestMarketplace) =>
  JSON.stringify(
    await database.query(`
      SELECT (SELECT json_agg(t ORDER BY template_id) FROM marketplace.templates t WHERE tenant_id = 'acme') AS templates,
             (SELECT json_agg(v.digest || v.status ORDER BY template_id, version) FROM marketplace.template_versions v WHERE tenant_id = 'acme') AS versions,
             (SELECT json_agg(h ORDER BY template_id, number) FROM marketplace.builder_history h WHERE tenant_id = 'acme') AS history,
             (SELECT json_agg(d) FROM marketplace.template_deployments d WHERE tenant_id = 'acme') AS deployments,
             (SELECT json_agg(r) FROM marketplace.template_rating_totals r WHERE tenant_id = 'acme') AS ratings,
             (SELECT json_agg(d) FROM marketplace.template_dependencies d WHERE tenant_id = 'acme') AS dependencies,
             (SELECT json_agg(e) FROM marketplace.template_environments e WHERE on_tenant = 'acme') AS environments,
             (SELECT json_agg(d) FROM marketplace.template_days d WHERE template_tenant = 'acme') AS days,
             (SELECT count(*) FROM marketplace.template_events WHERE template_tenant = 'acme') AS reports,
             (SELECT json_agg(s) FROM marketplace.tenant_settings s WHERE tenant_id = 'acme') AS settings,
             (SELECT count(*) FROM marketplace.audit_log WHERE tenant_id = 'acme') AS entries`),
  );

describe("a private template of another tenant", () => {
  const target: Target = { tenant: "acme", templateId: "hidden-owl", id: "hidden-prompt" };
  const absent: Target = { tenant: "nowhere", templateId: "hidden-cat", id: "hidden-mouse" };
  let world: TestMarketplace;
  let alice: MarketplaceClient;
  let mallory: MarketplaceClient;

  beforeEach(async () => {
    world = await marketplace();
    alice = world.as(await world.person("admin", "acme"));
    mallory = world.as(await world.person("admin", "globex"));
    const variables = { since: { type: "string" as const, description: "night-vision" } };
    const content = { kind: "workflow" as const, versionFile: "versions/1.0.0.json", variables };
    await unwrap(alice.publishTemplate({ body: workflow({ ...secret, templateId: target.templateId, content }) }));
    await unwrap(alice.publishTemplate({ body: prompt({ ...secret, templateId: target.id }) }));
    for (const name of ["night-shift", "staging"])
      await unwrap(alice.putTemplateEnvironment({ templateId: target.templateId, name, body: {} }));
  });

  // A stream does not end by itself; its own tests say what others see of it.
  const cases = operations
    .filter(({ id }) => id !== "streamAnalytics")
    .map((operation) => [operation.id, operation] as const);

  it.each(cases)("%s: cannot be seen or changed, with or without naming its tenant", async (_id, operation) => {
    const before = await stateOf(world);
    const named = await callAny(mallory, operation, argumentsFor(operation, target));
    const own = await callAny(mallory, operation, argumentsFor(operation, { ...target, tenant: "globex" }));
    const nobody = await callAny(world.anonymous, operation, argumentsFor(operation, target));
    const seen = JSON.stringify([named.body, own.body, nobody.body]);
    for (const word of secretWords) expect(seen).not.toContain(word);
    expect(await stateOf(world)).toBe(before);
  });

  it.each(cases)("%s: answers exactly as if it did not exist", async (_id, operation) => {
    const shape = (answer: Awaited<ReturnType<typeof callAny>>) =>
      answer.ok ? ["ok"] : [answer.status, answer.problem?.code, answer.problem?.detail];
    const hidden = await callAny(mallory, operation, argumentsFor(operation, target));
    const missing = await callAny(mallory, operation, argumentsFor(operation, absent));
    expect(shape(hidden)).toEqual(shape(missing));
  });

  it("publishing the same id makes a template of one's own", async () => {
    const body = workflow({ templateId: target.templateId, name: "Mine" });
    expect(await mallory.publishTemplate({ body })).toMatchObject({
      status: 201,
      body: { template: { tenant: "globex" } },
    });
    expect((await unwrap(alice.getTemplate({ templateId: target.templateId }))).template.name).toBe("Classified");
  });

  it("every table of tenants forces row-level security", async () => {
    const open = await world.database.query<{ relname: string }>(`
      SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relnamespace = 'marketplace'::regnamespace AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`);
    expect(open).toEqual([]);
  });
});
