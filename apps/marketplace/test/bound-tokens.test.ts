import { unwrap } from "@nofx/client";
import { type Operation, publishedKind } from "@nofx/contract-kit";
import { type BulkItem, marketplaceContract } from "@nofx/contract-marketplace";
import { manifest } from "@nofx/testkit";
import { describe, expect, it } from "vitest";
import { type PromptOperation, stateOf, type TemplateOperation } from "./bulk.ts";
import { exported, gzipBody } from "./bundles.ts";
import { noCampaign } from "./campaigns.ts";
import { type MarketplaceClient, type Person, sharedMarketplace, type TestMarketplace } from "./marketplace.ts";
import { newPrompt } from "./prompts.ts";
import { prompt } from "./templates.ts";

/** Calls an operation that changes the template of this name. */
type Call = (
  client: MarketplaceClient,
  templateId: string,
  admin: MarketplaceClient,
) => Promise<{ readonly ok: boolean }>;

const reason = "testing";
const stored = (id: string) => ({
  id,
  name: "Old",
  description: "",
  instructions: "First",
  model: "gpt-4.1",
  input: [{ id: "in_1", type: "input_text", text: "{{ x }}" }],
  metadata: {},
  channels: { slack: true, email: false, inApp: false },
  tools: { builtin: [] },
  maxToolCalls: 3,
  deployments: {},
  createdAt: "2025-01-01T08:00:00.000Z",
  updatedAt: "2025-01-01T08:00:00.000Z",
  history: [{ version: 1, description: "", instructions: "First", updatedAt: "2025-01-01T08:00:00.000Z" }],
});
const manifestOf = (templateId: string, version: string) => prompt({ templateId, version, name: version });

/** Every operation that changes templates by their names. */
const named: Readonly<Record<string, Call>> = {
  publishTemplate: (client, templateId) => client.publishTemplate({ body: manifestOf(templateId, "1.2.0") }),
  rollbackTemplate: (client, templateId) =>
    client.rollbackTemplate({ templateId, body: { targetVersion: "1.0.0", reason } }),
  forkTemplate: (client, templateId) =>
    client.forkTemplate({ templateId: "source", body: { templateId: `${templateId}-fork`, newVersion: "1.0.0" } }),
  lockTemplateVersion: (client, templateId) => client.lockTemplateVersion({ templateId, version: "1.1.0", body: {} }),
  testTemplateVersion: (client, templateId) => client.testTemplateVersion({ templateId, version: "1.1.0" }),
  putTemplateEnvironment: (client, templateId) =>
    client.putTemplateEnvironment({ templateId, name: "production", body: { version: "1.1.0" } }),
  deleteTemplateEnvironment: (client, templateId) =>
    client.deleteTemplateEnvironment({ templateId, name: "production" }),
  promoteTemplateEnvironment: (client, templateId) =>
    client.promoteTemplateEnvironment({ templateId, name: "staging", body: { to: "production" } }),
  setTemplateStatus: (client, templateId) =>
    client.setTemplateStatus({ templateId, body: { status: "deprecated", reason } }),
  setTemplateVersionStatus: (client, templateId) =>
    client.setTemplateVersionStatus({ templateId, version: "1.0.0", body: { status: "deprecated", reason } }),
  updateBuilderTemplate: (client, id) => client.updateBuilderTemplate({ id, body: { description: "Other." } }),
  deployBuilderTemplate: (client, id) =>
    client.deployBuilderTemplate({ id, body: { environment: "production", channel: "slack", enabled: true } }),
  runBuilderTemplate: (client, id) => client.runBuilderTemplate({ id, body: { variables: { goal: "x", open: "y" } } }),
  importBuilderStore: (client, id) => client.importBuilderStore({ body: { templates: [stored(`${id}-imported`)] } }),
  importTemplates: async (client, id, admin) =>
    client.importTemplates({ body: gzipBody(await exported(admin, { id })) }),
};

/** Those that tell of each operation by itself what became of it. */
const bulk: Readonly<Record<string, (client: MarketplaceClient, own: string, other: string) => Promise<BulkItem[]>>> = {
  bulkTemplates: async (client, own, other) => {
    const operations = [own, other].flatMap((templateId): TemplateOperation[] => [
      { op: "publish", manifest: { ...manifestOf(templateId, "1.2.0") } },
      { op: "update", templateId, version: "1.3.0", changes: { description: "Other." } },
      { op: "tag", templateId, add: ["new"] },
      { op: "deprecate", templateId, reason },
    ]);
    const { results } = await unwrap(client.bulkTemplates({ body: { operations } }));
    return results;
  },
  bulkBuilderTemplates: async (client, own, other) => {
    const operations = [own, other].flatMap((id): PromptOperation[] => [
      { op: "update", id, changes: { description: "Other." } },
      { op: "deploy", id, environment: "production", channel: "slack", enabled: true },
      { op: "tag", id, add: ["new"] },
      { op: "deprecate", id, reason },
    ]);
    const { results } = await unwrap(client.bulkBuilderTemplates({ body: { operations } }));
    return results;
  },
};

/** What changes more than templates that it names: no bound token may. */
const unnamed: Readonly<Record<string, Call>> = {
  createBuilderTemplate: (client) => client.createBuilderTemplate({ body: newPrompt() }),
  rateTemplate: (client, templateId) => client.rateTemplate({ templateId, body: { rating: 5 } }),
  rateTemplateByBody: (client, templateId) => client.rateTemplateByBody({ body: { templateId, rating: 5 } }),
  withdrawRating: (client, templateId) => client.withdrawRating({ templateId }),
  createUpgradeCampaign: (client) => client.createUpgradeCampaign({ body: { agent: { agentId: "collector" } } }),
  applyUpgradeCampaign: (client) => client.applyUpgradeCampaign({ campaignId: noCampaign, body: {} }),
  replanUpgradeCampaign: (client) => client.replanUpgradeCampaign({ campaignId: noCampaign, body: {} }),
  cancelUpgradeCampaign: (client) => client.cancelUpgradeCampaign({ campaignId: noCampaign, body: { reason } }),
  removeSampleUsage: (client) => client.removeSampleUsage(),
  updateMarketplaceSettings: (client) => client.updateMarketplaceSettings({ body: { semverPolicy: "off" } }),
};

const tenant = "acme";
let count = 0;

/** Two templates of acme, an administrator, and one whose token is bound to the first. */
const twoTemplates = async (world: TestMarketplace) => {
  const admin = world.as(await world.person("admin", tenant));
  count += 1;
  const [own, other] = [`own-${count}`, `other-${count}`];
  for (const templateId of [own, other, "source"]) {
    for (const version of ["1.0.0", "1.1.0"])
      await unwrap(admin.publishTemplate({ body: manifestOf(templateId, version) }));
  }
  for (const templateId of [own, other]) {
    for (const [name, version] of Object.entries({ staging: "1.1.0", production: "1.0.0" }))
      await unwrap(admin.putTemplateEnvironment({ templateId, name, body: { version } }));
  }
  const mine = [own, `${own}-fork`, `${own}-imported`];
  const boundTo = async (agents?: string[]): Promise<Person> =>
    await world.boundToTemplates(tenant, mine, "admin", agents);
  return { admin, own, other, bound: world.as(await boundTo()), both: world.as(await boundTo(["greeter"])) };
};

describe("a token bound to templates", () => {
  const world = sharedMarketplace();

  it("is tried with every operation that changes templates or what is thought of them", () => {
    const changing = Object.values<Operation>(marketplaceContract.operations)
      .filter((operation) => publishedKind(operation) === "template")
      .map(({ id }) => id);
    expect([...Object.keys(named), ...Object.keys(bulk), ...Object.keys(unnamed)].sort()).toEqual(changing.sort());
  });

  it.each(Object.entries(named))("2xx and 403 template_not_allowed %s: its own, and no other", async (_id, send) => {
    const { admin, own, other, bound, both } = await twoTemplates(world());
    const before = await stateOf(world());
    for (const client of [bound, both]) {
      const refused = await send(client, other, admin);
      expect(refused).toBeProblem(403, "template_not_allowed");
      expect(refused).toMatchObject({ problem: { detail: expect.stringContaining(`template ${own}`) } });
    }
    expect(await stateOf(world())).toBe(before);
    const answer = await send(bound, own, admin);
    expect(answer, JSON.stringify(answer)).toMatchObject({ ok: true });
  });

  it.each(Object.entries(bulk))("200 %s: each operation by itself, on its own and no other", async (_id, send) => {
    const { own, other, bound } = await twoTemplates(world());
    const results = await send(bound, own, other);
    expect(results).toHaveLength(8);
    for (const { templateId, status, problem } of results) {
      if (templateId === own) expect({ status, problem }).toEqual({ status: expect.any(Number), problem: undefined });
      else expect({ status, problem }).toMatchObject({ status: 403, problem: { code: "template_not_allowed" } });
    }
  });

  it("403 template_not_allowed bulkBuilderTemplates: makes no prompts under names that nobody knows yet", async () => {
    const { bound } = await twoTemplates(world());
    const operations: PromptOperation[] = [{ op: "create", template: newPrompt() }];
    const { results } = await unwrap(bound.bulkBuilderTemplates({ body: { operations } }));
    expect(results).toMatchObject([{ status: 403, problem: { code: "template_not_allowed" } }]);
  });

  it.each(Object.entries(unnamed))("403 template_not_allowed %s: not even of its own", async (_id, send) => {
    const { admin, own, bound } = await twoTemplates(world());
    const before = await stateOf(world());
    expect(await send(bound, own, admin)).toBeProblem(403, "template_not_allowed");
    expect(await stateOf(world())).toBe(before);
  });

  it("403 template_not_allowed: another tenant's template of the same name is another one", async () => {
    const { own, bound } = await twoTemplates(world());
    const globex = world().as(await world().person("publisher", "globex"));
    await unwrap(globex.publishTemplate({ body: manifestOf(own, "1.0.0"), visibility: "public" }));
    const order = { templateId: own, tenant: "globex", name: "production" };
    const put = await bound.putTemplateEnvironment({ ...order, body: { version: "1.0.0" } });
    expect(put).toBeProblem(403, "template_not_allowed");
    expect(await bound.deleteTemplateEnvironment(order)).toBeProblem(403, "template_not_allowed");
    const promoted = await bound.promoteTemplateEnvironment({ ...order, body: { to: "staging" } });
    expect(promoted).toBeProblem(403, "template_not_allowed");
  });

  it("2xx: begins templates that are not there yet, and reads whatever its tenant may read", async () => {
    const { other } = await twoTemplates(world());
    const bound = world().as(await world().boundToTemplates(tenant, ["future"]));
    expect(await bound.publishTemplate({ body: manifestOf("future", "1.0.0") })).toMatchObject({ status: 201 });
    expect(await bound.getTemplate({ templateId: other })).toMatchObject({ status: 200 });
  });

  it("403 agent_not_allowed: a token bound to agents changes no template, and one bound to templates no agent", async () => {
    const { own } = await twoTemplates(world());
    const agents = world().as(await world().bound(tenant, [own]));
    const open = Object.values<Operation>(marketplaceContract.operations).filter(
      ({ id, access }) => id in named && "scope" in access && access.scope === "templates:publish",
    );
    expect(open.length).toBeGreaterThan(8);
    for (const { id } of open) expect(await named[id]?.(agents, own, agents), id).toBeProblem(403, "agent_not_allowed");
    const templates = world().registryAs(await world().boundToTemplates(tenant, [own]));
    expect(await templates.publishAgent({ body: manifest({ agentId: own }) })).toBeProblem(403, "agent_not_allowed");
  });
});
